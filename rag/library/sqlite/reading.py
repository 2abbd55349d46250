"""What the library tells: books, passages, vectors, and which passages hold which words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import starmap
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.library.sqlite.file import LibraryFile, damage
from rag.library.sqlite.schema import CONSISTENCY
from rag.types import (
    LAYERS,
    Book,
    BookSummary,
    Correction,
    LibraryError,
    NotInLibraryError,
    Passage,
    PassageKind,
    Span,
    Vocabulary,
    book_of,
    contents_of,
    problems_of,
    record_of,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_PASSAGE = 'SELECT id, book, kind, section, start, "end" FROM passages'


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its vectors.

    ``vector`` has shape (d,), float32; ``sentences`` are offsets in ``passage.text``;
    ``sentence_vectors`` has shape (number of sentences, e), float16; e need not be d.
    """

    passage: Passage
    vector: NDArray[np.float32]
    sentences: tuple[Span, ...]
    sentence_vectors: NDArray[np.float16]


class LibraryReading(LibraryFile):
    """A library as its readers see it; safe to use from several threads.

    What one call returns is of one state of the library, whoever writes meanwhile.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._books: dict[str, tuple[int, Book]] = {}
        self._sentences: dict[tuple[str, int], tuple[int, NDArray[np.float32]]] = {}
        self._vocabularies: dict[str, tuple[int, Vocabulary]] = {}

    @property
    def encoder(self) -> tuple[str, int] | None:
        """The name and dimension of the encoder that made the vectors; None without vectors."""
        written = self._meta("encoder")
        if written is None:
            return None
        name, dimension = json.loads(written)
        return str(name), int(dimension)

    def changes(self) -> dict[str, tuple[int, int]]:
        """Return for each book the generation that last changed it, and how many passages it has.

        What follows the library (a vector store) sees by this what it must bring up to date.
        """
        with self._read() as connection:
            rows = connection.execute(
                "SELECT id, changed, (SELECT count(*) FROM passages WHERE book = books.id) "
                "FROM books ORDER BY id"
            )
            return {book_id: (changed, passages) for book_id, changed, passages in rows}

    def summaries(self) -> list[BookSummary]:
        """Return what the library holds, books before notes, by id."""
        with self._read() as connection:
            return [
                self._summary(connection, *row)
                for row in connection.execute(
                    "SELECT id, record, digest, source FROM books ORDER BY kind = 'notes', id"
                ).fetchall()
            ]

    def book(self, book_id: str) -> Book:
        """Return a book with its pages as corrected; NotInLibraryError where it is not there.

        The same object is given again as long as the book does not change.
        """
        with self._read() as connection:
            changed = self._must_hold(connection, book_id)
            known = self._books.get(book_id)
            if known is None or known[0] != changed:
                known = self._books[book_id] = changed, self._load_book(connection, book_id)
            return known[1]

    def book_as_read(self, book_id: str) -> Book:
        """Return a book without any corrections of its pages; NotInLibraryError."""
        with self._read() as connection:
            self._must_hold(connection, book_id)
            return self._load_as_read(connection, book_id)

    def corrections(self, book_id: str) -> tuple[Correction, ...]:
        """Return what was said of a book's pages by hand, as it was said, in order."""
        with self._read() as connection:
            return _corrections(connection, book_id)

    def pictures(self) -> frozenset[str]:
        """Return the files of all pages' pictures, relative to the folder of pictures."""
        with self._read() as connection:
            rows = connection.execute("SELECT image FROM pages WHERE image IS NOT NULL")
            return frozenset(image for [image] in rows)

    def digest(self, book_id: str) -> str:
        """Return the digest of the source of a book; NotInLibraryError where it is not there."""
        with self._read() as connection:
            self._must_hold(connection, book_id)
            [digest] = connection.execute(
                "SELECT digest FROM books WHERE id = ?", [book_id]
            ).fetchone()
            return str(digest)

    def removed(self) -> frozenset[str]:
        """Return the digests of sources that were taken out and not put back since."""
        with self._read() as connection:
            rows = connection.execute("SELECT digest FROM removed")
            return frozenset(digest for [digest] in rows)

    def former_id(self, digest: str, source: str) -> str | None:
        """Return the id that a removed book had, known by its digest or else by its file."""
        with self._read() as connection:
            row = connection.execute(
                "SELECT book FROM removed WHERE book IS NOT NULL "
                "AND (digest = :digest OR source = :source) ORDER BY digest <> :digest LIMIT 1",
                {"digest": digest, "source": source},
            ).fetchone()
            return None if row is None else str(row[0])

    def passage(self, passage_id: str) -> Passage:
        """Return a passage; NotInLibraryError where it is not there."""
        with self._read() as connection:
            row = connection.execute(f"{_PASSAGE} WHERE id = ?", [passage_id]).fetchone()
            if row is None:
                raise NotInLibraryError(
                    f"The library holds no passage {passage_id}; "
                    "its book may have been replaced, so search again."
                )
            return self._passage(*row)

    def passages(self, book_id: str) -> list[Passage]:
        """Return the passages of a book as they were put; NotInLibraryError as for ``book``."""
        with self._read() as connection:
            self._must_hold(connection, book_id)
            rows = connection.execute(f"{_PASSAGE} WHERE book = ? ORDER BY number", [book_id])
            return list(starmap(self._passage, rows.fetchall()))

    def stored(self, passage_ids: Sequence[str]) -> list[StoredPassage]:
        """Return passages with their vectors, in the order asked.

        An id that the library does not hold is left out: while another process replaces a
        book, a search may for a moment give passages that are gone.
        """
        found = {}
        with self._read() as connection:
            rows = connection.execute(
                'SELECT passages.id, book, kind, section, start, "end", vector, sentences, '
                "sentence_vectors FROM passages JOIN vectors ON passage = number "
                "WHERE passages.id IN (SELECT value FROM json_each(?))",
                [json.dumps(list(passage_ids))],
            ).fetchall()
            for *row, vector, spans, matrix in rows:
                passage = self._passage(*row)
                sentences = np.frombuffer(spans, "<i4").reshape(-1, 2).tolist()
                values = np.frombuffer(vector, "<f4")
                found[passage.id] = StoredPassage(
                    passage,
                    values,
                    tuple(starmap(Span, sentences)),
                    np.frombuffer(matrix, "<f2").reshape(len(sentences), -1 if sentences else 0),
                )
        return [found[passage_id] for passage_id in passage_ids if passage_id in found]

    def vectors(self, book_id: str) -> tuple[list[str], NDArray[np.float32]]:
        """Return the ids of a book's passages and their vectors, shape (n, d), float32."""
        with self._read() as connection:
            self._must_hold(connection, book_id)
            rows = connection.execute(
                "SELECT id, vector FROM passages JOIN vectors ON passage = number "
                "WHERE book = ? ORDER BY number",
                [book_id],
            ).fetchall()
        values = np.frombuffer(b"".join(blob for _, blob in rows), "<f4")
        return [passage_id for passage_id, _ in rows], values.reshape(len(rows), -1 if rows else 0)

    def search_words(
        self, tokens: Sequence[str], book_ids: Sequence[str] | None, limit: int
    ) -> list[tuple[str, float]]:
        """Return the passages that hold any of the tokens, with their scores, best first.

        ``tokens`` are of ``rag.language.text.bigrams``; each counts once. The score is BM25 with
        k1 = 1.2 and b = 0.75 as SQLite's FTS5 computes it over the whole library, higher is
        better. ``book_ids`` narrows the search; None is every book.
        """
        wanted = " OR ".join(f'"{token}"' for token in dict.fromkeys(tokens) if '"' not in token)
        if not wanted or limit < 1:
            return []
        books = None if book_ids is None else json.dumps(list(book_ids))
        with self._read() as connection:
            rows = connection.execute(
                "SELECT passages.id, -bm25(words) AS score FROM words "
                "JOIN passages ON number = words.rowid "
                "WHERE words MATCH :wanted "
                "AND (:books IS NULL OR book IN (SELECT value FROM json_each(:books))) "
                "ORDER BY score DESC, number LIMIT :limit",
                {"wanted": wanted, "books": books, "limit": limit},
            )
            return rows.fetchall()

    def word_counts(self, tokens: Iterable[str]) -> dict[str, int]:
        """Return in how many passages of the whole library each token stands, 0 included."""
        with self._read() as connection:
            return {
                token: connection.execute(
                    "SELECT count(*) FROM words WHERE words MATCH ?", [f'"{token}"']
                ).fetchone()[0]
                for token in dict.fromkeys(tokens)
                if '"' not in token
            }

    def sentence_vectors(self, book_id: str, limit: int) -> NDArray[np.float32]:
        """Return vectors of a book's sentences, shape (n, e), n at most about ``limit``.

        Of a book with more sentences they are taken from every k-th passage.
        """
        with self._read() as connection:
            changed = self._must_hold(connection, book_id)
            known = self._sentences.get((book_id, limit))
            if known is None or known[0] != changed:
                [count] = connection.execute(
                    "SELECT coalesce(sum(length(sentences)) / 8, 0) "
                    "FROM vectors JOIN passages ON passage = number WHERE book = ?",
                    [book_id],
                ).fetchone()
                rows = connection.execute(
                    "SELECT sentence_vectors, length(sentences) / 8 "
                    "FROM vectors JOIN passages ON passage = number "
                    "WHERE book = ? AND number % ? = 0",
                    [book_id, 1 + count // limit],
                ).fetchall()
                values = np.frombuffer(b"".join(blob for blob, _ in rows), "<f2")
                height = sum(length for _, length in rows)
                matrix = values.astype(np.float32).reshape(height, -1 if height else 0)
                known = self._sentences[book_id, limit] = changed, matrix
            return known[1]

    def vocabulary(self, book_id: str) -> Vocabulary | None:
        """Return the words of a book with their vectors; None where they were not kept.

        The same object is given again as long as the book does not change.
        """
        with self._read() as connection:
            changed = self._must_hold(connection, book_id)
            known = self._vocabularies.get(book_id)
            if known is None or known[0] != changed:
                row = connection.execute(
                    "SELECT words, counts, vectors FROM vocabularies WHERE book = ?", [book_id]
                ).fetchone()
                if row is None:
                    return None
                words = tuple(row[0].splitlines())
                vectors = np.frombuffer(row[2], "<f2").astype(np.float32)
                width = -1 if words else 0
                found = Vocabulary(
                    words, np.frombuffer(row[1], "<i4"), vectors.reshape(len(words), width)
                )
                known = self._vocabularies[book_id] = changed, found
            return known[1]

    def check(self) -> list[str]:
        """Return what is wrong with the library, a sentence each; empty where it is sound."""
        try:
            with self._read() as connection:
                return [*damage(connection), *self._disagreements(connection)]
        except LibraryError as error:
            return [str(error)]

    def _load_book(self, connection: sqlite3.Connection, book_id: str) -> Book:
        """Return a book that is there, with its pages as corrected."""
        book = self._load_as_read(connection, book_id)
        corrections = (*book.record.corrections, *_corrections(connection, book_id))
        if not corrections:
            return book
        from rag.library.correcting import correct  # noqa: PLC0415 -- a cold question waits for imports

        return correct(book, corrections)

    def _load_as_read(self, connection: sqlite3.Connection, book_id: str) -> Book:
        [record, body_end, text] = connection.execute(
            "SELECT record, body_end, text FROM books WHERE id = ?", [book_id]
        ).fetchone()
        layers = {table: _layer(connection, table, book_id) for table in LAYERS}
        return book_of(record, body_end, text, layers)

    def _must_hold(self, connection: sqlite3.Connection, book_id: str) -> int:
        """Return the generation that last changed a book."""
        row = connection.execute("SELECT changed FROM books WHERE id = ?", [book_id]).fetchone()
        if row is None:
            ids = [found for [found] in connection.execute("SELECT id FROM books ORDER BY id")]
            holds = "it holds " + ", ".join(ids[:20]) if ids else "it is empty; add a book first"
            more = f" and {len(ids) - 20} more" if len(ids) > 20 else ""
            raise NotInLibraryError(f"The library holds no book {book_id!r}; {holds}{more}.")
        return int(row[0])

    def _passage(self, *row: Any) -> Passage:  # noqa: ANN401 -- a row of the table
        """Return the passage of a row that _PASSAGE selects."""
        passage_id, book_id, kind, section, start, end = row
        text = self.book(book_id).text[start:end]
        return Passage(passage_id, book_id, PassageKind(kind), section, start, end, text)

    def _summary(
        self,
        connection: sqlite3.Connection,
        book_id: str,
        record: str,
        digest: str,
        source: str | None,
    ) -> BookSummary:
        [pages, passages, footnotes] = connection.execute(
            "SELECT (SELECT count(*) FROM pages WHERE book = :book), "
            "(SELECT count(*) FROM passages WHERE book = :book), "
            "(SELECT count(*) FROM footnotes WHERE book = :book)",
            {"book": book_id},
        ).fetchone()
        kept = record_of(record)
        corrections = (*kept.corrections, *_corrections(connection, book_id))
        if corrections:
            book = self.book(book_id)
            contents, problems = book.contents, book.problems
        else:
            contents = contents_of(_layer(connection, "contents", book_id))
            problems = problems_of(_layer(connection, "problems", book_id))
        levels = [entry.level for entry in contents]
        return BookSummary(
            record=kept,
            pages=pages,
            sections=levels.count(2) or levels.count(1),
            passages=passages,
            footnotes=footnotes,
            contents=contents,
            problems=problems,
            digest=digest,
            corrections=corrections,
            source=source,
        )

    def _disagreements(self, connection: sqlite3.Connection) -> Iterator[str]:
        """Yield what the tables say of one another that cannot be."""
        for sentence, query in CONSISTENCY.items():
            [count] = connection.execute(query).fetchone()
            if count:
                yield sentence.format(count)
        encoder = self.encoder
        if encoder:
            [count] = connection.execute(
                "SELECT count(*) FROM vectors WHERE length(vector) <> ?", [4 * encoder[1]]
            ).fetchone()
            if count:
                yield f"{count} vectors in the library are not of its encoder's dimension."


def _corrections(connection: sqlite3.Connection, book_id: str) -> tuple[Correction, ...]:
    """Return what was said of a book's pages by hand."""
    rows = connection.execute(
        "SELECT first, last, label, shift, begins, ends FROM corrections "
        "WHERE book = ? ORDER BY position",
        [book_id],
    )
    return tuple(starmap(Correction, rows))


def _layer(connection: sqlite3.Connection, table: str, book_id: str) -> list[tuple[Any, ...]]:
    """Return the rows of one of LAYERS without the book's id, in order."""
    rows = connection.execute(
        f"SELECT * FROM {table} WHERE book = ? ORDER BY 2",  # noqa: S608 -- our own names
        [book_id],
    )
    return [row[1:] for row in rows]
