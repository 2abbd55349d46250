"""What is logged of a question: figures, and its words only where that was asked for."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from rag.application import REQUESTS
from rag.application.requests import watched
from rag.types import QuestionError
from tests.support.exported import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

QUESTION = "盐引的有效期是多少天？"


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Return the lines that are logged of requests."""
    kept: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(record.getMessage())

    logger, handler = logging.getLogger(REQUESTS), Keeping()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield kept
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


def only(lines: list[str]) -> dict[str, Any]:
    """Return what the one line says."""
    [line] = lines
    assert "\n" not in line
    value: dict[str, Any] = json.loads(line)
    return value


def test_a_question_is_one_line_without_its_words(lines: list[str]) -> None:
    """Stages, status and verdicts are logged; neither question nor answer is."""
    answer = quoted()
    with watched("requests", QUESTION) as request:
        request.answer = answer
    said = only(lines)
    assert said["status"] == "answered"
    assert set(said["milliseconds"]) == {"retrieve", "answer", "total"}
    assert sum(said["verdicts"].values()) == len(answer.sentences)
    assert len(said["request"]) == 8
    assert not [one for one in (QUESTION, answer.sentences[0].text) if one in lines[0]]


def test_the_words_are_logged_where_they_are_asked_for(lines: list[str]) -> None:
    """With ``questions`` the question stands in the line, with ``off`` there is no line."""
    with watched("questions", QUESTION):
        pass
    assert only(lines)["question"] == QUESTION
    lines.clear()
    with watched("off", QUESTION):
        pass
    assert lines == []


def test_a_failure_is_logged_by_its_kind(lines: list[str]) -> None:
    """What went wrong is raised on, and the line names its kind alone."""
    with pytest.raises(QuestionError), watched("requests", QUESTION):
        raise QuestionError(QUESTION)
    assert only(lines)["error"] == "QuestionError"
    assert QUESTION not in lines[0]


def test_who_goes_away_is_logged_as_gone(lines: list[str]) -> None:
    """An answer that nobody waits for any more is a line too."""

    def answers() -> Iterator[int]:
        with watched("requests", QUESTION):
            yield 1

    asking = answers()
    next(asking)
    asking.close()  # type: ignore[attr-defined]
    assert only(lines)["error"] == "left"
