"""Enumerations in a text: first, second, third; 一是，二是，三是; pure.

Who asks for a list wants all of it: a member that answers brings its fellows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rag.language.numbers import chinese_number
from rag.language.tables import LANGUAGES, Pattern, table
from rag.language.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

LAST = 99
"""The number of a member that only says that it is the last: 最后, finally."""
_FAR = 4
"""Sentences from one member to the next: more is another matter in between."""
_NUMERAL = r"(?P<n>[一二三四五六七八九十]{1,2}|\d{1,2})"
_OPENS = r"^[\s\"'(\[]*"
_FAMILIES = tuple(
    (name, re.compile(_OPENS + pattern))
    for name, pattern in (
        ("第", rf"第{_NUMERAL}(?:[,、:]|[个项条点种类是])"),
        ("其", rf"其{_NUMERAL}[,、:是]"),
        ("是", rf"{_NUMERAL}[是则][,、:]?"),
        ("条", rf"{_NUMERAL}[、:]"),
        ("()", rf"\(?{_NUMERAL}\)"),
        (".", rf"{_NUMERAL}\.\s"),
    )
)
_INSIDE = Pattern(r"[:;,。]\s*(?=\(?1[).]\s|{listing.first})")
_ANNOUNCES = Pattern(r"[:]$|{listing.announces}")


@dataclass(frozen=True, slots=True)
class Member:
    """A sentence's place in an enumeration: what kind of sign it bears, and its number."""

    family: str
    number: int


def member_of(sentence: str) -> Member | None:
    """Return a sentence's place in an enumeration, if it bears a sign of one.

    The sign stands at the beginning, or the first one behind what announces it.
    """
    text = fold(sentence)
    inside = _INSIDE.search(text)
    return _sign(text) or (_sign(text[inside.end() :]) if inside else None)


def _sign(text: str) -> Member | None:
    for family, pattern in _FAMILIES:
        match = pattern.match(text)
        if match:
            return Member(family, chinese_number(match["n"]) or 0)
    for language, number, pattern in _said():
        if pattern.match(text):
            return Member(language, number)
    return None


@cache
def _said() -> tuple[tuple[str, int, re.Pattern[str]], ...]:
    """Return what says first, second and so on, and last, by language."""
    return tuple(
        (language, number, re.compile(f"{_OPENS}(?:{word})"))
        for language in LANGUAGES
        for number, word in (
            *enumerate(table(language)["listing.members"], 1),
            *((LAST, last) for last in table(language)["listing.last"]),
        )
    )


def run_of(sentences: Sequence[str], place: int, most: int) -> list[int]:
    """Return the places of the enumeration that a sentence belongs to, at most ``most``.

    ``sentences`` are those of a section in order. The sentence is a member, or announces the
    first one behind it. What announces the enumeration comes with it. Of a longer one those
    from the first on are kept, or those that end with the sentence where it stands further
    down. Empty where the sentence belongs to none of two members or more.
    """
    members = [member_of(sentence) for sentence in sentences]
    start = place
    if members[place] is None:
        follows = place + 1 < len(sentences) and _ANNOUNCES.search(fold(sentences[place]))
        first = members[place + 1] if follows else None
        if first is None or first.number != 1:
            return []
        start = place + 1
    run = [*_walk(members, start, -1)[::-1], start, *_walk(members, start, 1)]
    if len(run) == 1:
        return []
    before = run[0] - 1
    if before >= 0 and members[before] is None and _ANNOUNCES.search(fold(sentences[before])):
        run.insert(0, before)
    if len(run) > most:
        last = max(run.index(place) + 1, most)
        run = run[last - most : last]
    return run


def _walk(members: Sequence[Member | None], start: int, step: int) -> list[int]:
    """Return the places of the members before (-1) or behind (1) one, the nearest first."""
    found: list[int] = []
    here, at = members[start], start
    place = start + step
    while here and 0 <= place < len(members) and abs(place - at) <= _FAR:
        other = members[place]
        if other and other.family == here.family:
            earlier, later = (here, other) if step > 0 else (other, here)
            if later.number not in {earlier.number + 1, LAST} or earlier.number == LAST:
                break
            found.append(place)
            here, at = other, place
        place += step
    return found
