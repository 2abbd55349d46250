"""Words that exclude one another, whichever language a text is in; pure."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.language.tables import opposites
from rag.language.text import fold, has_han


@lru_cache(maxsize=4096)
def pattern_of(word: str) -> re.Pattern[str]:
    """Return what finds a word of a row in a folded text, as the table writes it.

    Chinese may stand anywhere; others begin a word, with ``=`` they are a whole one.
    """
    if has_han(word):
        return re.compile(word)
    whole = word.startswith("=")
    return re.compile(rf"\b{word.removeprefix('=').replace('_', ' ')}" + (r"\b" if whole else ""))


def has(text: str, side: tuple[str, ...]) -> bool:
    """Return whether a folded text has a word of a side."""
    return any(pattern_of(word).search(text) for word in side)


def opposed(translation: str, quote: str) -> bool:
    """Return whether a translation has a side of a row where its quote has other sides only."""
    one, two = fold(translation), fold(quote)
    for sides in opposites():
        here = {k for k, side in enumerate(sides) if has(one, side)}
        there = {k for k, side in enumerate(sides) if has(two, side)}
        if here and there and not here <= there:
            return True
    return False
