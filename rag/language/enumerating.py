"""Enumerations in a text: first, second, third; 一是，二是，三是; lines behind a colon; pure.

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
    from collections.abc import Iterable, Sequence

LAST = 99
"""The number of a member that only says that it is the last: 最后, finally."""
_FAR = 4
"""Sentences from one member to the next: more is another matter in between."""
_LONGEST_LINE = 160
"""Characters of a line that may be a member without a sign; a longer one is a paragraph."""
_NUMERAL = r"(?P<n>[一二三四五六七八九十]{1,2}|\d{1,2})"
_OPENS = r"^[\s\"'(\[]*"
_FAMILIES = tuple(
    (name, re.compile(_OPENS + pattern))
    for name, pattern in (
        ("第", rf"第{_NUMERAL}(?:[,、:]|[个项条点种类是])"),
        ("其", rf"其{_NUMERAL}[,、:是为]"),
        ("是", rf"{_NUMERAL}[是则][,、:]?"),
        ("条", rf"{_NUMERAL}[、:]"),
        ("()", rf"\(?{_NUMERAL}\)"),
        (".", rf"{_NUMERAL}\.(?:\s|$)"),
        ("a)", r"\(?(?P<n>[a-h]|[а-з])\)(?=\s)"),
    )
)
_INSIDE = Pattern(r"[:;,。]\s*(?=\(?1[).]\s|{listing.first})")
_ANNOUNCES = Pattern(r"[:]$|{listing.announces}")
_PIECE = re.compile(r"[:;,。]\s*|\s+(?=\(?(?:\d{1,2}|[a-hа-з])\)\s)")
_COLON = re.compile(r":\s*$")
_ENDED = re.compile(r"[。.!?][\"')\]]*$")
_HAN = "〇一二三四五六七八九十"


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


def members_in(sentence: str) -> list[str]:
    """Return the members that one sentence enumerates by signs, empty for fewer than two.

    Each begins with its sign and goes on to the next one's.
    """
    text = fold(sentence)
    runs: list[tuple[str, list[int]]] = []
    for start in (0, *(match.end() for match in _PIECE.finditer(text))):
        sign = _sign(text[start:])
        if sign is None:
            continue
        if sign.number == 1:
            runs.append((sign.family, [start]))
        for family, starts in runs:
            if family == sign.family and sign.number in (len(starts) + 1, LAST):
                starts.append(start)
    starts = max((starts for _, starts in runs), key=len, default=[])
    if len(starts) < 2:
        return []
    ends = [*starts[1:], len(text)]
    return [
        sentence[start:end].strip(" ;,。；，.") for start, end in zip(starts, ends, strict=True)
    ]


def counted(text: str, numbers: Iterable[int] = range(2, 13)) -> list[int]:
    """Return which of some small numbers a text has, written in any way that counts things."""
    folded = fold(text)
    return [number for number in numbers if _counting(number).search(folded)]


@cache
def _counting(number: int) -> re.Pattern[str]:
    han = _HAN[number] if number < len(_HAN) else f"十{_HAN[number - 10]}"
    said = [
        form
        for language in LANGUAGES
        for forms in table(language)["numbers.cardinals"][number - 1 : number]
        for form in forms.split()
    ]
    alone = rf"(?<![{_HAN}百千万第\d]){han}(?![{_HAN}百千万年月日号])"
    figures = rf"(?<![\d.,]){number}(?![\d.,]|\s*[年月日号])"
    two = "|两" if number == 2 else ""
    return re.compile(rf"{alone}|{figures}|\b(?:{'|'.join(said)})\b{two}")


def _sign(text: str) -> Member | None:
    for family, pattern in _FAMILIES:
        match = pattern.match(text)
        if match:
            return Member(family, chinese_number(match["n"]) or _letter(match["n"]))
    for language, number, pattern in _said():
        if pattern.match(text):
            return Member(language, number)
    return None


def _letter(sign: str) -> int:
    """Return the place of a letter in its alphabet, from 1; 0 for any other sign."""
    return max(ord(sign) - ord("а" if sign >= "а" else "a") + 1, 0) if len(sign) == 1 else 0


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


def run_of(sentences: Sequence[str], place: int, lines: Sequence[int] = ()) -> list[int]:
    """Return the places of the enumeration that a sentence belongs to, with what announces it.

    ``sentences`` are those of a section in order; ``lines`` says of each on which line of
    the text it stands, where lines behind a colon may be members without a sign. The sentence
    is a member, or announces the first one behind it. Empty where it belongs to none of two
    members or more.
    """
    members = [member_of(sentence) for sentence in sentences]
    start = place
    if members[place] is None:
        first = members[place + 1] if place + 1 < len(sentences) else None
        if first is None or first.number != 1:
            return _unsigned(sentences, place, lines)
        start = place + 1
    run = [*_walk(members, start, -1)[::-1], start, *_walk(members, start, 1)]
    if len(run) == 1:
        return []
    before = run[0] - 1
    if before >= 0 and members[before] is None and _announces(sentences[before], len(run)):
        run.insert(0, before)
    return run if place in run else []


def _announces(sentence: str, members: int) -> bool:
    """Return whether a sentence announces so many members: it says so, or counts them."""
    return bool(_ANNOUNCES.search(fold(sentence)) or counted(sentence, [members]))


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


def _unsigned(sentences: Sequence[str], place: int, lines: Sequence[int]) -> list[int]:
    """Return an enumeration of lines behind a colon, as lists are left without their bullets.

    A member is a line of one short sentence that nothing ends, but for the last one.
    """
    if not lines:
        return []
    alone = [lines.count(line) == 1 for line in lines]
    head = place
    while head > 0 and not _COLON.search(fold(sentences[head])) and alone[head]:
        head -= 1
    if not _COLON.search(fold(sentences[head])):
        return []
    run, behind = [head], head + 1
    while behind < len(sentences) and alone[behind] and len(sentences[behind]) <= _LONGEST_LINE:
        ended = bool(_ENDED.search(fold(sentences[behind])))
        if ended and len(run) == 1:
            break
        run.append(behind)
        behind += 1
        if ended:
            break
    last = run[-1]
    if _ENDED.search(fold(sentences[last])) and not fold(sentences[last - 1]).endswith((";", ",")):
        run.pop()  # the text goes on behind the list
    return run if place in run and len(run) > 2 else []
