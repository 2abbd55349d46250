"""How far the words of a claim stand in a text; pure.

Works on units: overlapping pairs of Chinese characters, and stems of words of other
scripts. The tables are about languages, never about a book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rag.language.numbers import quantities
from rag.language.tables import Pattern, stop_words, words
from rag.language.text import HAN, fold, is_han, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_PIECE = re.compile(rf"[{HAN}]+|(?:(?![{HAN}])[^\W\d_])+")
_CLAUSE = Pattern(
    r"[，。；：！？;:!?…\n()（）]|,(?!\d)|(?<=\w)\.(?=\s|$)|\s-+\s|--"
    r"|\b(?:{en:words.clauses}|{ru:words.clauses})\b|{zh:words.clauses}"
)
_ENGLISH_END = re.compile(r"(?:'s|ings?|edly|ied|ies|ed|es|ly|s|e|y)$")
_RUSSIAN_END = re.compile(
    r"(?:ыми|ими|ого|его|ому|ему|ами|ями|иями|ях|ах|ов|ев|ей|ой|ый|ий|ая|яя|ое|ее|ые|ие|ию|ия|ии|ием"
    r"|ам|ям|ом|ем|ую|юю|ых|их|[иеаяы]?(?:ть|ли|ла|ло|л)|[еаы](?:нн?|т)[аоы]?|а|я|о|е|ы|и|у|ю|ь|й)$"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a text and where it stands in it."""

    token: str
    start: int
    end: int


@lru_cache(maxsize=8192)
def units(text: str) -> tuple[Unit, ...]:
    """Return the units of a text, without numbers and what says little."""
    found = []
    signs = stop_words("claim")
    for piece in _PIECE.finditer(without_numbers(text)):
        word, start = piece[0], piece.start()
        if not is_han(word):
            if word not in signs and len(word) > 1:
                found.append(Unit(stem(word), start, piece.end()))
            continue
        found.extend(
            Unit(word[k : k + 2], start + k, start + k + 2)
            for k in range(len(word) - 1)
            if word[k] not in signs and word[k + 1] not in signs
        )
    return tuple(found)


def without_numbers(text: str) -> str:
    """Return the folded text, of the same length, with zeros in place of its numbers."""
    folded = fold(text)
    for number in quantities(text):
        if not number.weak:
            zeros = "0" * (number.end - number.start)
            folded = folded[: number.start] + zeros + folded[number.end :]
    return folded


@cache
def irregular() -> Mapping[str, str]:
    """Return English words whose forms no ending tells, by their forms."""
    return dict(item.split() for item in words("words.irregular"))


def stem(word: str) -> str:
    """Return a folded word without the ending of its case, number or tense."""
    word = irregular().get(word, word)
    russian = re.search("[а-я]", word) is not None
    end = _RUSSIAN_END if russian else _ENGLISH_END
    for _ in range(2 if russian else 1):  # Орлова is a case of a name with an ending, Орлов
        bare = end.sub("", word)
        word = bare if len(bare) >= 3 else word
    return word[:8]


@lru_cache(maxsize=8192)
def tokens(text: str) -> frozenset[str]:
    """Return the units of a text as a set of tokens."""
    return frozenset(unit.token for unit in units(text))


def clauses(text: str) -> list[str]:
    """Return the clauses of a text, in order; none is empty."""
    parts, start = [], 0
    # A wide comma parts clauses before a digit too; a narrow one may be inside a number.
    folded = "".join(
        "，" if wide == "，" else narrow for wide, narrow in zip(text, fold(text), strict=True)
    )
    for mark in _CLAUSE.finditer(folded):
        parts.append(text[start : mark.start()])
        start = mark.end()
    parts.append(text[start:])
    return [part for part in parts if any(map(str.isalnum, part))]


def split_sentences(texts: Iterable[str]) -> list[str]:
    """Return the sentences of several texts, in order."""
    return [text[span.start : span.end] for text in texts for span in sentences(text)]


def weight(text: str) -> int:
    """Return how much a text states: its Chinese characters, two for a word of others."""
    return len(_slots(units(text)))


def covered(text: str, known: frozenset[str]) -> float:
    """Return the share of a text's weight whose units are among ``known``, 0 to 1."""
    slots = _slots(units(text))
    there = _slots(unit for unit in units(text) if unit.token in known)
    return len(there) / len(slots) if slots else 1.0


def _slots(items: Iterable[Unit]) -> set[int]:
    """Return the offsets of the units' first two characters."""
    return {offset for unit in items for offset in (unit.start, unit.start + 1)}


def best_sentences(claim: str, texts: Sequence[str], most: int = 3) -> list[str]:
    """Return the few sentences that together hold most of a claim's units, the best first."""
    rest = set(tokens(claim))
    left = list(dict.fromkeys(split_sentences(texts)))
    chosen: list[str] = []
    while left and len(chosen) < most:
        best = max(left, key=lambda text: len(rest & tokens(text)))
        gained = rest & tokens(best)
        if chosen and not gained:
            break
        chosen.append(best)
        left.remove(best)
        rest -= gained
    return chosen
