"""Reciprocal rank fusion."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.search.fusion import reciprocal_rank_fusion

RANKINGS = st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), max_size=4)


def test_a_score_is_the_sum_of_reciprocal_ranks() -> None:
    """An id at rank r of a ranking of weight w gains w / (60 + r)."""
    fused = dict(reciprocal_rank_fusion([["a", "b"], ["b"]], [2.0, 1.0]))
    assert fused == pytest.approx({"a": 2 / 61, "b": 2 / 62 + 1 / 61})


def test_being_in_both_rankings_beats_leading_one() -> None:
    """What two rankings have second comes before what one has first."""
    assert reciprocal_rank_fusion([["a", "c"], ["b", "c"]])[0][0] == "c"


def test_ties_keep_the_order_of_first_appearance() -> None:
    """Equal scores are ordered by the rankings as they were given."""
    assert [key for key, _ in reciprocal_rank_fusion([["z", "b"], ["m", "a"]])] == list("zmba")


def test_a_weight_of_nothing_says_nothing() -> None:
    """A ranking of weight 0 orders nothing, yet what it alone names is kept at the end."""
    fused = reciprocal_rank_fusion([["x", "a"], ["a", "b"]], [0.0, 1.0])
    assert [key for key, _ in fused] == ["a", "b", "x"]


def test_nothing_gives_nothing() -> None:
    """No rankings, or empty ones, give an empty list."""
    assert reciprocal_rank_fusion([]) == reciprocal_rank_fusion([[], []]) == []


def test_each_ranking_needs_its_weight() -> None:
    """A weight too few is an error."""
    with pytest.raises(ValueError, match="zip"):
        reciprocal_rank_fusion([["a"], ["b"]], [1.0])


@given(RANKINGS)
def test_every_id_is_kept_once_and_best_first(rankings: list[list[str]]) -> None:
    """The fused ranking holds exactly the ids of the rankings, scores falling."""
    fused = reciprocal_rank_fusion(rankings)
    assert sorted(key for key, _ in fused) == sorted({key for item in rankings for key in item})
    assert all(one[1] >= other[1] for one, other in pairwise(fused))
