"""The room where events stand in the order of their dates, each with its page."""

from __future__ import annotations

import logging
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import say
from rag.language.text import find_exact
from rag.types import Language, RagError
from rag.types.forms import ChronologyForm
from rag.web.html import render_calm, render_density, render_events
from rag.web.rooms.lists import taking
from rag.web.shell import AT_ONCE, QUIET, choice_of_books, pressable, sent
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
    from rag.types import Event
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
            start, end = (_box(f"year_{end}", _LONGEST) for end in ("from", "to"))
            words = _box("chronology_words", 200)
            take = taking.taken_by()
        density = pressable("density", "lists.js")
        listed = pressable("listed")
        seen = gr.State(value=False)
        taking.build(shell, "listed-export", take, room.exported, [book, start, end, words])

    wanted = [book, start, end, words, shell.language]
    # Nothing is listed before somebody looks; then the list follows what is chosen.
    gr.on(
        [tab.select, book.input, start.change, end.change, words.change],
        room.show,
        wanted,
        [density, listed, seen],
        trigger_mode="always_last",
        concurrency_limit=AT_ONCE,
        concurrency_id="chronology",
        **QUIET,
    )
    density.years(room.press, [start, end], [start, end], queue=False, **QUIET)
    shell.opens_pages(listed)
    shell.on_language(room.speak, [*wanted, seen], [tab, density, listed, book, start, end, words])


def _box(name: str, longest: int) -> gr.Textbox:
    return gr.Textbox(
        placeholder=say(f"web.{name}", FIRST),
        label=say(f"web.{name}", FIRST),
        show_label=False,
        container=False,
        lines=1,
        max_lines=1,
        max_length=longest,
        elem_id=name,
        elem_classes="small-box",
    )


class _Chronology:
    """The functions behind the room."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def show(
        self, book: str, start: str, end: str, words: str, language: str
    ) -> tuple[str, str, bool]:
        """Return the years and the events that are wanted, and that the room was looked at."""
        return *self._list(book, start, end, words, Language(language)), True

    def _list(
        self, book: str, start: str, end: str, words: str, language: Language
    ) -> tuple[str, str]:
        """Return how many events each year has, and those that begin in some years.

        Of those with the words alone, where there are any; or one calm sentence.
        """
        years = _years(start, end)
        if years is None:
            return "", render_calm("web.year_wrong", language)
        try:
            events = self._events(book, words)
            chosen = [event for event in events if _between(event, *years)]
            return render_density(events, *years, language), render_events(chosen, language)
        except RagError as error:
            return "", render_calm(error_key(error), language)
        except Exception as error:
            log.exception("A chronology failed")
            return "", render_calm(error_key(error), language)

    def _events(self, book: str, words: str) -> list[Event]:
        """Return the events of a book, or those whose sentence has every one of some words."""
        events = self._shell.shuzheng.chronology(book or None)
        wanted = words.split()
        return [
            event
            for event in events
            if all(find_exact(event.citation.quote, word) for word in wanted)
        ]

    def press(self, start: str, end: str, event: gr.EventData) -> tuple[str, str]:
        """Return the years of the bar that was pressed; pressed again, all years."""
        pressed = str(sent(event, "from") or ""), str(sent(event, "to") or "")
        return ("", "") if pressed == (start, end) or "" in pressed else pressed

    def exported(self, book: str, start: str, end: str, words: str) -> ChronologyForm:
        """Return the events that are listed."""
        years = _years(start, end) or (None, None)
        events = [one for one in self._events(book, words) if _between(one, *years)]
        return ChronologyForm.of({"events": events})

    def speak(  # noqa: PLR0917 - Gradio gives its inputs by position
        self, book: str, start: str, end: str, words: str, language: str, seen: object
    ) -> tuple[Any, ...]:
        """Return the room's parts in a language."""
        tongue = Language(language)
        chosen, books = self._shell.offered_books(book, tongue)
        boxes = [
            gr.Textbox(placeholder=text, label=text)
            for text in (
                say(f"web.{name}", tongue) for name in ("year_from", "year_to", "chronology_words")
            )
        ]
        drawn = self._list(chosen, start, end, words, tongue) if seen else ("", "")
        return (gr.Tab(label=say("web.chronology", tongue)), *drawn, books, *boxes)


def _years(start: str, end: str) -> tuple[int | None, int | None] | None:
    """Return the first and the last year that are wanted; None where one is no year."""
    first, last = _year(start), _year(end)
    if first == "" or last == "":
        return None
    return int(first) if first else None, int(last) if last else None


def _between(event: Event, first: int | None, last: int | None) -> bool:
    year = event.moment.year
    return (first is None or year >= first) and (last is None or year <= last)


def _year(text: str) -> str | None:
    """Return the digits of a year, None where none is given, and "" where it is no year.

    An input method for Chinese may give wide figures, and 年 behind them.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    if not written:
        return None
    year = _YEAR.fullmatch(written)
    return year[1] if year else ""
