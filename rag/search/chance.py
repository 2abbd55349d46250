"""How near texts are, measured against chance; pure.

A cosine says little by itself: every encoder has its own level, and so has every book. It
counts by how far it stands above the cosines of the question with sentences at large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Background:
    """Mean and spread of the cosines between a question and any sentence of the books."""

    mean: float
    spread: float

    @classmethod
    def of(cls, cosines: NDArray[np.float32]) -> Background:
        """Return the chance level of some cosines; of none, one that nothing rises above."""
        if not len(cosines):
            return cls(1.0, 1.0)
        # A handful of sentences has no spread to speak of; the floor keeps nearness finite.
        return cls(float(cosines.mean()), max(float(cosines.std()), 0.01))

    def nearness(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how many spreads cosines stand above what chance gives; any shape."""
        return (cosines - np.float32(self.mean)) / np.float32(self.spread)


def cosines_of(
    vectors: NDArray[np.float32], query: NDArray[np.float32], second: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the cosines of sentences with a question by the encoder and by the companion."""
    if not len(vectors):
        return np.zeros(0, np.float32), np.zeros(0, np.float32)
    return vectors[:, : len(query)] @ query, vectors[:, len(query) :] @ second
