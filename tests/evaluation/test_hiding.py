"""Questions that must be refused: what is hidden is not found, and a measure sees it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rag.evaluation.evaluating import evaluate
from rag.evaluation.hiding import Blind, holding
from rag.evaluation.outcomes import Asked
from rag.search.retrieval import DEPTH
from rag.types import Language, NotInLibraryError, QuestionError
from tests.conftest import CASES
from tests.support.questions import asked

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng

ID = "qu-yu-yan"
QUESTIONS = json.loads((CASES / "small-book-questions.json").read_text(encoding="utf-8"))
OTHERS = json.loads((CASES / "harbour-questions.json").read_text(encoding="utf-8"))
KEEPER: dict[str, Any] = next(item for item in QUESTIONS if item["id"] == "keeper")


@pytest.fixture(scope="module")
def blind(small: Shuzheng) -> Blind:
    """Return the small book, to be asked with a part of it hidden."""
    return Blind(small, ID)


def test_what_is_hidden_is_not_found(small: Shuzheng) -> None:
    """The passages that a question finds first are not found once they are hidden."""
    retrieval = small._parts.retrieval
    sought = asked(small, "盐引的有效期", ID).sought
    first = {found.passage.id for found in retrieval.search(sought, [ID], 3).found}
    inquiry = small.inquire("盐引的有效期", book=ID, without=first)
    search = retrieval.search(sought, [ID], DEPTH, without=first)
    for seen in (inquiry.found, search.found):
        assert seen
        assert not first & {found.passage.id for found in seen}


def test_what_is_hidden_is_not_found_in_a_part_of_the_book(small: Shuzheng) -> None:
    """In a search of some sections the hidden passages are not found either."""
    retrieval = small._parts.retrieval
    sought = asked(small, "盐引的有效期", ID).sought
    whole = retrieval.search(sought, [ID], DEPTH)
    best = whole.found[0].passage
    inside = {ID: {best.section}}
    words = asked(small, "盐引", ID).sought
    assert best.id in {
        found.passage.id for found in retrieval.search(words, [ID], DEPTH, within=inside).found
    }
    left = retrieval.search(words, [ID], DEPTH, within=inside, without=[best.id]).found
    assert best.id not in {found.passage.id for found in left}


def test_with_everything_hidden_nothing_is_said(small: Shuzheng, blind: Blind) -> None:
    """A search of nothing is one without an answer, and no failure."""
    every = [passage.id for passage in small.passages(ID)]
    inquiry = blind._inquire("总盐仓的第一任仓大使是谁？", every)
    assert (inquiry.found, inquiry.evidence, inquiry.answered) == ((), (), False)


def test_hiding_nothing_changes_nothing(small: Shuzheng, blind: Blind) -> None:
    """With nothing hidden the evidence is that of the whole."""
    question = KEEPER["question"]["zh"]
    whole = small.inquire(question, book=ID)
    seen = blind._inquire(question, ())
    assert [item.text for item in seen.evidence] == [item.text for item in whole.evidence]
    assert whole.answered
    assert seen.answered


def test_a_near_miss_is_refused_and_its_question_answered(small: Shuzheng, blind: Blind) -> None:
    """Of the keeper's name, the book says nothing once the passages that hold it are hidden."""
    outcome = blind.near_miss(KEEPER, Language.ZH)
    assert outcome is not None
    assert outcome.refused
    assert (outcome.asked, outcome.wrong) == (Asked.NEAR, None)
    assert small.ask(KEEPER["question"]["zh"], book=ID).status == "answered"


@pytest.mark.parametrize(
    "item",
    [
        {"question": {"zh": "火星有几颗卫星？"}, "answerable": False},
        {"question": {"zh": "总盐仓的第一任仓大使是谁？"}, "answers": ["王小二"]},
        {"question": {"zh": "总盐仓的第一任仓大使是谁？"}, "answers": []},
        {"question": {"zh": "大事年表在第几页？"}, "answers": ["沈砚之"]},
    ],
    ids=["not answerable", "answer nowhere", "no answers", "told by the contents"],
)
def test_what_makes_no_near_miss_is_left_out(item: dict[str, Any], blind: Blind) -> None:
    """Without an answer to hide, or where the contents tell it, there is no near miss."""
    assert blind.near_miss(item, Language.ZH) is None


def test_every_passage_that_holds_an_answer_is_hidden(small: Shuzheng) -> None:
    """Both halves of an answer that is cut in two, and every place that it stands in."""
    book = small.book(ID)
    [start] = [k for k in range(len(book.text)) if book.text.startswith("裴守拙，他在任", k)]
    one = small.passages(ID)[0]
    parts = [
        replace(one, id=str(k), start=a, end=b, text=book.text[a:b])
        for k, (a, b) in enumerate([(0, 5), (start - 5, start + 2), (start + 2, start + 20)])
    ]
    assert holding(book, parts, ["裴守拙"], ["裴守拙"]) == {"1", "2"}
    every = small.passages(ID)
    found = holding(book, every, ["沈砚之"], ["沈砚之"])
    assert len(found) > 1
    assert found == {passage.id for passage in every if "沈砚之" in passage.text}


def test_questions_of_another_book_are_refused(blind: Blind) -> None:
    """Of the harbour, the book on the canal says nothing."""
    outcomes = [blind.of_another(item, Language.ZH) for item in OTHERS]
    assert {outcome.asked for outcome in outcomes} == {Asked.OTHER}
    assert sum(outcome.refused for outcome in outcomes) >= len(OTHERS) - 1


def test_what_the_contents_tell_was_not_refused(blind: Blind) -> None:
    """A question of another book that this one's record answers is wrongly answered."""
    outcome = blind.of_another({"question": {"zh": "这本书的作者是谁？"}}, Language.ZH)
    assert outcome.wrong == "answered, of another book"
    assert outcome.question == "这本书的作者是谁？"


def test_both_are_measured_in_one_run(small: Shuzheng) -> None:
    """Near misses and another book's questions are counted, and what goes wrong is listed."""
    wrong = {"question": {"zh": "盐引的有效期是多少天？"}}
    report = evaluate(small, [KEEPER], ID, ["zh"], near_misses=True, beside=[OTHERS[0], wrong])
    figures = report.figures["zh"]
    assert (figures["questions"], figures["near misses"]) == (1, 1)
    assert figures["questions of another book"] == 2
    assert (figures["refused, near miss"], figures["refused, of another book"]) == (1.0, 0.5)
    assert figures["refusals, recall"] == round(2 / 3, 4)
    assert report.wrong is not None
    assert [one["wrong"] for one in report.wrong] == ["answered, of another book"]
    assert evaluate(small, [KEEPER], ID, ["zh"]).wrong is None


def test_other_settings_are_asked_the_near_misses_too(small: Shuzheng) -> None:
    """Under the same settings nothing changes, near misses included."""
    report = evaluate(small, [KEEPER], ID, ["zh"], near_misses=True, other=small)
    assert report.figures["zh other"]["near misses"] == 1
    assert report.figures["zh change"]["refused, near miss"] == 0.0


def test_a_book_has_an_id_and_a_title(small: Shuzheng) -> None:
    """Either names it, and what names none is refused."""
    assert small.chosen(ID) == small.chosen("渠与盐") == [ID]
    for chosen in (small.chosen, lambda name: Blind(small, name)):
        with pytest.raises(NotInLibraryError):
            chosen("雾川记")


@pytest.mark.parametrize("question", ["", "？", "长" * 10_000_000])
def test_what_is_no_question_is_refused_by_name(question: str, blind: Blind) -> None:
    """A question that is empty or endless fails as it does when it is chosen."""
    with pytest.raises(QuestionError):
        blind.of_another({"question": {"zh": question}}, Language.ZH)
