"""The corner that says whose page it is: his name, what a teacher sees of him, the way out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import gradio as gr  # noqa: TC002 -- Gradio reads what its functions ask for

from rag.types import Language, RagError
from rag.web.gate import reader_of
from rag.web.rooms.classroom.rendering import render_corner
from rag.web.shell import QUIET, pressable, sent

if TYPE_CHECKING:
    from rag.web.shell import Shell

log = logging.getLogger(__name__)


def build_corner() -> gr.HTML:
    """Return the corner, empty: it is laid out in the head, before there is a shell."""
    return pressable("account", "classroom.js")


def wire_corner(shell: Shell, corner: gr.HTML) -> None:
    """Let the corner say whose page it is, and take back or give what he agrees to."""
    room = _Corner(shell)
    shell.on_language(room.speak, [shell.language], [corner])
    corner.agree(room.agree, [shell.language], [corner], queue=False, **QUIET)


class _Corner:
    """The functions behind the corner; they concern nobody but the one who calls them."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def speak(self, language: str) -> str:
        """Return the corner in a language; empty where nobody came in by name or password."""
        return self._corner(Language(language))

    def _corner(self, language: Language, *, opened: bool = False) -> str:
        reader, settings = reader_of(), self._shell.shuzheng.settings
        if reader is None:
            return render_corner(None, language) if settings.password else ""
        try:
            now = self._shell.shuzheng.readers.find(reader.name)
        except RagError:
            now = None
        return render_corner(now or reader, language, opened=opened)

    def agree(self, language: str, event: gr.EventData) -> str:
        """Return the corner after the reader has agreed to be named, or has taken it back."""
        reader = reader_of()
        if reader is not None:
            try:
                agreed = sent(event, "agreed") is True
                self._shell.shuzheng.readers.agree(reader.name, agreed=agreed)
            except RagError:
                log.exception("What a reader agreed to could not be kept")
        return self._corner(Language(language), opened=True)
