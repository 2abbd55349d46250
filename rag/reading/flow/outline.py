"""The table of contents that a file declares, laid over the pieces that its entries lead to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.language.text import letters_of
from rag.reading.binding import Role
from rag.reading.flow.pieces import Piece
from rag.reading.outline import split_heading
from rag.types import ContentsEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_REACH = 6
_LONGEST = 120
_OUTSIDE = {
    "封面", "封底", "扉页", "书名页", "版权页", "版权", "版权信息", "cover", "cover page",
    "title page", "titlepage", "half title", "halftitle", "half title page", "copyright",
    "copyright page", "table of contents", "contents", "目录", "目次", "start", "begin reading",
}  # fmt: skip
_OUTSIDE_FOLDED = {letters_of(name) for name in _OUTSIDE}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a declared table of contents, and where it leads: a path and an id."""

    text: str
    level: int
    target: tuple[str, str]


def below_title(entries: Sequence[Entry], title: str) -> list[Entry]:
    """Return the entries without one for the book's title, which may hold all others."""
    rest = list(entries)
    while rest and len(rest) > 1 and letters_of(rest[0].text) == letters_of(title):
        first = rest.pop(0)
        if all(entry.level > first.level for entry in rest):
            rest = [replace(entry, level=entry.level - 1) for entry in rest]
    return rest


def lay_over(
    entries: Sequence[Entry], pieces: Sequence[Piece], places: Mapping[tuple[str, str], int]
) -> tuple[list[Piece], list[ContentsEntry]]:
    """Return the pieces with the headings that the entries lead to, and the outline.

    The printed heading is kept where it says more or less than the entry. An entry that
    leads to no heading becomes one (a heading that is a picture), save those of covers and
    title pages, which are left out.
    """
    rows = list(pieces)
    outline: list[ContentsEntry | None] = []
    added: list[tuple[int, Piece]] = []
    shifts: Counter[int] = Counter()
    sure: set[int] = set()
    led = [places.get(entry.target, places.get((entry.target[0], ""))) for entry in entries]
    for entry, place, limit in zip(entries, led, _limits(led, len(rows)), strict=True):
        found = None if place is None else _find(rows, place, limit, letters_of(entry.text), sure)
        if found is not None:
            first, last = found
            shifts[entry.level - rows[first].level] += rows[first].level > 0
            for k in range(first, last + 1):
                rows[k] = replace(rows[k], role=Role.HEADING, level=entry.level)
                sure.add(k)
            text = " ".join(row.text for row in rows[first : last + 1])
        elif place is None or letters_of(entry.text) in _OUTSIDE_FOLDED or place >= len(rows):
            outline.append(None)
            continue
        else:
            text = entry.text
            added.append((place, Piece(Role.HEADING, entry.text, level=entry.level)))
        _, printed, title = split_heading(text)
        outline.append(ContentsEntry(printed, title, entry.level))
    by = shifts.most_common(1)[0][0] if shifts else 0
    for k, row in enumerate(rows):
        if row.role is Role.HEADING and k not in sure:
            rows[k] = replace(row, level=max(row.level + by, 1))
    for place, piece in reversed(added):
        rows.insert(place, piece)
    return rows, [entry for entry in outline if entry is not None]


def _limits(places: Sequence[int | None], length: int) -> list[int]:
    """Return for each place where the next one that lies further on begins."""
    limits: list[int] = []
    ahead: list[int] = [length]
    for place in reversed(places):
        if place is None:
            limits.append(length)
            continue
        while len(ahead) > 1 and ahead[-1] <= place:
            ahead.pop()
        limits.append(ahead[-1])
        ahead.append(place)
    return limits[::-1]


def _find(
    rows: Sequence[Piece], place: int, limit: int, key: str, taken: set[int]
) -> tuple[int, int] | None:
    """Return the rows that hold the heading that an entry leads to: its words, or any heading."""
    end = min(place + _REACH, max(limit, place + 1), len(rows))
    for first in range(place, end):
        written = ""
        for last in range(first, end):
            row = rows[last]
            if row.role not in (Role.HEADING, Role.TEXT) or len(row.text) > _LONGEST:
                break
            if last in taken:
                break
            written += letters_of(row.text)
            if written and written == key:
                return first, last
            if not key.startswith(written):
                break
    for k in range(place, end):
        if rows[k].role is Role.HEADING and k not in taken:
            return k, k
        if rows[k].role is Role.TEXT and rows[k].text:
            return None
    return None
