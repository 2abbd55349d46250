"""Taking a list along: a button, the panel of formats, and the file that is made of the list."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.citing import STYLES
from rag.exporting import FORMATS
from rag.language.catalog import say
from rag.types import Language, RagError
from rag.types.forms import one_line, read_answers
from rag.web.html import render_panel
from rag.web.rooms.export import MAKERS, SAVE, made
from rag.web.shell import QUIET, pressable, sent
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradio.components import Component

    from rag.types.forms import Form
    from rag.web.shell import Shell

log = logging.getLogger(__name__)


def taken_by() -> gr.Button:
    """Return the button that calls the panel."""
    return gr.Button(
        say("web.export", FIRST), variant="secondary", size="sm", elem_classes="plain take"
    )


def build(
    shell: Shell,
    identifier: str,
    button: gr.Button,
    listed: Callable[..., Form],
    inputs: Sequence[Component],
) -> None:
    """Lay out the panel in the room that is open, and wire it to the button.

    ``listed`` gives the list that ``inputs`` stand for, as the command line writes it; what is
    exported is what ``rag export`` makes of that.
    """
    room = _Taking(shell, listed)
    panel = pressable(identifier)
    file = gr.Textbox(visible=False)
    style, name = gr.State(STYLES[0]), gr.State("docx")
    button.click(room.open, [shell.language, style, name], [panel], queue=False, **QUIET)
    panel.style(room.restyle, [style], [style], queue=False, **QUIET)
    panel.format(
        room.make,
        [shell.language, style, *inputs],
        [file, panel, name],
        concurrency_limit=MAKERS,
        concurrency_id="export",
        trigger_mode="once",
        **QUIET,
    ).then(None, [file], None, js=SAVE, **QUIET)
    shell.on_language(room.speak, [shell.language], [button, panel])


class _Taking:
    """The functions behind the panel."""

    def __init__(self, shell: Shell, listed: Callable[..., Form]) -> None:
        self._shell = shell
        self._listed = listed

    def speak(self, language: str) -> tuple[gr.Button, str]:
        """Return the button in a language, and the panel put away."""
        return gr.Button(say("web.export", Language(language))), ""

    def open(self, language: str, style: str, name: str) -> str:
        """Return the panel."""
        return _panel(Language(language), style, name)

    def restyle(self, style: str, event: gr.EventData) -> str:
        """Return the style that was chosen, or the one before where there is none such."""
        wished = sent(event, "style")
        return wished if isinstance(wished, str) and wished in STYLES else style

    def make(
        self, event: gr.EventData, language: str, style: str, *inputs: object
    ) -> tuple[Any, str, str]:
        """Return the file of the list, the panel, and the format that was pressed."""
        tongue, wished = Language(language), sent(event, "format")
        name = wished if isinstance(wished, str) and wished in FORMATS else "docx"
        try:
            answers = read_answers(one_line(self._listed(*inputs)))
            file, title = made(answers, name, self._shell, tongue, style)
        except RagError as error:
            return gr.skip(), _panel(tongue, style, name, say(error_key(error), tongue)), name
        except Exception as error:
            log.exception("A list could not be exported")
            return gr.skip(), _panel(tongue, style, name, say(error_key(error), tongue)), name
        return file, _panel(tongue, style, name, say("web.export_done", tongue, name=title)), name


def _panel(language: Language, style: str, name: str, said: str = "") -> str:
    title = say("web.export_list", language)
    return render_panel("", language, style, name, said=said, title=title)
