"""Questions of several places: how they are known, what is gathered for them, what is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.answering.evidence import SIGNS, Evidence
from rag.answering.gathering import MOST_GATHERED, Side, gather, gather_sides, mix
from rag.library.ports import StoredPassage
from rag.questions import all_tokens, weigh
from rag.questions.manner import Manner
from rag.questions.terms import find_terms
from rag.search.retrieval import Found, Search
from rag.search.wording import Wording
from rag.types import Match, Passage, PassageKind, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST = "甲在北岸筑堤。"
WIDTH = 32


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a made-up passage: its score, and what it says (the same as another's)."""

    text: str
    score: float
    says: int


def weighed(*passages: Sequence[Line], kind: PassageKind = PassageKind.TEXT) -> list[Evidence]:
    """Return the sentences of passages of one book as evidence, best first.

    Sentences that say the same have the same vector, all others are at right angles.
    """
    evidence: list[Evidence] = []
    start = 0
    for number, lines in enumerate(passages):
        text = "".join(line.text for line in lines)
        ends = np.cumsum([len(line.text) for line in lines]).tolist()
        spans = tuple(
            Span(end - len(line.text), end) for line, end in zip(lines, ends, strict=True)
        )
        rows = np.eye(WIDTH, dtype=np.float16)[[line.says for line in lines]]
        passage = Passage(f"p{number}", "book", kind, number, start, start + len(text), text)
        stored = StoredPassage(passage, np.zeros(4, np.float32), spans, rows)
        scores = np.array([line.score for line in lines], np.float32)
        found = Found(
            stored,
            Match.BOTH,
            score=1.0,
            rank=1.0,
            cosine=0.5,
            nearness=1.0,
            sentences=scores,
            likeness=0.5,
            coverage=1.0,
            worded=0.5,
        )
        evidence += [
            Evidence(found, span, (0.0,) * len(SIGNS), line.score)
            for span, line in zip(spans, lines, strict=True)
        ]
        start += len(text) + 2
    return sorted(evidence, key=lambda item: -item.score)


def texts(chosen: Sequence[Evidence]) -> list[str]:
    """Return the sentences as they are read."""
    return [item.text for item in chosen]


def alone(*scores: float, first: str = FIRST) -> list[Evidence]:
    """Return sentences of passages of their own, the first with its words."""
    lines = [
        [
            Line(
                first if number == 0 else f"第{'甲乙丙丁戊己庚'[number]}件事是这样的。",
                score,
                number,
            )
        ]
        for number, score in enumerate(scores)
    ]
    return weighed(*lines)


def test_several_places_give_five_at_most() -> None:
    """However many sentences are near the best one, five are quoted."""
    assert len(gather(alone(10, 9.9, 9.8, 9.7, 9.6, 9.5, 9.4), Manner.HOW)) == MOST_GATHERED


def test_the_best_comes_first_and_the_others_as_the_book_has_them() -> None:
    """A reader in a hurry reads the best one; a course of events alone is told in order."""
    evidence = alone(8, 7, 10, 9)
    starts = [item.found.passage.start for item in gather(evidence, Manner.WHY)]
    assert starts[0] == evidence[0].found.passage.start
    assert starts[1:] == sorted(starts[1:])
    told = [item.found.passage.start for item in gather(evidence, Manner.COURSE)]
    assert told == sorted(starts)


def test_what_is_far_below_the_best_is_left_out() -> None:
    """A sentence of another passage joins down to four below the best, and no further."""
    assert len(gather(alone(10, 6.1, 5.9), Manner.LIST)) == 2
    assert len(gather(alone(10, 0, -5), Manner.LIST)) == 1


def test_a_sentence_beside_the_best_may_be_weaker() -> None:
    """Of two equally weak sentences the neighbour of the best one joins it."""
    beside = [Line(FIRST, 10, 0), Line("乙随后把土填上。", 3, 1), Line("丙不在场。", 3, 2)]
    assert texts(gather(weighed(beside), Manner.HOW)) == [FIRST, "乙随后把土填上。"]


def test_nothing_is_said_twice() -> None:
    """A restatement is left out; the same words with another number are no restatement."""
    twice = weighed([Line(FIRST, 10, 0)], [Line("甲筑了北岸的堤。", 9, 0)])
    assert texts(gather(twice, Manner.HOW)) == [FIRST]
    same = weighed([Line(FIRST, 10, 0)], [Line(FIRST, 9, 1)])
    assert texts(gather(same, Manner.HOW)) == [FIRST]
    years = weighed([Line("1738年借款五千万。", 10, 0)], [Line("1739年借款五千万。", 9, 0)])
    assert len(gather(years, Manner.HOW)) == 2


@pytest.mark.parametrize(
    "reason", ["因为江水年年上涨。", "Because the river rose.", "Потому что река поднялась."]
)
def test_reasons_count_more_where_one_asks_why(reason: str) -> None:
    """A weak sentence with a word of causes beside a good one joins for why, not for how."""
    lines = [Line("乙迁走。", 9, 1), Line(reason, 5.5, 2)]
    evidence = weighed([Line(FIRST, 10, 0)], lines)
    assert reason in texts(gather(evidence, Manner.WHY))
    assert reason not in texts(gather(evidence, Manner.HOW))


def test_footnotes_join_no_gathered_answer() -> None:
    """A footnote may be the best sentence, but does not come with another."""
    notes = weighed(
        [Line("见河工档册。", 10, 0)], [Line("见信札。", 9, 1)], kind=PassageKind.FOOTNOTE
    )
    assert texts(gather(notes, Manner.WHY)) == ["见河工档册。"]


def side(words: str, *scores: float) -> Side:
    """Return a side with sentences of these scores, best first."""
    evidence = tuple(alone(*scores, first=f"{words}在此。"))
    return Side(words, tuple(item.found for item in evidence), evidence, own(words))


def own(words: str) -> Search:
    """Return what a side's own words find: no passage, but what they are."""
    terms = find_terms(words, [])
    counts = dict.fromkeys(all_tokens(terms), 1)
    return Search(weigh(terms, counts, 4), Wording(), ())


def test_each_side_has_its_say_in_turn() -> None:
    """Two sentences a side at most, one where the second is far weaker, none of a missing side."""
    one, other = side("张三", 10, 9, 8), side("李四", 3, -8)
    chosen = texts(gather_sides([one, other], one.evidence))
    assert len(chosen) == 3
    assert chosen[0] == "张三在此。"
    assert chosen[2] == "李四在此。"
    missing = Side("王五", (), (), own("王五"))
    assert texts(gather_sides([missing, other], other.evidence)) == ["李四在此。"]


def test_what_is_said_of_both_sides_goes_before_all() -> None:
    """The best sentence that names both leads, however far down; none where a side is missing."""
    one, other = side("张三", 10, 9), side("李四", 8)
    whole = [*one.evidence, *weighed([Line("张三和李四不和。", 2, 20)])]
    assert texts(gather_sides([one, other], whole))[:2] == ["张三和李四不和。", "张三在此。"]
    missing = Side("李四", (), (), own("李四"))
    assert texts(gather_sides([one, missing], whole))[0] == "张三在此。"


def test_the_best_of_all_goes_first_on_its_side() -> None:
    """Of a side's two sentences the one that is best for the whole question leads."""
    one = side("张三", 10, 9)
    assert texts(gather_sides([one], one.evidence[1:]))[1] == "张三在此。"


def test_a_sentence_on_both_sides_is_quoted_once() -> None:
    """What was quoted of one side is not quoted of the other again."""
    both = side("张三", 10)
    assert texts(gather_sides([both, both], both.evidence)) == ["张三在此。"]


def test_passages_of_both_sides_are_kept() -> None:
    """However few passages are wanted, the best of each side is among them, and none twice."""
    whole = [item.found for item in alone(9, 8, 7, 6)]
    one, other = (side("张三", 5, 4), side("李四", 3, 2))
    unlike = [
        replace(item, found=tuple(_named(found, item.words) for found in item.found))
        for item in (one, other)
    ]
    for limit in (1, 2, 3, 8):
        mixed = mix(whole, unlike, limit)
        assert mixed[0].passage.id.startswith("张三")
        assert mixed[1].passage.id.startswith("李四")
        assert len({found.passage.id for found in mixed}) == len(mixed) == max(limit, 2)
    assert len(mix(whole, [Side("王五", (), (), own("王五"))], 8)) == 4


def _named(found: Found, name: str) -> Found:
    passage = replace(found.passage, id=f"{name}{found.passage.id}")
    return replace(found, stored=replace(found.stored, passage=passage))
