"""What is done to books that are there: their pages, records and sets; each change whole or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.application.keeping.adding import follow, remove
from rag.language.text import letters_of
from rag.library import correct, edit_of, revised, revised_record, text_of
from rag.reading.source import read_references
from rag.types import CorrectionError, NotInLibraryError, ReadingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rag.application.wiring import Parts
    from rag.types import Book, BookRecord, BookSummary, Correction, Edit, Shelf

LONGEST_NAME = 80
"""Characters of the name of a set."""


class Keeping:
    """The library as whoever keeps it sees it; safe for several threads.

    A change waits for nobody: while a book is being added it raises LibraryBusyError. Of a book
    that is not there every method raises NotInLibraryError.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def summary(self, book_id: str) -> BookSummary:
        """Return what the library says of one book."""
        held = {one.record.id: one for one in self._parts.library.summaries()}
        if book_id not in held:
            raise NotInLibraryError(f"The library holds no book {book_id}.")
        return held[book_id]

    def corrections(self, book_id: str) -> tuple[Correction, ...]:
        """Return what was said of a book's pages by hand."""
        return self._parts.library.corrections(book_id)

    def preview(self, book_id: str, new: Sequence[Correction], *, clear: bool = False) -> Book:
        """Return a book as corrections would make it, which are not kept; errors as ``correct``."""
        read = self._parts.library.book_as_read(book_id)
        earlier = () if clear else self._parts.library.corrections(book_id)
        return correct(read, (*read.record.corrections, *revised(read, earlier, new)))

    def correct(self, book_id: str, new: Sequence[Correction], *, clear: bool = False) -> Book:
        """Return a book with corrections of its pages, added to earlier ones or in their place.

        Raises CorrectionError where one cannot be; the library is then as it was.
        """
        library = self._parts.library
        with library.writing(wait=False):
            read = library.book_as_read(book_id)
            earlier = () if clear else library.corrections(book_id)
            return self._corrected(book_id, revised(read, earlier, new))

    def put_back(self, book_id: str, corrections: Sequence[Correction]) -> Book:
        """Return a book with just these corrections, as they were kept before."""
        with self._parts.library.writing(wait=False):
            return self._corrected(book_id, corrections)

    def _corrected(self, book_id: str, corrections: Sequence[Correction]) -> Book:
        self._parts.library.correct(book_id, corrections)
        follow(self._parts)
        return self._parts.library.book(book_id)

    def imported(self, book_id: str, source: Path) -> tuple[Edit, ...]:
        """Return what a file of references (RIS, BibTeX, CSL-JSON) says of a book's record.

        Of several books in it, of the one with this book's title. Raises ReadingError, or
        CorrectionError where a field cannot be taken.
        """
        from rag.reading.files import decode, read_bytes  # noqa: PLC0415 - slow to import

        title = letters_of(self._parts.library.book(book_id).record.title)
        books = read_references(decode(read_bytes(source), source.name), source.name)
        found = [one for one in books if letters_of(_title(one)).startswith(title)]
        if not found and len(books) > 1:
            raise ReadingError(
                f"{source.name} speaks of {len(books)} books, and none of them has this title; "
                "export the one that is meant."
            )
        return tuple(edit_of(one.field, text_of(one.value)) for one in (found or books)[0])

    def edit(self, book_id: str, edits: Iterable[Edit] = (), *, clear: bool = False) -> BookRecord:
        """Return the record of a book with edits added to earlier ones, or in their place.

        They are kept apart from what was read, and hold for all that cites the book, also when
        it is added again.
        """
        library = self._parts.library
        with library.writing(wait=False):
            read = library.book_as_read(book_id).record
            earlier = () if clear else library.edits(book_id)
            library.edit(book_id, revised_record(read, earlier, edits))
            follow(self._parts)
            return library.book(book_id).record

    def remove(self, book_id: str, *, corrections: bool = False) -> BookSummary:
        """Take a book out, with ``corrections`` what was said by hand too; return what went."""
        with self._parts.library.writing(wait=False):
            gone = self.summary(book_id)
            remove(self._parts, book_id, corrections=corrections)
            return gone

    def shelves(self) -> list[Shelf]:
        """Return the sets of books that have names."""
        return self._parts.shelves.all()

    def shelve(self, name: str, books: Sequence[str]) -> Shelf:
        """Keep a set of books, named by ids or titles, in place of one of its name; return it.

        Raises CorrectionError where it cannot have that name, or would hold no book.
        """
        called = " ".join(name.split())
        if not called or len(called) > LONGEST_NAME or not called.isprintable():
            raise CorrectionError(
                f"A set of books needs a name of one line, at most {LONGEST_NAME} characters long."
            )
        records = [one.record for one in self._parts.library.summaries()]
        if any(called in (record.id, record.title) for record in records):
            raise CorrectionError(f"A book is called {called}; give the set another name.")
        ids = [book_id for book in books for book_id in self._parts.chosen(book)]
        if not ids:
            raise CorrectionError(f"Name the books that the set {called} is to hold.")
        self._parts.shelves.put(called, ids)
        return next(one for one in self._parts.shelves.all() if one.name == called)

    def unshelve(self, name: str) -> None:
        """Forget a set of books; the books stay. NotInLibraryError where there is none."""
        self._parts.shelves.remove(name)


def _title(edits: Iterable[Edit]) -> str:
    return next((str(edit.value) for edit in edits if edit.field == "title"), "")
