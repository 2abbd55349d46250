"""Rows of the library's tables, written inside a transaction that is open."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.language.text import bigrams
from rag.library.correcting import anchored
from rag.types import EncoderError, LibraryError, TextKind, rows_of
from rag.types.forms import json_of_record, record_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.types import Book, BookRecord, Passage, Span, Vocabulary


def dimension_of(
    book: Book,
    passages: Sequence[Passage],
    vectors: NDArray[Any],
    sentences: Sequence[Sequence[Span]],
    sentence_vectors: Sequence[NDArray[Any]],
) -> int:
    """Return the length of a vector, once everything has been seen to match; LibraryError."""
    if not len(passages) == len(vectors) == len(sentences) == len(sentence_vectors):
        raise LibraryError("Every passage needs a vector, sentences and their vectors.")
    dimension = int(vectors.shape[1]) if passages else 0
    for passage, spans, matrix in zip(passages, sentences, sentence_vectors, strict=True):
        inside = all(0 <= span.start <= span.end <= len(passage.text) for span in spans)
        if not inside or len(matrix) != len(spans):
            raise LibraryError(f"The sentences of passage {passage.id} do not fit their vectors.")
    for passage in passages:
        if passage.book_id != book.id or passage.text != book.text[passage.start : passage.end]:
            raise LibraryError(f"Passage {passage.id} is not a slice of the book {book.id}.")
    return dimension


def next_generation(connection: sqlite3.Connection) -> int:
    """Return the number of the change that is being made."""
    [value] = connection.execute(
        "UPDATE meta SET value = value + 1 WHERE key = 'generation' RETURNING value"
    ).fetchone()
    return int(value)


def settle_encoder(connection: sqlite3.Connection, name: str, dimension: int) -> None:
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


def delete_book(connection: sqlite3.Connection, book_id: str) -> None:
    """Delete a book with all that is tied to it; its corrections by hand stay."""
    connection.execute(
        "DELETE FROM words WHERE rowid IN (SELECT number FROM passages WHERE book = ?)",
        [book_id],
    )
    connection.execute("DELETE FROM books WHERE id = ?", [book_id])


def clear_the_way(connection: sqlite3.Connection, book: Book, digest: str) -> BookRecord:
    """Delete what a book takes the place of, and return its record as it is to be kept.

    Its corrections are tied to the pages that they were first made for.
    """
    record = _anchored_record(connection, book)
    if book.record.kind is TextKind.BOOK:
        connection.execute(
            "DELETE FROM corrections WHERE book IN "
            "(SELECT id FROM books WHERE id = ? AND kind = 'notes')",
            [book.id],
        )
    delete_book(connection, book.id)
    connection.execute("DELETE FROM removed WHERE digest = ?", [digest])
    connection.execute("UPDATE removed SET book = NULL WHERE book = ?", [book.id])
    return record


def insert_book(connection: sqlite3.Connection, book: Book, digest: str) -> None:
    """Write a book without its passages."""
    values = [
        book.id,
        book.record.kind,
        digest,
        next_generation(connection),
        json_of_record(book.record),
        book.body_end,
        book.text,
        datetime.now(UTC).isoformat(timespec="seconds"),
    ]
    connection.execute("INSERT INTO books VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)", values)
    for table, rows in rows_of(book).items():
        for row in rows:
            connection.execute(
                f"INSERT INTO {table} VALUES (?{', ?' * len(row)})",  # noqa: S608 -- our own names
                [book.id, *row],
            )


def insert_passage(
    connection: sqlite3.Connection,
    passage: Passage,
    vector: NDArray[Any],
    sentences: Sequence[Span],
    sentence_vectors: NDArray[Any],
) -> None:
    """Write a passage with its vectors and words."""
    number = connection.execute(
        'INSERT INTO passages (id, book, kind, section, start, "end") VALUES (?, ?, ?, ?, ?, ?)',
        [
            passage.id,
            passage.book_id,
            passage.kind,
            passage.section,
            passage.start,
            passage.end,
        ],
    ).lastrowid
    connection.execute(
        "INSERT INTO vectors VALUES (?, ?, ?, ?)",
        [number, _blob(vector, "<f4"), _spans_blob(sentences), _blob(sentence_vectors, "<f2")],
    )
    connection.execute(
        "INSERT INTO words (rowid, tokens) VALUES (?, ?)",
        [number, " ".join(bigrams(passage.text))],
    )


def update_vectors(
    connection: sqlite3.Connection, number: int, vector: NDArray[Any], matrix: NDArray[Any]
) -> bool:
    """Write other vectors of a passage by its number; False where they do not fit it."""
    [length] = connection.execute(
        "SELECT length(sentences) / 8 FROM vectors WHERE passage = ?", [number]
    ).fetchone()
    if len(matrix) != length:
        return False
    connection.execute(
        "UPDATE vectors SET vector = ?, sentence_vectors = ? WHERE passage = ?",
        [_blob(vector, "<f4"), _blob(matrix, "<f2"), number],
    )
    return True


def insert_vocabulary(connection: sqlite3.Connection, book_id: str, vocabulary: Vocabulary) -> None:
    """Write the words of a book, in place of those that were there."""
    connection.execute(
        "INSERT OR REPLACE INTO vocabularies VALUES (?, ?, ?, ?)",
        [
            book_id,
            "\n".join(vocabulary.words),
            _blob(vocabulary.counts, "<i4"),
            _blob(vocabulary.vectors, "<f2"),
        ],
    )


def settle_source(connection: sqlite3.Connection, book_id: str, source: str | None) -> None:
    """Write down where a book was read from; no other book, there or removed, is from there."""
    for table in ("books", "removed"):
        connection.execute(f"UPDATE {table} SET source = NULL WHERE source = ?", [source])  # noqa: S608 -- our own names
    connection.execute("UPDATE books SET source = ? WHERE id = ?", [source, book_id])


def _anchored_record(connection: sqlite3.Connection, book: Book) -> BookRecord:
    """Return a book's record, whose corrections are tied to the pages they were first made for."""
    if not book.record.corrections:
        return book.record
    row = connection.execute("SELECT record FROM books WHERE id = ?", [book.id]).fetchone()
    earlier = () if row is None else record_of(row[0]).corrections
    return replace(book.record, corrections=anchored(book, book.record.corrections, earlier))


def _blob(values: NDArray[Any], kind: str) -> bytes:
    return np.ascontiguousarray(values, dtype=kind).tobytes()


def _spans_blob(spans: Sequence[Span]) -> bytes:
    return np.array([(span.start, span.end) for span in spans], dtype="<i4").tobytes()
