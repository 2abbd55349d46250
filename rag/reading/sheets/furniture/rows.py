"""The rows of a page: which are its text's, which stand in its margin, where no text stands."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from rag.language.text import is_ornament, letters_of
from rag.reading.sheets.furniture.numbers import is_number
from rag.reading.sheets.sides import Measure, Side, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.sheets.model import Line

Row = tuple["Line", ...]

LEAST = 3
CLEAR = 1.15
SMALLER = 0.93
_LONG = 0.6
_NARROW_MARGIN = 4.0
_OWN_EDGE, _LONG_LINES, _MOVED = 0.3, 4, 3.0
_LOWEST = 3


def text_rows(side: Side, index: int, how: Measure) -> list[Row]:
    """Return the rows of a page without what stands in the margin at the height of its text.

    What stands beside its outermost rows is left, for it may be a folio beside a head. Rows of
    ornaments are nothing.
    """
    edges = edges_of(side, index, how)
    text = [line for line in side.lines if edges is None or not _beside(line, edges, how)]
    if not text:
        return _printed(rows_of(side.lines))
    rows = rows_of(text)
    outermost = [*rows[:2], *rows[-2:]]
    top, bottom = rows[0][0].top, rows[-1][0].bottom
    kept = [
        line
        for line in side.lines
        if edges is not None
        and _beside(line, edges, how)
        and (line.bottom < top or line.top > bottom or any(_level(line, r) for r in outermost))
    ]
    return _printed(rows_of([*text, *kept]))


def _printed(rows: Sequence[Row]) -> list[Row]:
    """Return the rows without those of ornaments, such as three stars between two paragraphs."""
    return [row for row in rows if not is_ornament("".join(line.text for line in row))]


def without_margin(rows: Sequence[Row], side: Side, index: int, how: Measure) -> list[Line]:
    """Return the lines of rows without those in the margin: numbers, and what is beside others."""
    edges = edges_of(side, index, how)
    return [
        line
        for row in rows
        for line in row
        if edges is None
        or not _beside(line, edges, how)
        or (len(row) == 1 and not is_number(line.text))
    ]


def edges_of(side: Side, index: int, how: Measure) -> tuple[float, float] | None:
    """Return the left and right edge of the text of a page.

    They are those of left-hand or of right-hand pages, whichever its lines keep to, moved as
    far as the long lines of the page are, for a sheet may lie differently in a scan.
    """
    options = [edge for edge in (how.edges[index % 2], how.edges[1 - index % 2]) if edge]
    if not options:
        return None
    lefts = sorted(line.left for line in side.lines)

    def kept(left: float) -> int:
        near = 0.5 * how.size
        return bisect_right(lefts, left + near) - bisect_left(lefts, left - near)

    left, right = max(options, key=lambda edge: kept(edge[0]))
    long = [x.left for x in side.lines if x.right - x.left > _LONG * (right - left)]
    own = [x for x in sorted(long) if kept(x) >= _OWN_EDGE * len(long)]
    moved = own[0] - left if len(long) >= _LONG_LINES and own else 0.0
    if abs(moved) > _MOVED * how.size:
        moved = 0.0
    return left + moved, right + moved


def _level(line: Line, row: Sequence[Line]) -> bool:
    return abs(line.bottom - row[0].bottom) < 0.45 * min(row[0].size, line.size)


def _beside(line: Line, edges: tuple[float, float], how: Measure) -> bool:
    narrow = line.right - line.left < _NARROW_MARGIN * how.size
    outside = line.right < edges[0] + 0.1 * how.size or line.left > edges[1] - 0.1 * how.size
    return narrow and outside


def text_areas(
    rows: Sequence[Sequence[Row]], sides: Sequence[Side], how: Measure
) -> tuple[float, float]:
    """Return how far from the upper and from the lower edge of a page no text stands on most.

    Notes count as text below; what stands on several pages alike, and as high, does not.
    """
    tops, bottoms = [], []
    widest = [max(line.right - line.left for row in page for line in row) for page in rows if page]
    usual = median(widest) if widest else 0.0
    width = min((edge[1] - edge[0] for edge in how.edges if edge), default=usual)
    alike = Counter(
        _standing(row, side, how)
        for side, page in zip(sides, rows, strict=True)
        for row in page[-_LOWEST:]
    )
    for side, page in zip(sides, rows, strict=True):
        long = [
            (line, row) for row in page for line in row if line.right - line.left > _LONG * width
        ]
        large = [line.bottom for line, _ in long if line.size > SMALLER * how.size]
        own = [line.bottom for line, row in long if alike[_standing(row, side, how)] < LEAST]
        if large:
            tops.append(min(large))
        if own:
            bottoms.append(side.height - max(own))
    return _clear_of(tops, how), _clear_of(bottoms, how)


def _standing(row: Row, side: Side, how: Measure) -> tuple[str, int]:
    """Return the words of a row and how high it stands, in lines."""
    return row_key(row), round((side.height - row[0].bottom) / how.pitch)


def _clear_of(ends: Sequence[float], how: Measure) -> float:
    """Return how far from the edge no text stands on most pages, given where it ends on each."""
    return sorted(ends)[len(ends) // 10] - CLEAR * how.pitch if len(ends) >= LEAST else 0.0


def row_key(row: Row) -> str:
    """Return the words of a row without its digits."""
    return re.sub(r"\d", "", letters_of("".join(line.text for line in row)))


def pages_of_keys(rows: Sequence[Sequence[Row]]) -> dict[str, set[int]]:
    """Return on which pages the words of a row, or of two rows together, stand."""
    found: dict[str, set[int]] = {}
    for k, page in enumerate(rows):
        keys = [row_key(row) for row in page]
        for n, key in enumerate(keys):
            found.setdefault(key, set()).add(k)
            if n + 1 < len(keys):
                found.setdefault(key + keys[n + 1], set()).add(k)
    return found
