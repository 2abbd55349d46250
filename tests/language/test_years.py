"""Years and numbers of a question, in the forms that a book has them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.dates.years import in_chinese, respell, respelt, years_of
from rag.language.numbers.numerals import chinese_value

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("民国二十六年", [1937]),
        ("民國26年", [1937]),
        ("民国元年", [1912]),
        ("昭和十二年", [1937]),
        ("一九三七年", [1937]),
        ("二〇〇八年", [2008]),
        ("1937年到1945年", [1937, 1945]),
        ("What happened in 1937?", [1937]),
        ("Что было в 1937 году?", [1937]),
        ("光绪二十年", [1894]),
        ("1937人", [1937]),
        ("第十九页, 12.1937", []),
        ("三万七千人", []),
    ],
)
def test_years_are_read_in_every_form(text: str, years: list[int]) -> None:
    """Eras, Chinese and Arabic numerals give the year of the common calendar."""
    assert years_of(text) == years


@pytest.mark.parametrize(
    ("question", "book", "asked"),
    [
        ("民国二十六年发生了什么？", "1937 年 7 月", "1937年发生了什么？"),
        ("一九三七年发生了什么？", "到1937年", "1937年发生了什么？"),
        ("昭和十二年に", "民国二十六年", "民国二十六年に"),
        ("1937年发生了什么？", "民國二十六年七月", "民国二十六年发生了什么？"),
        ("12幅图是谁画的？", "绘成十二幅图", "十二幅图是谁画的？"),
        ("二百六十四人从哪里来？", "共264人", "264人从哪里来？"),
    ],
)
def test_a_year_is_asked_as_the_book_writes_it(question: str, book: str, asked: str) -> None:
    """What the book has in another form only is looked for in that form."""
    assert respell(question, respelt(question, [book])) == asked


@pytest.mark.parametrize(
    ("question", "book"),
    [
        ("1937年发生了什么？", "1937年7月"),
        ("1937年发生了什么？", "什么也没有"),
        ("1937年发生了什么？", "共11937人"),
        ("民国二十六年发生了什么？", "民国二十六年"),
        ("第12页是什么？", "第12页"),
    ],
)
def test_what_is_written_alike_or_nowhere_stays(question: str, book: str) -> None:
    """A question whose numbers the book writes as it does, or has not, is left alone."""
    assert respelt(question, [book]) == []
    assert respell(question, []) == question


def test_both_forms_count_where_the_book_has_both() -> None:
    """A year that the book writes in two forms is looked for in both, and asked as it is."""
    [found] = respelt("1937年发生了什么？", ["1937年7月……一九三七年"])
    assert found.forms == ("1937年", "1937", "一九三七年")
    assert respell("1937年发生了什么？", [found]) == "1937年发生了什么？"


@given(st.integers(1, 10**8 - 1))
def test_a_number_in_chinese_has_its_value(number: int) -> None:
    """Writing a number in Chinese and reading it gives the number."""
    assert chinese_value(in_chinese(number)) == number


@pytest.mark.parametrize(
    ("question", "words", "page"),
    [
        ("乾隆以后一九〇三年什么动工？", "1903年动工", "8"),
        ("光绪二十年谁受聘来到临江？", "1894年，英国工程师", "8"),
        ("1746年秋天流行什么病？", "疟疾", "3"),
        ("民国六十年冯水生在哪里工作？", "工作到1971年", "10"),
    ],
)
def test_a_year_in_another_form_finds_its_sentence(
    question: str, words: str, page: str, small: Shuzheng
) -> None:
    """Years of eras and in Chinese numerals find what the book dates in Arabic ones."""
    [citation] = [item for item in small.ask(question).citations if words in item.quote]
    assert page in citation.place.pages
