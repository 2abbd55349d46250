"""Real, tiny implementations of the product's interfaces, for tests that need no model."""

from __future__ import annotations

import zlib
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rag.models.encoding import Encoder, Vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


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
