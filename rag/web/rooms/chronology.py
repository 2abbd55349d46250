"""The room where events stand in the order of their dates, each with its page."""

from __future__ import annotations

import logging
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import say
from rag.types import Language, RagError
from rag.web.html import render_calm, render_events
from rag.web.shell import AT_ONCE, QUIET, choice_of_books, pressable
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
    from rag.web.shell import Shell

log = logging.getLogger(__name__)

_YEAR = re.compile(r"(\d{1,4})\s*年?")
_LONGEST = 6


def build(shell: Shell) -> None:
    """Lay out the room inside the tabs that are open, and wire it."""
    room = _Chronology(shell)
    with gr.Tab(say("web.chronology", FIRST), id="chronology") as tab:
        with gr.Row(elem_id="years"):
            book = choice_of_books()
            start, end = (_year_box(end) for end in ("from", "to"))
        listed = pressable("listed")
        seen = gr.State(value=False)

    wanted = [book, start, end, shell.language]
    # Nothing is listed before somebody looks; then the list follows what is chosen.
    gr.on(
        [tab.select, book.input, start.change, end.change],
        room.show,
        wanted,
        [listed, seen],
        trigger_mode="always_last",
        concurrency_limit=AT_ONCE,
        concurrency_id="chronology",
        **QUIET,
    )
    shell.opens_pages(listed)
    shell.on_language(room.speak, [*wanted, seen], [tab, listed, book, start, end])


def _year_box(end: str) -> gr.Textbox:
    return gr.Textbox(
        placeholder=say(f"web.year_{end}", FIRST),
        label=say(f"web.year_{end}", FIRST),
        show_label=False,
        container=False,
        lines=1,
        max_lines=1,
        max_length=_LONGEST,
        elem_id=f"year_{end}",
        elem_classes="year-box",
    )


class _Chronology:
    """The functions behind the room."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def show(self, book: str, start: str, end: str, language: str) -> tuple[str, bool]:
        """Return the events that are wanted, and that the room has been looked at."""
        return self._list(book, start, end, Language(language)), True

    def _list(self, book: str, start: str, end: str, language: Language) -> str:
        """Return the events of a book that begin in some years, or one calm sentence."""
        years = [_year(start), _year(end)]
        if "" in years:
            return render_calm("web.year_wrong", language)
        first, last = (int(year) if year else None for year in years)
        try:
            events = self._shell.shuzheng.chronology(book or None, first, last)
            return render_events(events, language)
        except RagError as error:
            return render_calm(error_key(error), language)
        except Exception as error:
            log.exception("A chronology failed")
            return render_calm(error_key(error), language)

    def speak(
        self, book: str, start: str, end: str, language: str, seen: object
    ) -> tuple[Any, ...]:
        """Return the room's parts in a language."""
        tongue = Language(language)
        chosen, books = self._shell.offered_books(book, tongue)
        boxes = [
            gr.Textbox(placeholder=text, label=text)
            for text in (say("web.year_from", tongue), say("web.year_to", tongue))
        ]
        return (
            gr.Tab(label=say("web.chronology", tongue)),
            self._list(chosen, start, end, tongue) if seen else "",
            books,
            *boxes,
        )


def _year(text: str) -> str | None:
    """Return the digits of a year, None where none is given, and "" where it is no year.

    An input method for Chinese may give wide figures, and 年 behind them.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    if not written:
        return None
    year = _YEAR.fullmatch(written)
    return year[1] if year else ""
