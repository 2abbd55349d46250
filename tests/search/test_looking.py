"""Lookups as a reader wants them: word for word or by meaning, narrowed, sorted, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.types import Match, NotInLibraryError, Order, Way, Wish

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng


def test_all_that_have_the_words_are_found_and_counted(small: Shuzheng) -> None:
    """Not the best alone: as many as stand in the book, and by chapter as often as they stand."""
    book = small.book("qu-yu-yan")
    found = small.look("运河", Wish(way=Way.WORDS))
    assert found.worded == len(found.hits) > 0
    passages = [one for one in small.passages("qu-yu-yan") if "运河" in one.text]
    assert {hit.passage.id for hit in found.hits} == {one.id for one in passages}
    assert sum(one.count for one in found.tallies) == sum(
        one.text.count("运河") for one in passages
    )
    assert [one.heading for one in found.tallies] == small.parts(book.record.id)
    assert all(hit.match is Match.WORDS and hit.marks for hit in found.hits)


def test_words_are_followed_by_what_is_near_and_never_mixed_with_it(small: Shuzheng) -> None:
    """As in a quick lookup the words come first; what is near has no marks, and is by itself."""
    found = small.look("顾云山", Wish())
    quick = small.find("顾云山", limit=found.worded)
    assert [hit.passage.id for hit in quick] == [
        hit.passage.id for hit in found.hits[: found.worded]
    ]
    near = found.hits[found.worded :]
    assert near
    assert all(hit.match is Match.MEANING and not hit.marks for hit in near)
    meant = small.look("从事非法贩盐的人", Wish(way=Way.MEANING))
    assert meant.worded == 0
    assert meant.tallies == ()
    assert "私盐" in "".join(hit.passage.text for hit in meant.hits[:3])


def test_a_chapter_narrows_and_pages_sort(small: Shuzheng) -> None:
    """In a chapter alone; by page in the order of the book; the bars stay those of the whole."""
    heading = next(one for one in small.parts("qu-yu-yan") if "第二章" in one)
    whole = small.look("运河", Wish(order=Order.PAGE))
    starts = [hit.passage.start for hit in whole.hits[: whole.worded]]
    assert starts == sorted(starts)
    inside = small.look("运河", Wish(within=heading))
    assert inside.hits
    assert {hit.place.chapter for hit in inside.hits} == {heading}
    assert len({one.heading for one in inside.tallies if one.count}) > 1
    assert small.look("运河", Wish(within="no such chapter")).hits == ()


def test_a_name_is_found_in_all_its_spellings(small: Shuzheng) -> None:
    """What the book calls him besides is looked for too, only where that is wanted."""
    alone = small.look("罗德里克·格兰", Wish(way=Way.WORDS))
    assert alone.spellings == ()
    every = small.look("罗德里克·格兰", Wish(way=Way.WORDS, names=True))
    assert "格兰" in every.spellings
    assert sum(one.count for one in every.tallies) > sum(one.count for one in alone.tallies)
    latin = small.look("Gu Yunshan", Wish(way=Way.WORDS, names=True))
    assert "顾云山" in latin.spellings
    assert latin.worded == small.look("顾云山", Wish(way=Way.WORDS)).worded


def test_what_is_quoted_is_found_word_for_word_alone(small: Shuzheng) -> None:
    """Nothing near to it is listed, and two words that stand apart are counted by passages."""
    quoted = small.look('"盐引"', Wish())
    assert quoted.worded == len(quoted.hits) > 0
    both = small.look("顾云山 私盐", Wish(way=Way.WORDS))
    assert both.worded > 0
    assert all("顾云山" in hit.passage.text and "私盐" in hit.passage.text for hit in both.hits)
    assert sum(one.count for one in both.tallies) == both.worded
    with pytest.raises(NotInLibraryError):
        small.look("运河", Wish(), book="none")
