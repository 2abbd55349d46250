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
from typing import TYPE_CHECKING

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
    what was kept there before is not encoded again. ``progress`` hears how many texts of how many
    the encoder has done; what it raises ends everything.
    """
    known = abbreviations(book.text)
    spans = [tuple(sentences(passage.text, known)) for passage in passages]
    texts: dict[str, int] = {}
    whole, parts = _numbered(book, passages, spans, texts)
    bare = [
        passage.text[span.start : span.end]
        for passage, inner in zip(passages, spans, strict=True)
        for span in inner
    ]
    done = 0
    left = threading.Event()

    def step(count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(done, len(texts))

    def still(_: int) -> None:
        if left.is_set():
            raise CancelledError

    def first(part: Sequence[str]) -> NDArray[np.float32]:
        return encoder.encode_passages(part, step)

    def second(part: Sequence[str]) -> NDArray[np.float32]:
        return companion.encode(part, still)

    kept = unfinished.encoded if unfinished else _afresh
    # The companion is done long before the encoder, which alone says how far all is.
    with ThreadPoolExecutor(1, "companion", give_way) as aside:
        others = aside.submit(kept, bare, second, still)
        words = aside.submit(vocabulary, [one.text for one in passages], companion, still)
        try:
            vectors = kept(list(texts), first, step)
            seconds = iter(others.result())
            known_words = words.result()
        except BaseException:
            left.set()
            raise
    sentence_vectors = tuple(
        np.array([np.concatenate([vectors[row], next(seconds)]) for row in rows], np.float32)
        for rows in parts
    )
    return Indexed(tuple(passages), vectors[whole], tuple(spans), sentence_vectors, known_words)


def _numbered(
    book: Book,
    passages: Sequence[Passage],
    spans: Sequence[Sequence[Span]],
    texts: dict[str, int],
) -> tuple[list[int], list[list[int]]]:
    """Return the numbers of what the encoder reads of each passage, and of each of its sentences.

    They are counted in ``texts``, each under its heading and once.
    """
    titles = {entry.heading: entry.title for entry in book.contents}
    whole: list[int] = []
    parts: list[list[int]] = []

    def number(heading: str, words: str) -> int:
        return texts.setdefault(f"{heading}\n{words}", len(texts))

    for passage, inner in zip(passages, spans, strict=True):
        heading = _heading(book.sections[passage.section], titles) if book.sections else ""
        whole.append(number(heading, passage.text))
        parts.append([number(heading, passage.text[span.start : span.end]) for span in inner])
    return whole, parts


def _afresh(
    texts: Sequence[str],
    by: Callable[[Sequence[str]], NDArray[np.float32]],
    _: Callable[[int], None],
) -> NDArray[np.float32]:
    """Return the vectors of texts where none are kept; see ``Unfinished.encoded``."""
    return by(texts)


def _heading(section: Section, titles: dict[str, str]) -> str:
    """Return the words of the nearest headings: those of the section and of what is below it."""
    nearest = section.section or section.chapter or section.part
    named: Iterable[str | None] = (nearest, section.subsection)
    return " ".join(titles.get(name, name) for name in named if name)
