"""A claim in another language than its passage, where it is known which words mean the same."""

from __future__ import annotations

import pytest

from rag.answering.checking.claims import Claim
from rag.answering.checking.dates import dates
from rag.answering.checking.verifying import verify
from rag.language.numbers.quantity import Kind, quantities
from rag.language.polarity.turns import negations
from rag.types import Verdict

PASSAGE = (
    "1936年，医生扎哈罗夫来到石桥镇。他把全部器械赠给了当地医院，但是没有留下药品。"
    "1937年，当地医院的院长邀请莫怀远管理账目，莫怀远拒绝了这个请求。"
)
ALIASES = [
    ["扎哈罗夫", "Zakharov", "Захаров"],
    ["莫怀远", "Mo Huaiyuan", "Мо Хуайюань"],
    ["石桥镇", "Shiqiao", "Шицяо"],
]
LEXICON = {
    "gave": {"赠给": 0.7},
    "donated": {"赠给": 0.75},
    "sold": {"赠给": 0.45},
    "подарил": {"赠给": 0.7},
    "instruments": {"器械": 0.8},
    "инструменты": {"器械": 0.8},
    "medicine": {"药品": 0.8},
    "local": {"当地": 0.8},
    "hospital": {"医院": 0.9},
    "больнице": {"医院": 0.9},
    "местной": {"当地": 0.8},
    "все": {"全部": 0.8},
    "all": {"全部": 0.8},
    "the": {"的": 0.7},
    "doctor": {"医生": 0.9},
    "came": {"来到": 0.7},
    "refused": {"拒绝": 0.8},
    "accepted": {"拒绝": 0.55},
    "request": {"请求": 0.8},
    "director": {"院长": 0.8},
}


def found(text: str, lexicon: dict[str, dict[str, float]] | None = None) -> Verdict:
    """Return the verdict on a claim about the passage."""
    return verify(
        Claim(text, (1,)),
        [PASSAGE],
        aliases=ALIASES,
        nearness=2.8,
        lexicon=LEXICON if lexicon is None else lexicon,
    )


@pytest.mark.parametrize(
    "text",
    [
        "Zakharov donated all the instruments to the local hospital.",
        "Захаров подарил все инструменты местной больнице.",
        "The doctor Zakharov came to Shiqiao in 1936.",
        "Mo Huaiyuan refused the request.",
    ],
)
def test_words_that_have_counterparts_bear_a_claim_out(text: str) -> None:
    """A claim whose every word has a counterpart in one part of the text is supported."""
    assert found(text) is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "text",
    [
        "The local hospital donated all the instruments to Zakharov.",
        "Zakharov donated all the medicine to the local hospital.",
        "Zakharov sold all the instruments to the local hospital.",
        "Zakharov donated all the gold to the local hospital.",
        "Zakharov did not donate the instruments to the local hospital.",
        "Mo Huaiyuan donated all the instruments to the local hospital.",
        "Mo Huaiyuan accepted the request.",
        "Zakharov donated the instruments because the director refused the request.",
    ],
)
def test_what_has_none_or_another_leaves_a_doubt(text: str) -> None:
    """Roles, objects and verbs that changed, and what is added, are not borne out."""
    assert found(text) is not Verdict.SUPPORTED


def test_without_known_words_nothing_is_borne_out() -> None:
    """An empty lexicon, as of a text in a script that no encoder knows, shows nothing."""
    text = "Zakharov donated all the instruments to the local hospital."
    assert found(text, {}) is Verdict.PARTLY


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


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("苏联的14艘驳船运来120辆卡车。", True),
        ("驳船运输是航运的主要内容。", True),
        ("卡车120辆由苏联的驳船运来。", True),
        ("卡车的质量最差。", False),
        ("宋立诚三次提出抗议。", False),
        ("苏方以羊毛偿付。", False),
    ],
)
def test_a_chinese_claim_may_say_it_in_another_order(claim: str, verdict: bool) -> None:  # noqa: FBT001 -- a case
    """Measure words, what is equal, and the passive may change places; roles may not."""
    passage = (
        "驳船运输成为航运的主要内容。苏联的十四艘驳船运来卡车一百二十辆，中方以茶叶和羊毛偿付，"
        "其中羊毛的质量最差，别洛夫三次提出抗议。"
    )
    names = [["宋立诚", "Song Licheng"], ["别洛夫", "Belov"]]
    told = verify(Claim(claim, (1,)), [passage], aliases=names, nearness=6.0)
    assert (told is Verdict.SUPPORTED) is verdict
