"""What is kept of a book: passages, sentences, and a vector for each."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.language.text.sentence import sentences
from rag.models.ready import Companion
from rag.reading.formats.reader import read_book
from rag.reading.source.record import read_record
from rag.reading.source.source import Source
from rag.search.indexing import encode
from rag.search.splitting import split
from rag.types import Book, Passage, PassageKind
from tests.support.fakes import HashEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

CASES = Path(__file__).resolve().parents[1] / "cases"


@pytest.fixture(scope="module")
def book() -> Book:
    """Return the small book."""
    return read_book(Source(CASES / "small-book.md", read_record(CASES / "small-book.toml")))


def passages_of(book: Book) -> list[Passage]:
    """Return the passages of a book as the encoder of the tests counts tokens."""
    return split(book, HashEncoder().count_tokens)


def test_each_passage_and_sentence_has_its_vector(book: Book, companion: Companion) -> None:
    """A passage has the encoder's vector; a sentence the encoder's and the companion's."""
    indexed = encode(book, passages_of(book), HashEncoder(), companion)
    assert indexed.vectors.shape == (len(indexed.passages), 64)
    for passage, spans, vectors in zip(
        indexed.passages, indexed.sentences, indexed.sentence_vectors, strict=True
    ):
        assert spans == tuple(sentences(passage.text))
        assert vectors.shape == (len(spans), 64 + companion.dimension)
    assert np.allclose(np.linalg.norm(indexed.vectors, axis=1), 1.0, atol=1e-5)


def test_text_and_footnotes_are_passages(book: Book, companion: Companion) -> None:
    """All four footnotes are passages beside those of the text, none of which is a heading."""
    indexed = encode(book, passages_of(book), HashEncoder(), companion)
    kinds = [passage.kind for passage in indexed.passages]
    assert kinds.count(PassageKind.FOOTNOTE) == len(book.footnotes) == 4
    assert not any(
        entry.heading in item.text for item in indexed.passages for entry in book.contents
    )


def test_the_heading_is_encoded_and_not_kept(book: Book, companion: Companion) -> None:
    """The same words under another heading have another vector and the same text."""
    passages = encode(book, passages_of(book), HashEncoder(), companion).passages
    moved = replace(
        book, sections=tuple(replace(section, section="改名") for section in book.sections)
    )
    one, other = (encode(item, passages, HashEncoder(), companion) for item in (book, moved))
    assert one.passages == other.passages
    assert not np.allclose(one.vectors, other.vectors)


def test_a_passage_of_one_sentence_is_encoded_once(book: Book, companion: Companion) -> None:
    """Its vector is that of its sentence, and progress counts each text once."""
    heard: list[tuple[int, int]] = []
    indexed = encode(
        book,
        passages_of(book),
        HashEncoder(),
        companion,
        lambda done, total: heard.append((done, total)),
    )
    single = [k for k, spans in enumerate(indexed.sentences) if len(spans) == 1]
    assert single
    for k in single:
        assert np.array_equal(indexed.vectors[k], indexed.sentence_vectors[k][0][:64])
    every = sum(map(len, indexed.sentences))
    assert heard[-1] == (heard[-1][1], len(indexed.passages) + every - len(single))
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_what_progress_raises_ends_both_encoders(book: Book) -> None:
    """Who stops at the first text hears of it at once, and the second encoder ends too."""

    class Slow(Companion):
        def encode(
            self, texts: Sequence[str], progress: Callable[[int], None] | None = None
        ) -> NDArray[np.float32]:
            for _ in texts:
                time.sleep(0.01)
                if progress:
                    progress(1)
            return np.zeros((len(texts), self.dimension), np.float32)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        encode(book, passages_of(book) * 100, HashEncoder(), Slow(), stop)
    assert time.monotonic() - before < 10
    assert not [one for one in threading.enumerate() if one.name.startswith("companion")]
