"""Retrieval and answers by number of books: the same questions, to one book among so many."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import numpy as np

from rag.library import open_library
from rag.questions import understand
from rag.settings import Settings
from tests.bench.results import Figure, times
from tests.bench.stages.answers import PLAIN, answered
from tests.bench.workshop import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rag.application.shuzheng import Shuzheng
    from tests.bench.prose import Asked
    from tests.bench.workshop import Workshop

MOST = 600.0
"""Milliseconds in which 95 of a hundred answers are there with the largest shelf."""
LARGE = 1000


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Yield how long passages and answers take with ever more books, beside the plain pipeline."""
    asked = workshop.asked
    for count in workshop.sizes.books:
        shelf = workshop.shelf(count)
        plain, passages = _plain(workshop, shelf, count, asked)
        with opened(shelf) as shuzheng:
            shuzheng.warm()
            retrieval = _retrieved(shuzheng, workshop.others)
            _, whole = answered(shuzheng, asked)
        named = f"{count:,} book{'s' if count > 1 else ''}"
        yield Figure(f"books-{count}-passages", f"passages of {named}", passages, "")
        yield from times(
            f"retrieval-{count}", f"passages found in {named}", retrieval, peer=plain, beside=PLAIN
        )
        yield from times(
            f"books-{count}", f"a whole answer from {named}", whole, peer=plain, beside=PLAIN,
            asked=(None, MOST if count == LARGE else None), main=count == LARGE,
        )  # fmt: skip


def _retrieved(shuzheng: Shuzheng, asked: Sequence[Asked]) -> list[float]:
    """Return the seconds that understanding a question and finding its passages takes."""
    parts = shuzheng._parts
    books = [parts.library.book(book_id) for book_id in shuzheng.chosen(None)]
    taken = []
    for one in asked:
        started = time.perf_counter()
        question = understand(one.text, (), books, sense=parts.sense)
        parts.retrieval.search(question.sought, question.book_ids, 8, foreign=question.foreign)
        taken.append(time.perf_counter() - started)
    return taken


def _plain(
    workshop: Workshop, shelf: Path, count: int, asked: Sequence[Asked]
) -> tuple[list[float], int]:
    """Return the plain pipeline's seconds for each question on the same passages, and how many."""
    library = open_library(Settings(data=shelf, corpus=shelf / "none"))
    try:
        texts, rows = [], []
        for book_id in library.changes():
            texts += [passage.text for passage in library.passages(book_id)]
            rows.append(library.vectors(book_id)[1])
    finally:
        library.close()
    folder = workshop.root / f"plain-{count}"
    folder.mkdir()
    (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    np.save(folder / "vectors.npy", np.vstack(rows))
    workshop.peer.told(
        "fill",
        folder=str(folder / "chroma"),
        texts=str(folder / "texts.json"),
        vectors=str(folder / "vectors.npy"),
    )
    taken = workshop.peer.told(
        "ask", folder=str(folder / "chroma"), questions=[one.text for one in asked]
    )
    return taken, len(texts)
