"""Taking answers along: a panel of formats, and files that go straight to who asked for them.

A file is made when a format is pressed and sent to that reader's page as a value, which the
browser saves. It never lies on the server's disk, so there is nothing to guess or clear away.
"""

from __future__ import annotations

import base64
import json
import logging
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.citing import STYLES
from rag.exporting import FORMATS, copied, export
from rag.language.catalog import say
from rag.types import ExportError, Language, RagError
from rag.web.gate import reader_of
from rag.web.html import Exchange, render_conversation, render_panel
from rag.web.shell import KEY, QUIET, pressable, sent
from rag.web.words import error_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Answer
    from rag.web.shell import Shell

log = logging.getLogger(__name__)

MAKERS = 2
"""Files made at one time; the others wait in the queue."""

# What the browser does with a file that ``made`` made.
SAVE = """(file) => {
  if (!file) return;
  const { name, type, data } = JSON.parse(file);
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}"""
"""What a browser does with the value of a file."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a reader's browser keeps: a key to his conversations, his style and format.

    ``owner`` is what his conversations are kept under: his account where he came in with one,
    whatever the browser says, and else the browser's ``key``. ``conversation`` is the one that
    he is in, empty for none; ``traceless`` says that what he asks is not kept.
    """

    owner: str
    key: str
    style: str = STYLES[0]
    format: str = "docx"
    conversation: str = ""
    traceless: bool = False

    @classmethod
    def read(cls, kept: object) -> Memory:
        """Return what was kept; anew, with a key of its own, where that is not ours.

        Whose account it is is told by the request that a function of the page is called by.
        """
        values = kept if isinstance(kept, dict) else {}
        key, style, name = (str(values.get(key)) for key in ("owner", "style", "format"))
        key = key if KEY.fullmatch(key) else secrets.token_urlsafe(32)
        account = reader_of()
        return cls(
            account.owner if account else key,
            key,
            style if style in STYLES else STYLES[0],
            name if name in FORMATS else "docx",
            str(values.get("conversation") or "")[:64],
            values.get("traceless") is True,
        )

    def kept(self) -> dict[str, Any]:
        """Return the values that the browser keeps."""
        values = asdict(self)
        values["owner"] = values.pop("key")
        return values


def build(
    shell: Shell, talk: gr.HTML, whole: gr.Button, exchanges: gr.State, kept: gr.BrowserState
) -> None:
    """Lay out the panel in the room that is open, and wire the buttons that call it."""
    room = _Export(shell)
    panel = pressable("exporter")
    file = gr.Textbox(visible=False)
    language = shell.language
    talk.export(room.open, [language, kept], [panel], queue=False, **QUIET)
    whole.click(room.open_all, [language, kept], [panel], queue=False, **QUIET)
    panel.format(
        room.make,
        [exchanges, language, kept],
        [file, panel, kept],
        concurrency_limit=MAKERS,
        concurrency_id="export",
        trigger_mode="once",
        **QUIET,
    ).then(None, [file], None, js=SAVE, **QUIET)
    panel.style(room.restyle, [exchanges, language, kept], [exchanges, talk, kept], **QUIET)
    shell.on_language(lambda _language: "", [language], [panel])


def completed(exchange: Exchange, shell: Shell, language: Language, style: str) -> Exchange:
    """Return an exchange whose answer grows no more, with what is copied of it in a style."""
    if exchange.answer is None:
        return exchange
    try:
        text = copied(exchange.answer, language, style=style, records=shell.records())
    except RagError:
        log.exception("An answer could not be written for the clipboard")
        text = ""
    return replace(exchange, complete=True, copied=text)


def file_value(title: str, name: str, content: bytes) -> tuple[str, str]:
    """Return the name of a file in a format, and the value of which ``SAVE`` makes it."""
    file = f"{title}-{datetime.now().astimezone():%Y%m%d-%H%M%S}{FORMATS[name].ending}"
    value = {
        "name": file,
        "type": "application/octet-stream",
        "data": base64.b64encode(content).decode("ascii"),
    }
    return file, json.dumps(value)


def made(
    answers: Sequence[Answer], name: str, shell: Shell, language: Language, style: str
) -> tuple[str, str]:
    """Return answers as a file in a format, for the page to save, and the file's name.

    Raises as ``rag.exporting.export``.
    """
    content = export(
        answers,
        name,
        day=datetime.now().astimezone().date(),
        style=style,
        language=language,
        records=shell.records(),
    )
    title, value = file_value(say("web.title", language), name, content)
    return value, title


class _Export:
    """The functions behind the panel."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def open(self, language: str, kept: object, event: gr.EventData) -> str:
        """Return the panel for the answer that was pressed."""
        scope = sent(event, "scope")
        return self._panel(scope if isinstance(scope, str) else "", language, kept)

    def open_all(self, language: str, kept: object) -> str:
        """Return the panel for the whole conversation."""
        return self._panel("", language, kept)

    def make(
        self, exchanges: list[Exchange], language: str, kept: object, event: gr.EventData
    ) -> tuple[Any, str, dict[str, Any]]:
        """Return the file that was asked for, the panel, and what the browser keeps."""
        tongue, remembered = Language(language), Memory.read(kept)
        wished, scope = sent(event, "format"), str(sent(event, "scope") or "")
        name = wished if isinstance(wished, str) and wished in FORMATS else remembered.format
        remembered = replace(remembered, format=name)

        def panel(said: str) -> str:
            return render_panel(scope, tongue, remembered.style, remembered.format, said=said)

        try:
            answers = _chosen(exchanges, scope)
            if not answers:
                return gr.skip(), panel(say("web.export_nothing", tongue)), remembered.kept()
            file, title = made(answers, name, self._shell, tongue, remembered.style)
        except RagError as error:
            return gr.skip(), panel(say(error_key(error), tongue)), remembered.kept()
        except Exception as error:
            log.exception("Answers could not be exported")
            return gr.skip(), panel(say(error_key(error), tongue)), remembered.kept()
        done = say("web.export_done", tongue, name=title)
        return file, panel(done), remembered.kept()

    def restyle(
        self, exchanges: list[Exchange], language: str, kept: object, event: gr.EventData
    ) -> tuple[list[Exchange], Any, dict[str, Any]]:
        """Return the conversation with what is copied of it in the style that was chosen."""
        tongue, remembered = Language(language), Memory.read(kept)
        wished = sent(event, "style")
        style = wished if isinstance(wished, str) and wished in STYLES else remembered.style
        shell = self._shell
        again = [completed(one, shell, tongue, style) if one.complete else one for one in exchanges]
        talk = render_conversation(again, shell.records(), tongue) if again else gr.skip()
        return again, talk, replace(remembered, style=style).kept()

    def _panel(self, scope: str, language: str, kept: object) -> str:
        remembered = Memory.read(kept)
        return render_panel(scope, Language(language), remembered.style, remembered.format)


def _chosen(exchanges: list[Exchange], scope: str) -> list[Answer]:
    """Return the answers of a scope: the number of an exchange, or empty for all of them."""
    if scope and not (scope.isascii() and scope.isdigit() and int(scope) < len(exchanges)):
        raise ExportError("There is no such answer in this conversation; reload the page.")
    wanted = [exchanges[int(scope)]] if scope else exchanges
    return [
        replace(one.answer, remarks=one.said)
        for one in wanted
        if one.answer is not None and one.complete
    ]
