"""What is asked of many books together, made of their rows once and kept while none changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.library.tables.books import must_hold
from rag.types import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from rag.library.tables.engine import Connection

KEPT = 256_000_000
"""Bytes of vectors that are kept in memory, of the choices of books that were asked for last."""
LEAST = 16
"""Of so many choices they are kept, however large: what one question asks for."""


class Together:
    """Vectors of books that are asked together; safe to use from several threads.

    The connection that is given holds one view of the file.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], tuple[tuple[int, ...], Any]] = OrderedDict()

    def sentences(
        self, connection: Connection, book_ids: Sequence[str], limit: int
    ) -> NDArray[np.float32]:
        """Return vectors of sentences, about ``limit`` of each book; NotInLibraryError."""

        def made() -> NDArray[np.float32]:
            parts = [rows for one in book_ids if len(rows := _sentences(connection, one, limit))]
            return np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)

        kept: NDArray[np.float32] = self._or_made(connection, book_ids, ("sentences", limit), made)
        return kept

    def words(self, connection: Connection, book_ids: Sequence[str]) -> Vocabulary:
        """Return the words of books, each once with its counts added up; NotInLibraryError."""

        def made() -> Vocabulary:
            return _joined(_vocabularies(connection, book_ids))

        kept: Vocabulary = self._or_made(connection, book_ids, ("words",), made)
        return kept

    def _or_made(
        self,
        connection: Connection,
        book_ids: Sequence[str],
        kind: tuple[object, ...],
        make: Callable[[], Any],
    ) -> Any:  # noqa: ANN401 -- what is made of the books is for the caller to say
        changed = changes_of(connection, book_ids)
        key = (*kind, *book_ids)
        with self._lock:
            known = self._kept.get(key)
        if known is None or known[0] != changed:
            known = changed, make()
        with self._lock:
            self._kept[key] = known
            self._kept.move_to_end(key)
            while len(self._kept) > LEAST and self._size() > KEPT:
                self._kept.popitem(last=False)
        return known[1]

    def _size(self) -> int:
        """Return how many bytes of vectors are kept."""
        return sum(_size(kept) for _, kept in self._kept.values())


def _size(kept: NDArray[np.float32] | Vocabulary) -> int:
    return (kept.vectors if isinstance(kept, Vocabulary) else kept).nbytes


def changes_of(connection: Connection, book_ids: Sequence[str]) -> tuple[int, ...]:
    """Return the generations that last changed some books; NotInLibraryError."""
    if len(book_ids) == 1:
        return (must_hold(connection, book_ids[0]),)
    changed = dict(connection.execute("SELECT id, changed FROM books").fetchall())
    return tuple(changed[one] if one in changed else must_hold(connection, one) for one in book_ids)


def _sentences(connection: Connection, book_id: str, limit: int) -> NDArray[np.float32]:
    """Return vectors of a book's sentences, of a long one those of every k-th passage."""
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
    return values.astype(np.float32).reshape(height, -1 if height else 0)


def _vocabularies(
    connection: Connection, book_ids: Sequence[str]
) -> Iterator[tuple[list[str], list[int], NDArray[np.float16]]]:
    """Yield the words of each book that has them, with their counts and vectors."""
    for book_id in book_ids:
        row = connection.execute(
            "SELECT words, counts, vectors FROM vocabularies WHERE book = ?", [book_id]
        ).fetchone()
        words = row[0].splitlines() if row else []
        if words:
            vectors = np.frombuffer(row[2], "<f2").reshape(len(words), -1)
            yield words, np.frombuffer(row[1], "<i4").tolist(), vectors


def _joined(
    vocabularies: Iterator[tuple[list[str], list[int], NDArray[np.float16]]],
) -> Vocabulary:
    """Return several vocabularies as one: a word has the same vector in whatever book it is."""
    counts: dict[str, int] = {}
    rows: list[NDArray[np.float16]] = []
    for words, numbers, vectors in vocabularies:
        new = [place for place, word in enumerate(words) if word not in counts]
        rows.append(vectors[new])
        for word, number in zip(words, numbers, strict=True):
            counts[word] = counts.get(word, 0) + number
    together = np.concatenate(rows) if rows else np.zeros((0, 0), np.float16)
    numbers_ = np.array(list(counts.values()), np.int32)
    return Vocabulary(tuple(counts), numbers_, together.astype(np.float32))
