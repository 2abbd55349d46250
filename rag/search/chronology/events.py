"""The dated events of a book: its own sentences, each with its date and printed pages; pure.

An event is a sentence of the running text that says when something was; a sentence with
several dates is an event for each. Notes, contents, lists of literature and lines that are
a date alone give none. Where it is not certain when something was, it is left out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.language.dates import Use, blanked
from rag.language.tables import Pattern
from rag.language.text import abbreviations, fold, is_contents_head, sentences
from rag.search.chronology.mentions import mentions
from rag.search.chronology.story import Dated, Story
from rag.types import (
    Event,
    Moment,
    PassageKind,
    Span,
    cite_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rag.language.dates import Mention
    from rag.types import Book, Passage, Section

_SOURCES = Pattern("{chronology.sources}")
"""Headings under which stand years of publication, and none of events."""
_SAID_AT_LEAST = 4
"""Characters besides the date; a sentence with fewer is a heading or a signature."""
_ENDED = re.compile(r"[。！？!?.…；;][”’」』）)》\"']*$")
"""How a sentence ends; a line that does not, and only mentions a date, is a title."""
_LETTER = re.compile(r"[^\W\d_]")


def dated_events(book: Book, passages: Sequence[Passage] = ()) -> list[Event]:
    """Return the dated events of a book, the earliest first.

    ``passages`` are the book's: an event names the one that its sentence stands in.
    ``citation.n`` counts the events from 1; ``citation.formatted`` is empty.
    """
    running = sorted(
        (one for one in passages if one.kind is PassageKind.TEXT), key=lambda one: one.start
    )
    events: list[Event] = []
    known = abbreviations(book.text)
    for section in book.sections:
        heads = [section.part, section.chapter, section.section, section.subsection]
        if any(_SOURCES.match(fold(head)) or is_contents_head(head) for head in heads if head):
            continue
        for span, dated in _of_section(book, section, known):
            citation = cite_text(book, span, running)
            words = Span(span.start + dated.start, span.start + dated.end)
            events.append(Event(dated.moment, dated.until, dated.inferred, words, citation))
    return in_order(events)


def in_order(events: Iterable[Event]) -> list[Event]:
    """Return events the earliest first, those of one date as they stand in their book."""
    ordered = sorted(
        events,
        key=lambda event: (event.moment.order, event.citation.record.id, event.words.start),
    )
    return [
        replace(event, citation=replace(event.citation, n=number))
        for number, event in enumerate(ordered, start=1)
    ]


def between(events: Iterable[Event], start: int | None, end: int | None) -> list[Event]:
    """Return the events whose date begins in the years from start to end, both included."""
    return [
        event
        for event in events
        if (start is None or event.moment.year >= start)
        and (end is None or event.moment.year <= end)
    ]


def _of_section(
    book: Book, section: Section, known: frozenset[str]
) -> Iterator[tuple[Span, Dated]]:
    """Yield the sentences of a section with their dates, in reading order."""
    story = Story()
    for head in (section.part, section.chapter, section.section, section.subsection):
        if head:
            story.heading(mentions(head))
    before = section.body
    for local in sentences(book.text[section.body : section.end], known):
        span = Span(section.body + local.start, section.body + local.end)
        text = book.text[span.start : span.end]
        if "\n" in book.text[before : span.start]:
            story.paragraph()
        before = span.end
        found = mentions(text)
        if found and _is_bare(text, found):
            story.heading(found)
            continue
        dated = _distinct(story.sentence(found))
        if _ENDED.search(text) or any(one.use is not Use.ASIDE for one in found):
            yield from ((span, one) for one in dated)


def _is_bare(text: str, found: Sequence[Mention]) -> bool:
    """Return whether a sentence says hardly more than its dates."""
    rest = blanked(text, ((one.start, one.end) for one in found))
    return len(_LETTER.findall(rest)) < _SAID_AT_LEAST


def _distinct(dated: Sequence[Dated]) -> list[Dated]:
    """Return the dates of a sentence once each, without those that another says more exactly."""
    kept: dict[tuple[Moment, Moment | None], Dated] = {}
    for one in dated:
        key = one.moment, one.until
        if key not in kept or (kept[key].inferred and not one.inferred):
            kept[key] = one
    said_again = {
        wider
        for moment, _ in kept
        if moment.month
        for wider in (Moment(moment.year), Moment(moment.year, moment.month))
        if wider != moment
    }
    return [one for one in kept.values() if one.until is not None or one.moment not in said_again]
