"""What a reader says of what was found: that it answers, or only speaks of the matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.answering.evidence import fitted
from rag.answering.reading import PASSAGES_READ
from rag.application.shuzheng import Shuzheng
from rag.cli.printing import answer_text
from rag.evaluation.hiding import Blind
from rag.evaluation.outcomes import Asked
from rag.language.catalog import say
from rag.settings import Settings
from rag.types import Language, Turn
from rag.web.html.answers import render_answer
from tests.support.fakes import FixedReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Reading = Callable[[float], tuple[Shuzheng, FixedReader]]

QUESTION = "总盐仓的第一任仓大使是谁？"
YES, NO = 9.0, -9.0


@pytest.fixture
def reading(small: Shuzheng, tmp_path: Path) -> Reading:
    """Return a function of a logit to the whole product with a reader that gives it, and that."""
    small.find("盐引")

    def made(logit: float) -> tuple[Shuzheng, FixedReader]:
        whole = Shuzheng(Settings(data=tmp_path, corpus=tmp_path / "none"))
        reader = FixedReader(logit)
        whole._parts.made.update(small._parts.made, reader=reader)
        return whole, reader

    return made


@pytest.fixture
def without(small: Shuzheng, tmp_path: Path) -> Shuzheng:
    """Return the whole product with its reader switched off."""
    small.find("盐引")
    whole = Shuzheng(Settings(data=tmp_path, corpus=tmp_path / "none", reader="off"))
    made = small._parts.made
    whole._parts.made.update({name: made[name] for name in made.keys() - {"reader"}})
    return whole


def test_the_reader_can_be_switched_off(without: Shuzheng) -> None:
    """Who does without has answers, with a confidence, and no reader is opened."""
    answer = without.ask(QUESTION)
    assert answer.status == "answered"
    assert 0 < answer.confidence < 1
    assert without._parts.reader is None
    assert "reader" not in {finding.name for finding in without.doctor()}


def test_doctor_names_the_reader(reading: Reading) -> None:
    """Where there is a reader, the check of health says which."""
    whole, reader = reading(YES)
    [finding] = [finding for finding in whole.doctor() if finding.name == "reader"]
    assert (finding.ok, finding.text) == (True, f"{reader.name}.")


@pytest.mark.parametrize("language", Language)
def test_what_does_not_answer_is_near(language: Language, reading: Reading) -> None:
    """Sentences are quoted with their citations, under a lead in each language."""
    near = reading(NO)[0].ask(QUESTION, language=language)
    answered = reading(YES)[0].ask(QUESTION, language=language)
    assert (near.status, near.mode, answered.status) == ("near", "quoted", "answered")
    assert (near.sentences, near.citations) == (answered.sentences, answered.citations)
    lead, usual = say("answers.near", language), say("answers.quoted", language)
    assert near.text == answered.text.replace(usual, lead)
    assert near.text.startswith(lead)


def test_confidence_follows_what_the_reader_says(reading: Reading, without: Shuzheng) -> None:
    """The surer the reader, the surer the answer; what is not answered at all has none."""
    no, doubtful, yes = (reading(logit)[0].ask(QUESTION).confidence for logit in (NO, 0.0, YES))
    assert 0 < no < doubtful < yes < 1
    assert without.ask("火星有几颗卫星？").confidence == 0


@pytest.mark.parametrize(
    ("question", "weighed", "words"),
    [
        ("顾云山是哪一年出任缉私都司的？", True, "1788年"),
        ("铁路是哪一年动工的？", True, None),
        (QUESTION, True, None),
        ("为什么运河在1746年停工？", False, None),
        ("大事年表在第几页？", False, None),
        ("运河和铁路有什么不同？", False, None),
    ],
)
def test_how_sure_an_answer_is_and_its_words(
    question: str, *, weighed: bool, words: str | None, reading: Reading
) -> None:
    """Questions of fact alone are weighed; the time or number that surely answers is marked."""
    answer = reading(1.0)[0].ask(question)
    assert (answer.status, answer.weighed) == ("answered", weighed)
    assert 0 < answer.confidence <= 1
    first = answer.sentences[0]
    assert words == (first.text[first.answer.start : first.answer.end] if first.answer else None)
    assert not any(one.answer for one in answer.sentences[1:])
    percent = f"{round(100 * answer.confidence)}"
    assert (percent in render_answer(answer, {}, Language.ZH).rpartition("mode")[2]) is weighed
    assert ("first sentence answers" in answer_text(answer)) is weighed
    near = reading(NO)[0].ask(question)
    assert near.status == "answered" or not any(one.answer for one in near.sentences)


def test_the_passages_of_the_best_sentences_are_read(reading: Reading, small: Shuzheng) -> None:
    """They are different ones, and the question is put as it is read."""
    whole, reader = reading(YES)
    first = small.ask(QUESTION)
    follow_up = "他在任多少年？"
    whole.ask(follow_up, turns=[Turn(QUESTION, first)])
    questions, texts = {one for one, _ in reader.asked}, [text for _, text in reader.asked]
    [question] = questions
    assert "裴守拙" in question
    assert len(set(texts)) == len(texts) == PASSAGES_READ
    assert any("十七年" in text for text in texts)


@pytest.mark.parametrize(
    "question",
    ["大事年表在第几页？", "火星有几颗卫星？"],
    ids=["told by the contents", "not answered"],
)
def test_what_cannot_be_answered_is_not_read(
    question: str, reading: Reading, without: Shuzheng
) -> None:
    """A reader has no say where the contents answer, or nothing does."""
    whole, reader = reading(NO)
    assert whole.ask(question).status == without.ask(question).status
    assert reader.asked == []


def test_each_family_of_questions_has_weights_with_a_reader_and_without() -> None:
    """A confidence rests on the reader's word only where there is one."""
    fits = fitted().fits
    assert set(fits) == {(foreign, read) for foreign in (True, False) for read in (True, False)}
    for (_, read), fit in fits.items():
        assert bool(fit.state) is read
        assert 0 < fit.answered < 1 or not read
        assert (fit.sentence[-2:] == (0.0, 0.0)) is not read
        assert not read or min(fit.sentence[-2:]) > 0


def test_what_is_near_leads_on(reading: Reading) -> None:
    """A follow-up takes over what was spoken of, though nothing answered."""
    whole, reader = reading(NO)
    near = whole.ask(QUESTION)
    whole.ask("他在任多少年？", turns=[Turn(QUESTION, near)])
    assert "裴守拙" in reader.asked[-1][0]


def test_what_is_near_is_not_wrong_where_it_must_be_refused(
    reading: Reading, without: Shuzheng
) -> None:
    """A question of another book that seems to be answered is near: not refused, and not wrong."""
    item = {"question": {"zh": QUESTION}}
    whole, _ = reading(NO)
    outcome, usual = (
        Blind(shelf, "qu-yu-yan").of_another(item, Language.ZH) for shelf in (whole, without)
    )
    assert (outcome.near, outcome.refused, outcome.wrong) == (True, False, None)
    assert (usual.near, usual.wrong) == (False, f"answered, {Asked.OTHER}")
