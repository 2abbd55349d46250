"""The room where one looks words up: passages come while one types."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import say
from rag.types import ExportError, Language, Order, QuestionError, RagError, Way, Wish
from rag.types.forms import FoundForm
from rag.web.html import render_calm, render_lookup
from rag.web.rooms.lists import taking
from rag.web.shell import AT_ONCE, QUIET, choice_of_books, pressable, sent
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.types import BookRecord
    from rag.web.shell import Shell

log = logging.getLogger(__name__)

SHOWN = 12
"""Passages shown for a lookup at first, and how many more each time more are wanted."""


def build(shell: Shell) -> None:
    """Lay out the room inside the tabs that are open, and wire it."""
    room = _Lookup(shell)
    with gr.Tab(say("web.lookup", FIRST), id="lookup") as tab:
        with gr.Column(elem_id="seeker"):
            words = gr.Textbox(
                placeholder=say("web.lookup_hint", FIRST),
                label=say("web.lookup_label", FIRST),
                show_label=False,
                container=False,
                lines=1,
                max_lines=1,
                max_length=1000,
                elem_id="words",
            )
        parts = _filters()
        found = pressable("found", "lists.js")
        shown = gr.State(SHOWN)
        asked = [words, parts.book, parts.within, parts.way, parts.order, parts.names]
        taking.build(shell, "found-export", parts.take, room.listed, asked)

    finding: dict[str, Any] = {
        "trigger_mode": "always_last",
        "concurrency_limit": AT_ONCE,
        "concurrency_id": "find",
        **QUIET,
    }
    # A text box's own "input" event needs a key press, which writing Chinese or pasting does
    # not give; "change" comes with every character.
    # While one lookup runs, only the newest of those behind it is kept: what is shown
    # is always of the words as they stand, and typing fast asks no more than needed.
    filters = [parts.within.input, parts.way.input, parts.order.input, parts.names.input]
    wanted = [*asked, shell.language]
    gr.on(
        [words.change, words.submit, *filters],
        room.find,
        wanted,
        [found, shown],
        **finding,
    )
    narrowed = parts.book.input(
        room.narrow, [parts.book, shell.language], [parts.within], queue=False, **QUIET
    )
    narrowed.then(room.find, wanted, [found, shown], **finding)
    pressed = found.within(room.press, [parts.within], [parts.within], queue=False, **QUIET)
    pressed.then(room.find, wanted, [found, shown], **finding)
    found.more(room.more, [*wanted, shown], [found, shown], **finding)
    shell.opens_pages(found)
    spoken = [tab, found, words, *parts.spoken]
    shell.on_language(room.speak, [*asked, shell.language, shown], spoken)


@dataclass(frozen=True, slots=True)
class _Filters:
    """What a lookup is narrowed, sorted and taken along by."""

    book: gr.Dropdown
    within: gr.Dropdown
    way: gr.Dropdown
    order: gr.Dropdown
    names: gr.Checkbox
    take: gr.Button

    @property
    def spoken(self) -> tuple[Any, ...]:
        """Those whose words are of a language, the button, which has its own, left out."""
        return self.book, self.within, self.way, self.order, self.names


def _filters() -> _Filters:
    """Lay the filters out in a row."""

    def choice(name: str, choices: list[tuple[str, str]]) -> gr.Dropdown:
        return gr.Dropdown(
            choices,
            value=choices[0][1],
            label=say(f"web.lookup_{name}", FIRST),
            show_label=False,
            container=False,
            filterable=False,
            elem_id=f"lookup-{name}",
            elem_classes="pick",
        )

    with gr.Row(elem_classes="filters"):
        return _Filters(
            choice_of_books(),
            choice("within", _parts([], FIRST)),
            choice("way", _ways(FIRST)),
            choice("order", _orders(FIRST)),
            gr.Checkbox(
                label=say("web.lookup_names", FIRST),
                value=True,
                container=False,
                elem_id="lookup-names",
                elem_classes="pick",
            ),
            taking.taken_by(),
        )


def _ways(language: Language) -> list[tuple[str, str]]:
    return [(say(f"web.lookup_way_{way}", language), way.value) for way in Way]


def _orders(language: Language) -> list[tuple[str, str]]:
    return [(say(f"web.lookup_order_{order}", language), order.value) for order in Order]


def _parts(headings: list[str], language: Language) -> list[tuple[str, str]]:
    """Return the choice of parts and chapters; the empty text stands for the whole."""
    return [(say("web.lookup_all_parts", language), ""), *((one, one) for one in headings)]


class _Lookup:
    """The functions behind the room."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def find(  # noqa: PLR0917 - Gradio gives its inputs by position
        self,
        words: str,
        book: str,
        within: str,
        way: str,
        order: str,
        names: bool,  # noqa: FBT001 -- as above
        language: str,
        shown: int = SHOWN,
    ) -> tuple[str, int]:
        """Return the passages for the words, or one calm sentence, and how many are shown."""
        tongue = Language(language)
        if not words or not words.strip():
            return render_calm("web.lookup_empty", tongue), SHOWN
        wish = Wish(Way(way), Order(order), within or "", bool(names))
        try:
            found = self._shell.shuzheng.look(words, wish, book=book or None)
            records = self._shell.records()
            narrows = bool(_the_book(book, records))
            drawn = render_lookup(found, wish, records, tongue, shown=shown, narrows=narrows)
        except QuestionError:
            drawn = render_calm("web.lookup_none", tongue)
        except RagError as error:
            drawn = render_calm(error_key(error), tongue)
        except Exception as error:
            log.exception("A lookup failed")
            drawn = render_calm(error_key(error), tongue)
        return drawn, shown

    def more(  # noqa: PLR0917 - as for find
        self,
        words: str,
        book: str,
        within: str,
        way: str,
        order: str,
        names: bool,  # noqa: FBT001 -- as for find
        language: str,
        shown: int,
    ) -> tuple[str, int]:
        """Return what ``find`` does for the same, and some more of it."""
        return self.find(words, book, within, way, order, names, language, shown + SHOWN)

    def press(self, within: str, event: gr.EventData) -> gr.Dropdown:
        """Return the chapter whose bar was pressed as chosen; pressed again, the whole book."""
        heading = sent(event, "heading")
        return gr.Dropdown(value="" if heading == within else str(heading or ""))

    def narrow(self, book: str, language: str) -> gr.Dropdown:
        """Return the choice of the parts and chapters of the book that was chosen."""
        return self._within(book, "", Language(language))

    def listed(  # noqa: PLR0917 - as for find
        self,
        words: str,
        book: str,
        within: str,
        way: str,
        order: str,
        names: bool,  # noqa: FBT001 -- as for find
    ) -> FoundForm:
        """Return what was found: the passages with the words, or else those near in meaning."""
        if not words or not words.strip():
            raise ExportError("There is nothing to export: look something up first.")
        wish = Wish(Way(way), Order(order), within or "", bool(names))
        found = self._shell.shuzheng.look(words, wish, book=book or None)
        hits = found.hits[: found.worded] or found.hits
        return FoundForm.of({"query": words, "hits": hits}, self._shell.records())

    def speak(  # noqa: PLR0917 - as for find
        self,
        words: str,
        book: str,
        within: str,
        way: str,
        order: str,
        names: bool,  # noqa: FBT001 -- as for find
        language: str,
        shown: int,
    ) -> tuple[Any, ...]:
        """Return the room's parts in a language."""
        tongue = Language(language)
        chosen, books = self._shell.offered_books(book, tongue)
        kept = within if chosen == book else ""
        label = say("web.lookup_label", tongue)
        return (
            gr.Tab(label=say("web.lookup", tongue)),
            self.find(words, chosen, kept, way, order, names, language, shown)[0],
            gr.Textbox(placeholder=say("web.lookup_hint", tongue), label=label),
            books,
            self._within(chosen, kept, tongue),
            gr.Dropdown(_ways(tongue), value=way, label=say("web.lookup_way", tongue)),
            gr.Dropdown(_orders(tongue), value=order, label=say("web.lookup_order", tongue)),
            gr.Checkbox(label=say("web.lookup_names", tongue)),
        )

    def _within(self, book: str, chosen: str, language: Language) -> gr.Dropdown:
        """Return the choice of parts and chapters of the one book that is meant, if one is."""
        try:
            the_book = _the_book(book, self._shell.records())
            headings = self._shell.shuzheng.parts(the_book) if the_book else []
        except RagError:
            headings = []
        return gr.Dropdown(
            _parts(headings, language),
            value=chosen if chosen in headings else "",
            label=say("web.lookup_within", language),
            visible=bool(headings),
        )


def _the_book(book: str, records: Mapping[str, BookRecord]) -> str:
    """Return the book that is chosen, or the only one there is; empty for several."""
    return book or (next(iter(records)) if len(records) == 1 else "")
