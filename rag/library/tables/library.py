"""The library in tables, which are the record of everything, whatever engine keeps them.

Every change of a book is one transaction, safe before it returns, so a book is there whole, as
it was, or not at all. One process writes at a time; any number read. Opening, locking,
transactions and the index of words are the engine's; what a book is made of, and what becomes
of one, stands in ``books`` and ``rows`` beside it.
"""

from __future__ import annotations

import json
from dataclasses import astuple, replace
from itertools import starmap
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from rag.language.text import bigrams
from rag.library.ports import StoredPassage
from rag.library.tables.books import Books, as_read, corrections_of, edits_of, must_hold
from rag.library.tables.rows import (
    anchored_record,
    dimension_of,
    insert_book,
    insert_passage,
    insert_vocabulary,
    marks,
    next_generation,
    settle_encoder,
    settle_source,
    update_vectors,
)
from rag.library.tables.schema import CONSISTENCY, disagreements
from rag.library.tables.together import Together, changes_of
from rag.types import LibraryError, NotInLibraryError, Span, TextKind, Vocabulary
from rag.types.forms import json_of_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.library.tables.engine import Connection, Engine
    from rag.types import Book, BookRecord, BookSummary, Correction, Edit, Passage

_PASSAGE = 'SELECT id, book, kind, section, start, "end" FROM passages'


class TableLibrary:
    """A ``Library`` in the tables of an engine that is open."""

    def __init__(self, engine: Engine) -> None:
        self._file = engine
        self._books = Books()
        self._together = Together()
        self._changes: tuple[int, dict[str, tuple[int, int]]] | None = None

    def __enter__(self) -> Self:
        """Return the library itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the library."""
        self.close()

    def close(self) -> None:
        """See ``Library.close``."""
        self._file.close()

    def writing(
        self, *, wait: bool = True, on_wait: Callable[[], None] | None = None
    ) -> AbstractContextManager[None]:
        """See ``Library.writing``."""
        return self._file.writing(wait=wait, on_wait=on_wait)

    def backup(self, target: Path) -> None:
        """See ``Library.backup``."""
        self._file.copy(target)

    @property
    def uid(self) -> str:
        """See ``Library.uid``: 32 hexadecimal digits."""
        return self._file.meta("uid") or ""

    @property
    def generation(self) -> int:
        """See ``Library.generation``."""
        return int(self._file.meta("generation") or 0)

    @property
    def encoder(self) -> tuple[str, int] | None:
        """See ``Library.encoder``."""
        written = self._file.meta("encoder")
        if written is None:
            return None
        name, dimension = json.loads(written)
        return str(name), int(dimension)

    def changes(self) -> dict[str, tuple[int, int]]:
        """See ``Library.changes``."""
        with self._file.read() as connection:
            generation = self.generation
            known = self._changes
            if known is None or known[0] != generation:
                rows = connection.execute(
                    "SELECT id, changed, (SELECT count(*) FROM passages WHERE book = books.id) "
                    "FROM books ORDER BY id"
                )
                held = {book_id: (changed, passages) for book_id, changed, passages in rows}
                known = self._changes = generation, held
            return dict(known[1])

    def summaries(self) -> list[BookSummary]:
        """See ``Library.summaries``."""
        with self._file.read() as connection:
            return [
                self._books.summary(connection, *row)
                for row in connection.execute(
                    "SELECT id, record, digest, source, added FROM books "
                    "ORDER BY kind = 'notes', id"
                ).fetchall()
            ]

    def book(self, book_id: str) -> Book:
        """See ``Library.book``."""
        with self._file.read() as connection:
            return self._books.book(connection, book_id)

    def books(self, book_ids: Sequence[str]) -> list[Book]:
        """See ``Library.books``."""
        with self._file.read() as connection:
            changed = changes_of(connection, book_ids)
            return [
                self._books.book(connection, book_id, generation)
                for book_id, generation in zip(book_ids, changed, strict=True)
            ]

    def records(self) -> list[BookRecord]:
        """See ``Library.records``."""
        with self._file.read() as connection:
            rows = connection.execute(
                "SELECT id, changed FROM books ORDER BY kind = 'notes', id"
            ).fetchall()
            return [self._books.record(connection, *row) for row in rows]

    def book_as_read(self, book_id: str) -> Book:
        """See ``Library.book_as_read``."""
        with self._file.read() as connection:
            must_hold(connection, book_id)
            return as_read(connection, book_id)

    def corrections(self, book_id: str) -> tuple[Correction, ...]:
        """See ``Library.corrections``."""
        with self._file.read() as connection:
            return corrections_of(connection, book_id)

    def pictures(self) -> frozenset[str]:
        """See ``Library.pictures``."""
        with self._file.read() as connection:
            rows = connection.execute("SELECT image FROM pages WHERE image IS NOT NULL")
            return frozenset(image for [image] in rows)

    def removed(self) -> frozenset[str]:
        """See ``Library.removed``."""
        with self._file.read() as connection:
            rows = connection.execute("SELECT digest FROM removed")
            return frozenset(digest for [digest] in rows)

    def former_id(self, digest: str, source: str) -> str | None:
        """See ``Library.former_id``."""
        with self._file.read() as connection:
            row = connection.execute(
                "SELECT book FROM removed WHERE book IS NOT NULL "
                "AND (digest = ? OR source = ?) ORDER BY digest <> ? LIMIT 1",
                [digest, source, digest],
            ).fetchone()
            return None if row is None else str(row[0])

    def passage(self, passage_id: str) -> Passage:
        """See ``Library.passage``."""
        with self._file.read() as connection:
            row = connection.execute(f"{_PASSAGE} WHERE id = ?", [passage_id]).fetchone()
            if row is None:
                raise NotInLibraryError(
                    f"The library holds no passage {passage_id}; "
                    "its book may have been replaced, so search again."
                )
            return self._books.passage(connection, *row)

    def passages(self, book_id: str) -> list[Passage]:
        """See ``Library.passages``."""
        with self._file.read() as connection:
            must_hold(connection, book_id)
            rows = connection.execute(f"{_PASSAGE} WHERE book = ? ORDER BY number", [book_id])
            return [self._books.passage(connection, *row) for row in rows.fetchall()]

    def stored(self, passage_ids: Sequence[str]) -> list[StoredPassage]:
        """See ``Library.stored``."""
        if not passage_ids:
            return []
        found = {}
        with self._file.read() as connection:
            rows = connection.execute(
                'SELECT passages.id, book, kind, section, start, "end", vector, sentences, '  # noqa: S608 -- placeholders
                "sentence_vectors FROM passages JOIN vectors ON passage = number "
                f"WHERE passages.id IN ({marks(passage_ids)})",
                [*passage_ids],
            ).fetchall()
            for *row, vector, spans, matrix in rows:
                passage = self._books.passage(connection, *row)
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
        """See ``Library.vectors``."""
        with self._file.read() as connection:
            must_hold(connection, book_id)
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
        """See ``Library.search_words``."""
        wanted = list(dict.fromkeys(tokens))
        if not wanted or limit < 1 or (book_ids is not None and not book_ids):
            return []
        with self._file.read() as connection:
            if book_ids is not None and self.changes().keys() <= set(book_ids):
                book_ids = None
            return self._file.words.search(connection, wanted, book_ids, limit)

    def word_counts(self, tokens: Iterable[str]) -> dict[str, int]:
        """See ``Library.word_counts``."""
        with self._file.read() as connection:
            return self._file.words.counts(connection, list(dict.fromkeys(tokens)))

    def sentence_vectors(self, book_ids: Sequence[str], limit: int) -> NDArray[np.float32]:
        """See ``Library.sentence_vectors``."""
        with self._file.read() as connection:
            return self._together.sentences(connection, book_ids, limit)

    def words(self, book_ids: Sequence[str]) -> Vocabulary:
        """See ``Library.words``."""
        with self._file.read() as connection:
            return self._together.words(connection, book_ids)

    def wordless(self) -> list[str]:
        """See ``Library.wordless``."""
        with self._file.read() as connection:
            rows = connection.execute(
                "SELECT id FROM books WHERE id NOT IN (SELECT book FROM vocabularies) ORDER BY id"
            )
            return [book_id for [book_id] in rows.fetchall()]

    def vocabulary(self, book_id: str) -> Vocabulary | None:
        """See ``Library.vocabulary``."""
        with self._file.read() as connection:
            must_hold(connection, book_id)
            kept = "SELECT 1 FROM vocabularies WHERE book = ?"
            if connection.execute(kept, [book_id]).fetchone() is None:
                return None
            return self._together.words(connection, [book_id])

    def check(self) -> list[str]:
        """See ``Library.check``."""
        try:
            with self._file.read() as connection:
                return [*self._file.damage(connection), *self._disagreements(connection)]
        except LibraryError as error:
            return [str(error)]

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
        """See ``Library.put``; on return it is safe on disk."""
        dimension = dimension_of(book, passages, vectors, sentences, sentence_vectors)
        with self._file.write() as connection:
            record = self._clear_the_way(connection, book, digest)
            if passages:
                settle_encoder(connection, encoder, dimension)
            insert_book(connection, replace(book, record=record), digest)
            settle_source(connection, book.id, source)
            for one in zip(passages, vectors, sentences, sentence_vectors, strict=True):
                number = insert_passage(connection, *one)
                self._file.words.put(connection, number, bigrams(one[0].text))
            if vocabulary is not None:
                insert_vocabulary(connection, book.id, vocabulary)

    def put_source(self, book_id: str, source: str) -> None:
        """See ``Library.put_source``."""
        with self._file.write() as connection:
            must_hold(connection, book_id)
            settle_source(connection, book_id, source)

    def put_vocabulary(self, book_id: str, vocabulary: Vocabulary) -> None:
        """See ``Library.put_vocabulary``."""
        with self._file.write() as connection:
            must_hold(connection, book_id)
            insert_vocabulary(connection, book_id, vocabulary)
        self._together = Together()  # the book counts as it was, and its words do not

    def remove(self, book_id: str, *, corrections: bool = False) -> None:
        """See ``Library.remove``."""
        with self._file.write() as connection:
            must_hold(connection, book_id)
            for table in ("corrections", "edits") if corrections else ():
                connection.execute(f"DELETE FROM {table} WHERE book = ?", [book_id])  # noqa: S608 -- our own names
            connection.execute(
                "INSERT INTO removed SELECT digest, id, source FROM books WHERE id = ? "
                "ON CONFLICT (digest) DO UPDATE SET book = excluded.book, source = excluded.source",
                [book_id],
            )
            self._forget(connection, book_id)
            if not connection.execute("SELECT 1 FROM passages").fetchone():
                connection.execute("DELETE FROM meta WHERE key = 'encoder'")
            next_generation(connection)

    def correct(self, book_id: str, corrections: Sequence[Correction]) -> None:
        """See ``Library.correct``."""
        with self._file.write() as connection:
            must_hold(connection, book_id)
            connection.execute("DELETE FROM corrections WHERE book = ?", [book_id])
            connection.executemany(
                "INSERT INTO corrections VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(book_id, n, *astuple(one)) for n, one in enumerate(corrections)],
            )
            connection.execute(
                "UPDATE books SET changed = ? WHERE id = ?",
                [next_generation(connection), book_id],
            )

    def edits(self, book_id: str) -> tuple[Edit, ...]:
        """See ``Library.edits``."""
        with self._file.read() as connection:
            return edits_of(connection, book_id)

    def edit(self, book_id: str, edits: Sequence[Edit]) -> None:
        """See ``Library.edit``."""
        with self._file.write() as connection:
            must_hold(connection, book_id)
            connection.execute("DELETE FROM edits WHERE book = ?", [book_id])
            connection.executemany(
                "INSERT INTO edits VALUES (?, ?, ?)",
                [(book_id, one.field, json_of_value(one.value)) for one in edits],
            )
            connection.execute(
                "UPDATE books SET changed = ? WHERE id = ?",
                [next_generation(connection), book_id],
            )

    def replace_vectors(
        self,
        vectors: Iterable[tuple[str, NDArray[Any], NDArray[Any]]],
        *,
        encoder: str,
    ) -> None:
        """See ``Library.replace_vectors``; it is one transaction."""
        with self._file.write() as connection:
            connection.execute("DELETE FROM meta WHERE key = 'encoder'")
            left = dict(connection.execute("SELECT id, number FROM passages"))
            for passage_id, vector, matrix in vectors:
                number = left.pop(passage_id, None)
                if number is None:
                    raise LibraryError(f"The library holds no passage {passage_id} to encode.")
                settle_encoder(connection, encoder, len(vector))
                if not update_vectors(connection, number, vector, matrix):
                    raise LibraryError(f"The vectors of passage {passage_id} do not fit it.")
            if left:
                raise LibraryError(f"{len(left)} passages of the library were not encoded.")
            connection.execute("UPDATE books SET changed = ?", [next_generation(connection)])

    def _forget(self, connection: Connection, book_id: str) -> None:
        """Delete a book with all that is tied to it; its corrections by hand stay."""
        self._file.words.forget(connection, book_id)
        connection.execute("DELETE FROM books WHERE id = ?", [book_id])

    def _clear_the_way(self, connection: Connection, book: Book, digest: str) -> BookRecord:
        """Delete what a book takes the place of, and return its record as it is to be kept.

        Its corrections are tied to the pages that they were first made for.
        """
        record = anchored_record(connection, book)
        if book.record.kind is TextKind.BOOK:
            connection.execute(
                "DELETE FROM corrections WHERE book IN "
                "(SELECT id FROM books WHERE id = ? AND kind = 'notes')",
                [book.id],
            )
        self._forget(connection, book.id)
        connection.execute("DELETE FROM removed WHERE digest = ?", [digest])
        connection.execute("UPDATE removed SET book = NULL WHERE book = ?", [book.id])
        return record

    def _disagreements(self, connection: Connection) -> Iterator[str]:
        """Yield what the tables say of one another that cannot be."""
        yield from disagreements(connection, {**CONSISTENCY, **self._file.words.consistency})
        encoder = self.encoder
        if encoder:
            [count] = connection.execute(
                "SELECT count(*) FROM vectors WHERE length(vector) <> ?", [4 * encoder[1]]
            ).fetchone()
            if count:
                yield f"{count} vectors in the library are not of its encoder's dimension."
