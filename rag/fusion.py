"""Rankings of the same things, made into one; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DAMPING = 60.0


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[str]], weights: Sequence[float] | None = None
) -> list[tuple[str, float]]:
    """Return every id of the rankings with its fused score, best first.

    An id at rank r (from 1) of a ranking of weight w gains w / (60 + r). Ties keep the
    order of first appearance, so that the result does not depend on hashing. The weights
    are 1 where none are given.

    Source: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and
    individual Rank Learning Methods", SIGIR 2009.
    """
    scores: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + weight / (DAMPING + rank)
    return sorted(scores.items(), key=lambda item: -item[1])
