"""The library: one SQLite file that is the record of everything.

Every change of a book is one transaction on disk before it returns, so a book is there
whole, as it was, or not at all. One process writes at a time (``Library.writing``); any
number read. Opening, locking and transactions are in ``rag.library.sqlite.file``, reading in
``rag.library.sqlite.reading``.
"""

from __future__ import annotations

import json
from dataclasses import astuple, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.language.text import bigrams
from rag.library.sqlite.reading import LibraryReading, StoredPassage
from rag.types import EncoderError, LibraryError, TextKind, json_of_record, record_of, rows_of

__all__ = ["Library", "StoredPassage"]

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rag.types import Book, BookRecord, Correction, Passage, Span, Vocabulary


class Library(LibraryReading):
    """The books of one data folder; safe to use from several threads.

    Opening makes the file where there is none. Raises LibraryError where it cannot be
    opened, is no library, or was written by a newer version of this program.
    """

    def put(
        self,
        book: Book,
        passages: Sequence[Passage],
        vectors: NDArray[Any],
        sentences: Sequence[Sequence[Span]],
        sentence_vectors: Sequence[NDArray[Any]],
        *,
        digest: str,
        encoder: str,
        vocabulary: Vocabulary | None = None,
        source: str | None = None,
    ) -> None:
        """Keep a book whole, in place of an earlier one of its id; on return it is safe on disk.

        ``source`` is the URI of the file that it was read from, which is then no other's.
        Corrections that were made by hand stay, but those of notes are not their book's.
        ``vectors`` has shape (number of passages, d); ``sentences`` and
        ``sentence_vectors`` hold for each passage its sentences' spans and vectors
        (shape (m, e)). Raises EncoderError where the other books' vectors are of another
        encoder, LibraryError where the disk refuses or passages and vectors do not match
        (the library is then as it was), LibraryBusyError where another process writes.
        """
        dimension = _dimension(passages, vectors, sentences, sentence_vectors)
        for passage in passages:
            if passage.book_id != book.id or passage.text != book.text[passage.start : passage.end]:
                raise LibraryError(f"Passage {passage.id} is not a slice of the book {book.id}.")
        with self._write() as connection:
            record = _anchored_record(connection, book)
            connection.execute(
                "DELETE FROM words WHERE rowid IN (SELECT number FROM passages WHERE book = ?)",
                [book.id],
            )
            if book.record.kind is TextKind.BOOK:
                connection.execute(
                    "DELETE FROM corrections WHERE book IN "
                    "(SELECT id FROM books WHERE id = ? AND kind = 'notes')",
                    [book.id],
                )
            connection.execute("DELETE FROM books WHERE id = ?", [book.id])
            connection.execute("DELETE FROM removed WHERE digest = ?", [digest])
            connection.execute("UPDATE removed SET book = NULL WHERE book = ?", [book.id])
            if passages:
                self._settle_encoder(connection, encoder, dimension)
            self._insert_book(connection, replace(book, record=record), digest)
            _settle_source(connection, book.id, source)
            rows = zip(passages, vectors, sentences, sentence_vectors, strict=True)
            for passage, vector, spans, matrix in rows:
                number = connection.execute(
                    'INSERT INTO passages (id, book, kind, section, start, "end") '
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        passage.id,
                        book.id,
                        passage.kind,
                        passage.section,
                        passage.start,
                        passage.end,
                    ],
                ).lastrowid
                connection.execute(
                    "INSERT INTO vectors VALUES (?, ?, ?, ?)",
                    [number, _blob(vector, "<f4"), _spans_blob(spans), _blob(matrix, "<f2")],
                )
                connection.execute(
                    "INSERT INTO words (rowid, tokens) VALUES (?, ?)",
                    [number, " ".join(bigrams(passage.text))],
                )
            if vocabulary is not None:
                _insert_vocabulary(connection, book.id, vocabulary)

    def put_source(self, book_id: str, source: str) -> None:
        """Keep where a book was read from, the URI of a file; NotInLibraryError."""
        with self._write() as connection:
            self._must_hold(connection, book_id)
            _settle_source(connection, book_id, source)

    def put_vocabulary(self, book_id: str, vocabulary: Vocabulary) -> None:
        """Keep the words of a book that is there without them; NotInLibraryError."""
        with self._write() as connection:
            self._must_hold(connection, book_id)
            _insert_vocabulary(connection, book_id, vocabulary)

    def remove(self, book_id: str) -> None:
        """Take a book out, whole; NotInLibraryError where it is not there."""
        with self._write() as connection:
            self._must_hold(connection, book_id)
            connection.execute(
                "DELETE FROM words WHERE rowid IN (SELECT number FROM passages WHERE book = ?)",
                [book_id],
            )
            connection.execute(
                "INSERT OR REPLACE INTO removed SELECT digest, id, source FROM books WHERE id = ?",
                [book_id],
            )
            connection.execute("DELETE FROM books WHERE id = ?", [book_id])
            if not connection.execute("SELECT 1 FROM passages").fetchone():
                connection.execute("DELETE FROM meta WHERE key = 'encoder'")
            self._next_generation(connection)

    def correct(self, book_id: str, corrections: Sequence[Correction]) -> None:
        """Keep these corrections of a book's pages in place of those made by hand before.

        The book counts as changed; passages and vectors stay as they are. Raises
        NotInLibraryError where the book is not there.
        """
        with self._write() as connection:
            self._must_hold(connection, book_id)
            connection.execute("DELETE FROM corrections WHERE book = ?", [book_id])
            connection.executemany(
                "INSERT INTO corrections VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(book_id, n, *astuple(one)) for n, one in enumerate(corrections)],
            )
            connection.execute(
                "UPDATE books SET changed = ? WHERE id = ?",
                [self._next_generation(connection), book_id],
            )

    def replace_vectors(
        self,
        vectors: Iterable[tuple[str, NDArray[Any], NDArray[Any]]],
        *,
        encoder: str,
    ) -> None:
        """Put another encoder's vectors in place of all there are, in one transaction.

        ``vectors`` gives for every passage of the library its id, its vector (d,) and its
        sentences' vectors (m, d), in any order; it may encode as it goes. Raises
        LibraryError, and changes nothing, where a passage is left out or does not fit.
        """
        with self._write() as connection:
            connection.execute("DELETE FROM meta WHERE key = 'encoder'")
            left = dict(connection.execute("SELECT id, number FROM passages"))
            for passage_id, vector, matrix in vectors:
                number = left.pop(passage_id, None)
                if number is None:
                    raise LibraryError(f"The library holds no passage {passage_id} to encode.")
                dimension = len(vector)
                self._settle_encoder(connection, encoder, dimension)
                [length] = connection.execute(
                    "SELECT length(sentences) / 8 FROM vectors WHERE passage = ?", [number]
                ).fetchone()
                if len(matrix) != length:
                    raise LibraryError(f"The vectors of passage {passage_id} do not fit it.")
                connection.execute(
                    "UPDATE vectors SET vector = ?, sentence_vectors = ? WHERE passage = ?",
                    [_blob(vector, "<f4"), _blob(matrix, "<f2"), number],
                )
            if left:
                raise LibraryError(f"{len(left)} passages of the library were not encoded.")
            connection.execute("UPDATE books SET changed = ?", [self._next_generation(connection)])

    def _next_generation(self, connection: sqlite3.Connection) -> int:
        [value] = connection.execute(
            "UPDATE meta SET value = value + 1 WHERE key = 'generation' RETURNING value"
        ).fetchone()
        return int(value)

    def _settle_encoder(self, connection: sqlite3.Connection, name: str, dimension: int) -> None:
        """Write down the encoder, or see that it is the one of the vectors there are."""
        row = connection.execute("SELECT value FROM meta WHERE key = 'encoder'").fetchone()
        if row is None or not connection.execute("SELECT 1 FROM passages").fetchone():
            connection.execute(
                "INSERT OR REPLACE INTO meta VALUES ('encoder', ?)", [json.dumps([name, dimension])]
            )
        elif json.loads(row[0]) != [name, dimension]:
            of, width = json.loads(row[0])
            raise EncoderError(
                f"The library was made with the encoder {of} ({width} dimensions), not with "
                f"{name} ({dimension}); set RAG_ENCODER back, or re-encode all books with "
                "'rag doctor --repair'."
            )

    def _insert_book(self, connection: sqlite3.Connection, book: Book, digest: str) -> None:
        """Write a book without its passages."""
        values = [
            book.id,
            book.record.kind,
            digest,
            self._next_generation(connection),
            json_of_record(book.record),
            book.body_end,
            book.text,
        ]
        connection.execute("INSERT INTO books VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", values)
        for table, rows in rows_of(book).items():
            for row in rows:
                connection.execute(
                    f"INSERT INTO {table} VALUES (?{', ?' * len(row)})",  # noqa: S608 -- our own names
                    [book.id, *row],
                )


def _settle_source(connection: sqlite3.Connection, book_id: str, source: str | None) -> None:
    """Write down where a book was read from; no other book, there or removed, is from there."""
    for table in ("books", "removed"):
        connection.execute(f"UPDATE {table} SET source = NULL WHERE source = ?", [source])  # noqa: S608 -- our own names
    connection.execute("UPDATE books SET source = ? WHERE id = ?", [source, book_id])


def _anchored_record(connection: sqlite3.Connection, book: Book) -> BookRecord:
    """Return a book's record, whose corrections are tied to the pages they were first made for."""
    if not book.record.corrections:
        return book.record
    from rag.library.correcting import anchored  # noqa: PLC0415 -- a cold question waits for imports

    row = connection.execute("SELECT record FROM books WHERE id = ?", [book.id]).fetchone()
    earlier = () if row is None else record_of(row[0]).corrections
    return replace(book.record, corrections=anchored(book, book.record.corrections, earlier))


def _dimension(
    passages: Sequence[Passage],
    vectors: NDArray[Any],
    sentences: Sequence[Sequence[Span]],
    sentence_vectors: Sequence[NDArray[Any]],
) -> int:
    """Return the length of a vector, once everything has been seen to match."""
    if not len(passages) == len(vectors) == len(sentences) == len(sentence_vectors):
        raise LibraryError("Every passage needs a vector, sentences and their vectors.")
    dimension = int(vectors.shape[1]) if passages else 0
    for passage, spans, matrix in zip(passages, sentences, sentence_vectors, strict=True):
        inside = all(0 <= span.start <= span.end <= len(passage.text) for span in spans)
        if not inside or len(matrix) != len(spans):
            raise LibraryError(f"The sentences of passage {passage.id} do not fit their vectors.")
    return dimension


def _insert_vocabulary(
    connection: sqlite3.Connection, book_id: str, vocabulary: Vocabulary
) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO vocabularies VALUES (?, ?, ?, ?)",
        [
            book_id,
            "\n".join(vocabulary.words),
            _blob(vocabulary.counts, "<i4"),
            _blob(vocabulary.vectors, "<f2"),
        ],
    )


def _blob(values: NDArray[Any], kind: str) -> bytes:
    return np.ascontiguousarray(values, dtype=kind).tobytes()


def _spans_blob(spans: Sequence[Span]) -> bytes:
    return np.array([(span.start, span.end) for span in spans], dtype="<i4").tobytes()
