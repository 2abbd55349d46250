"""What a reader does with what he has selected in a book: copy it cited, ask about it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.exporting import copied_text
from rag.language.catalog import say
from rag.types import Language, NotInLibraryError, RagError
from rag.web.html import read_target, render_chosen
from rag.web.rooms.export import Memory
from rag.web.shell import AT_ONCE, QUIET, sent

if TYPE_CHECKING:
    from rag.types import Book, Span
    from rag.web.shell import Shell

log = logging.getLogger(__name__)

MOST = 20_000
"""Characters of a selection that can be copied with its citation."""

ASKED = 120
"""Characters of a selection that are put into a question; a longer one is cut with an ellipsis."""


def build_chosen(
    shell: Shell, question: gr.Textbox, book: gr.Dropdown, memory: gr.BrowserState
) -> None:
    """Wire the menu of what is selected to the question box, and to the reader's style."""
    room = _Chosen(shell)
    menu = shell.chosen
    menu.choose(
        room.choose,
        [shell.language, memory],
        [menu],
        trigger_mode="always_last",
        concurrency_limit=AT_ONCE,
        concurrency_id="chosen",
        **QUIET,
    )
    menu.about(room.about, [shell.language], [question, book, shell.rooms], **QUIET).then(
        None, None, None, js=_FOCUS, **QUIET
    )
    shell.on_language(lambda tongue: render_chosen(Language(tongue)), [shell.language], [menu])


_FOCUS = """() => { document.querySelector("#question textarea")?.focus(); }"""


class _Chosen:
    """The functions behind the menu."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def choose(self, language: str, memory: object, event: gr.EventData) -> str:
        """Return the menu with what is copied of a selection; without, where nothing can be."""
        tongue = Language(language)
        try:
            book, spans = self._selected(event)
            if sum(map(len, spans)) > MOST:
                return render_chosen(tongue)
            passages = self._shell.shuzheng.passages(book.id)
            style = Memory.read(memory).style
            return render_chosen(tongue, copied_text(book, spans, passages, tongue, style=style))
        except RagError:
            return render_chosen(tongue)
        except Exception:
            log.exception("A selection could not be cited")
            return render_chosen(tongue)

    def about(self, language: str, event: gr.EventData) -> tuple[Any, ...]:
        """Return the question box with a question about a selection, its book, and the chat."""
        tongue = Language(language)
        try:
            book, spans = self._selected(event)
        except RagError:
            return gr.skip(), gr.skip(), gr.skip()
        text = " ".join("".join(book.text[s.start : s.end] for s in spans).split())
        text = text if len(text) <= ASKED else text[:ASKED].rstrip() + "…"
        asked = say("web.chosen_question", tongue, text=text)
        return asked, gr.Dropdown(value=book.id), gr.Tabs(selected="chat")

    def _selected(self, event: gr.EventData) -> tuple[Book, tuple[Span, ...]]:
        """Return the book and the stretches that a browser says are selected; RagError."""
        target = read_target(sent(event, "place"))
        book = self._shell.shuzheng.book(target.book_id)
        for span in target.spans:
            inside = span.end <= book.body_end or span.start >= book.body_end
            if not (span.start < span.end <= len(book.text) and inside):
                raise NotInLibraryError(f"The book {book.id} has no such place; reload the page")
        if not target.spans:
            raise NotInLibraryError("Nothing is selected")
        return book, target.spans
