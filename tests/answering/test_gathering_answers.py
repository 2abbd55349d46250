"""Questions of several places, asked of the whole product over the small books of the cases."""

from __future__ import annotations

import json
from statistics import mean
from typing import TYPE_CHECKING, Any

import pytest

from rag.answering.evidence import choose, fitted, is_answered, weigh_sentences
from rag.answering.gathering import MOST_GATHERED
from rag.language.catalog import say
from rag.questions.manner import Manner
from rag.types import Language
from rag.web.html.answers import render_answer
from tests.conftest import CASES as FOLDER
from tests.conftest import wiring
from tests.support.copies import over
from tests.support.gathering import CASES, Case
from tests.support.scripted import ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.answering.quoting import Inquiry
    from rag.application.shuzheng import Shuzheng

IDS = {"marsh": "lu-wan", "small-book": "qu-yu-yan", "harbour": "wu-chuan"}
FACTS = json.loads((FOLDER / "small-book-questions.json").read_text(encoding="utf-8"))
RULES = "孟怀谷同各乡代表商定了哪些规矩？"
DAMS = "贺长龄与阮秀峰筑堤的做法有何不同？"


@pytest.fixture(scope="module")
def shelf(
    models: Path, loaded: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shuzheng]:
    """Return the whole product with the three small books, which nothing changes."""
    data = tmp_path_factory.mktemp("shelf")
    (data / "models").symlink_to(models)
    with over(data, loaded) as opened:
        for name in IDS:
            opened.add(FOLDER / f"{name}.md", FOLDER / f"{name}.toml")
        opened.find("盐引")
        yield opened


def inquiry(shelf: Shuzheng, question: str, book: str) -> Inquiry:
    """Return a question with what was found for it in a book of the cases."""
    return shelf.inquire(question, book=IDS[book])


def quoted(shelf: Shuzheng, asked: Inquiry) -> list[str]:
    """Return the sentences that are quoted."""
    return [sentence.text for sentence in shelf._parts.quoting.settle(asked).sentences]


@pytest.mark.slow
def test_a_question_of_fact_is_answered_as_ever(small: Shuzheng) -> None:
    """What asks for one fact is answered with the sentences of old, in every language."""
    asked = [text for item in FACTS for text in item["question"].values()]
    facts = 0
    for question in asked:
        found = small.inquire(question, book="qu-yu-yan")
        if found.answered and not found.question.told and found.question.manner is Manner.FACT:
            facts += 1
            worth = fitted().fits[found.question.foreign, found.has_read].worth
            old = [item.text for item in choose(found.evidence, worth)]
            assert quoted(small, found) == old
    assert facts > len(asked) / 2


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=str)
def test_nothing_is_gathered_for_what_is_refused(case: Case, shelf: Shuzheng) -> None:
    """Whether a question is answered is decided as for any other, from one search of it all.

    In the book's language that is so to the letter; in another a reader has a word in it.
    """
    asked = inquiry(shelf, case.question, case.book)
    question = asked.question
    search = shelf._parts.retrieval.search(
        question.entire, question.book_ids, 8, foreign=question.foreign
    )
    evidence = weigh_sentences(search, question.kind)
    found = asked.answered or asked.near
    assert question.foreign or found is is_answered(search, evidence)
    answer = shelf._parts.quoting.settle(asked)
    status = "answered" if asked.answered else "near" if asked.near else "not_found"
    assert answer.status == status
    assert bool(answer.sentences) is found
    assert found or not asked.sides
    assert len({citation.start for citation in answer.citations}) == len(answer.citations)
    assert len(answer.citations) <= MOST_GATHERED


@pytest.mark.slow
def test_the_floors_of_what_is_gathered(shelf: Shuzheng) -> None:
    """Over the cases much more of the answer is quoted than by ``choose``; most of it belongs."""
    old, new = [], []
    for case in CASES:
        asked = inquiry(shelf, case.question, case.book)
        assert all(shelf.book(IDS[case.book]).text.count(words) == 1 for _, words in case.pieces)
        if asked.answered:
            plainly = fitted().fits[False, False].worth
            before = [item.text for item in choose(asked.evidence, plainly)]
            after = quoted(shelf, asked)
            old.append((case.precision(before), case.recall(before)))
            new.append((case.precision(after), case.recall(after)))
    assert len(new) >= 0.8 * len(CASES)
    assert mean(p for p, _ in new) >= 0.64
    assert mean(r for _, r in new) >= max(0.7, 0.15 + mean(r for _, r in old))


@pytest.mark.slow
def test_a_list_comes_whole_and_in_order(shelf: Shuzheng) -> None:
    """What announces the rules and all three of them, but not what stands between."""
    lines = quoted(shelf, inquiry(shelf, RULES, "marsh"))
    assert [line[:3] for line in lines] == ["开工以", "第一，", "第二，", "第三，"]


@pytest.mark.slow
def test_both_sides_are_quoted_in_turn_and_given_to_a_model(shelf: Shuzheng) -> None:
    """The first side's sentences go before the other's; the passages of both are found."""
    asked = inquiry(shelf, DAMS, "marsh")
    lines = quoted(shelf, asked)
    assert [("贺长龄" in line, "阮秀峰" in line) for line in lines] == [(True, False)] * 2 + [
        (False, True)
    ] * 2
    assert not shelf._parts.quoting.settle(asked).notice
    found = {item.passage.id for item in asked.found}
    for side in asked.sides:
        assert side.evidence[0].found.passage.id in found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "there", "missing"),
    [
        ("贺长龄与王安石的做法有何不同？", "贺长龄", "王安石"),
        ("比較王安石和賀長齡的做法", "贺长龄", "王安石"),
        (
            "What is the difference between He Changling and Robert Fulton?",
            "贺长龄",
            "Robert Fulton",
        ),
        ("Чем Хэ Чанлин отличался от Наполеона?", "贺长龄", "Наполеона"),
    ],
)
def test_a_side_that_is_not_in_the_book_is_named(
    question: str, there: str, missing: str, shelf: Shuzheng
) -> None:
    """The answer begins by saying which side it is, and quotes the other alone."""
    asked = inquiry(shelf, question, "marsh")
    answer = shelf._parts.quoting.settle(asked)
    notice = say("answers.no_side", asked.language, side=missing)
    assert answer.notice == notice
    assert answer.text.startswith(notice)
    assert there in answer.sentences[0].text
    assert missing in render_answer(answer, {}, answer.language)


@pytest.mark.slow
def test_five_sentences_are_shown_with_their_places(shelf: Shuzheng) -> None:
    """The page gives an answer of five as many numbers, and as many sources."""
    question = "孟怀谷为什么请求围垦芦湾？"
    answer = shelf._parts.quoting.settle(inquiry(shelf, question, "marsh"))
    assert len(answer.sentences) == MOST_GATHERED
    shown = render_answer(answer, {}, Language.ZH)
    assert shown.count('class="cite"') == MOST_GATHERED
    assert 1 <= shown.count('class="source"') <= MOST_GATHERED  # one line a place


@pytest.mark.slow
def test_a_model_is_given_both_sides(shelf: Shuzheng, tmp_path: Path) -> None:
    """The passages in the request hold words of one side and of the other."""
    with ScriptedServer("贺长龄主张用条石砌面。[@石匠出身]") as server:
        answer = wiring(shelf, server, tmp_path)().ask(DAMS, book=IDS["marsh"])
        [call] = server.calls
        sent = json.dumps(call, ensure_ascii=False)
    assert answer.mode == "composed"
    assert "贺长龄每天上堤" in sent
    assert "阮秀峰很少到工地来" in sent
