"""Which words of a passage mean what words of a sentence in another language do; an adapter.

The companion encoder puts words of sixteen languages side by side. The vectors of a book's
words are kept in the library; what is not there, short words above all, is encoded once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.search import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rag.answering.checking import Lexicon
    from rag.models import Companion
    from rag.types import Vocabulary

LEAST = 0.4
"""Cosine of two words that are worth a look."""
_MOST_WORDS = 400
"""Words of a sentence that are looked up: one of a thousand characters has no more."""


class Wordbook:
    """Looks words up for one answer; keeps every vector that it came by."""

    def __init__(self, companion: Companion, known: Iterable[Vocabulary | None]) -> None:
        self._companion = companion
        self._known = [vocabulary for vocabulary in known if vocabulary]
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def lexicon(self, claim: str, texts: Sequence[str]) -> Lexicon:
        """Return for each word of a claim the words of the texts that mean something alike.

        The numbers are cosines, from ``LEAST`` to 1.
        """
        asked = list(dict.fromkeys(cut(claim)))[:_MOST_WORDS]
        there = list(dict.fromkeys(word for text in texts for word in cut(text)))
        if not asked or not there:
            return {}
        cosines = self._encode(asked) @ self._encode(there).T
        return {
            word: {there[k]: float(row[k]) for k in np.flatnonzero(row >= LEAST).tolist()}
            for word, row in zip(asked, cosines, strict=True)
        }

    def _encode(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of words, shape (n, 512)."""
        if not self._vectors:
            for vocabulary in self._known:
                self._vectors.update(zip(vocabulary.words, vocabulary.vectors, strict=True))
        new = [word for word in dict.fromkeys(words) if word not in self._vectors]
        self._vectors.update(zip(new, self._companion.encode(new), strict=True))
        return np.stack([self._vectors[word] for word in words])
