"""The facts of a text: its negations, its dates, and numerals in other cases."""

from __future__ import annotations

import pytest

from rag.answering.checking.facts import dates
from rag.language.numbers.quantity import Kind, quantities
from rag.language.polarity.turns import negations


@pytest.mark.parametrize(
    "text",
    [
        "莫斯科会谈开始",
        "莫德惠到会",
        "未来的铁路",
        "无线电台",
        "非洲和南非",
        "不久以后",
        "不断增加",
        "没收财产",
        "是否同意",
        "不列颠",
        "辛未年",
        "the line had 22 stops",
        "война против Японии",
    ],
)
def test_a_sign_of_negation_inside_a_name_or_word_denies_nothing(text: str) -> None:
    """Names and compounds with 莫, 未, 无, 非, 不, 没, 否 in them are no negations."""
    assert not negations(text)


@pytest.mark.parametrize("text", ["莫谈国事", "他不来", "没有来", "未曾到", "无法通车", "否认"])
def test_a_negation_stays_one(text: str) -> None:
    """What denies something is seen to."""
    assert negations(text)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("1905年4月，1908年开工", {(1905, 4)}),
        ("1905年4月，1908年5月", {(1905, 4), (1908, 5)}),
        ("April 1905, May 1908", {(1905, 4), (1908, 5)}),
        ("в мае 1908 года", {(1908, 5)}),
    ],
)
def test_a_month_belongs_to_the_year_at_its_side(text: str, pairs: set[tuple[int, int]]) -> None:
    """A month between two years is of the nearer one."""
    months = {pair[1:] for pair in dates(quantities(text), inherit=False) if pair[0] is Kind.MONTH}
    assert months == pairs


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("两成", "20%"),
        ("三成五", "35%"),
        ("四两二钱", "4.2两"),
        ("七元二角", "7.2元"),
        ("четырёхсот рублей", "400卢布"),
        ("двенадцатью кораблями", "12艘"),
        ("пятьюдесятью", "50"),
        ("двумястами", "200"),
        ("тремя тысячами", "3000"),
    ],
)
def test_numerals_in_other_cases_and_units_have_their_value(one: str, two: str) -> None:
    """Tenths, taels with their tenths, and Russian numerals in any case are read."""
    values = [{q.value for q in quantities(text) if not q.weak} for text in (one, two)]
    assert values[0] == values[1]
