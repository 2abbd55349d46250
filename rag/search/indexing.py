"""A book to what is kept of it: passages, sentences and their vectors.

Headings enrich what is encoded and never what is kept: the encoder reads the heading
that a passage or sentence stands under before the words themselves. A sentence has two
vectors side by side, the encoder's and behind it the companion's, which reads it bare.
The words of the passages are encoded too, by the companion (``rag.search.wording``).
"""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from rag.language.text import abbreviations, sentences
from rag.models import give_way
from rag.search.wording import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from rag.models import Companion, Encoder
    from rag.search.resuming import Unfinished
    from rag.types import Book, Passage, Section, Span, Vocabulary


@dataclass(frozen=True, slots=True)
class Indexed:
    """Passages with their vectors (n, d), and for each its sentences with theirs (m, d + 512)."""

    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]
    sentences: tuple[tuple[Span, ...], ...]
    sentence_vectors: tuple[NDArray[np.float32], ...]
    vocabulary: Vocabulary


def encode(
    book: Book,
    passages: Sequence[Passage],
    encoder: Encoder,
    companion: Companion,
    progress: Callable[[int, int], None] | None = None,
    *,
    unfinished: Unfinished | None = None,
) -> Indexed:
    """Return passages of a book with their vectors and their sentences' vectors.

    A passage of one sentence is encoded once. What is encoded is kept in ``unfinished``, and
    what was kept there before is not encoded again.
    """
    known = abbreviations(book.text)
    spans = [tuple(sentences(passage.text, known)) for passage in passages]
    titles = {entry.heading: entry.title for entry in book.contents}
    texts: dict[str, int] = {}

    def number(heading: str, words: str) -> int:
        return texts.setdefault(f"{heading}\n{words}", len(texts))

    whole: list[int] = []
    parts: list[list[int]] = []
    for passage, inner in zip(passages, spans, strict=True):
        heading = _heading(book.sections[passage.section], titles) if book.sections else ""
        whole.append(number(heading, passage.text))
        parts.append([number(heading, passage.text[span.start : span.end]) for span in inner])
    bare = [
        passage.text[span.start : span.end]
        for passage, inner in zip(passages, spans, strict=True)
        for span in inner
    ]
    told = _Progress(len(texts) + len(bare), progress)

    def first(part: Sequence[str]) -> NDArray[np.float32]:
        return encoder.encode_passages(part, told.step)

    def second(part: Sequence[str]) -> NDArray[np.float32]:
        return companion.encode(part, told.step)

    def encoded(
        part: list[str], by: Callable[[Sequence[str]], NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        return by(part) if unfinished is None else unfinished.encoded(part, by, told.step)

    # Both encoders leave some of the time of a core to the other.
    with ThreadPoolExecutor(1, "companion", give_way) as aside, told:
        others = aside.submit(encoded, bare, second)
        words = aside.submit(
            vocabulary, [passage.text for passage in passages], companion, told.still
        )
        vectors = encoded(list(texts), first)
        seconds = iter(others.result())
        known_words = words.result()
    sentence_vectors = tuple(
        np.array([np.concatenate([vectors[row], next(seconds)]) for row in rows], np.float32)
        for rows in parts
    )
    return Indexed(tuple(passages), vectors[whole], tuple(spans), sentence_vectors, known_words)


class _Progress:
    """How much is done by several threads; left with an error, it ends them at their next step."""

    def __init__(self, total: int, tell: Callable[[int, int], None] | None) -> None:
        self._total = total
        self._tell = tell
        self._done = 0
        self._lock = threading.Lock()
        self._over = False

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End the other threads, if this one has ended with an error."""
        self._over = kind is not None

    def step(self, count: int) -> None:
        """Tell that so many texts more are done."""
        with self._lock:
            self.still(count)
            self._done += count
            if self._tell:
                self._tell(self._done, self._total)

    def still(self, _: int) -> None:
        """Raise CancelledError where nobody waits any more for what is being done."""
        if self._over:
            raise CancelledError


def _heading(section: Section, titles: dict[str, str]) -> str:
    """Return the words of the nearest headings: those of the section and of what is below it."""
    nearest = section.section or section.chapter or section.part
    named: Iterable[str | None] = (nearest, section.subsection)
    return " ".join(titles.get(name, name) for name in named if name)
