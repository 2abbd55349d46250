"""Words that exclude one another, in the languages of questions and books; pure.

The tables are about languages, never about a book.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.language.numbers import Kind, quantities
from rag.language.polarity.opposites import has, pattern_of
from rag.language.tables import Pattern, opposites
from rag.language.text import HAN, fold, is_han
from rag.language.words import without_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

_WHOLE = re.compile(rf"[{HAN}]+|\w+")

_SUPPOSES = Pattern("{polarity.supposes}")


def supposes(text: str) -> bool:
    """Return whether a text tells of what somebody wished, said, feared or planned.

    What stands behind such a word did not, by that, happen.
    """
    return bool(_SUPPOSES.search(fold(text)))


def unmatched(claim: str, text: str, excused: Callable[[str], bool] = lambda _word: False) -> bool:
    """Return whether a claim has a side of a row that the text, in any language, has not.

    A word of the claim that is ``excused`` may stand for one that no row has, where the text
    has no other side of the row.
    """
    one, two = without_numbers(claim), _undated(text)
    return any(
        said
        and not has(two, side)
        and not (
            all(map(excused, said))
            and not any(has(two, other) for other in sides if other is not side)
        )
        for sides in opposites("foreign")
        for side in sides
        if (said := _said(one, side)) is not None
    )


def _said(text: str, side: tuple[str, ...]) -> list[str]:
    """Return the whole words of a folded text that are of a side."""
    found = (pattern_of(word).search(text) for word in side if _states(text, word))
    return [_WHOLE.match(text, match.start())[0] for match in found if match]  # type: ignore[index]


def contrary(claim: str, text: str) -> bool:
    """Return whether a claim has a side of a row where the text has only another one."""
    one, two = without_numbers(claim), _undated(text)
    for sides in opposites("foreign"):
        here = [any(_states(one, word) for word in side) for side in sides]
        there = [has(two, side) for side in sides]
        if any(here) and any(there) and not any(a and b for a, b in zip(here, there, strict=True)):
            return True
    return False


def counterpart(word: str, text: str) -> int:
    """Return where a folded text has a word that a row sets beside a folded word, or -1.

    Chinese words alone are looked for; more characters are surer than one.
    """
    found = [
        (len(other), match.start())
        for sides in opposites("foreign")
        for side in sides
        if any(not is_han(item) and pattern_of(item).match(word) for item in side)
        for other in side
        if is_han(other) and (match := pattern_of(other).search(text))
    ]
    return max(found, default=(0, -1))[1]


def _states(text: str, word: str) -> bool:
    """Return whether a claim has a word; a single Chinese character may be part of another."""
    return (len(word) > 1 or not is_han(word)) and has(text, (word,))


def _undated(text: str) -> str:
    """Return the folded text with zeros in place of its dates, whose 月 is no month's rent."""
    folded = fold(text)
    for number in quantities(text):
        if number.kind in (Kind.YEAR, Kind.MONTH, Kind.DAY):
            zeros = "0" * (number.end - number.start)
            folded = folded[: number.start] + zeros + folded[number.end :]
    return folded
