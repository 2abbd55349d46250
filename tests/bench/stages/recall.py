"""Whether the index finds what exact search finds, and how long both take."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rag.library import open_library
from rag.search.vectors import open_vectors
from rag.settings import Settings
from rag.types import Book, BookRecord, Passage, PassageKind, Section, Span
from tests.bench.results import Bound, Figure, times
from tests.bench.shelves import FIRST
from tests.bench.workshop import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.bench.workshop import Workshop

NEAREST = 10
ASKED = 0.99
BOOK = "sentences"


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Yield recall@10 on vectors that the encoder gave, and on a full shelf, with their times."""
    real, queries = _real(workshop)
    data = workshop.data("sentences")
    _put(data, real)
    what = f"real vectors (every sentence of the book, {len(real):,})"
    yield from _compared(data, queries, "real", what)
    books = max(workshop.sizes.books)
    shelf = workshop.shelf(books)
    what = f"{books:,} books' passages (real vectors, mixed)"
    yield from _compared(shelf, queries, "shelf", what)


def _real(workshop: Workshop) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the vectors of a book's sentences and of the questions to it, as encoded."""
    with opened(workshop.shelf(1)) as shuzheng:
        library = shuzheng._parts.library
        held = library.stored([one.id for one in library.passages(workshop.book_id)])
        rows = np.vstack([one.sentence_vectors[:, :FIRST] for one in held]).astype(np.float32)
        asked = [question.text for question in workshop.asked]
        queries = shuzheng._parts.encoder.encode_queries(asked)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return np.unique(rows, axis=0), queries


def _put(data: Path, vectors: NDArray[np.float32]) -> None:
    """Put vectors into the library of a folder, as passages of a character each, and index them."""
    settings = Settings(data=data, corpus=data / "none")
    text = "字" * len(vectors)
    section = Section(0, 0, 0, len(text), chapter="一")
    book = Book(BookRecord(BOOK, "句"), text, len(text), (), (section,))
    passages = [
        Passage(f"{BOOK}:{n}", BOOK, PassageKind.TEXT, 0, n, n + 1, "字") for n in range(len(text))
    ]
    library = open_library(settings)
    try:
        nothing = [np.zeros((1, 2), np.float32)] * len(text)
        spans = [(Span(0, 1),)] * len(text)
        library.put(book, passages, vectors, spans, nothing, digest=BOOK, encoder="real")
        index = open_vectors(settings, library)
        try:
            index.follow()
        finally:
            index.close()
    finally:
        library.close()


def _compared(data: Path, queries: NDArray[np.float32], key: str, what: str) -> Iterator[Figure]:
    """Yield how many of the exactly nearest the index finds, and how long each of them takes."""
    settings = Settings(data=data, corpus=data / "none")
    library = open_library(settings)
    index = open_vectors(settings, library)
    try:
        pairs = [library.vectors(book_id) for book_id in library.changes()]
        ids = [one for names, _ in pairs for one in names]
        rows = np.vstack([vectors for _, vectors in pairs])
        index.warm()
        found, taken, exact = 0.0, [], []
        for query in queries:
            started = time.perf_counter()
            given = index.search(query, None, NEAREST)
            taken.append(time.perf_counter() - started)
            started = time.perf_counter()
            cosines = rows @ query
            best = np.argpartition(-cosines, NEAREST - 1)[:NEAREST]
            exact.append(time.perf_counter() - started)
            # Of vectors as near as the tenth, any is as good: int8 makes equal ones.
            least = float(cosines[best].min()) - 1e-6
            near = dict(zip(ids, cosines.tolist(), strict=True))
            found += sum(near[name] >= least for name, _ in given) / NEAREST
    finally:
        index.close()
        library.close()
    yield Figure(
        f"recall-{key}", f"recall@{NEAREST} of the index, {what}", found / len(queries), "share",
        1.0, "exact search", Bound("least", ASKED), main=key == "real",
    )  # fmt: skip
    yield from (
        replace(figure, what=f"{figure.what}; {what}")
        for figure in times(
            f"search-{key}", "a search of the index", taken, peer=exact, beside="exact, NumPy"
        )
    )
