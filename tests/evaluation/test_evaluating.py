"""Figures on questions with known answers, reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from rag.application.shuzheng import Shuzheng
from rag.evaluation.evaluating import evaluate, summarise
from rag.evaluation.measures import calibration_error, overlap
from rag.evaluation.outcomes import Asked, Outcome
from rag.evaluation.reports import Report
from rag.settings import Settings
from rag.types import (
    Answer,
    BookRecord,
    Citation,
    Hit,
    Language,
    Match,
    PageStatus,
    Passage,
    PassageKind,
    Place,
    RagError,
    Seconds,
    Sentence,
    Verdict,
)

if TYPE_CHECKING:
    from rag.evaluation.reports import Figures

RECORD = BookRecord("b", "书")


def hit(text: str) -> Hit:
    """Return a found passage with this text."""
    passage = Passage("p", "b", PassageKind.TEXT, 0, 0, len(text), text)
    return Hit(passage, Place(None, None, None, ("1",), PageStatus.EXACT), Match.BOTH, 1.0)


def answer(*quotes: tuple[str, str, str | None]) -> Answer:
    """Return an answer that quotes (text, page, part), or finds nothing where there are none."""
    citations = tuple(
        Citation(
            n, RECORD, Place(part, "第一章 甲", None, (page,), PageStatus.EXACT), text, "p", 0, 1
        )
        for n, (text, page, part) in enumerate(quotes, 1)
    )
    sentences = tuple(Sentence(c.quote, (c.n,), Verdict.SUPPORTED) for c in citations)
    status = "answered" if quotes else "not_found"
    seconds = Seconds(0.0, 0.0, 0.0)
    return Answer("", Language.ZH, status, "quoted", "", sentences, citations, seconds)


class Scripted(Shuzheng):
    """A whole that says what it is told to, by question."""

    def __init__(self, script: dict[str, tuple[list[str], Answer]]) -> None:
        super().__init__(Settings(data=Path("nowhere")))
        self.script = script

    def find(self, words: str, *, book: str | None = None, limit: int = 10) -> list[Hit]:
        """Return the scripted passages."""
        assert book == "b"
        return [hit(text) for text in self.script[words][0]][:limit]

    def ask(self, question: str, **more: Any) -> Answer:
        """Return the scripted answer."""
        assert more["book"] == "b"
        return self.script[question][1]


QUESTIONS: list[dict[str, Any]] = [
    {"question": {"zh": "一"}, "answers": ["1744年3月8日"], "page": "1", "chapter": "第一章"},
    {"question": {"zh": "二"}, "answers": ["二十里", "20里"], "pages": ["2", "3"], "part": "前言"},
    {"question": {"zh": "三"}, "answers": ["丙"], "page": "4"},
    {"question": {"zh": "四"}, "answers": ["丁"]},
    {"question": {"zh": "五", "en": "five"}, "answerable": False},
    {"question": {"zh": "六"}, "answerable": False},
]
SCRIPT = {
    "一": (
        ["无", "1744 年３月8日出发"],
        answer(("无", "9", None), ("1744 年 3 月 8 日", "1", None)),
    ),
    "二": (["多走20里"], answer(("二十里", "5", "附录"))),
    "三": (["无", "无", "无", "丙"], answer(("无", "4", None))),
    "四": ([], answer()),
    "五": ([], answer()),
    "六": ([], answer(("无", "1", None))),
    "five": ([], answer()),
}


def test_the_figures_are_those_reckoned_by_hand() -> None:
    """Ranks, sentences, pages and refusals of six scripted questions give these shares."""
    figures = evaluate(Scripted(SCRIPT), QUESTIONS, "b", ["zh"]).figures["zh"]
    assert {name: value for name, value in figures.items() if "millisecond" not in name} == {
        "questions": 6,
        "near misses": 0,
        "questions of another book": 0,
        "answer in passages, first 1": 0.25,
        "answer in passages, first 3": 0.5,
        "answer in passages, first 5": 0.75,
        "answer in passages, first 10": 0.75,
        "nDCG, first 1": 0.25,
        "nDCG, first 3": round((1 / log2(3) + 1) / 4, 4),
        "nDCG, first 5": round((1 / log2(3) + 1 + 1 / log2(5)) / 4, 4),
        "nDCG, first 10": round((1 / log2(3) + 1 + 1 / log2(5)) / 4, 4),
        "mean reciprocal rank": round((1 / 2 + 1 + 1 / 4 + 0) / 4, 4),
        "answer in first sentence": 0.25,
        "answer in quoted sentences": 0.5,
        "sentences an answer": round((2 + 1 + 1) / 3, 4),
        "words marked": 0.0,
        "words marked, right": None,
        "words marked, F1": None,
        "page right of those": 0.5,
        "part right of those": 0.5,
        "citations, precision": round((1 / 2 + 0 + 1) / 3, 4),
        "citations, recall": round((1 + 0 + 1) / 3, 4),
        "refused, answerable": 0.25,
        "refused, not answerable": 0.5,
        "refused, mentioned only": None,
        "refused, near miss": None,
        "refused, of another book": None,
        "near, answerable": 0.0,
        "near, not answerable": 0.0,
        "near, mentioned only": None,
        "near, near miss": None,
        "near, of another book": None,
        "answered, precision": 0.5,
        "answered, recall": 0.5,
        "near, precision": None,
        "near, recall": None,
        "calibration error": 0.25,
        "refusals, precision": 0.5,
        "refusals, recall": 0.5,
    }


def test_a_confidence_is_measured_by_what_came_of_it() -> None:
    """Where three of four that are 75 % sure are right, and none that is 0 % sure, it is true."""
    assert calibration_error([0.75] * 4 + [0.0], [1, 1, 0, 1, 0]) == 0.0
    assert calibration_error([0.95, 0.95, 0.15, 0.15], [1, 0, 0, 0]) == 0.3
    assert calibration_error([1.0], [1.0]) == 0.0
    assert calibration_error([], []) is None


@pytest.mark.parametrize(
    ("start", "end", "answers", "value"),
    [
        (0, 6, ["1746年"], 1.0),
        (0, 8, ["1746年"], round(2 * 5 / 12, 4)),
        (10, 12, ["1746年"], 0.0),
        (10, 14, ["1746年", "疟疾"], round(2 * 2 / 6, 4)),
        (0, 6, [], 0.0),
    ],
)
def test_marked_words_agree_with_an_answer(
    start: int, end: int, answers: list[str], value: float
) -> None:
    """White space counts for nothing; of several answers the best counts."""
    assert round(overlap("1746 年秋天，工地疟疾流行。", start, end, answers), 4) == value


def test_other_settings_are_compared_question_by_question() -> None:
    """What changes is the mean of the differences, with an interval about it."""
    better = SCRIPT | {"四": (["丁"], answer(("丁", "9", None)))}
    whole = Scripted(SCRIPT)
    figures = evaluate(whole, QUESTIONS, "b", ["zh"], other=Scripted(better)).figures
    name = "answer in quoted sentences"
    assert figures["zh other"][name] == 0.75
    assert figures["zh change"][name] == 0.25
    assert figures["zh from"][name] == 0.0
    assert 0.25 < (figures["zh to"][name] or 0) <= 1.0
    assert figures["zh change"]["part right of those"] == 0.0


def test_a_measure_that_does_not_apply_has_no_value() -> None:
    """In English only one question is put, and it has no answer: shares of answers are None."""
    figures = evaluate(Scripted(SCRIPT), QUESTIONS, "b", ["en"]).figures["en"]
    assert figures["questions"] == 1
    assert figures["refused, not answerable"] == 1.0
    assert figures["answer in passages, first 1"] is None
    assert figures["page right of those"] is None


def test_what_is_mentioned_only_is_measured_by_itself() -> None:
    """Of two questions without an answer, one of a thing that the book speaks of, each counts."""
    mentioned = [*QUESTIONS[:5], QUESTIONS[5] | {"mentioned": True}]
    figures = evaluate(Scripted(SCRIPT), mentioned, "b", ["zh"]).figures["zh"]
    assert figures["questions"] == 6
    assert figures["refused, not answerable"] == 1.0
    assert figures["refused, mentioned only"] == 0.0
    assert figures["refusals, recall"] == 0.5


def test_what_must_be_refused_counts_among_the_refusals() -> None:
    """Of two near misses refused and one of another book answered, the recall is two thirds."""
    outcomes = [
        Outcome.must_refuse(Asked.NEAR, refused=True),
        Outcome.must_refuse(Asked.NEAR, refused=True),
        Outcome.must_refuse(Asked.OTHER, refused=False, question="甲？", said="乙。"),
    ]
    figures = summarise(outcomes)
    assert (figures["questions"], figures["near misses"]) == (0, 2)
    assert figures["questions of another book"] == 1
    assert (figures["refused, near miss"], figures["refused, of another book"]) == (1.0, 0.0)
    assert figures["refused, not answerable"] is None
    assert figures["refusals, recall"] == round(2 / 3, 4)
    assert figures["milliseconds, median"] is None
    assert [one.told("zh") for one in outcomes if one.wrong] == [
        {"language": "zh", "question": "甲？", "wrong": "answered, of another book", "said": "乙。"}
    ]


def test_what_is_near_is_neither_answered_nor_refused() -> None:
    """It is counted by itself, and is wrong only where the book answers."""
    near = {"四": (["丁"], replace(answer(("庚", "9", None)), status="near"))}
    figures = evaluate(Scripted(SCRIPT | near), QUESTIONS, "b", ["zh"]).figures["zh"]
    assert (figures["near, answerable"], figures["refused, answerable"]) == (0.25, 0.0)
    outcomes = [
        Outcome.must_refuse(Asked.NEAR, refused=False, near=True),
        Outcome.must_refuse(Asked.NEAR, refused=True),
    ]
    figures = summarise(outcomes)
    assert (figures["near, near miss"], figures["refused, near miss"]) == (0.5, 0.5)
    assert (figures["refusals, precision"], figures["refusals, recall"]) == (1.0, 0.5)
    answerable = replace(outcomes[0], answerable=True, asked=Asked.BOOK)
    assert [one.wrong for one in (*outcomes, answerable)] == [None, None, "near, answerable"]


def test_what_went_wrong_is_listed_where_it_was_asked_for() -> None:
    """JSON has the list beside the languages, and no such key without one."""
    figures: dict[str, Figures] = {"zh": {"share": 0.5}}
    assert Report(figures).as_dict() == {"zh": {"share": 0.5}}
    assert Report(figures, []).as_dict() == {"zh": {"share": 0.5}, "wrong": []}


def test_times_are_median_and_95th_percentile() -> None:
    """Of 1 to 100 milliseconds the median is 50.5 and 95 in 100 are within 95."""
    outcomes = [
        Outcome(
            answerable=True,
            refused=False,
            rank=1,
            sentence=1,
            page=None,
            part=None,
            seconds=number / 1000,
        )
        for number in range(1, 101)
    ]
    figures = summarise(outcomes)
    assert figures["milliseconds, median"] == 50.5
    assert figures["milliseconds, 95 %"] == 95.0


def test_the_figures_are_told_as_a_table() -> None:
    """A column a language, a dash where a measure has no value."""
    report = Report({"zh": {"share": 0.5, "page": None}, "en": {"share": 1.0, "page": 0.25}})
    lines = [line.split() for line in report.as_text().splitlines()]
    assert lines == [["zh", "en"], ["share", "0.5", "1"], ["page", "–", "0.25"]]


@pytest.mark.parametrize(
    ("questions", "languages"),
    [
        (QUESTIONS, ["ru"]),
        ([{"question": {"fr": "quoi"}}], ["fr"]),
        ([{"answers": ["甲"]}], ["zh"]),
        ([{"question": "一"}], ["zh"]),
        ([{"question": {"zh": 3}}], ["zh"]),
        (["一"], ["zh"]),
        ([{"question": {"zh": "一"}, "answers": 3}], ["zh"]),
        ([{"question": {"zh": "一"}, "answers": [3]}], ["zh"]),
    ],
)
def test_questions_of_another_form_are_refused(questions: list[Any], languages: list[str]) -> None:
    """A language that nothing is put in, or a malformed question, is a RagError."""
    with pytest.raises(RagError):
        evaluate(Scripted(SCRIPT), cast("Any", questions), "b", languages)
