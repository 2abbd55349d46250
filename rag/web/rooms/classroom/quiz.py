"""The room where one checks oneself: questions whose answers are sentences of the book."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import say
from rag.types import Language, RagError
from rag.web.html import render_calm
from rag.web.rooms.classroom.cards import render_quiz
from rag.web.shell import AT_ONCE, QUIET, choice_of_books, pressable
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
    from rag.web.shell import Shell

log = logging.getLogger(__name__)


def build_quiz(shell: Shell) -> None:
    """Lay out the room inside the tabs that are open, and wire it."""
    room = _Quiz(shell)
    with gr.Tab(say("web.quiz", FIRST), id="quiz") as tab:
        with gr.Row(elem_id="quizzed"):
            book = choice_of_books()
        cards = pressable("cards", "quiz.js")
        seen = gr.State(value=False)
    # Nothing is made before somebody looks; then the questions follow the book.
    gr.on(
        [tab.select, book.input],
        room.show,
        [book, shell.language],
        [cards, seen],
        trigger_mode="always_last",
        concurrency_limit=AT_ONCE,
        concurrency_id="quiz",
        **QUIET,
    )
    shell.opens_pages(cards)
    shell.on_language(room.speak, [book, shell.language, seen], [tab, cards, book])


class _Quiz:
    """The functions behind the room; they keep nothing of what a reader answers."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def show(self, book: str, language: str) -> tuple[str, bool]:
        """Return the questions on a book, and that the room has been looked at."""
        return self._cards(book, Language(language)), True

    def speak(self, book: str, language: str, seen: object) -> tuple[Any, ...]:
        """Return the room's parts in a language."""
        tongue = Language(language)
        chosen, books = self._shell.offered_books(book, tongue)
        cards = self._cards(chosen, tongue) if seen else ""
        return gr.Tab(label=say("web.quiz", tongue)), cards, books

    def _cards(self, book: str, language: Language) -> str:
        """Return the questions on a book, or on the first of all, or one calm sentence."""
        try:
            known = book or next(iter(self._shell.records()), "")
            if not known:
                return render_calm("web.no_books", language)
            return render_quiz(self._shell.shuzheng.quiz(known, language=language), language)
        except RagError as error:
            return render_calm(error_key(error), language)
        except Exception as error:
            log.exception("A quiz failed")
            return render_calm(error_key(error), language)
