"""Books and what is said of them, as the tables have them; each book is made up once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import starmap
from typing import TYPE_CHECKING, Any

from rag.library.correcting import correct
from rag.library.recording import edited
from rag.types import (
    LAYERS,
    Book,
    BookRecord,
    BookSummary,
    Correction,
    Edit,
    NotInLibraryError,
    PageStatus,
    Passage,
    PassageKind,
    book_of,
    contents_of,
    problems_of,
)
from rag.types.forms import record_of, value_of

if TYPE_CHECKING:
    from rag.library.tables.engine import Connection


class Books:
    """The books of a file, made up of their rows and kept as long as they do not change.

    The connection that is given holds one view of the file, and one thread holds it.
    """

    def __init__(self) -> None:
        self._books: dict[str, tuple[int, Book]] = {}
        self._records: dict[str, tuple[int, BookRecord]] = {}

    def record(self, connection: Connection, book_id: str, changed: int) -> BookRecord:
        """Return the record of a book that is there, last changed by a generation, as edited."""
        known = self._records.get(book_id)
        if known is None or known[0] != changed:
            [written] = connection.execute(
                "SELECT record FROM books WHERE id = ?", [book_id]
            ).fetchone()
            record = edited(record_of(written), edits_of(connection, book_id))
            known = self._records[book_id] = changed, record
        return known[1]

    def book(self, connection: Connection, book_id: str, changed: int | None = None) -> Book:
        """Return a book with its pages as corrected; NotInLibraryError where it is not there.

        ``changed`` is the generation that last changed it, where that is known.
        """
        if changed is None:
            changed = must_hold(connection, book_id)
        known = self._books.get(book_id)
        if known is None or known[0] != changed:
            book = as_read(connection, book_id)
            by_hand = corrections_of(connection, book_id)
            book = correct(book, (*book.record.corrections, *by_hand))
            book = replace(book, record=edited(book.record, edits_of(connection, book_id)))
            known = self._books[book_id] = changed, book
        return known[1]

    def passage(self, connection: Connection, *row: Any) -> Passage:  # noqa: ANN401 -- a row
        """Return the passage of a row: its id, book, kind, section, start and end."""
        passage_id, book_id, kind, section, start, end = row
        text = self.book(connection, book_id).text[start:end]
        return Passage(passage_id, book_id, PassageKind(kind), section, start, end, text)

    def summary(self, connection: Connection, *row: Any) -> BookSummary:  # noqa: ANN401 -- a row
        """Return what is to be said of a book by its row: counts, contents and problems.

        The row has its id, record, digest, source, and when it was added.
        """
        book_id, record, digest, source, added = row
        [pages, passages, footnotes] = connection.execute(
            "SELECT (SELECT count(*) FROM pages WHERE book = ?), "
            "(SELECT count(*) FROM passages WHERE book = ?), "
            "(SELECT count(*) FROM footnotes WHERE book = ?)",
            [book_id] * 3,
        ).fetchone()
        kept = record_of(record)
        corrections = (*kept.corrections, *corrections_of(connection, book_id))
        edits = edits_of(connection, book_id)
        if corrections:
            book = self.book(connection, book_id)
            contents, problems = book.contents, book.problems
            statuses = Counter(page.status for page in book.pages)
        else:
            contents = contents_of(_layer(connection, "contents", book_id))
            problems = problems_of(_layer(connection, "problems", book_id))
            counts = "SELECT status, count(*) FROM pages WHERE book = ? GROUP BY status"
            rows = connection.execute(counts, [book_id])
            statuses = Counter({PageStatus(status): count for status, count in rows})
        levels = [entry.level for entry in contents]
        return BookSummary(
            record=edited(kept, edits),
            pages=pages,
            sections=levels.count(2) or levels.count(1),
            passages=passages,
            footnotes=footnotes,
            contents=contents,
            problems=problems,
            digest=digest,
            corrections=corrections,
            source=source,
            added=added,
            exact=statuses[PageStatus.EXACT],
            approximate=statuses[PageStatus.APPROXIMATE],
            unknown=statuses[PageStatus.UNKNOWN],
            edited=tuple(edit.field for edit in edits),
        )


def as_read(connection: Connection, book_id: str) -> Book:
    """Return a book that is there, without any corrections of its pages."""
    [record, body_end, text] = connection.execute(
        "SELECT record, body_end, text FROM books WHERE id = ?", [book_id]
    ).fetchone()
    layers = {table: _layer(connection, table, book_id) for table in LAYERS}
    return book_of(record_of(record), body_end, text, layers)


def must_hold(connection: Connection, book_id: str) -> int:
    """Return the generation that last changed a book; NotInLibraryError."""
    row = connection.execute("SELECT changed FROM books WHERE id = ?", [book_id]).fetchone()
    if row is None:
        ids = [found for [found] in connection.execute("SELECT id FROM books ORDER BY id")]
        holds = "it holds " + ", ".join(ids[:20]) if ids else "it is empty; add a book first"
        more = f" and {len(ids) - 20} more" if len(ids) > 20 else ""
        raise NotInLibraryError(f"The library holds no book {book_id!r}; {holds}{more}.")
    return int(row[0])


def corrections_of(connection: Connection, book_id: str) -> tuple[Correction, ...]:
    """Return what was said of a book's pages by hand."""
    rows = connection.execute(
        "SELECT first, last, label, shift, begins, ends FROM corrections "
        "WHERE book = ? ORDER BY position",
        [book_id],
    )
    return tuple(starmap(Correction, rows))


def edits_of(connection: Connection, book_id: str) -> tuple[Edit, ...]:
    """Return what was said of a book's record by hand, by field."""
    rows = connection.execute(
        "SELECT field, value FROM edits WHERE book = ? ORDER BY field", [book_id]
    )
    return tuple(Edit(field, value_of(value)) for field, value in rows)


def _layer(connection: Connection, table: str, book_id: str) -> list[tuple[Any, ...]]:
    """Return the rows of one of LAYERS without the book's id, in order."""
    rows = connection.execute(
        f"SELECT * FROM {table} WHERE book = ? ORDER BY 2",  # noqa: S608 -- our own names
        [book_id],
    )
    return [row[1:] for row in rows]
