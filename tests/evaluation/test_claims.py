"""Claims judged as a language model's sentences are, without a model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rag.evaluation.claims import Judge, Judged, identified, judge_claims, summarise_claims
from rag.types import Language, NotInLibraryError, RagError, Verdict
from rag.types.places import locate
from tests.conftest import CASES, wiring

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.application.shuzheng import Shuzheng
    from tests.support.scripted import ScriptedServer

pytestmark = pytest.mark.slow  # every test asks the whole product

ID = "qu-yu-yan"
CLAIMS = json.loads((CASES / "small-book-claims.json").read_text(encoding="utf-8"))
KEEPER = "总盐仓的第一任仓大使名叫裴守拙。"
PRICE = "价钱最高的时候，一张盐引值银四两二钱，比它所准运的盐还贵。"


def claim(text: str, *cites: str, true: bool = True) -> dict[str, Any]:
    """Return a claim in Chinese."""
    return {"claim": {"zh": text}, "cites": list(cites), "true": true}


@pytest.fixture(scope="module")
def judge(small: Shuzheng) -> Judge:
    """Return the judge of claims about the small book."""
    return Judge(small, ID)


@pytest.mark.parametrize(
    ("text", "cites", "verdict"),
    [
        (KEEPER, ["裴守拙"], Verdict.SUPPORTED),
        (KEEPER, ["5"], Verdict.SUPPORTED),
        (KEEPER, ["11"], Verdict.PARTLY),
        ("总盐仓的第一任仓大使名叫顾云山。", ["11"], Verdict.UNSUPPORTED),
        (f"{KEEPER}{PRICE}", ["5"], Verdict.SUPPORTED),
        (f"{KEEPER}他在任九十七年。", ["5"], Verdict.UNSUPPORTED),
        (PRICE.replace("四两", "七两"), ["5"], Verdict.UNSUPPORTED),
        (f"{PRICE}[1][2][3]".replace("四两", "七两"), ["11"], Verdict.UNSUPPORTED),
        ("盐引", ["5"], Verdict.UNSUPPORTED),
        ("裴守拙在任十七年，" * 150, ["5"], Verdict.UNSUPPORTED),
    ],
)
def test_a_claim_has_the_verdict_that_its_worst_sentence_has(
    text: str, cites: list[str], verdict: Verdict, judge: Judge
) -> None:
    """It is judged by what it is said to cite: marks in its own text count for nothing."""
    assert judge(claim(text, *cites), Language.ZH).verdict is verdict


@pytest.fixture
def composed(
    small: Shuzheng, server: ScriptedServer, tmp_path: Path
) -> Callable[..., list[Verdict]]:
    """Return a function of a question and what a model says to it, to the verdicts shown."""
    whole = wiring(small, server, tmp_path)()

    def shown(question: str, said: str) -> list[Verdict]:
        server.say(said)
        answer = whole.ask(question, book=ID)
        return [one.verdict for one in answer.sentences] if answer.mode == "composed" else []

    return shown


@pytest.mark.parametrize(
    ("question", "text", "cites"),
    [
        ("总盐仓的第一任仓大使是谁？", KEEPER, "裴守拙"),
        ("总盐仓的第一任仓大使是谁？", "总盐仓的第一任仓大使是顾云山，他在任十七年。", "裴守拙"),
        ("盐引的有效期是多少天？", "一张盐引准运食盐三百斤，九十天内有效。", "准运食盐三百斤"),
        ("盐引的有效期是多少天？", "盐引不得转让，九十天内有效。", "准运食盐三百斤"),
        ("铁路是哪一天正式通车的？", "铁路在1903年动工，1907年10月2日通车。", "1907年10月2日"),
        ("铁路是哪一天正式通车的？", "铁路在1907年动工，1903年10月2日通车。", "1907年10月2日"),
    ],
)
def test_a_claim_is_judged_as_a_models_sentence_is(
    question: str, text: str, cites: str, judge: Judge, composed: Callable[..., list[Verdict]]
) -> None:
    """The same sentence from a scripted model is shown with the same verdict, or not shown."""
    verdict = judge(claim(text, cites), Language.ZH).verdict
    shown = composed(question, f"{text}[@{cites}]")
    assert shown == ([] if verdict is Verdict.UNSUPPORTED else [verdict])


def test_no_model_is_asked(small: Shuzheng, server: ScriptedServer, tmp_path: Path) -> None:
    """Where a language model is set, claims are judged without it."""
    whole = wiring(small, server, tmp_path)()
    before = len(server.calls)
    assert Judge(whole, ID)(claim(KEEPER, "5"), Language.ZH).verdict is Verdict.SUPPORTED
    assert len(server.calls) == before


def test_passages_are_identified_by_page_or_words(small: Shuzheng) -> None:
    """A label stands for every passage of its page, words for every passage that holds them."""
    book, passages = small.book(ID), small.passages(ID)
    on_page = {one.id for one in passages if "5" in locate(book, one.start, one.end).pages}
    assert {one.id for one in identified(book, passages, "5")} == on_page
    [one] = identified(book, passages, "双层木斗")
    assert "双层木斗" in one.text
    assert one in identified(book, passages, "5")
    assert len(identified(book, passages, "沈砚之")) > 1
    with pytest.raises(RagError, match="“王小二”"):
        identified(book, passages, "王小二")


def test_the_figures_are_those_reckoned_by_hand() -> None:
    """Shares and counts of three false claims and two true ones."""
    verdicts = [
        (False, Verdict.SUPPORTED),
        (False, Verdict.PARTLY),
        (False, Verdict.UNSUPPORTED),
        (True, Verdict.PARTLY),
        (True, Verdict.UNSUPPORTED),
    ]
    judged = [Judged(Language.ZH, "", (), true, verdict) for true, verdict in verdicts]
    found = summarise_claims(judged)
    assert {
        name: value for name, value in found.items() if not name.endswith((", from", ", to"))
    } == {
        "false claims": 3,
        "false, shown as supported": 0.3333,
        "false, shown as supported, count": 1,
        "false, shown at all": 0.6667,
        "false, shown at all, count": 2,
        "true claims": 2,
        "true, supported": 0.0,
        "true, partly": 0.5,
        "true, taken out": 0.5,
        "supported, precision": 0.0,
        "supported, recall": 0.0,
    }
    assert (found["true, partly, from"], found["true, partly, to"]) == (0.0945, 0.9055)
    assert [item.wrong for item in judged] == [True, True, False, False, True]
    assert summarise_claims([])["false, shown as supported"] is None


def test_kinds_of_falsity_and_a_judge_have_figures_of_their_own() -> None:
    """Of what is false in number and in name, how much is believed, and how well a judge tells."""
    told = [
        (False, Verdict.PARTLY, "number", 0.9),
        (False, Verdict.UNSUPPORTED, "number", 0.1),
        (False, Verdict.SUPPORTED, "name", 0.5),
        (True, Verdict.PARTLY, "", 0.5),
    ]
    found = summarise_claims([Judged(Language.ZH, "", (), *one) for one in told])
    assert found["number: false claims"] == 2
    assert (found["number: taken out"], found["name: shown as supported"]) == (0.5, 1.0)
    assert found["judge, area under the curve"] == 0.5
    assert (found["number: judge, area under the curve"], found["supported, precision"]) == (0.5, 0)


def test_what_went_wrong_is_listed(small: Shuzheng) -> None:
    """A true claim that is taken out, and a false one that is shown, are told."""
    claims = [claim(KEEPER, "5"), claim("盐引", "5"), claim(KEEPER, "11", true=False)]
    told = judge_claims(small, claims, ID, ["zh"]).wrong
    assert [(item["claim"], item["true"], item["verdict"]) for item in told] == [
        ("盐引", True, "unsupported"),
        (KEEPER, False, "partly"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"claim": {"zh": KEEPER}, "cites": ["5"]},
        {"claim": {"zh": KEEPER}, "cites": [], "true": True},
        {"claim": {"zh": KEEPER}, "cites": "5", "true": True},
        {"claim": {"zh": KEEPER}, "cites": [5], "true": True},
        {"claim": {"zh": KEEPER}, "cites": [""], "true": True},
        {"claim": {"zh": KEEPER}, "cites": ["王小二"], "true": True},
        {"claim": {"zh": KEEPER}, "cites": ["5"], "true": "no"},
        {"claim": {"zh": 5}, "cites": ["5"], "true": True},
        {"claim": {"zh": "长" * 10_000_000}, "cites": ["5"], "true": True},
        {"claim": {}, "cites": ["5"], "true": True},
        {"claim": {"en": "The canal"}, "cites": ["5"], "true": True},
        {"claim": KEEPER, "cites": ["5"], "true": True},
        [KEEPER],
        KEEPER,
    ],
)
def test_claims_of_another_form_are_refused(wrong: Any, small: Shuzheng) -> None:
    """A malformed claim, one that cites nothing of the book, or none in the language."""
    with pytest.raises(RagError):
        judge_claims(small, [wrong], ID, ["zh"])


def test_a_book_that_is_not_there_is_refused(small: Shuzheng) -> None:
    """The library says what it does not hold."""
    with pytest.raises(NotInLibraryError):
        judge_claims(small, CLAIMS, "雾川记", ["zh"])


def test_the_claims_of_the_small_book_are_many_and_of_three_languages() -> None:
    """At least sixty true and sixty false, each put in Chinese, English and Russian."""
    assert all(set(item["claim"]) == {"zh", "en", "ru"} for item in CLAIMS)
    for true in (True, False):
        assert sum(item["true"] is true for item in CLAIMS) >= 60
