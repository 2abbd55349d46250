"""Evidence: every sentence of what was found is weighed, and the few that answer are chosen."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from rag.answering.evidence import (
    MOST_SENTENCES,
    Signs,
    choose,
    has_kind,
    is_answered,
    weigh_sentences,
)
from rag.questions.asking import Kind, kind_of
from rag.questions.terms import weigh
from rag.search.retrieval import Search
from rag.search.wording import Wording
from tests.support.questions import asked

if TYPE_CHECKING:
    from rag.answering.evidence import Evidence
    from rag.application.shuzheng import Shuzheng

QUESTION = "沈砚之是哪一天从澜港出发勘路的？"

WORTH = 0.02


@pytest.fixture(scope="module")
def search(small: Shuzheng) -> Search:
    """Return what is found for a question that the small book answers."""
    return small._parts.retrieval.search(
        asked(small, QUESTION, "qu-yu-yan").sought, ["qu-yu-yan"], 8
    )


@pytest.fixture(scope="module")
def evidence(search: Search) -> list[Evidence]:
    """Return its sentences, weighed."""
    return weigh_sentences(search, kind_of(QUESTION))


def test_every_sentence_found_is_weighed_once(search: Search, evidence: list[Evidence]) -> None:
    """The sentences are those of the found passages, word for word, best first."""
    sentences = {
        (found.passage.id, span) for found in search.found for span in found.stored.sentences
    }
    assert {(item.found.passage.id, item.span) for item in evidence} == sentences
    assert len(evidence) == len(sentences)
    assert all(one.score >= other.score for one, other in pairwise(evidence))
    assert all(item.text in item.found.passage.text for item in evidence)


def test_the_answer_weighs_most(evidence: list[Evidence]) -> None:
    """The sentence with the day, the name and the place comes first."""
    assert evidence[0].text.startswith("1744 年 3 月 8 日，沈砚之")
    assert evidence[0].sign("kind") == 1


def test_the_chosen_are_few_and_in_reading_order(evidence: list[Evidence]) -> None:
    """One to three sentences: the best, then the others as they follow one another in the book."""
    chosen = choose(evidence, WORTH)
    places = [item.found.passage.start + item.span.start for item in chosen[1:]]
    assert 1 <= len(chosen) <= MOST_SENTENCES
    assert chosen[0] == evidence[0]
    assert places == sorted(places)
    assert choose(evidence, 1.0) == evidence[:1]


def test_what_is_far_below_the_best_adds_nothing(evidence: list[Evidence]) -> None:
    """Beside a sentence far above all others no other is chosen."""
    best = replace(evidence[0], score=evidence[0].score + 1000)
    assert choose([best, *evidence[1:]], WORTH) == [best]


def test_the_same_words_are_chosen_once(evidence: list[Evidence]) -> None:
    """Two sentences of the same words count as one."""
    chosen = choose([evidence[0], evidence[0], *evidence[1:]], 0.0)
    assert len({item.text for item in chosen}) == len(chosen)


def test_shares_are_shares(search: Search, evidence: list[Evidence]) -> None:
    """Coverage and what is unseen lie between 0 and 1, what is named within a half of 0."""
    signs = Signs.of(search, evidence)
    shares = [signs.coverage, signs.unseen, *(item.sign("coverage") for item in evidence)]
    assert all(0.0 <= share <= 1.0 + 1e-9 for share in shares)
    assert -0.5 <= signs.named <= 0.5


def test_nothing_found_is_no_answer() -> None:
    """A search without passages gives no evidence, and that answers nothing."""
    nothing = Search(weigh([], {}, 0), Wording(), ())
    assert weigh_sentences(nothing, Kind.OTHER) == []
    assert not is_answered(nothing, [])
    assert not is_answered(replace(nothing, foreign=True), [])


def test_what_answers_is_answered(search: Search, evidence: list[Evidence]) -> None:
    """A question whose answer stands in the book is answered."""
    assert is_answered(search, evidence)


@pytest.mark.parametrize(
    ("text", "kind", "fits"),
    [
        ("1744 年 3 月 8 日出发", Kind.TIME, True),
        ("一九四五年投降", Kind.TIME, True),
        ("十九世纪末", Kind.TIME, True),
        ("十九世紀末", Kind.TIME, True),
        ("五月初六通水", Kind.TIME, True),
        ("It opened in October.", Kind.TIME, True),
        ("Открыли в октябре.", Kind.TIME, True),
        ("他离开了运河", Kind.TIME, False),
        ("一共四十艘", Kind.NUMBER, True),
        ("死者四百人", Kind.NUMBER, True),
        ("There were 40 boats.", Kind.NUMBER, True),
        ("他离开了运河", Kind.NUMBER, False),
        ("1744年3月8日，一共四十艘", Kind.OTHER, False),
    ],
)
def test_a_sentence_may_hold_the_kind_that_is_asked_for(
    text: str, kind: Kind, *, fits: bool
) -> None:
    """Times and numbers are seen in each language and script; nothing else is asked for so."""
    assert has_kind(text, kind) is fits
