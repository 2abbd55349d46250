"""Libraries of many books, made cheaply of one that was really read and encoded.

A book of the shelf has passages of the real one in another order, with other names in them. Its
vectors are the real ones, each moved a little towards another: they lie as real vectors do, and
nothing is encoded. The real book is among them, as it is.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.library import open_library
from rag.search.vectors import open_vectors
from rag.search.wording import words
from rag.settings import Settings
from rag.types import (
    Book,
    BookRecord,
    Page,
    PageStatus,
    Passage,
    PassageKind,
    Person,
    Section,
    Vocabulary,
)
from tests.bench.prose import renaming

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.library import Library, StoredPassage
    from tests.bench.prose import MadeUp

MIXED = 0.3
"""How much of another vector goes into each."""
PAGE = 2
"""Passages of a page."""
FIRST = 384
"""Numbers of a sentence's vector that are the encoder's; those behind are the companion's."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What the books of a shelf are made of: a real book as it is kept."""

    made: MadeUp
    stored: tuple[StoredPassage, ...]
    words: tuple[tuple[str, ...], ...]
    vocabulary: Vocabulary
    encoder: str


def pool_of(library: Library, book_id: str, made: MadeUp) -> Pool:
    """Return what a book of a library gives to others."""
    stored = library.stored([passage.id for passage in library.passages(book_id)])
    running = tuple(one for one in stored if one.passage.kind is PassageKind.TEXT)
    known = library.vocabulary(book_id)
    encoder = library.encoder
    assert known
    assert encoder
    cut = tuple(tuple(set(words(one.passage.text))) for one in running)
    return Pool(made, running, cut, known, encoder[0])


def fill(data: Path, made: MadeUp, book_id: str, books: int, passages: int) -> None:
    """Add to the library of a folder what it lacks to so many books, each of so many passages."""
    settings = Settings(data=data, corpus=data / "none")
    library = open_library(settings)
    try:
        pool = pool_of(library, book_id, made)
        for number in range(len(library.changes()), books):
            _put(library, pool, number, passages)
        vectors = open_vectors(settings, library)
        try:
            vectors.follow()
        finally:
            vectors.close()
    finally:
        library.close()


def _put(library: Library, pool: Pool, number: int, count: int) -> None:
    """Put one book of the pool's passages into a library."""
    chance = random.Random(number)  # noqa: S311 - books are made up, not secrets
    drawn = [chance.randrange(len(pool.stored)) for _ in range(count)]
    others = renaming(pool.made, number)
    named = re.compile("|".join(map(re.escape, others)))
    texts = [
        named.sub(lambda found: others[found[0]], pool.stored[row].passage.text) for row in drawn
    ]
    book_id = f"shelved-{number}"
    starts = np.cumsum([0, *map(len, texts)]).tolist()
    held = [
        Passage(f"{book_id}:{n}", book_id, PassageKind.TEXT, 0, starts[n], starts[n + 1], text)
        for n, text in enumerate(texts)
    ]
    random_ = np.random.default_rng(number)
    rows = np.array([pool.stored[row].vector for row in drawn])
    sentences = [
        _moved_sentences(pool.stored[row].sentence_vectors.astype(np.float32), random_)
        for row in drawn
    ]
    library.put(
        _book(book_id, number, texts, starts),
        held,
        _moved(rows, random_),
        [pool.stored[row].sentences for row in drawn],
        sentences,
        digest=book_id,
        encoder=pool.encoder,
        vocabulary=_vocabulary(pool, drawn, others),
    )


def _book(book_id: str, number: int, texts: list[str], starts: list[int]) -> Book:
    """Return a book of so many passages, two on a page."""
    edges = [*starts[:-1:PAGE], starts[-1]]
    chapter = "第一章 旧事"
    pages = tuple(
        Page(n, str(n + 1), PageStatus.EXACT, edges[n], edges[n + 1], chapter=chapter)
        for n in range(len(edges) - 1)
    )
    record = BookRecord(book_id, f"旧事之{number}", authors=(Person("某甲"),), language="zh")
    sections = (Section(0, 0, 0, starts[-1], chapter=chapter),)
    return Book(record, "".join(texts), starts[-1], pages, sections)


def _moved(rows: NDArray[np.float32], random_: np.random.Generator) -> NDArray[np.float32]:
    """Return unit vectors, each moved towards another of them."""
    mixed = rows + MIXED * rows[random_.permutation(len(rows))]
    unit: NDArray[np.float32] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return unit


def _moved_sentences(
    rows: NDArray[np.float32], random_: np.random.Generator
) -> NDArray[np.float32]:
    """Return the vectors of sentences, by both encoders, each moved towards another."""
    return np.hstack([_moved(rows[:, :FIRST], random_), _moved(rows[:, FIRST:], random_)])


def _vocabulary(pool: Pool, drawn: list[int], others: dict[str, str]) -> Vocabulary:
    """Return the words of the passages drawn, with the vectors that they have in the real book."""
    counts: dict[str, int] = {}
    for row in drawn:
        for word in pool.words[row]:
            counts[word] = counts.get(word, 0) + 1
    place = {word: row for row, word in enumerate(pool.vocabulary.words)}
    known = [word for word in counts if word in place]
    told = {others.get(word, word): word for word in known}
    names = tuple(sorted(told))
    rows = [place[told[name]] for name in names]
    numbers = np.array([counts[told[name]] for name in names], np.int32)
    return Vocabulary(names, numbers, pool.vocabulary.vectors[rows])
