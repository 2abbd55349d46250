"""What a reader says of what was found: that it answers, or only speaks of the matter."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from rag.answering.reading import PASSAGES_READ, thresholds
from rag.application.shuzheng import Shuzheng
from rag.evaluation.hiding import Blind
from rag.evaluation.outcomes import Asked
from rag.language.catalog import say
from rag.settings import ROOT, Settings
from rag.types import Language, Turn
from tests.support.fakes import FixedReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Reading = Callable[[float], tuple[Shuzheng, FixedReader]]

QUESTION = "总盐仓的第一任仓大使是谁？"
FOREIGN = "When was Gu Yunshan dismissed?"
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


def test_without_the_setting_no_reader_is_opened(small: Shuzheng) -> None:
    """Who sets nothing has an answer, and no reader is loaded for it."""
    assert small.ask(QUESTION).status == "answered"
    assert small._parts.reader is None
    assert "reader" not in {finding.name for finding in small.doctor()}


def test_doctor_names_the_reader(reading: Reading) -> None:
    """Where there is a reader, the check of health says which."""
    whole, reader = reading(YES)
    [finding] = [finding for finding in whole.doctor() if finding.name == "reader"]
    assert (finding.ok, finding.text) == (True, f"{reader.name}.")


@pytest.mark.parametrize("language", Language)
def test_what_does_not_answer_is_near(
    language: Language, reading: Reading, small: Shuzheng
) -> None:
    """The same sentences are quoted with their citations, under a lead in each language."""
    whole, _ = reading(NO)
    near, answered = (shelf.ask(QUESTION, language=language) for shelf in (whole, small))
    assert (near.status, near.mode, answered.status) == ("near", "quoted", "answered")
    assert (near.sentences, near.citations) == (answered.sentences, answered.citations)
    lead, usual = say("answers.near", language), say("answers.quoted", language)
    assert near.text == answered.text.replace(usual, lead)
    assert near.text.startswith(lead)


def test_what_answers_stays_as_it_is(reading: Reading, small: Shuzheng) -> None:
    """A reader that finds the answer changes nothing."""
    whole, _ = reading(YES)
    answer, usual = whole.ask(QUESTION), small.ask(QUESTION)
    assert (answer.status, answer.text) == ("answered", usual.text)


def test_the_passages_of_the_best_sentences_are_read(reading: Reading, small: Shuzheng) -> None:
    """They are three different ones, and the question is put as it is read."""
    whole, reader = reading(YES)
    first = small.ask(QUESTION)
    follow_up = "他在任多少年？"
    whole.ask(follow_up, turns=[Turn(QUESTION, first)])
    [(question, texts)] = reader.read
    assert "裴守拙" in question
    assert len(set(texts)) == len(texts) == PASSAGES_READ
    assert any("十七年" in text for text in texts)


@pytest.mark.parametrize(
    "question",
    ["顾云山为什么被革职？", "大事年表在第几页？", "火星有几颗卫星？"],
    ids=["why", "told by the contents", "not answered"],
)
def test_only_what_answers_a_question_of_fact_is_read(
    question: str, reading: Reading, small: Shuzheng
) -> None:
    """A reader has no say where several places answer together, the contents do, or none does."""
    whole, reader = reading(NO)
    assert whole.ask(question).status == small.ask(question).status
    assert reader.read == []


def test_each_family_of_questions_has_its_threshold(reading: Reading) -> None:
    """A logit between the two is enough in another language, and not in the book's."""
    least = thresholds()
    whole, _ = reading((least["own"] + least["foreign"]) / 2)
    found = {whole.ask(QUESTION).status, whole.ask(FOREIGN).status}
    assert found == {"near", "answered"}


def test_the_thresholds_name_what_they_were_fitted_on() -> None:
    """The file says the data, their digest, the day, the command and the figures."""
    path = ROOT / "rag" / "answering" / "reader.toml"
    fitted = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(fitted) == {"own", "foreign", "data", "sha256", "date", "command", "figures"}


def test_what_is_near_leads_on(reading: Reading) -> None:
    """A follow-up takes over what was spoken of, though nothing answered."""
    whole, reader = reading(NO)
    near = whole.ask(QUESTION)
    whole.ask("他在任多少年？", turns=[Turn(QUESTION, near)])
    assert "裴守拙" in reader.read[-1][0]


def test_what_is_near_is_not_wrong_where_it_must_be_refused(
    reading: Reading, small: Shuzheng
) -> None:
    """A question of another book that seems to be answered is near: not refused, and not wrong."""
    item = {"question": {"zh": QUESTION}}
    whole, _ = reading(NO)
    outcome, usual = (
        Blind(shelf, "qu-yu-yan").of_another(item, Language.ZH) for shelf in (whole, small)
    )
    assert (outcome.near, outcome.refused, outcome.wrong) == (True, False, None)
    assert (usual.near, usual.wrong) == (False, f"answered, {Asked.OTHER}")
    assert outcome.said == usual.said
