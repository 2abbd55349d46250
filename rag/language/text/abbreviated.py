"""Words that are written with a point and end no sentence by it; pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from rag.language.tables import words
from rag.language.text.scripts import CYRILLIC, LATIN

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_WORD = re.compile(
    rf"([{LATIN}{CYRILLIC}]+(?:[-.'’][{LATIN}{CYRILLIC}]+)*)(\.(?!\.))?(\s*[,;:)]|\s+[a-zà-ÿа-яё])?"
)
"""A word, the point behind it, and what shows that the sentence goes on."""
_VOWEL = re.compile("[aeiouyаеёиоуыэюяіїє]")
_LONGEST_BARE = 4
"""Letters of a word without a vowel that cannot be anything but abbreviated: Mrs, стр."""
_BELIEVED = 0.3
"""The least score of an abbreviation: Kiss and Strunk 2006, section 4.1.4."""
_COMMON = 0.99


@cache
def _leading() -> frozenset[str]:
    return frozenset(words("sentences.before"))


@cache
def _closing() -> frozenset[str]:
    return frozenset(words("sentences.behind"))


def is_abbreviation(word: str, known: AbstractSet[str]) -> bool:
    """Whether a word with a point behind it (given without) is abbreviated.

    Initials are, words with points inside, and words without a vowel that are not all
    capitals; besides them those that stand before what they belong to (titles, volumes), and
    those that are ``known`` from the text. Those that close a list (etc.) are none that matters:
    a capital behind them begins a sentence.
    """
    folded = word.casefold()
    if folded in _closing():
        return False
    if len(word) == 1 or "." in word:
        return True
    if folded in _leading() or folded in known:
        return True
    return len(word) <= _LONGEST_BARE and not word.isupper() and not _VOWEL.search(folded)


def abbreviations(text: str) -> frozenset[str]:
    """Return the abbreviations of a text, without their points, small letters all.

    A word counts as one where a point follows it nearly always, far more often than chance
    would have it, the more so the shorter it is: Kiss and Strunk, Unsupervised Multilingual
    Sentence Boundary Detection, Computational Linguistics 32 (2006), sections 4.1.1 to 4.1.3.
    Since a book is a small corpus, the sentence must go on behind the point once for certain.
    """
    pointed: Counter[str] = Counter()
    bare: Counter[str] = Counter()
    sure: set[str] = set()
    for written, point, following in _WORD.findall(text):
        word = written.casefold()
        (pointed if point else bare)[word] += 1
        if point and following:
            sure.add(word)
    points = pointed.total()
    total = points + bare.total()
    return frozenset(
        word for word in sure if _score(word, pointed[word], bare[word], points, total) >= _BELIEVED
    )


def _score(word: str, pointed: int, bare: int, points: int, total: int) -> float:
    """Return how surely a word is an abbreviation, by how often it has a point and has none."""
    chance = min(points / total, _COMMON)
    null = pointed * math.log(chance) + bare * math.log(1 - chance)
    other = pointed * math.log(_COMMON) + bare * math.log(1 - _COMMON)
    length = len(word.replace(".", ""))
    inner = word.count(".") + 1
    return 2 * (other - null) * math.exp(-length) * inner * math.pow(length, -bare)
