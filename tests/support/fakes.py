"""Real, tiny implementations of the product's interfaces, for tests that need no model."""

from __future__ import annotations

import math
import threading
import zlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.language.text import bigrams
from rag.library.correcting import anchored, correct
from rag.library.ports import LATEST, Asked, Kept, StoredPassage
from rag.library.recording import edited
from rag.models.base import Encoder, Vectors
from rag.models.reading import Reading
from rag.types import (
    Book,
    BookSummary,
    Correction,
    EncoderError,
    LibraryError,
    NotInLibraryError,
    PageStatus,
    Shelf,
    TextKind,
    Vocabulary,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.library.ports import Library
    from rag.types import BookRecord, Edit, Passage, Span, Turn


class HashEncoder(Encoder):
    """An encoder that hashes pairs of characters: like texts get like vectors.

    A token is a character. No model, no prompts, the same on every machine.
    """

    def __init__(self, dimension: int = 64, max_tokens: int = 512, name: str = "hash") -> None:
        self.name = f"{name}:{dimension}"
        self.dimension = dimension
        self.max_tokens = max_tokens

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of passages: (n, dimension), unit rows."""
        if progress is not None:
            progress(len(texts))
        return self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts: (n, dimension), unit rows."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for pair in pairwise(f" {text} "):
                number = zlib.crc32("".join(pair).encode("utf-8", "surrogatepass"))
                row[number % self.dimension] += 1.0 if number >> 16 & 1 else -1.0
            row[0] += 1e-3  # no text is a row of zeros
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Characters of each text."""
        return [len(text) for text in texts]


class FixedReader:
    """A ``Reader`` that finds every text of one logit; it keeps what it was asked."""

    def __init__(self, logit: float) -> None:
        self.name = "fixed"
        self.logit = logit
        self.asked: list[tuple[str, str]] = []

    def read(self, question: str, text: str, sentences: Sequence[Span]) -> Reading:
        """See ``Reader.read``."""
        self.asked.append((question, text))
        return Reading(self.logit, tuple(0.0 for _ in sentences))


@dataclass(slots=True)
class _Shelved:
    """A book of ``MemoryLibrary`` with all that is kept of it; passages by their numbers."""

    read: Book
    book: Book
    digest: str
    source: str | None
    changed: int
    vocabulary: Vocabulary | None
    passages: dict[int, StoredPassage]


class MemoryLibrary:
    """A ``Library`` in memory; it ends with the process, which is the only one to write."""

    uid = "0" * 32

    def __init__(self) -> None:
        self.generation = 0
        self.encoder: tuple[str, int] | None = None
        self._lock = threading.RLock()
        self._books: dict[str, _Shelved] = {}
        self._corrections: dict[str, tuple[Correction, ...]] = {}
        self._edits: dict[str, tuple[Edit, ...]] = {}
        self._removed: dict[str, tuple[str | None, str | None]] = {}
        self._words: dict[int, Counter[str]] = {}

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    @contextmanager
    def writing(
        self,
        *,
        wait: bool = True,
        on_wait: Callable[[], None] | None = None,  # noqa: ARG002 - no other process writes
    ) -> Iterator[None]:
        """See ``Library.writing``."""
        if not self._lock.acquire(blocking=wait):
            raise LibraryError("Another thread is writing.")
        try:
            yield
        finally:
            self._lock.release()

    def backup(self, target: Path) -> None:
        """See ``Library.backup``; there is no file of it."""
        raise LibraryError(f"What is in memory alone cannot be copied to {target}.")

    def changes(self) -> dict[str, tuple[int, int]]:
        """See ``Library.changes``."""
        return {key: (one.changed, len(one.passages)) for key, one in sorted(self._books.items())}

    def summaries(self) -> list[BookSummary]:
        """See ``Library.summaries``."""
        shelved = sorted(self._books.values(), key=lambda one: (_is_notes(one.read), one.read.id))
        return [self._summary(one) for one in shelved]

    def _summary(self, one: _Shelved) -> BookSummary:
        levels = [entry.level for entry in one.book.contents]
        statuses = Counter(page.status for page in one.book.pages)
        return BookSummary(
            record=one.book.record,
            pages=len(one.book.pages),
            sections=levels.count(2) or levels.count(1),
            passages=len(one.passages),
            footnotes=len(one.book.footnotes),
            contents=one.book.contents,
            problems=one.book.problems,
            digest=one.digest,
            corrections=(*one.read.record.corrections, *self.corrections(one.read.id)),
            source=one.source,
            exact=statuses[PageStatus.EXACT],
            approximate=statuses[PageStatus.APPROXIMATE],
            unknown=statuses[PageStatus.UNKNOWN],
            edited=tuple(edit.field for edit in self.edits(one.read.id)),
        )

    def book(self, book_id: str) -> Book:
        """See ``Library.book``."""
        return self._held(book_id).book

    def books(self, book_ids: Sequence[str]) -> list[Book]:
        """See ``Library.books``."""
        return list(map(self.book, book_ids))

    def records(self) -> list[BookRecord]:
        """See ``Library.records``."""
        return [summary.record for summary in self.summaries()]

    def book_as_read(self, book_id: str) -> Book:
        """See ``Library.book_as_read``."""
        return self._held(book_id).read

    def corrections(self, book_id: str) -> tuple[Correction, ...]:
        """See ``Library.corrections``."""
        return self._corrections.get(book_id, ())

    def edits(self, book_id: str) -> tuple[Edit, ...]:
        """See ``Library.edits``."""
        return self._edits.get(book_id, ())

    def edit(self, book_id: str, edits: Sequence[Edit]) -> None:
        """See ``Library.edit``."""
        held = self._held(book_id)
        self._edits[book_id] = tuple(sorted(edits, key=lambda edit: edit.field))
        self.generation += 1
        held.book, held.changed = self._corrected(held.read), self.generation

    def pictures(self) -> frozenset[str]:
        """See ``Library.pictures``."""
        pages = (page for one in self._books.values() for page in one.read.pages)
        return frozenset(page.image for page in pages if page.image is not None)

    def removed(self) -> frozenset[str]:
        """See ``Library.removed``."""
        return frozenset(self._removed)

    def former_id(self, digest: str, source: str) -> str | None:
        """See ``Library.former_id``."""
        known = self._removed.get(digest, (None, None))[0]
        at = (book for book, place in self._removed.values() if book and place == source)
        return known or next(at, None)

    def passage(self, passage_id: str) -> Passage:
        """See ``Library.passage``."""
        found = self.stored([passage_id])
        if not found:
            raise NotInLibraryError(f"The library holds no passage {passage_id}.")
        return found[0].passage

    def passages(self, book_id: str) -> list[Passage]:
        """See ``Library.passages``."""
        return [one.passage for one in self._held(book_id).passages.values()]

    def stored(self, passage_ids: Sequence[str]) -> list[StoredPassage]:
        """See ``Library.stored``."""
        known = {one.passage.id: one for _, one in self._all()}
        return [known[passage_id] for passage_id in passage_ids if passage_id in known]

    def vectors(self, book_id: str) -> tuple[list[str], NDArray[np.float32]]:
        """See ``Library.vectors``."""
        kept = list(self._held(book_id).passages.values())
        rows = [one.vector for one in kept]
        return [one.passage.id for one in kept], _rows(rows, np.float32)

    def sentence_vectors(self, book_ids: Sequence[str], limit: int) -> NDArray[np.float32]:
        """See ``Library.sentence_vectors``."""
        taken = []
        for book_id in book_ids:
            kept = self._held(book_id).passages
            step = 1 + sum(len(one.sentences) for one in kept.values()) // limit
            taken += [
                row
                for number, one in kept.items()
                if number % step == 0
                for row in one.sentence_vectors
            ]
        return _rows(taken, np.float32)

    def search_words(
        self, tokens: Sequence[str], book_ids: Sequence[str] | None, limit: int
    ) -> list[tuple[str, float]]:
        """See ``Library.search_words``."""
        total = len(self._words)
        usual = sum(map(Counter.total, self._words.values())) / max(1, total)
        worth = {}
        for token, held in self.word_counts(tokens).items():
            rarity = math.log((total - held + 0.5) / (held + 0.5))
            worth[token] = rarity if rarity > 0 else 1e-6
        scored = []
        for number, one in self._all():
            words = self._words[number]
            if book_ids is not None and one.passage.book_id not in book_ids:
                continue
            length = 1.2 * (0.25 + 0.75 * words.total() / usual)
            score = sum(
                worth[token] * 2.2 * words[token] / (words[token] + length)
                for token in worth
                if token in words
            )
            if score:
                scored.append((one.passage.id, score))
        return sorted(scored, key=lambda item: -item[1])[: max(0, limit)]

    def word_counts(self, tokens: Iterable[str]) -> dict[str, int]:
        """See ``Library.word_counts``."""
        held = self._words.values()
        return {token: sum(token in words for words in held) for token in dict.fromkeys(tokens)}

    def vocabulary(self, book_id: str) -> Vocabulary | None:
        """See ``Library.vocabulary``."""
        return self._held(book_id).vocabulary

    def words(self, book_ids: Sequence[str]) -> Vocabulary:
        """See ``Library.words``."""
        counts: Counter[str] = Counter()
        vectors: dict[str, NDArray[np.float32]] = {}
        for known in filter(None, map(self.vocabulary, book_ids)):
            counts.update(dict(zip(known.words, known.counts.tolist(), strict=True)))
            vectors |= dict(zip(known.words, known.vectors, strict=True))
        numbers = np.array(list(counts.values()), np.int32)
        rows = _rows([vectors[word] for word in counts], np.float32)
        return Vocabulary(tuple(counts), numbers, rows)

    def wordless(self) -> list[str]:
        """See ``Library.wordless``."""
        return [book_id for book_id in self.changes() if self.vocabulary(book_id) is None]

    def check(self) -> list[str]:
        """See ``Library.check``: nothing can go wrong."""
        return []

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
        """See ``Library.put``."""
        kept = [
            StoredPassage(passage, _row(vector, np.float32), tuple(spans), _row(matrix, np.float16))
            for passage, vector, spans, matrix in zip(
                passages, vectors, sentences, sentence_vectors, strict=True
            )
        ]
        earlier = self._books.get(book.id)
        others = any(one.passages for key, one in self._books.items() if key != book.id)
        made_by = (encoder, int(vectors.shape[1])) if kept else self.encoder
        if others and made_by != self.encoder:
            raise EncoderError("The library was made with another encoder.")
        self.encoder = made_by
        if earlier and _is_notes(earlier.read) and not _is_notes(book):
            self._corrections.pop(book.id, None)
        before = earlier.read.record.corrections if earlier else ()
        record = replace(book.record, corrections=anchored(book, book.record.corrections, before))
        read = replace(book, record=record)
        self._take_out(book.id)
        self._removed.pop(digest, None)
        self._removed = {
            key: (None if former == book.id else former, place)
            for key, (former, place) in self._removed.items()
        }
        self.generation += 1
        numbered = dict(enumerate(kept, start=max(self._words, default=0) + 1))
        self._words |= {
            number: Counter(bigrams(one.passage.text)) for number, one in numbered.items()
        }
        known = self._corrected(read)
        self._books[book.id] = _Shelved(
            read, known, digest, None, self.generation, _halved(vocabulary), numbered
        )
        if source is not None:
            self.put_source(book.id, source)

    def put_source(self, book_id: str, source: str) -> None:
        """See ``Library.put_source``."""
        held = self._held(book_id)
        for one in self._books.values():
            one.source = None if one.source == source else one.source
        self._removed = {
            key: (former, None if place == source else place)
            for key, (former, place) in self._removed.items()
        }
        held.source = source

    def put_vocabulary(self, book_id: str, vocabulary: Vocabulary) -> None:
        """See ``Library.put_vocabulary``."""
        held = self._held(book_id)
        held.vocabulary = held.vocabulary or _halved(vocabulary)

    def remove(self, book_id: str, *, corrections: bool = False) -> None:
        """See ``Library.remove``."""
        gone = self._held(book_id)
        for kept in (self._corrections, self._edits) if corrections else ():
            kept.pop(book_id, None)
        self._removed[gone.digest] = (book_id, gone.source)
        self._take_out(book_id)
        self.generation += 1
        if not self._words:
            self.encoder = None

    def correct(self, book_id: str, corrections: Sequence[Correction]) -> None:
        """See ``Library.correct``."""
        held = self._held(book_id)
        self._corrections[book_id] = tuple(corrections)
        self.generation += 1
        held.book, held.changed = self._corrected(held.read), self.generation

    def replace_vectors(
        self,
        vectors: Iterable[tuple[str, NDArray[Any], NDArray[Any]]],
        *,
        encoder: str,
    ) -> None:
        """See ``Library.replace_vectors``."""
        given = {key: (vector, matrix) for key, vector, matrix in vectors}
        kept = {one.passage.id: one for _, one in self._all()}
        if given.keys() != kept.keys() or any(
            len(given[key][1]) != len(one.sentences) for key, one in kept.items()
        ):
            raise LibraryError("Some passages of the library were not encoded.")
        self.generation += 1
        for shelved in self._books.values():
            shelved.changed = self.generation
            for number, one in shelved.passages.items():
                vector, matrix = given[one.passage.id]
                shelved.passages[number] = replace(
                    one, vector=_row(vector, np.float32), sentence_vectors=_row(matrix, np.float16)
                )
                self.encoder = encoder, len(vector)

    def _held(self, book_id: str) -> _Shelved:
        if book_id not in self._books:
            raise NotInLibraryError(f"The library holds no book {book_id!r}.")
        return self._books[book_id]

    def _all(self) -> list[tuple[int, StoredPassage]]:
        """Return all passages in the order of their numbers."""
        return sorted(
            (
                (number, one)
                for shelved in self._books.values()
                for number, one in shelved.passages.items()
            ),
            key=lambda item: item[0],
        )

    def _take_out(self, book_id: str) -> None:
        gone = self._books.pop(book_id, None)
        for number in gone.passages if gone else ():
            del self._words[number]

    def _corrected(self, read: Book) -> Book:
        book = correct(read, (*read.record.corrections, *self.corrections(read.id)))
        return replace(book, record=edited(book.record, self.edits(read.id)))


class MemoryVectors:
    """A ``VectorIndex`` that compares a question's vector with every one of the library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def prepare(self) -> None:
        """Do nothing: there is nothing to load."""

    def warm(self) -> None:
        """Do nothing: there is nothing to open."""

    def search(
        self, vector: NDArray[Any], book_ids: Sequence[str] | None, limit: int
    ) -> list[tuple[str, float]]:
        """See ``VectorIndex.search``."""
        scored: list[tuple[str, float]] = []
        for book_id in self._library.changes():
            ids, rows = self._library.vectors(book_id)
            if ids and (book_ids is None or book_id in book_ids):
                if len(vector) != rows.shape[1]:
                    raise EncoderError("The library's vectors are of another dimension.")
                lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(vector)
                scored += zip(ids, (rows @ vector / lengths).tolist(), strict=True)
        return sorted(scored, key=lambda item: -item[1])[: max(0, limit)]

    def follow(self) -> None:
        """Do nothing: it is the library itself that is searched."""

    def rebuild(self) -> None:
        """Do nothing, as for ``follow``."""

    def tidy(self) -> None:
        """Do nothing: nothing is left behind."""

    def check(self) -> list[str]:
        """See ``VectorIndex.check``: nothing can go wrong."""
        return []


class MemoryShelves:
    """``Shelves`` in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, ...]] = {}

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def all(self) -> list[Shelf]:
        """See ``Shelves.all``."""
        return [Shelf(name, books) for name, books in sorted(self._kept.items())]

    def put(self, name: str, books: Sequence[str]) -> None:
        """See ``Shelves.put``."""
        self._kept[name] = tuple(dict.fromkeys(books))

    def remove(self, name: str) -> None:
        """See ``Shelves.remove``."""
        if self._kept.pop(name, None) is None:
            raise NotInLibraryError(f"There is no set {name}.")


class MemoryConversations:
    """``Conversations`` in memory; the moment of a turn is its number."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, int, list[Turn]]] = {}
        self._names: dict[str, str] = {}
        self._moments = count(1)

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def add(self, turn: Turn, owner: str, conversation: str | None = None) -> str:
        """See ``Conversations.add``."""
        moment = next(self._moments)
        identifier = conversation or f"{moment:012x}"
        whose, _, turns = self._kept.get(identifier, (owner, moment, []))
        if conversation is not None and (conversation not in self._kept or whose != owner):
            raise NotInLibraryError(f"The library holds no conversation {conversation}.")
        self._kept[identifier] = owner, moment, [*turns, turn]
        self._names.setdefault(identifier, " ".join(turn.question.split())[:80])
        return identifier

    def turns(self, conversation: str, owner: str | None = None) -> list[Turn]:
        """See ``Conversations.turns``."""
        whose, _, turns = self._kept.get(conversation, (None, 0, []))
        if whose is None or owner not in {None, whose}:
            raise NotInLibraryError(f"The library holds no conversation {conversation}.")
        return list(turns)

    def rename(self, conversation: str, owner: str, title: str) -> None:
        """See ``Conversations.rename``."""
        self.turns(conversation, owner)
        self._names[conversation] = " ".join(title.split())[:80] or self._names[conversation]

    def forget(self, conversation: str, owner: str) -> None:
        """See ``Conversations.forget``."""
        self.turns(conversation, owner)
        del self._kept[conversation]

    def of(self, owner: str, words: str = "", limit: int = LATEST) -> list[Kept]:
        """See ``Conversations.of``."""
        sought = " ".join(words.split()).lower()
        return [
            kept
            for kept in self.latest(len(self._kept))
            if self._kept[kept.id][0] == owner
            and any(
                sought in text.lower()
                for text in (kept.title, *(turn.question for turn in self._kept[kept.id][2]))
            )
        ][:limit]

    def asked(self, owners: Collection[str], limit: int) -> list[Asked]:
        """See ``Conversations.asked``."""
        found = []
        for whose, moment, turns in self._kept.values():
            for turn in turns if whose in owners else ():
                cited = next(iter(turn.answer.citations), None)
                book = cited.record.title if cited else ""
                chapter = (cited.place.chapter if cited else None) or ""
                row = (whose, str(moment), turn.question, turn.answer.status, book, chapter)
                found.append(Asked(*row))
        return found[::-1][:limit]

    def latest(self, limit: int = LATEST) -> list[Kept]:
        """See ``Conversations.latest``."""
        newest = sorted(self._kept.items(), key=lambda item: -item[1][1])[:limit]
        return [
            Kept(identifier, self._names[identifier], len(turns), str(moment))
            for identifier, (_, moment, turns) in newest
        ]


def _is_notes(book: Book) -> bool:
    return book.record.kind is TextKind.NOTES


def _row(values: NDArray[Any], kind: type[np.floating[Any]]) -> NDArray[Any]:
    return np.array(values, dtype=kind)


def _rows(rows: Sequence[NDArray[Any]], kind: type[np.floating[Any]]) -> NDArray[Any]:
    return np.array(rows, dtype=kind) if len(rows) else np.zeros((0, 0), dtype=kind)


def _halved(vocabulary: Vocabulary | None) -> Vocabulary | None:
    """Return words with their vectors as exact as a library keeps them."""
    if vocabulary is None:
        return None
    vectors = np.asarray(vocabulary.vectors, np.float16).astype(np.float32)
    return replace(vocabulary, vectors=vectors)
