"""Which book of the library is meant, and which one a new file is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from rag.language.text import letters_of
from rag.types import LikenessError, NotInLibraryError, Problem, ReadingError, RecordError, TextKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rag.library import Library
    from rag.types import Book, BookRecord, BookSummary, Shelf

LONGEST_STEM = 70
"""Of an id that gets a number, so that a record may name it too."""


def chosen(
    library: Library, name: str | None, shelves: Callable[[], Sequence[Shelf]] = list
) -> list[str]:
    """Return the ids of the books that an id or title names; of all books where none is named.

    What is no book's name may be that of a set of ``shelves``, of which those books are taken
    that are there. NotInLibraryError where there is none of that name.
    """
    records = library.records()
    if name is None:
        return [record.id for record in records]
    found = [record.id for record in records if name in (record.id, record.title)]
    if not found:
        named = next((shelf for shelf in shelves() if shelf.name == name), None)
        found = [record.id for record in records if named and record.id in named.books]
        if named and not found:
            raise NotInLibraryError(f"Of the set {name} the library holds no book any more.")
    if not found:
        there = ", ".join(record.id for record in records) or "no books"
        raise NotInLibraryError(f"The library holds no book {name}; it holds {there}.")
    return found


def to_replace(library: Library, name: str, given: BookRecord | None) -> str:
    """Return the id of the one book that an id or title names; NotInLibraryError.

    Raises RecordError where the record of the new file names another book.
    """
    ids = chosen(library, name)
    if name not in ids and len(ids) > 1:
        raise NotInLibraryError(
            f"The library holds {len(ids)} books called {name}: {', '.join(ids)}; "
            "say which by its id."
        )
    book_id = name if name in ids else ids[0]
    if given and given.id != book_id:
        raise RecordError(
            f"The record is of the book {given.id}, and {book_id} was to be replaced; "
            "leave out one of the two."
        )
    return book_id


@dataclass(frozen=True, slots=True)
class Identified:
    """A book under the id that it is to be kept by.

    ``replaced`` is the book of the library that it takes the place of, ``told`` what a
    person should hear of it; ``alike`` are the ids of the books that it may be.
    """

    book: Book
    replaced: BookSummary | None
    told: tuple[Problem, ...]
    alike: tuple[str, ...] = ()


def identify(
    library: Library,
    book: Book,
    named: str | None,
    known: Sequence[BookRecord],
    *,
    digest: str,
    source: str,
) -> Identified:
    """Return a book that was read under the id of the book that it is, or under a new one.

    It is the book that a person ``named`` (the id in a record, or the book to be
    replaced), else the one last read from the same ``source``. What it calls itself makes
    it no book of the library, except that notes on a ``known`` book give way to it. A new
    book whose id is taken gets the next number behind it: ``shi-ji-2``. So it does where
    corrections of a removed book are kept under the id, unless it is that book by
    ``digest`` or ``source``.
    """
    held = {summary.record.id: summary for summary in library.summaries()}
    book_id = named or next((key for key, one in held.items() if one.source == source), None)
    if book_id is None:
        book_id = _new_id(library, book, held, known, library.former_id(digest, source))
    replaced = held.get(book_id)
    own, book = book.record, replace(book, record=replace(book.record, id=book_id))
    if replaced is None:
        alike = [
            one
            for key, one in held.items()
            if key == own.id
            or one.source == source
            or letters_of(one.record.title) == letters_of(own.title)
        ]
        told = tuple(_likeness(library, own.id, book_id, alike))
        return Identified(book, None, told, tuple(one.record.id for one in alike))
    told = ()
    if replaced.record.kind is TextKind.NOTES and book.record.kind is TextKind.BOOK:
        lost = len(library.corrections(book_id))
        if lost:
            said = f"Corrections made by hand to the pages of the notes went with them: {lost}."
            told = (Problem("corrections_of_notes", said),)
    return Identified(book, replaced, told, (book_id,))


def see_that_it_is_told(found: Identified, named: str | None) -> None:
    """Raise LikenessError where a book may be one that is there, and nobody has ``named`` that."""
    if named is not None or not found.alike:
        return
    title = found.replaced.record.title if found.replaced else None
    what = f"would take the place of {title}" if title else "may be a book that is there"
    raise LikenessError(
        f"{found.book.record.title} {what} ({', '.join(found.alike)}); say whether it is that.",
        found.alike,
        both=found.replaced is None,
    )


def _new_id(
    library: Library,
    book: Book,
    held: Mapping[str, BookSummary],
    known: Sequence[BookRecord],
    former: str | None,
) -> str:
    """Return the id of a book that nobody named: its former one, its own, or that with a number."""
    if former is not None and former not in held:
        return former
    own = book.id
    notes = own in held and held[own].record.kind is TextKind.NOTES
    if notes and any(_are_one(book.record, record) for record in known):
        return own

    def is_free(book_id: str) -> bool:
        return book_id not in held and not library.corrections(book_id)

    numbered = (f"{own[:LONGEST_STEM].rstrip('-')}-{number}" for number in count(2))
    return own if is_free(own) else next(filter(is_free, numbered))


def _are_one(record: BookRecord, known: BookRecord) -> bool:
    """Return whether a record was taken from a known one, and not made with the same id."""
    return (record.id, record.title, record.authors) == (known.id, known.title, known.authors)


def _likeness(
    library: Library, own: str, given: str, alike: Sequence[BookSummary]
) -> Iterator[Problem]:
    """Yield what a person should hear of a new book that may be one they have."""
    for one in alike:
        yield Problem(
            "likeness",
            f"The library holds {one.record.title} ({one.record.id}), which this may be; both are "
            f"kept. If they are one book, run 'rag remove {given}' and add this file again "
            f"with --replace {one.record.id}.",
        )
    if own != given and not alike and library.corrections(own):
        yield Problem(
            "likeness",
            f"A book with the id {own} was removed, and corrections of its pages are kept, so "
            f"this one is {given}. If they are one book, give it the id {own} in a book.toml.",
        )


def refuse_notes(library: Library, book: Book) -> None:
    """Raise ReadingError for notes on a book that the library holds itself."""
    for summary in library.summaries():
        kinds = (summary.record.kind, book.record.kind)
        if summary.record.id == book.id and kinds == (TextKind.BOOK, TextKind.NOTES):
            raise ReadingError(
                f"The library holds {book.id} itself, and notes on it give way to it; "
                f"to have the notes instead, run 'rag remove {book.id}' first."
            )
