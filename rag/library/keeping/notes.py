"""A reader's own notes on a book: what a store of them does, and where their words stand now.

A note hangs on words, not on a page: it keeps the words that it was made on with a few before
and behind them (``exact``, ``prefix`` and ``suffix`` of a TextQuoteSelector, W3C Web Annotation
Data Model, 2017), and its page is asked of the book whenever it is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING, Protocol

from rag.types import NotInLibraryError, Span, cited_notes, locate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.types import Book, BookRecord, CitedNote, Place

AROUND = 32
"""Characters before and behind a note's words that are kept with them."""
LONGEST_QUOTE = 4000
"""Characters of a book that one note may hang on."""
_TELLING = 12
"""Letters on end by which one stretch of a book is told from every other."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The words of a book that a note hangs on, as they stood when it was made.

    ``words`` were ``book.text[start:end]``; ``before`` and ``after`` are the text around them.
    """

    book_id: str
    start: int
    end: int
    words: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader has kept of a book; an empty ``body`` is a mark alone.

    ``created`` and ``changed`` are ISO 8601 in UTC.
    """

    id: str
    anchor: Anchor
    body: str
    created: str
    changed: str


class Standing(StrEnum):
    """Whether the words that a note hangs on are in its book."""

    THERE = "there"
    """Where they were."""
    MOVED = "moved"
    """Elsewhere: the book was replaced, and they were found again."""
    LOST = "lost"
    """Not in the book as it is now, or more than once, so that nobody can say where."""
    GONE = "gone"
    """The book is not in the library."""


@dataclass(frozen=True, slots=True)
class PlacedNote:
    """A note with where its words stand now: ``span`` in the book's text, and the place.

    Both are None where they are lost or the book is gone; ``record`` is None in that case alone.
    ``footnotes`` are those of the book that hang on them.
    """

    note: Note
    standing: Standing
    record: BookRecord | None = None
    span: Span | None = None
    place: Place | None = None
    footnotes: tuple[CitedNote, ...] = ()


class Notes(Protocol):
    """The notes of readers, each its owner's own; safe for several threads.

    An owner is the key that his browser keeps, as of ``Conversations``; another's note is as
    one that is not there. A note outlives its book. Any call may raise LibraryError.
    """

    def close(self) -> None:
        """Close the notes; they cannot be used afterwards."""

    def add(self, owner: str, anchor: Anchor, body: str = "") -> Note:
        """Keep a note and return it; a mark on the very words that are marked is not doubled."""

    def edit(self, note_id: str, owner: str, body: str) -> None:
        """Put other words of the reader's in place of a note's; NotInLibraryError."""

    def remove(self, note_id: str, owner: str) -> None:
        """Delete a note; NotInLibraryError."""

    def of(self, owner: str | None, book_id: str | None = None, words: str = "") -> list[Note]:
        """Return an owner's notes, by book and place; of None, everybody's.

        On one book alone where it is given; with ``words``, those whose own words or whose
        book's hold them, in small or capital letters.
        """


def anchor_at(book: Book, span: Span) -> Anchor:
    """Return what a note on a stretch of a book hangs on, without spaces at its ends.

    NotInLibraryError where the book has no such stretch, it is blank, or it is too long.
    """
    start, end = span.start, span.end
    words = book.text[start:end] if 0 <= start < end <= len(book.text) else ""
    start += len(words) - len(words.lstrip())
    words = words.strip()
    end = start + len(words)
    if not words or len(words) > LONGEST_QUOTE:
        raise NotInLibraryError(
            f"A note needs words of the book, at most {LONGEST_QUOTE} characters; choose others."
        )
    around = book.text[max(start - AROUND, 0) : start], book.text[end : end + AROUND]
    return Anchor(book.id, start, end, words, *around)


def placed(note: Note, book: Book | None) -> PlacedNote:
    """Return a note with where its words stand in its book, None where that is gone."""
    if book is None:
        return PlacedNote(note, Standing.GONE)
    span = found_again(note.anchor, book.text)
    if span is None:
        return PlacedNote(note, Standing.LOST, book.record)
    here = (note.anchor.start, note.anchor.end) == (span.start, span.end)
    standing = Standing.THERE if here else Standing.MOVED
    return PlacedNote(
        note=note,
        standing=standing,
        record=book.record,
        span=span,
        place=locate(book, span.start, span.end),
        footnotes=cited_notes(book, span.start, span.end),
    )


def found_again(anchor: Anchor, text: str) -> Span | None:
    """Return where an anchor's words stand in a text; None where it is not sure.

    Spaces and ends of lines count for nothing. Words that stand there once are those meant
    where they, with what else agrees around them, are long enough to be told; of several
    places it is the one around which most agrees, and enough. Where the same stands around
    several, it is the old place or none.
    """
    agreed = {span: _agreed(anchor, text, span) for span in _places(anchor.words, text)}
    if not agreed:
        return None
    whole = len(_letters(anchor.before)) + len(_letters(anchor.after))
    most = max(agreed.values())
    best = [span for span, agrees in agreed.items() if agrees == most]
    old = Span(anchor.start, anchor.end)
    if most == whole and old in best and _ends_alike(anchor, text):
        return old
    if len(best) > 1:
        return None
    enough = _TELLING if len(agreed) > 1 else _TELLING - len(_letters(anchor.words))
    return best[0] if most >= min(enough, whole) else None


def _places(words: str, text: str) -> Iterator[Span]:
    pattern = re.compile(r"\s*".join(map(re.escape, _letters(words))))
    for found in pattern.finditer(text):
        yield Span(found.start(), found.end())


def _agreed(anchor: Anchor, text: str, span: Span) -> int:
    """Return how many letters around a span, on end, are those that stood around the anchor."""
    # Twice as much is looked at, for there may be more spaces than there were.
    here = _letters(text[max(span.start - 2 * AROUND, 0) : span.start])
    there = _letters(text[span.end : span.end + 2 * AROUND])
    sides = (here[::-1], _letters(anchor.before)[::-1]), (there, _letters(anchor.after))
    return sum(
        sum(1 for _ in takewhile(lambda two: two[0] == two[1], zip(*side, strict=False)))
        for side in sides
    )


def _ends_alike(anchor: Anchor, text: str) -> bool:
    """Return whether a text begins and ends around the old place as it did."""
    return len(anchor.before) == min(AROUND, anchor.start) and len(anchor.after) == len(
        text[anchor.end : anchor.end + AROUND]
    )


def _letters(text: str) -> str:
    return "".join(text.split())
