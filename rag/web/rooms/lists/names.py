"""The room where the names of a book stand as in its index, each with its pages."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import say
from rag.language.text import fold
from rag.types import Language, NameKind, RagError
from rag.types.forms import NamesForm
from rag.web.html import render_calm, render_names
from rag.web.rooms.lists import taking
from rag.web.shell import AT_ONCE, QUIET, choice_of_books, pressable
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
    from rag.types import IndexedName
    from rag.web.shell import Shell

log = logging.getLogger(__name__)


def build(shell: Shell) -> None:
    """Lay out the room inside the tabs that are open, and wire it."""
    room = _Names(shell)
    with gr.Tab(say("web.index", FIRST), id="names") as tab:
        with gr.Row(elem_id="kinds"):
            book = choice_of_books()
            kind = gr.Dropdown(
                _kinds(FIRST),
                value="",
                label=say("web.index", FIRST),
                show_label=False,
                container=False,
                filterable=False,
                elem_id="kind",
                elem_classes="pick",
            )
            words = gr.Textbox(
                placeholder=say("web.index_words", FIRST),
                label=say("web.index_words", FIRST),
                show_label=False,
                container=False,
                lines=1,
                max_lines=1,
                max_length=200,
                elem_id="index_words",
                elem_classes="small-box",
            )
            take = taking.taken_by()
        named = pressable("named")
        seen = gr.State(value=False)
        taking.build(shell, "named-export", take, room.exported, [book, kind, words])

    wanted = [book, kind, words, shell.language]
    # Nothing is looked for before somebody asks; then the list follows what is chosen.
    gr.on(
        [tab.select, book.input, kind.input, words.change],
        room.show,
        wanted,
        [named, seen],
        trigger_mode="always_last",
        concurrency_limit=AT_ONCE,
        concurrency_id="names",
        **QUIET,
    )
    shell.opens_pages(named)
    shell.on_language(room.speak, [*wanted, seen], [tab, named, book, kind, words])


def _kinds(language: Language) -> list[tuple[str, str]]:
    """Return the choice of kinds in a language; the empty text stands for all."""
    kinds = [(say(f"index.{kind}", language), kind.value) for kind in NameKind]
    return [(say("web.index_all", language), ""), *kinds]


class _Names:
    """The functions behind the room."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def show(self, book: str, kind: str, words: str, language: str) -> tuple[str, bool]:
        """Return the names that are wanted, and that the room has been looked at."""
        return self._list(book, kind, words, Language(language)), True

    def _names(self, book: str, kind: str, words: str) -> list[IndexedName]:
        """Return the names of a book that are of a kind and have some letters in a spelling."""
        names = self._shell.shuzheng.names(book or None, NameKind(kind) if kind else None)
        part = fold(words).strip()
        return [
            one
            for one in names
            if not part or any(part in fold(name) for name in (one.name, *one.also))
        ]

    def exported(self, book: str, kind: str, words: str) -> NamesForm:
        """Return the names that are listed."""
        return NamesForm.of({"names": self._names(book, kind, words)})

    def _list(self, book: str, kind: str, words: str, language: Language) -> str:
        """Return the names that are wanted, or one calm sentence."""
        try:
            return render_names(self._names(book, kind, words), language)
        except RagError as error:
            return render_calm(error_key(error), language)
        except Exception as error:
            log.exception("An index of names failed")
            return render_calm(error_key(error), language)

    def speak(
        self, book: str, kind: str, words: str, language: str, seen: object
    ) -> tuple[Any, ...]:
        """Return the room's parts in a language."""
        tongue = Language(language)
        chosen, books = self._shell.offered_books(book, tongue)
        label, filtered = say("web.index", tongue), say("web.index_words", tongue)
        return (
            gr.Tab(label=label),
            self._list(chosen, kind, words, tongue) if seen else "",
            books,
            gr.Dropdown(_kinds(tongue), value=kind, label=label),
            gr.Textbox(placeholder=filtered, label=filtered),
        )
