"""A process killed at any moment: afterwards there is the old state or the new, never between."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from rag.search.vectors.store import VectorStore
from tests.support.files import SqliteLibrary
from tests.support.shelves import DIMENSION, unit_vectors, volume

ROOT = Path(__file__).resolve().parents[2]
PASSAGES = 60
ROUNDS = 10

WRITE = """
import sys
from pathlib import Path
from tests.support.files import SqliteLibrary
from rag.types import Correction
from rag.search.vectors.store import VectorStore
from tests.support.shelves import volume
data, seed = Path(sys.argv[1]), int(sys.argv[2])
with SqliteLibrary(data / "library.sqlite") as library:
    with VectorStore.open(data, None, library, probe=False) as store:
        store.follow()
        print("ready", flush=True)
        while True:
            seed += 1
            book = f"book-{seed % 3}"
            if seed % 7 == 0 and book in library.changes():
                library.remove(book)
                print("removed", book, flush=True)
            elif seed % 5 == 0 and book in library.changes():
                library.correct(book, [Correction(first=3, label=str(seed))])
                print("corrected", book, seed, flush=True)
            else:
                volume(book, 60, seed=seed).put(library, digest=str(seed))
                print("put", book, seed, flush=True)
            store.follow()
"""


def killed_writer(data: Path, seed: int, seconds: float) -> list[list[str]]:
    """Return what a writing process acknowledged before it was killed."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITE, str(data), str(seed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        lines = writer.stdout.read().split("\n")
    # What follows the last end of line was not said to the end.
    return [line.split() for line in lines[:-1]]


def assert_whole(library: SqliteLibrary) -> dict[str, str]:
    """Assert that every book is one that was put, whole; return their digests."""
    assert library.check() == []
    digests = {summary.record.id: summary.digest for summary in library.summaries()}
    for book_id, digest in digests.items():
        put = volume(book_id, PASSAGES, seed=int(digest))
        assert library.book_as_read(book_id) == put.book
        assert library.passages(book_id) == put.passages
        assert np.array_equal(library.vectors(book_id)[1], put.vectors)
    return digests


def corrections_in(library: SqliteLibrary) -> dict[str, str]:
    """Return the label that was set in each book, whether the book is there or not."""
    found = {}
    for number in range(3):
        for one in library.corrections(f"book-{number}"):
            found[f"book-{number}"] = str(one.label)
    return found


def assert_searched_right(store: VectorStore, books: list[str]) -> None:
    """Assert that Chroma finds what comparing every vector finds."""
    library = store.library
    for vector in unit_vectors(np.random.default_rng(1), 3, DIMENSION):
        scored: list[tuple[float, str]] = []
        for book_id in books:
            ids, vectors = library.vectors(book_id)
            scored += zip((vectors @ vector).tolist(), ids, strict=True)
        wanted = [passage_id for _, passage_id in sorted(scored, reverse=True)[:10]]
        assert [passage_id for passage_id, _ in store.search(vector, None, 10)] == wanted
    assert store.check() == []


@pytest.mark.slow
def test_a_killed_writer_leaves_old_or_new_and_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """After each of many kills every book is whole, what was acknowledged holds, and search agrees.

    Beyond the last thing acknowledged, one more may have been done, as the process may
    have been killed between doing and saying it.
    """
    chance = random.Random(20)  # noqa: S311 -- moments to kill at, no secrets
    known: dict[str, str] = {}
    labels: dict[str, str] = {}
    seed = 0
    for _ in range(ROUNDS):
        said = killed_writer(tmp_path, seed, chance.uniform(0, 0.8))
        for what, book_id, *rest in said:
            if what == "put":
                known[book_id] = rest[0]
            elif what == "corrected":
                labels[book_id] = rest[0]
            else:
                del known[book_id]
        seed += len(said)
        with SqliteLibrary(tmp_path / "library.sqlite") as library:
            found, found_labels = assert_whole(library), corrections_in(library)
            if (found, found_labels) != (known, labels):
                following = seed + 1
                book_id = f"book-{following % 3}"
                if following % 7 == 0 and book_id in known:
                    del known[book_id]
                elif following % 5 == 0 and book_id in known:
                    labels[book_id] = str(following)
                else:
                    known[book_id] = str(following)
                assert (found, found_labels) == (known, labels)
                seed = following
            with VectorStore.open(tmp_path, None, library, probe=True) as store:
                assert_searched_right(store, sorted(known))
    assert labels, "the writer never came to correct"
    assert seed > ROUNDS, "the writer never came to write"
    left = sorted(path.name.split("-")[0] for path in (tmp_path / "chroma").iterdir())
    assert left.count("snapshot") <= 2
