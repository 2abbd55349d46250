"""The table of contents that a file declares, laid over the pieces that its entries lead to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from rag.language.text import letters_of
from rag.reading.binding import Role
from rag.reading.flow.pieces import Piece
from rag.reading.outline import bare_number, is_caption, is_chapter, split_heading
from rag.types import ContentsEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_REACH = 6
_LONGEST = 120
_ALIKE = 0.7
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
    title pages, which are left out. A heading that no entry leads to stands below the last one
    that an entry leads to, whatever its own level; a caption is no heading.
    """
    rows = list(pieces)
    outline: list[ContentsEntry | None] = []
    added: list[tuple[int, Piece]] = []
    shifts: Counter[int] = Counter()
    sure: set[int] = set()
    led = [places.get(entry.target, places.get((entry.target[0], ""))) for entry in entries]
    limits = _limits(led, len(rows))
    for n, (entry, place, limit) in enumerate(zip(entries, led, limits, strict=True)):
        found = None
        if place is not None:
            following = entries[n + 1] if n + 1 < len(entries) else None
            # What holds others and leads where the first of them does has a heading of its own.
            shared = following and led[n + 1] == place and following.level > entry.level
            key = letters_of(entry.text)
            found = _find(rows, place, limit, key, taken=sure, other=not shared)
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
        number = printed if title else None
        outline.append(ContentsEntry(number, title or printed or text, entry.level))
    by = shifts.most_common(1)[0][0] if shifts else 0
    led_to = {place: piece.level for place, piece in added} | {k: rows[k].level for k in sure}
    opened = {place for (_, name), place in places.items() if not name} - {0}
    if led_to:
        for k, row in enumerate(rows):
            if row.role is Role.HEADING and k not in sure and is_caption(row.text):
                rows[k] = replace(row, role=Role.TEXT, level=0)
        for k, level in _below(rows, led_to, opened, by).items():
            rows[k] = replace(rows[k], level=level)
    for place, piece in reversed(added):
        rows.insert(place, piece)
    return rows, [entry for entry in outline if entry is not None]


def _below(
    rows: Sequence[Piece], led_to: Mapping[int, int], opened: Collection[int], by: int
) -> dict[int, int]:
    """Return the levels of the headings that no entry leads to, by their rows.

    ``led_to`` are the levels of those that entries lead to; ``opened`` are the rows at which
    documents begin, and ``by`` is how far the levels of entries and headings lie apart. A part
    of the book, by its name, that makes a document of its own stays one; any other heading
    before the first entry is no chapter either.
    """
    levels: dict[int, int] = {}
    stretch: list[int] = []
    above = 1
    fresh = True
    for k, row in enumerate(rows):
        fresh = fresh or k in opened
        if k in led_to or (row.role is Role.HEADING and fresh and not is_chapter(row.text)):
            levels |= _sunk(rows, stretch, above, by)
            stretch, above = [], led_to.get(k, 1)
            if k not in led_to:
                levels[k] = 1
        elif row.role is Role.HEADING:
            stretch.append(k)
        fresh = fresh and not row.text
    return levels | _sunk(rows, stretch, above, by)


def _sunk(rows: Sequence[Piece], stretch: Sequence[int], above: int, by: int) -> dict[int, int]:
    """Return the levels of headings under one of level ``above``, all as much lower as need be."""
    highest = min((rows[k].level + by for k in stretch), default=0)
    sink = max(above + 1 - highest, 0)
    return {k: rows[k].level + by + sink for k in stretch}


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
    rows: Sequence[Piece], place: int, limit: int, key: str, *, taken: set[int], other: bool
) -> tuple[int, int] | None:
    """Return the rows that hold the heading that an entry leads to.

    That are those of its words, or else those that are most like it. Where none is, it is any
    heading that stands there, if ``other`` ones may do; if not, it is only looked for at once.
    """
    end = min(place + _REACH, max(limit, place + 1), len(rows))
    behind = end if other else place + 1
    alike: list[tuple[float, int, int]] = []
    texts = (k for k in range(place, end) if rows[k].role is Role.TEXT and rows[k].text)
    first_text = next(texts, end)
    for first in range(place, behind):
        written = ""
        for last in range(first, end):
            row = rows[last]
            if row.role not in (Role.HEADING, Role.TEXT) or len(row.text) > _LONGEST:
                break
            if last in taken:
                break
            written += letters_of(row.text)
            if written and written == key:
                return _numbered_from(rows, place, first, taken), last
            if row.role is Role.HEADING and last < first_text:
                alike.append((_likeness(written, key), -first, last))
            elif not key.startswith(written):
                break
    likest = max(alike, default=(0.0, 0, 0))
    if likest[0] >= _ALIKE:
        return -likest[1], likest[2]
    for k in range(place, end) if other else ():
        if rows[k].role is Role.HEADING and k not in taken:
            return k, k
        if rows[k].role is Role.TEXT and rows[k].text:
            return None
    return None


def _numbered_from(rows: Sequence[Piece], place: int, first: int, taken: set[int]) -> int:
    """Return where a heading begins: with the number that stands alone above it, if one does."""
    above = first - 1
    if above < place or above in taken or rows[above].role is not Role.HEADING:
        return first
    return above if bare_number(rows[above].text) else first


def _likeness(written: str, key: str) -> float:
    return SequenceMatcher(None, written, key, autojunk=False).ratio()
