"""Retrieval: what is found, how it matched, and what is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.language.text.folding import fold
from rag.search.chance import Background
from rag.types import Match, PageStatus

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng
    from rag.types import Hit


def marked(hit: Hit) -> list[str]:
    """Return the marked words of a passage."""
    return [hit.passage.text[span.start : span.end] for span in hit.marks]


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("双层木斗", "5"),
        ("雙層木斗", "5"),
        ("1744年3月8日", "1"),
        ("１７４４ 年 ３ 月 ８ 日", "1"),
        ("罗德里克•格兰", "8"),
        ("羅德里克·格蘭", "8"),
        ("无字碑", "3"),
    ],
)
def test_words_are_found_in_any_script_width_and_spacing(
    words: str, page: str, small: Shuzheng
) -> None:
    """Traditional or Simplified, full or half width, spaced or not: the passage comes first."""
    best = small.find(words)[0]
    assert page in best.place.pages
    assert best.match in {Match.WORDS, Match.BOTH}


def test_what_is_shown_is_as_printed(small: Shuzheng) -> None:
    """A hit's marks are the book's own characters and spaces, not those that were typed."""
    assert marked(small.find("1744年3月8日")[0]) == ["1744 年 3 月 8 日"]
    assert marked(small.find("鐵路運鹽")[0]) == ["铁路运盐"]


def test_a_name_is_found_in_another_language(small: Shuzheng) -> None:
    """An English or Russian name finds what the aliases call it in the book."""
    for words in ("Gu Yunshan", "Гу Юньшане"):
        best = small.find(words)[0]
        assert "顾云山" in best.passage.text
        assert "顾云山" in "".join(marked(best))


def test_meaning_is_found_without_words(small: Shuzheng) -> None:
    """A question in English that shares no word finds the passage that answers."""
    hits = small.find("Which illness broke out among the workers?", limit=5)
    assert any("疟疾" in hit.passage.text for hit in hits)
    assert all(hit.cosine is not None for hit in hits)


@pytest.mark.parametrize("marks", ["“{}”", '"{}"', "「{}」", "『{}』", "«{}»", "„{}“"])
def test_a_quotation_is_found_word_for_word(marks: str, small: Shuzheng) -> None:
    """Text in quotation marks of any kind is found exactly, and nothing else is."""
    [hit] = small.find(marks.format("钱三十文"))
    assert marked(hit) == ["钱三十文"]
    assert small.find(marks.format("钱四十文")) == []


def test_every_place_of_a_quotation_is_found_in_reading_order(small: Shuzheng) -> None:
    """All passages that hold the words come, in the order of the book, each mark the words."""
    hits = small.find("“盐引”", limit=50)
    texts = [item for item in small._parts.library.passages("qu-yu-yan") if "盐引" in item.text]
    assert [hit.passage for hit in hits] == texts
    assert {word for hit in hits for word in marked(hit)} == {"盐引"}


def test_a_quotation_that_is_nowhere_is_not_found(small: Shuzheng) -> None:
    """A quotation alone that no passage holds finds nothing; in a question it is only words."""
    assert small.find("“盐引满天飞舞”") == []
    assert small.find("为什么说“盐引满天飞舞”？")


def test_two_quotations_must_both_stand_in_the_passage(small: Shuzheng) -> None:
    """With two quotations only a passage that holds both is found."""
    [hit] = small.find("“疟疾” “无字碑”")
    assert sorted(marked(hit)) == ["无字碑", "疟疾"]
    assert small.find("“疟疾” “盐引”") == []


def test_words_as_they_stand_come_first(small: Shuzheng) -> None:
    """A passage that has the words in a row comes before those that have them apart."""
    best = small.find("加到二十四艘")[0]
    assert marked(best) == ["加到二十四艘"]


def test_no_more_is_found_than_asked(small: Shuzheng) -> None:
    """The limit holds for words and quotations, and no passage comes twice."""
    assert len(small.find("运河", limit=3)) == 3
    assert len(small.find("“运河”", limit=2)) == 2
    hits = small.find("运河", limit=50)
    assert len({hit.passage.id for hit in hits}) == len(hits)


def test_a_hit_has_its_place(small: Shuzheng) -> None:
    """A hit names the part or the chapter and section, and every page its passage touches."""
    preface = small.find("“一百八十六里”")[0].place
    assert (preface.part, preface.chapter, preface.pages) == ("前言", None, ("1",))
    body = small.find("“石门岭，那里”")[0].place
    assert (body.chapter, body.section) == ("第一章 澄溪运河的开凿", "1. 沈砚之勘路")
    assert body.pages == ("1", "2")
    assert body.status is PageStatus.EXACT


def test_a_footnote_is_found_on_its_page(small: Shuzheng) -> None:
    """The words of a footnote are found, with the page at whose foot it stands."""
    [hit] = small.find("“口述第3号”")
    assert hit.place.pages == ("1",)
    assert hit.place.part == "前言"


def test_marks_lie_inside_their_passage(small: Shuzheng) -> None:
    """Marks are in order, do not overlap, and are words that were asked for."""
    for hit in small.find("沈砚之勘路的难题", limit=20):
        edges = [edge for span in hit.marks for edge in (span.start, span.end)]
        assert edges == sorted(edges)
        assert all(0 <= edge <= len(hit.passage.text) for edge in edges)
        assert all(fold(word) for word in marked(hit))


def test_nearness_counts_spreads_above_chance() -> None:
    """A cosine of the mean has nearness 0; of nothing, nothing is near."""
    level = Background.of(np.array([0.1, 0.3], np.float32))
    assert level.nearness(np.array([0.2, 0.4], np.float32)).tolist() == pytest.approx([0.0, 2.0])
    none = Background.of(np.zeros(0, np.float32))
    assert none.nearness(np.array([1.0], np.float32)).tolist() == [0.0]


@pytest.mark.parametrize("words", ["西岸木斗", "双层石塔", "双层 石塔", "Gu Yunshan 石塔"])
def test_what_has_only_some_of_the_words_is_near_in_meaning(words: str, small: Shuzheng) -> None:
    """A passage that lacks one of the words is not said to have them, and nothing is marked."""
    for hit in small.find(words):
        assert hit.match is Match.MEANING
        assert hit.marks == ()


@pytest.mark.parametrize("words", ["木斗 双层", "双层的木斗", "运盐 铁路"])
def test_words_need_not_stand_together(words: str, small: Shuzheng) -> None:
    """A passage that has each of the words comes before those that have some, all marked."""
    hits = small.find(words)
    assert hits[0].match is not Match.MEANING
    assert set(words.replace("的", "").replace(" ", "")) <= set("".join(marked(hits[0])))
    near = [hit.match is Match.MEANING for hit in hits]
    assert near == sorted(near)
