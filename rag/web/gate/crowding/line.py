"""The line of those whose questions wait to be answered: fair, and with a place that is told.

Questions are answered some at a time. Whose turn is next goes round by address, so that many
questions from one machine keep nobody at another waiting for all of them; within an address
who came first is first.

Source of the order: start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996), each question
counting alike.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

MOST = 500
"""Questions that wait or are being answered at one time."""
FROM_ONE_ADDRESS = 250
"""Of these, from one address: a school may have one."""
OF_ONE_READER = 3
"""Of these, of one reader's: in all his pages where he has an account, else in the open one."""
HOUR = 3600.0
_TOLD = 1.0
"""Seconds after which a reader is told his place again."""
_GUESS = 1.0
"""Seconds that an answer takes as long as none has been given."""
_WEIGHT = 0.2
"""How much the last answer counts in how long one takes."""


class FullError(Exception):
    """No more can wait: come back in ``seconds``; ``own``: a reader's own questions are before."""

    def __init__(self, seconds: int, *, own: bool) -> None:
        super().__init__(f"The line is full for {seconds} s")
        self.seconds = seconds
        self.own = own


@dataclass(frozen=True, slots=True)
class Place:
    """How many are before one in the line, and in how many seconds one's turn may come."""

    before: int
    seconds: int


@dataclass(eq=False, slots=True)
class Ticket:
    """One question in the line; ``order`` is when its turn comes, among all that wait."""

    reader: str
    address: str
    order: tuple[float, int]
    called: asyncio.Event = field(default_factory=asyncio.Event)
    began: float = math.nan


class Line:
    """The line of one server; it is used in one event loop. ``at_once`` are answered together."""

    def __init__(self, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._clock = clock
        self._numbers = itertools.count()
        self._waiting: list[Ticket] = []
        self._answering: set[Ticket] = set()
        self._round = 0.0
        self._seconds = _GUESS

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    @property
    def answering(self) -> int:
        """How many are being answered."""
        return len(self._answering)

    def join(self, reader: str, address: str) -> Ticket:
        """Return a place at the end of the line, to be left in any case; FullError."""
        there = [*self._waiting, *self._answering]
        own = sum(one.reader == reader for one in there) >= OF_ONE_READER
        near = sum(one.address == address for one in there) >= FROM_ONE_ADDRESS
        if own or near or len(there) >= MOST:
            raise FullError(self._in_seconds(len(self._waiting)), own=own)
        rounds = [one.order[0] for one in self._waiting if one.address == address]
        order = max(self._round, max(rounds, default=0.0)) + 1, next(self._numbers)
        ticket = Ticket(reader, address, order)
        self._waiting.append(ticket)
        self._call()
        return ticket

    async def wait(self, ticket: Ticket) -> AsyncGenerator[Place]:
        """Yield the place of a ticket, at first and as it changes; end when its turn has come."""
        while not ticket.called.is_set():
            before = sum(one.order < ticket.order for one in self._waiting)
            yield Place(before, self._in_seconds(before))
            try:
                async with asyncio.timeout(_TOLD):
                    await ticket.called.wait()
            except TimeoutError:
                continue

    def leave(self, ticket: Ticket) -> None:
        """Take a ticket out of the line, answered or not, and call whose turn is next."""
        if ticket in self._answering:
            self._answering.remove(ticket)
            took = self._clock() - ticket.began
            self._seconds += _WEIGHT * (took - self._seconds)
        elif ticket in self._waiting:
            self._waiting.remove(ticket)
        self._call()

    def _call(self) -> None:
        while self._waiting and len(self._answering) < self._at_once:
            first = min(self._waiting, key=lambda one: one.order)
            self._waiting.remove(first)
            self._answering.add(first)
            self._round = first.order[0]
            first.began = self._clock()
            first.called.set()

    def _in_seconds(self, before: int) -> int:
        return max(1, math.ceil((before + 1) * self._seconds / self._at_once))


class Hourly:
    """How many questions each reader has asked within an hour; ``most`` of 0 is no limit."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._clock = clock
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, reader: str) -> int:
        """Return the whole minutes until a reader may ask again; 0 where he may at once."""
        now = self._clock()
        while self._asked and next(iter(self._asked.values()))[-1] <= now - HOUR:
            self._asked.popitem(last=False)  # the one whose last question is the oldest
        asked = self._asked.get(reader)
        while asked and asked[0] <= now - HOUR:
            asked.popleft()
        if not self.most or not asked or len(asked) < self.most:
            return 0
        return math.ceil((asked[-self.most] + HOUR - now) / 60)

    def count(self, reader: str) -> None:
        """Count a question that was taken."""
        if self.most:
            self._asked.setdefault(reader, deque()).append(self._clock())
            self._asked.move_to_end(reader)
