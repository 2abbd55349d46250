"""Books made up from a seed, for tests of what keeps and searches them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.types import (
    Book,
    BookRecord,
    ContentsEntry,
    Footnote,
    Page,
    PageStatus,
    Passage,
    PassageKind,
    Person,
    Problem,
    Section,
    Span,
    TextKind,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.library.ports import Library

DIMENSION = 16
ENCODER = "made-up"
LENGTH = 40


@dataclass(frozen=True, slots=True)
class Volume:
    """All that ``Library.put`` takes for one book."""

    book: Book
    passages: list[Passage]
    vectors: NDArray[np.float32]
    sentences: Sequence[tuple[Span, ...]]
    sentence_vectors: list[NDArray[np.float16]]

    def put(self, library: Library, *, digest: str = "digest", encoder: str = ENCODER) -> None:
        """Put the book into a library."""
        library.put(
            self.book,
            self.passages,
            self.vectors,
            self.sentences,
            self.sentence_vectors,
            digest=digest,
            encoder=encoder,
        )


def unit_vectors(random: np.random.Generator, count: int, dimension: int) -> NDArray[np.float32]:
    """Return random vectors of length 1, shape (count, dimension)."""
    values = random.normal(size=(count, dimension)).astype(np.float32)
    unit: NDArray[np.float32] = values / np.linalg.norm(values, axis=1, keepdims=True)
    return unit


def volume(
    book_id: str,
    texts: Sequence[str] | int = 3,
    *,
    seed: int = 0,
    dimension: int = DIMENSION,
    kind: TextKind = TextKind.BOOK,
) -> Volume:
    """Return a book whose passages are the texts, or so many of random characters.

    Each passage is a page and has two sentences; the last one is a footnote of the first
    page. Vectors are random, and the same for the same seed.
    """
    random = np.random.default_rng(seed)
    if isinstance(texts, int):
        characters = [chr(code) for code in range(0x5317, 0x5317 + 400)]
        texts = ["".join(random.choice(characters, LENGTH)) for _ in range(texts)]
    passages: list[Passage] = []
    start = 0
    for number, text in enumerate(texts):
        last = number == len(texts) - 1
        layer = PassageKind.FOOTNOTE if last else PassageKind.TEXT
        end = start + len(text)
        passages.append(Passage(f"{book_id}:{number}", book_id, layer, 0, start, end, text))
        start = end
    note = passages[-1]
    book = Book(
        record=BookRecord(
            book_id,
            f"书名 {book_id}",
            authors=(Person("某甲", "Jia Mou"),),
            kind=kind,
            contents=(ContentsEntry("第一章", "起头", 1, "1"),),
            aliases=(("某甲", "Jia"),),
        ),
        text="".join(texts),
        body_end=note.start,
        pages=tuple(
            Page(
                number,
                str(number + 1),
                PageStatus.EXACT,
                passage.start,
                passage.end,
                chapter="第一章 起头",
                reasons=("printed",),
            )
            for number, passage in enumerate(passages[:-1])
        ),
        sections=(Section(0, 0, 0, note.start, chapter="第一章 起头"),),
        footnotes=(Footnote("①", note.start, note.end, 0, anchor=1),),
        contents=(
            ContentsEntry("第一章", "起头", 1, "1"),
            ContentsEntry("1.", "甲", 2, "1"),
            ContentsEntry("2.", "乙", 2, "2"),
        ),
        problems=(Problem("doubtful", "一个可疑的字", "1"),),
    )
    vectors = unit_vectors(random, len(passages), dimension)
    sentences = [(Span(0, len(p.text) // 2), Span(len(p.text) // 2, len(p.text))) for p in passages]
    halves = [np.stack([vector, -vector]).astype(np.float16) for vector in vectors]
    return Volume(book, passages, vectors, sentences, halves)


def assert_holds(library: Library, kept: Volume) -> None:
    """Assert that the library gives a book, its passages and its vectors as they were put."""
    assert library.book(kept.book.id) == kept.book
    assert library.passages(kept.book.id) == kept.passages
    ids, vectors = library.vectors(kept.book.id)
    assert ids == [passage.id for passage in kept.passages]
    assert np.array_equal(vectors, kept.vectors)
    for number, stored in enumerate(library.stored(ids)):
        assert stored.passage == kept.passages[number]
        assert np.array_equal(stored.vector, kept.vectors[number])
        assert stored.sentences == kept.sentences[number]
        assert np.array_equal(stored.sentence_vectors, kept.sentence_vectors[number])
