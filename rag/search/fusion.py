"""Rankings of the same things, made into one; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.models import Reranker

RERANKED = 24
"""Passages of a ranking, the first, that are read; each costs a pass of the model or more."""
WEIGHT = 2.0
"""Weight of the model's order beside that of the ranking that it is given, which weighs 1."""
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


def reorder(
    reranker: Reranker,
    question: str,
    ranking: Sequence[tuple[str, float]],
    texts: Mapping[str, str],
) -> list[tuple[str, float]]:
    """Return a ranking of keys with its first fused, by reciprocal rank, with a reranker's order.

    ``texts`` are what the keys stand for. The scores are those of the fusion.
    """
    order = [key for key, _ in ranking]
    first = order[:RERANKED]
    scores = reranker.scores(question, [texts[key] for key in first])
    better = [first[place] for place in np.argsort(-scores, kind="stable")]
    return reciprocal_rank_fusion([order, better], [1.0, WEIGHT])
