"""Search folding: lengths hold, and what readers hold to be the same is the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.text.folding import bigrams, find_exact, fold
from rag.types import Span

TEXTS = st.text(alphabet=st.characters() | st.sampled_from("中國国蘇苏１1年 \u3000Ａaё—“「·"))


@given(TEXTS)
def test_folding_keeps_every_offset(text: str) -> None:
    """A folded text is as long as the text, whatever characters it holds."""
    assert len(fold(text)) == len(text)


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    """A folded text is its own folding."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("蘇聯與中國簽訂條約", "苏联与中国签订条约"),
        ("１９３７年（八月）", "1937年(八月)"),
        ("STALIN", "Stalin"),
        ("Пётр ВЕЛИКИЙ", "петр великий"),
        ("1931—1945", "1931-1945"),
        ("「甲」", "“甲”"),
        ("约·维", "约•维"),
    ],
)
def test_what_readers_hold_to_be_the_same_folds_to_the_same(one: str, other: str) -> None:
    """Scripts, widths, cases, dashes, quotation marks and dots do not keep texts apart."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("1924 年 5 月 31 日", ["1924", "年", "5", "月", "31", "日"]),
        ("1924年5月31日", ["1924", "年", "5", "月", "31", "日"]),
        ("中 國\n外交", ["中国", "国外", "外交"]),
        ("甲，乙丙", ["甲", "乙丙"]),
        ("the Soviet Union", ["the", "soviet", "union"]),
        ("в Москве", ["в", "москве"]),
        ("一九三〇年代", ["一九", "九三", "三〇", "〇年", "年代"]),
        ("……！？", []),
        ("", []),
    ],
)
def test_tokens_are_pairs_of_characters_and_whole_words(text: str, tokens: list[str]) -> None:
    """Chinese gives pairs, other scripts words and numbers, punctuation nothing."""
    assert bigrams(text) == tokens


@given(TEXTS)
def test_tokens_hold_letters_and_digits_only(text: str) -> None:
    """No token holds white space or a quotation mark, so each is one word of an index."""
    assert all(token and not set(token) & set(" \t\n\"'\0") for token in bigrams(text))


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("于 1924 年 5 月 31 日签字", "1924年5月31日", ["1924 年 5 月 31 日"]),
        ("于1924年5月31日签字", "1924 年 5 月 31 日", ["1924年5月31日"]),
        ("在15月或5月", "5月", ["5月"]),
        ("the party of art", "ART", ["art"]),
        ("Soviet\n Union, SovietUnion", "soviet union", ["Soviet\n Union"]),
        ("蘇聯又蘇聯", "苏联", ["蘇聯", "蘇聯"]),
        ("有“原话”在", "「原話」", ["“原话”"]),
        ("a.b acb", "a.b", ["a.b"]),
        ("没有", "别的", []),
        ("没有", " \u3000", []),
    ],
)
def test_a_quotation_is_found_word_for_word(text: str, words: str, found: list[str]) -> None:
    """What equals the words after folding, white space aside, is found as it is printed."""
    assert [text[span.start : span.end] for span in find_exact(text, words)] == found


@given(TEXTS, TEXTS, TEXTS)
def test_chinese_is_found_wherever_it_stands(before: str, middle: str, after: str) -> None:
    """Chinese words are found at their place with any text around them."""
    words = "甲乙" + middle.strip() + "丙丁"
    spans = find_exact(before + words + after, words)
    start = len(before)
    assert any(span.start <= start < span.end for span in spans), Span(start, start + len(words))
