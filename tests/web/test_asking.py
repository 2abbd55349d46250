"""Readers who ask at the same time, and questions that are no text, over the real protocol."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from rag.settings import Settings
from rag.web.shell import AT_ONCE
from tests.support.asking import Asker
from tests.support.website import WebServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.application.shuzheng import Shuzheng

QUESTION = "盐引的有效期是多少天？"
ANSWER = "九十天"


@pytest.fixture(scope="module")
def served(small: Shuzheng, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """Return a server of the small book."""
    folder = tmp_path_factory.mktemp("served")
    with WebServer(small, Settings(data=folder, corpus=folder / "none")) as server:
        yield server


def test_half_a_character_takes_no_session_with_it(served: WebServer) -> None:
    """A question that was cut within a character is answered, and so is the next one."""
    asker = Asker(served)
    assert ANSWER in "".join(asker.ask(f"{QUESTION}\ud83d"))
    assert ANSWER in "".join(asker.ask(QUESTION))


def test_a_session_known_from_an_address_shows_nothing(served: WebServer) -> None:
    """Who knows a reader's session and not his cookie sees none of his conversation."""
    reader, other = Asker(served), Asker(served)
    reader.ask(QUESTION)
    other.session = reader.session
    shown = "".join(other.ask("?? ??"))
    assert shown
    assert ANSWER not in shown


def test_readers_who_go_away_keep_nobody_waiting(served: WebServer) -> None:
    """Whose page is closed while he waits or is answered leaves the line."""
    for _ in range(3 * AT_ONCE):
        Asker(served).leave(QUESTION)
    began = time.monotonic()
    assert ANSWER in "".join(Asker(served).ask(QUESTION))
    assert time.monotonic() - began < 30


@pytest.mark.slow
def test_two_hundred_questions_at_once_are_answered(served: WebServer) -> None:
    """Nobody is turned away, and who waits is told his place."""

    def one(number: int) -> list[str]:
        return Asker(served).ask(QUESTION, "en" if number % 2 else "ru")

    with ThreadPoolExecutor(max_workers=200) as pool:
        shown = list(pool.map(one, range(200)))
    assert all(ANSWER in "".join(one) for one in shown)
    waited = ["".join(one) for one in shown]
    assert sum("Questions before yours" in one for one in waited) > 10
    assert sum("Вопросов перед вашим" in one for one in waited) > 10
