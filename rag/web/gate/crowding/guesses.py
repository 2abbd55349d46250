"""How many wrong guesses at passwords were made of late, and who waits because of them."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW = 60.0
"""Seconds that a wrong guess counts."""

GUESSES = 5
"""Wrong guesses that count at once, from one address."""

GUESSES_AT_A_NAME = 20
"""Wrong guesses that count at once, at one name, from wherever: one address alone bars nobody."""

GUESSES_IN_ALL = 60
"""Wrong guesses that count at once, after which only an address without one may guess."""

GUESSES_AT_MOST = 600
"""Wrong guesses that count at once, after which all wait for the first of them to pass."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Wrong guesses that count at once: ``each``, then ``together``, then ``most``."""

    each: int = GUESSES
    together: int = GUESSES_IN_ALL
    most: int = GUESSES_AT_MOST


OF_ADDRESSES = Limits()
OF_NAMES = Limits(GUESSES_AT_A_NAME, GUESSES_AT_MOST, GUESSES_AT_MOST)


class Guesses:
    """How many wrong guesses were made of late, by each address (or at each name) and in all."""

    def __init__(self, clock: Callable[[], float], limits: Limits = OF_ADDRESSES) -> None:
        self._clock = clock
        self._limits = limits
        self._all: deque[tuple[float, str]] = deque()
        self._by: dict[str, deque[float]] = {}

    def wait(self, key: str) -> int:
        """Return the whole seconds until this address may guess; 0 where it may at once.

        Many addresses that guess together are held back together, except those that have not
        guessed wrong of late: a reader who knows the password comes in meanwhile.
        """
        now = self._clock()
        while self._all and self._all[0][0] <= now - WINDOW:
            self._forget(0)
        own = self._by.get(key)
        if own and len(self._all) >= self._limits.together:
            return math.ceil(own[-1] + WINDOW - now)
        if own and len(own) >= self._limits.each:
            return math.ceil(own[0] + WINDOW - now)
        if len(self._all) >= self._limits.most:
            return math.ceil(self._all[0][0] + WINDOW - now)
        return 0

    def wrong(self, key: str) -> tuple[float, str]:
        """Count a wrong guess, and return it."""
        guess = self._clock(), key
        self._all.append(guess)
        self._by.setdefault(key, deque()).append(guess[0])
        return guess

    def right(self, guess: tuple[float, str]) -> None:
        """Count a guess no longer, which was counted before it was known to be right."""
        if guess in self._all:
            self._forget(self._all.index(guess))

    def _forget(self, index: int) -> None:
        moment, key = self._all[index]
        del self._all[index]
        self._by[key].remove(moment)
        if not self._by[key]:
            del self._by[key]
