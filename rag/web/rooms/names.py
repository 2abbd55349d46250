"""The room where the names of a book stand as in its index, each with its pages."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import say
from rag.types import Language, NameKind, RagError
from rag.web.html import render_calm, render_names
from rag.web.shell import AT_ONCE, QUIET, choice_of_books, pressable
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
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
        named = pressable("named")
        seen = gr.State(value=False)

    wanted = [book, kind, shell.language]
    # Nothing is looked for before somebody asks; then the list follows what is chosen.
    gr.on(
        [tab.select, book.input, kind.input],
        room.show,
        wanted,
        [named, seen],
        trigger_mode="always_last",
        concurrency_limit=AT_ONCE,
        concurrency_id="names",
        **QUIET,
    )
    shell.opens_pages(named)
    shell.on_language(room.speak, [*wanted, seen], [tab, named, book, kind])


def _kinds(language: Language) -> list[tuple[str, str]]:
    """Return the choice of kinds in a language; the empty text stands for all."""
    kinds = [(say(f"index.{kind}", language), kind.value) for kind in NameKind]
    return [(say("web.index_all", language), ""), *kinds]


class _Names:
    """The functions behind the room."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def show(self, book: str, kind: str, language: str) -> tuple[str, bool]:
        """Return the names that are wanted, and that the room has been looked at."""
        return self._list(book, kind, Language(language)), True

    def _list(self, book: str, kind: str, language: Language) -> str:
        """Return the names of a book that are of a kind, or one calm sentence."""
        try:
            wanted = NameKind(kind) if kind else None
            return render_names(self._shell.shuzheng.names(book or None, wanted), language)
        except RagError as error:
            return render_calm(error_key(error), language)
        except Exception as error:
            log.exception("An index of names failed")
            return render_calm(error_key(error), language)

    def speak(self, book: str, kind: str, language: str, seen: object) -> tuple[Any, ...]:
        """Return the room's parts in a language."""
        tongue = Language(language)
        chosen, books = self._shell.offered_books(book, tongue)
        label = say("web.index", tongue)
        return (
            gr.Tab(label=label),
            self._list(chosen, kind, tongue) if seen else "",
            books,
            gr.Dropdown(_kinds(tongue), value=kind, label=label),
        )
