"""Conversations of five turns over two small books: right in the last as in the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rag.application.shuzheng import Shuzheng
from rag.language.text.folding import fold
from rag.settings import Settings
from rag.types import Turn
from tests.conftest import CASES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.types import Answer

TURNS = 5
WITHIN = 0.02
"""How much less often the fifth turn may be right than the first."""
RIGHT = 0.9
"""The share of all turns that must be right."""

Conversation = tuple[str, list[tuple[str, str, str]]]


def conversations() -> list[Conversation]:
    """Return each conversation's book and its turns: question, words of the quote, page."""
    found: list[Conversation] = []
    for line in (CASES / "conversations.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("="):
            found.append((line.split()[1], []))
        elif line and not line.startswith("#"):
            question, words, page = (part.strip() for part in line.split("|"))
            found[-1][1].append((question, words, page))
    return found


@pytest.fixture(scope="module")
def shelf(
    models: Path, loaded: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shuzheng]:
    """Return the product with both small books; no reader looks how sure an answer is."""
    data = tmp_path_factory.mktemp("talk")
    (data / "models").symlink_to(models)
    with Shuzheng(Settings(data=data, corpus=data / "none", reader="off")) as opened:
        opened._parts.made |= {name: loaded[name] for name in ("encoder", "companion")}
        for book in ("small-book", "harbour"):
            opened.add(CASES / f"{book}.md", CASES / f"{book}.toml")
        yield opened


def is_right(answer: Answer, words: str, page: str) -> bool:
    """Return whether a cited sentence has the words on its page; with "-", whether none is."""
    if words == "-":
        return answer.status == "not_found" and not answer.citations
    return any(
        fold(words) in fold(citation.quote) and page in citation.place.pages
        for citation in answer.citations
    )


@pytest.fixture(scope="module")
def scores(shelf: Shuzheng) -> list[list[bool]]:
    """Return for each conversation which of its turns were right."""
    rows = []
    for book, exchanges in conversations():
        turns: list[Turn] = []
        row = []
        for question, words, page in exchanges:
            answer = shelf.ask(question, book=book, turns=turns)
            row.append(is_right(answer, words, page))
            turns.append(Turn(question, answer))
        rows.append(row)
    return rows


def test_there_are_enough_conversations() -> None:
    """Fifteen conversations of five turns are tried."""
    talks = conversations()
    assert len(talks) == 15
    assert all(len(turns) == TURNS for _, turns in talks)


@pytest.mark.slow
def test_the_fifth_turn_is_right_as_often_as_the_first(scores: list[list[bool]]) -> None:
    """Page and quote are right in the fifth turn within two points of the first."""
    shares = [sum(turn) / len(turn) for turn in zip(*scores, strict=True)]
    assert shares[4] >= shares[0] - WITHIN


@pytest.mark.slow
def test_most_turns_are_right(scores: list[list[bool]]) -> None:
    """Of all turns, nine of ten quote the right sentence with its page, or refuse rightly."""
    assert sum(map(sum, scores)) >= RIGHT * len(scores) * TURNS


@pytest.mark.slow
def test_what_the_book_does_not_say_is_refused_after_an_answer(
    shelf: Shuzheng, scores: list[list[bool]]
) -> None:
    """A follow-up about something that is not in the book is refused, its person being in it."""
    refusals = [
        right
        for (_, turns), row in zip(conversations(), scores, strict=True)
        for (_, words, _), right in zip(turns, row, strict=True)
        if words == "-"
    ]
    assert len(refusals) == 11
    assert all(refusals)
    first = shelf.ask("顾云山是哪一年被革职的？", book="qu-yu-yan")
    assert first.status == "answered"
    again = shelf.ask(
        "他得过什么电影奖？", book="qu-yu-yan", turns=[Turn("顾云山是哪一年被革职的？", first)]
    )
    assert (again.status, again.question) == ("not_found", "他得过什么电影奖？")
