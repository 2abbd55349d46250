"""Rows of the library's tables, written inside a transaction that is open."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.library.correcting import anchored
from rag.types import EncoderError, LibraryError, rows_of
from rag.types.forms import json_of_record, record_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.library.tables.engine import Connection
    from rag.types import Book, BookRecord, Passage, Span, Vocabulary


def marks(values: Sequence[object]) -> str:
    """Return a placeholder for each value, commas between."""
    return ", ".join("?" * len(values))


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


def next_generation(connection: Connection) -> int:
    """Return the number of the change that is being made."""
    [value] = connection.execute(
        "UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) "
        "WHERE key = 'generation' RETURNING value"
    ).fetchone()
    return int(value)


def settle_encoder(connection: Connection, name: str, dimension: int) -> None:
    """Write down the encoder, or see that it is the one of the vectors there are."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'encoder'").fetchone()
    if row is None or not connection.execute("SELECT 1 FROM passages").fetchone():
        connection.execute(
            "INSERT INTO meta VALUES ('encoder', ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [json.dumps([name, dimension])],
        )
    elif json.loads(row[0]) != [name, dimension]:
        of, width = json.loads(row[0])
        raise EncoderError(
            f"The library was made with the encoder {of} ({width} dimensions), not with "
            f"{name} ({dimension}); set RAG_ENCODER back, or re-encode all books with "
            "'rag doctor --repair'."
        )


def insert_book(connection: Connection, book: Book, digest: str) -> None:
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
    connection: Connection,
    passage: Passage,
    vector: NDArray[Any],
    sentences: Sequence[Span],
    sentence_vectors: NDArray[Any],
) -> int:
    """Write a passage with its vectors; return its number."""
    [number] = connection.execute(
        'INSERT INTO passages (id, book, kind, section, start, "end") '
        "VALUES (?, ?, ?, ?, ?, ?) RETURNING number",
        [
            passage.id,
            passage.book_id,
            passage.kind,
            passage.section,
            passage.start,
            passage.end,
        ],
    ).fetchone()
    connection.execute(
        "INSERT INTO vectors VALUES (?, ?, ?, ?)",
        [number, _blob(vector, "<f4"), _spans_blob(sentences), _blob(sentence_vectors, "<f2")],
    )
    return int(number)


def update_vectors(
    connection: Connection, number: int, vector: NDArray[Any], matrix: NDArray[Any]
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


def insert_vocabulary(connection: Connection, book_id: str, vocabulary: Vocabulary) -> None:
    """Write the words of a book, unless they are there: who has read them need not look again."""
    connection.execute(
        "INSERT INTO vocabularies VALUES (?, ?, ?, ?) ON CONFLICT (book) DO NOTHING",
        [
            book_id,
            "\n".join(vocabulary.words),
            _blob(vocabulary.counts, "<i4"),
            _blob(vocabulary.vectors, "<f2"),
        ],
    )


def settle_source(connection: Connection, book_id: str, source: str | None) -> None:
    """Write down where a book was read from; no other book, there or removed, is from there."""
    for table in ("books", "removed"):
        connection.execute(f"UPDATE {table} SET source = NULL WHERE source = ?", [source])  # noqa: S608 -- our own names
    connection.execute("UPDATE books SET source = ? WHERE id = ?", [source, book_id])


def anchored_record(connection: Connection, book: Book) -> BookRecord:
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
