"""The check of what a model wrote against what it cites."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.checking.claims import Claim, parse_composed
from rag.answering.checking.verifying import found_elsewhere, verify
from rag.language.numbers.quantity import quantities
from rag.types import Facts, Reason, ReasonKind, Verdict

NEARLY = 0.3
"""The least share of right claims that are nearly a quotation of what they cite."""
CASES = Path(__file__).resolve().parents[1] / "cases"
PIECES = [
    "甲乙。",
    "He left. ",
    "[1]",
    "【2】",
    "[",
    "](",
    ")",
    "<",
    ">",
    "<b",
    "<!--",
    "&lt;",
    "```\n",
    "http://evil.example/a",
    "www.evil.example",
    "javascript:x",
    "\n",
    "**",
    "“",
    "”",
    "三千",
    "\u202e",
    "不",
]


@dataclass
class Block:
    """Passages, the known names, and claims about them."""

    name: str
    passages: list[str] = field(default_factory=list)
    names: list[list[str]] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    lies: list[str] = field(default_factory=list)


def blocks() -> list[Block]:
    """Return the blocks of the case files."""
    found: list[Block] = []
    for path in (CASES / "verifying.txt", CASES / "verifying-more.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("== "):
                found.append(Block(line[3:]))
            elif re.match(r"\d+\| ", line):
                found[-1].passages.append(line.split("| ", 1)[1])
            elif line.startswith("names: "):
                found[-1].names.append(line.removeprefix("names: ").split(" = "))
            elif line.startswith(("+ ", "- ")):
                (found[-1].right if line[0] == "+" else found[-1].lies).append(line[2:])
    return found


def verdict(block: Block, line: str) -> Verdict:
    """Return the worst verdict of a line's claims."""
    nearness, foreign = None, False
    if line.startswith("foreign "):
        setting, line = line.split(" | ", 1)
        nearness, foreign = float(setting.split()[1]), True
    verdicts = [
        verify(
            claim,
            block.passages,
            aliases=block.names,
            nearness=nearness,
            foreign=foreign,
        ).verdict
        for claim in parse_composed(line)
    ]
    return max(verdicts, key=list(Verdict).index)


def test_no_lie_is_shown_as_supported() -> None:
    """Of the lies of the case files not one is supported."""
    told = [(line, verdict(block, line)) for block in blocks() for line in block.lies]
    assert len(told) >= 200
    assert [line for line, found in told if found is Verdict.SUPPORTED] == []


def test_right_claims_are_supported() -> None:
    """At most one in fifty of the right claims is lost; what is nearly quoted is supported."""
    told = [(line, verdict(block, line)) for block in blocks() for line in block.right]
    assert len(told) >= 140
    own = [found for line, found in told if not line.startswith("foreign ")]
    assert own.count(Verdict.SUPPORTED) >= NEARLY * len(own)
    assert len([line for line, found in told if found is Verdict.UNSUPPORTED]) * 50 <= len(told)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("甲乙。[1]丙丁[1][2]。戊己【3】", [("甲乙。", 1), ("丙丁。", 1, 2), ("戊己", 3)]),
        ("He left.[1] Then he came [1, 2].", [("He left.", 1), ("Then he came.", 1, 2)]),
        ("甲乙。\n[2] 丙丁。", [("甲乙。",), ("丙丁。", 2)]),
        ("甲乙。\n[2]\n丙丁。", [("甲乙。", 2), ("丙丁。",)]),
        ("甲乙［１］，丙丁[3-5]。", [("甲乙，丙丁。", 1, 3, 4, 5)]),
        ("甲乙[1-9000]。", [("甲乙。", 1, 9000)]),
        ("## 标题\n- **甲**_乙_[^1]。\n2. `丙`丁~~戊~~", [("标题",), ("甲乙。", 1), ("丙丁戊",)]),
        ("看[这里](http://evil.example/a(b))[1]。", [("看这里。", 1)]),
        ("看[1](http://evil.example/a)。", [("看。", 1)]),
        ("看![图](http://evil.example/a.png)和<img src=x onerror=y>字。", [("看图和字。",)]),
        ("看https://evil.example/?q=1[3]。", [("看。", 3)]),
        ("好的[9]。<script>alert(1)</script>", [("好的。", 9)]),
        ("&lt;script&gt;x&lt;/script&gt;好[1]", [("好", 1)]),
        ("甲。\n```\nrm -rf [1]\n```\n乙。", [("甲。",), ("乙。",)]),
        ("甲。\n```\n没有完[1]", [("甲。",)]),
        ("他说：“甲乙。丙丁。”[1]戊。", [("他说：“甲乙。丙丁。”", 1), ("戊。",)]),
        ("甲\u200b乙\u202e[1]。", [("甲乙。", 1)]),
        (" [1] ", []),
        ("", []),
    ],
)
def test_an_answer_is_taken_apart_into_claims(text: str, claims: list[tuple[object, ...]]) -> None:
    """Each sentence keeps its words and the numbers that it cites, and nothing else."""
    assert [(claim.text, *claim.citations) for claim in parse_composed(text)] == claims


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_no_url_and_no_tag_survives(text: str) -> None:
    """Whatever a model writes, no claim holds a URL, a tag or a link, and each can be checked."""
    for claim in parse_composed(text):
        assert not re.search(
            r"://|www\.|javascript:|<[a-z!/]|\[[^\]]*\]\([^)]*\)|[\u202e\n]", claim.text
        )
        verify(claim, ["甲乙。", "He left."])


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("二十一", "21"),
        ("一九四一年", "1941年"),
        ("百五十万人", "1500000人"),
        ("1.5亿元", "15000万元"),
        ("民国二十六年", "1937年"),
        ("民国元年", "1912年"),
        ("元月五日", "1月5日"),
        ("百分之三十", "30%"),
        ("三分之一", "one third"),
        ("二十世纪三十年代", "1930s"),
        ("8月21日", "August 21"),
        ("8月21日", "21 августа"),
        ("2,5 млн рублей", "250万卢布"),
        ("two hundred and five", "205"),
        ("двести пятьдесят", "250"),
        ("1,500", "一千五百"),
        ("1937-08-21", "1937年8月21日"),
        ("21.08.1937", "August 21, 1937"),
        ("第八次", "eighth"),
        ("XX век", "二十世纪"),
    ],
)
def test_numbers_are_compared_as_values(one: str, two: str) -> None:
    """A number has one value in every way of writing it."""
    assert {q.value for q in quantities(one)} == {q.value for q in quantities(two)}


@pytest.mark.parametrize("text", ["万一", "十分重要", "统一", "一些人", "五金", "thousands of men"])
def test_a_numeral_inside_a_word_states_no_number(text: str) -> None:
    """Words that hold a numeral state nothing to be found elsewhere."""
    assert [q for q in quantities(text) if not q.weak] == []


def test_a_number_that_was_not_given_supports_nothing() -> None:
    """A citation of nothing, of too high a number or of an empty passage is unsupported."""
    passages = ["运河长一百八十六里。", " "]
    for numbers in ((), (0,), (3,), (99,), (-1,), (1, 3), (2,)):
        assert (
            verify(Claim("运河长一百八十六里。", numbers), passages).verdict is Verdict.UNSUPPORTED
        )
    assert verify(Claim("运河长一百八十六里。", (1,)), passages).verdict is Verdict.SUPPORTED


def test_a_claim_in_another_language_is_partly_supported_at_best() -> None:
    """Code compares its facts and not what it means; a judge that knows may lift that."""
    claim, passages = Claim("The canal is 186 li long.", (1,)), ["运河长一百八十六里。"]
    found = verify(claim, passages, nearness=5.0, foreign=True)
    assert (found.verdict, found.facts) == (Verdict.PARTLY, Facts(1, 1))
    assert [reason.kind for reason in found.reasons] == [ReasonKind.LANGUAGE]
    assert verify(claim, passages, foreign=True, entailed=0.9).verdict is Verdict.SUPPORTED
    doubted = verify(claim, passages, foreign=True, entailed=0.1)
    assert doubted.reasons == (Reason(ReasonKind.MEANING),)
    wrong = Claim("The canal is 187 li long.", (1,))
    assert verify(wrong, passages, foreign=True, entailed=1.0).verdict is Verdict.UNSUPPORTED


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("1933年，贺桂把船坞卖给严帆。", Reason(ReasonKind.DATE, "1933年", "1902年")),
        ("贺桂把四十座船坞卖给严帆。", Reason(ReasonKind.NUMBER, "四十", "三十")),
        ("1902年，林樵把船坞卖给严帆。", Reason(ReasonKind.NAME, "林樵", "贺桂")),
        (
            "贺桂没有把三十座船坞卖给严帆。",
            Reason(ReasonKind.DENIAL, "贺桂没有把三十座船坞卖给严帆"),
        ),
        ("贺桂说：“船坞归你了”。", Reason(ReasonKind.QUOTATION, "船坞归你了")),
        ("贺桂把三十座破旧的船坞卖给严帆。", Reason(ReasonKind.WORDS, "破旧")),
    ],
)
def test_a_verdict_says_what_the_sentence_has_and_what_the_passage(
    claim: str, reason: Reason
) -> None:
    """The first reason names the fact that is amiss, and what stands in its place."""
    aliases = [["贺桂", "He Gui"], ["严帆", "Yan Fan"], ["林樵", "Lin Qiao"]]
    found = verify(Claim(claim, (1,)), ["1902年，贺桂把三十座船坞卖给严帆。"], aliases=aliases)
    assert found.reasons[0] == reason


def test_facts_that_stand_are_counted() -> None:
    """Of a year, a number and two names all stand, or one less where one was changed."""
    aliases = [["贺桂", "He Gui", "Хэ Гуй"], ["严帆", "Yan Fan", "Янь Фань"]]
    passages = ["1902年，贺桂把三十座船坞卖给严帆。"]
    claims = {
        "He Gui sold thirty dockyards to Yan Fan in 1902.": 4,
        "He Gui sold forty dockyards to Yan Fan in 1902.": 3,
        "В 1902 году Хэ Гуй продал Янь Фаню тридцать верфей.": 4,
    }
    for text, count in claims.items():
        found = verify(Claim(text, (1,)), passages, aliases=aliases, foreign=True)
        assert found.facts == Facts(count, 4), text


def test_a_foreign_name_is_known_by_its_sound() -> None:
    """A name that no record lists is found in the passage by its syllables; another is not."""
    passages = ["1902年，顾云山把船坞卖给了城里的商会。"]
    right = verify(Claim("In 1902 Gu Yunshan sold the dockyard.", (1,)), passages, foreign=True)
    assert right.facts == Facts(3, 3)
    wrong = verify(Claim("In 1902 Pei Shouzhuo sold the dockyard.", (1,)), passages, foreign=True)
    assert Reason(ReasonKind.NAME, "Shouzhuo") in wrong.reasons


def test_the_passage_that_bears_a_claim_out_is_found() -> None:
    """Where a model cites another passage, the right one is found, and its verdict says so."""
    passages = ["河里的鱼在春天产卵。", "1902年，贺桂把船坞卖给严帆，自己留下茶园。", "茶园不大。"]
    claim = Claim("1902年，贺桂把船坞卖给严帆。", (1,))
    assert verify(claim, passages).verdict is Verdict.UNSUPPORTED
    number, found = found_elsewhere(claim, passages, [0.0, 3.0, 0.0]) or (0, None)
    assert number == 2
    assert found is not None
    assert found.verdict is Verdict.PARTLY
    assert found.reasons[0].kind is ReasonKind.ELSEWHERE
    lie = Claim("1903年，贺桂把船坞卖给严帆。", (1,))
    assert found_elsewhere(lie, passages, [0.0, 3.0, 0.0]) is None


@pytest.mark.parametrize(
    "claim",
    [
        "严帆把船坞卖给贺桂。",
        "贺桂在1903年买下船坞。",
        "严帆答应买下船坞。",
        "严帆在1902年卖掉茶园。",
        "贺桂因为欠债卖掉船坞。",
        "贺桂卖掉了全部船坞。",
        "贺桂以前反对修堤。",
        "严帆修了大堤。",
    ],
)
def test_what_says_more_than_its_sentence_is_not_borne_out(claim: str) -> None:
    """Words that no table knows: added, exchanged or in another order they leave a doubt."""
    passages = ["1902年，贺桂把船坞卖给严帆，自己留下茶园。严帆要求修大堤，贺桂没有反对。"]
    aliases = [["贺桂", "He Gui"], ["严帆", "Yan Fan"]]
    assert verify(Claim(claim, (1,)), passages, aliases=aliases).verdict is not Verdict.SUPPORTED
    right = Claim("1902年，贺桂把船坞卖给了严帆。", (1,))
    assert verify(right, passages, aliases=aliases).verdict is Verdict.SUPPORTED


def test_a_rounded_number_is_partly_supported() -> None:
    """About three hundred is not a lie where the book says 297, and not what it says."""
    passages = ["那一年进港的木船有297艘，都挂白旗。"]
    assert verify(Claim("那一年进港的木船约有300艘。", (1,)), passages).verdict is Verdict.PARTLY
    assert verify(Claim("那一年进港的木船有300艘。", (1,)), passages).verdict is Verdict.UNSUPPORTED


def test_a_negation_inside_a_term_is_no_difference() -> None:
    """互不侵犯 negates nothing where both have it, and something where one has it."""
    passages = ["两国商会签订了互不侵犯码头的约定。"]
    same = Claim("两国商会签订了互不侵犯码头的约定。", (1,))
    other = Claim("两国商会签订了侵犯码头的约定。", (1,))
    assert verify(same, passages).verdict is Verdict.SUPPORTED
    assert verify(other, passages).verdict is not Verdict.SUPPORTED


def test_hostile_text_is_read_to_an_end() -> None:
    """Endless digits, nested links and entities and unclosed marks raise nothing."""
    passages = ["1" * 5000 + "年，" + "一二三四" * 2000, "没有不" * 500]
    for text in (
        "1" * 5000,
        "[" * 9000 + "](b)" * 9000,
        "&" + "amp;" * 9000,
        "“甲。" * 5000 + "[1]",
    ):
        for claim in parse_composed(text):
            assert verify(claim, passages).verdict is Verdict.UNSUPPORTED
    assert verify(Claim("渔船24艘。", (1, 2)), passages).verdict is Verdict.UNSUPPORTED
    assert verify(Claim("甲" * 5000, (1,)), ["甲" * 5000]).verdict is Verdict.UNSUPPORTED
