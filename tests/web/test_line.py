"""The line of those who wait: a place that is told, turns that are fair, and an end to it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from rag.language.catalog import say
from rag.types import Language
from rag.web.gate.crowding.line import (
    FROM_ONE_ADDRESS,
    HOUR,
    MOST,
    OF_ONE_READER,
    FullError,
    Hourly,
    Line,
)
from rag.web.html.talk import Exchange, Notice, render_exchange
from tests.support.exported import quoted
from tests.support.website import Clock

if TYPE_CHECKING:
    from rag.web.gate.crowding.line import Ticket


def order_of(line: Line, tickets: dict[str, Ticket]) -> list[str]:
    """Return the names of tickets in the order in which they are called, one at a time."""
    called: list[str] = []
    left = dict(tickets)
    while left:
        [name] = [name for name, ticket in left.items() if ticket.called.is_set()]
        called.append(name)
        line.leave(left.pop(name))
    return called


def test_many_questions_of_one_machine_keep_nobody_else_waiting() -> None:
    """Turns go round by address; within one, who came first is first."""
    line = Line(1)
    tickets = {f"a{n}": line.join(f"a{n}", "a") for n in range(5)}
    tickets |= {"b0": line.join("b0", "b"), "c0": line.join("c0", "c"), "b1": line.join("b1", "b")}
    assert order_of(line, tickets) == ["a0", "a1", "b0", "c0", "a2", "b1", "a3", "a4"]


def test_a_reader_is_told_his_place_as_it_changes() -> None:
    """Each is told how many are before him; his turn comes when they have left."""

    async def run() -> list[int]:
        line = Line(2)
        before = [line.join(f"{n}", "a") for n in range(4)]
        own = line.join("own", "a")
        places: list[int] = []
        async for place in line.wait(own):
            assert place.seconds >= 1
            places.append(place.before)
            line.leave(before.pop(0))
        assert own.called.is_set()
        return places

    assert asyncio.run(run()) == [2, 1, 0]


def test_who_gives_up_is_waited_for_by_nobody() -> None:
    """A ticket that is left, waiting or called, makes room for the next."""
    line = Line(1)
    first, second, third = (line.join(name, "a") for name in "abc")
    line.leave(second)
    line.leave(first)
    line.leave(first)
    assert third.called.is_set()


def test_limits_are_a_readers_own() -> None:
    """A reader, an address and all together have their limits, and are told when to come back."""
    clock = Clock()
    line = Line(4, clock)
    mine = [line.join("me", "here") for _ in range(OF_ONE_READER)]
    with pytest.raises(FullError) as full:
        line.join("me", "here")
    assert full.value.own
    for n in range(FROM_ONE_ADDRESS - OF_ONE_READER):
        line.join(f"{n}", "here")
    with pytest.raises(FullError) as full:
        line.join("another", "here")
    assert not full.value.own
    clock.now += 20  # an answer takes long
    line.leave(mine[0])
    for n in range(MOST - FROM_ONE_ADDRESS + 1):
        line.join(f"{n}", f"address {n}")
    with pytest.raises(FullError) as full:
        line.join("another", "elsewhere")
    assert full.value.seconds > MOST / 4


@pytest.mark.parametrize("language", list(Language))
def test_what_is_said_is_in_the_readers_language(language: Language) -> None:
    """A place, a refusal and an answer that was not kept are told in the reader's words."""
    place = Notice("web.line", {"before": "7", "seconds": "3"})
    html = render_exchange(Exchange("谁？", notice=place), {}, language)
    assert say("web.line", language, before="7", seconds="3") in html
    assert "searching" in html
    full = Exchange("谁？", notice=Notice("web.line_full", {"seconds": "90"}), refused=True)
    assert say("web.line_full", language, seconds="90") in render_exchange(full, {}, language)
    unkept = Exchange("谁？", quoted(), complete=True, notice=Notice("web.unkept"))
    html = render_exchange(unkept, {}, language)
    assert say("web.unkept", language) in html
    assert "data-export" in html


def test_a_reader_asks_so_many_questions_an_hour() -> None:
    """Beyond them he is told in how many minutes; others ask on, and nothing is kept for ever."""
    clock = Clock()
    hourly = Hourly(2, clock)
    for minutes in (0, 0, 60):
        assert hourly.wait("a") == minutes
        if not minutes:
            hourly.count("a")
    clock.now += HOUR - 61
    assert (hourly.wait("a"), hourly.wait("b")) == (2, 0)
    hourly.count("b")
    clock.now += 61
    assert hourly.wait("a") == 0
    assert list(hourly._asked) == ["b"]
    free = Hourly(0, clock)
    free.count("a")
    assert (free.wait("a"), free._asked) == (0, {})
