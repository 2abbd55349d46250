"""What is about the last answer, asks nothing of the book, or asks how it is cited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from rag.types import Language, Turn
from tests.conftest import CASES

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng
    from rag.types import Answer
    from tests.conftest import Wire
    from tests.support.scripted import ScriptedServer

BOOK = "wei-xi"


@dataclass(frozen=True, slots=True)
class Line:
    """A turn of a conversation, and what it must give."""

    question: str
    status: str
    words: str
    page: str


def conversations() -> list[list[Line]]:
    """Return the conversations of the cases."""
    found: list[list[Line]] = [[]]
    for line in (CASES / "talking.txt").read_text(encoding="utf-8").splitlines():
        if not line:
            found.append([])
        elif not line.startswith("#"):
            found[-1].append(Line(*(part.strip() for part in line.split("|"))))
    return [talk for talk in found if talk]


def quoted(answer: Answer) -> set[str]:
    """Return the sentences of the book that an answer quotes."""
    return {citation.quote for citation in answer.citations}


def wrong(line: Line, answer: Answer, before: list[Turn]) -> str:
    """Return what an answer lacks, empty where it is right."""
    if answer.status != line.status:
        return f"is {answer.status}"
    if line.page and line.page not in {p for c in answer.citations for p in c.place.pages}:
        return f"has no sentence of page {line.page}"
    if line.words == "new":
        old = {quote for turn in before for quote in quoted(turn.answer)}
        return "says nothing new" if quoted(answer) & old or not quoted(answer) else ""
    said = "".join([answer.text, *quoted(answer)])
    if line.words != "-" and not any(words in said for words in line.words.split("/")):
        return f"does not say {line.words}: {answer.text[:200]}"
    return ""


@pytest.mark.parametrize("talk", conversations(), ids=lambda talk: talk[-1].question)
def test_a_conversation_goes_on_about_what_was_answered(mill: Shuzheng, talk: list[Line]) -> None:
    """More, the page, the source, another language, an item, a person: all of the last answer."""
    turns: list[Turn] = []
    for line in talk:
        answer = mill.ask(line.question, book=BOOK, turns=turns)
        assert not wrong(line, answer, turns), line.question
        turns.append(Turn(line.question, answer))


def test_there_are_enough_conversations() -> None:
    """Thirty and more, in three languages."""
    assert len(conversations()) >= 30


def test_another_language_is_the_models_where_one_is_set(
    small: Shuzheng, wire: Wire, server: ScriptedServer
) -> None:
    """The last question is answered in the language that is asked for, and the model told so."""
    first = "顾云山是哪一年被革职的？"
    turns = [Turn(first, small.ask(first))]
    server.say("Gu Yunshan was dismissed in 1793.[@1793年被革职]")
    answer = wire().ask("用英文说", turns=turns)
    assert len(server.calls) == 1
    assert first in str(server.calls[0]["messages"][-1]["content"])
    assert (answer.question, answer.language, answer.mode) == ("用英文说", Language.EN, "composed")
    assert "dismissed in 1793" in answer.text
    assert [citation.place.pages for citation in answer.citations] == [("7",)]
