"""What a question wants, told by a linear head on its vector; pure.

Source: multinomial logistic regression, Hosmer and Lemeshow, "Applied Logistic Regression",
chapter 8; a choice is refused below a probability, Chow, "On Optimum Recognition Error and
Reject Tradeoff", IEEE Transactions on Information Theory 16, 1970.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.questions.wanting import About, Sensed, Want

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

HEAD = Path(__file__).with_name("head.json")
"""What was fitted, and on what."""

CERTAIN = 0.6
"""Probability below which a question is taken as any other: it wants the sentences that say it."""
_PENALTY = 3e-6
"""Of the weights' squares, a sample."""
_STEPS = 600
_PASSAGE = Sensed(Want.PASSAGE)


@dataclass(frozen=True, slots=True)
class Head:
    """Weights of every kind of question, shape (kinds, numbers of a vector + 1), float32.

    The last column is what a kind has beforehand.
    """

    kinds: tuple[Sensed, ...]
    weights: NDArray[np.float32]

    def chances(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how likely each kind is for each vector: (vectors, kinds), rows adding to 1."""
        return _softmax(_with_one(vectors) @ self.weights.T)

    def sense(self, vector: NDArray[np.float32]) -> Sensed:
        """Return what a question with this vector wants."""
        chances = self.chances(vector[np.newaxis])[0]
        best = int(chances.argmax())
        return self.kinds[best] if chances[best] >= CERTAIN else _PASSAGE


def fit(sensed: Sequence[Sensed], vectors: NDArray[np.float32]) -> Head:
    """Return the head that tells samples' kinds by their vectors best, the weights kept small.

    By Nesterov's accelerated gradient; the step is the inverse of the loss's curvature, which
    for unit vectors with a one is at most 1, half of which softmax bounds.
    """
    kinds = tuple(dict.fromkeys(sensed))
    rows = _with_one(vectors)
    wanted = np.zeros((len(rows), len(kinds)), np.float32)
    wanted[np.arange(len(rows)), [kinds.index(one) for one in sensed]] = 1.0
    weights: NDArray[np.float32] = np.zeros((len(kinds), rows.shape[1]), np.float32)
    ahead = weights
    curvature = 0.5 * float(np.linalg.norm(rows.T @ rows, 2)) / len(rows) + _PENALTY
    for step in range(_STEPS):
        errors = _softmax(rows @ ahead.T) - wanted
        slope = errors.T @ rows / len(rows) + _PENALTY * ahead
        before, weights = weights, (ahead - slope / curvature).astype(np.float32)
        ahead = (weights + step / (step + 3) * (weights - before)).astype(np.float32)
    return Head(kinds, weights.astype(np.float16).astype(np.float32))


def save(head: Head, path: Path, card: dict[str, Any]) -> None:
    """Write a head as JSON: ``card`` says what it was fitted on, then its kinds and weights."""
    kinds = [f"{one.want}.{one.about}" if one.about else one.want for one in head.kinds]
    packed = base64.b64encode(head.weights.astype("<f2").tobytes()).decode("ascii")
    content = {**card, "kinds": kinds, "weights, float16": packed}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load(path: Path = HEAD) -> Head:
    """Return the head that ``save`` wrote."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    kinds = []
    for name in content["kinds"]:
        want, _, about = name.partition(".")
        kinds.append(Sensed(Want(want), About(about) if about else None))
    weights = np.frombuffer(base64.b64decode(content["weights, float16"]), "<f2")
    return Head(tuple(kinds), weights.astype(np.float32).reshape(len(kinds), -1))


def _with_one(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.hstack([vectors, np.ones((len(vectors), 1), np.float32)])


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return chances
