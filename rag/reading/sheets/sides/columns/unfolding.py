"""Pages in columns -> pages of one column, whose lines stand in the order of reading.

What stands in a column is moved below what stands in the column before it, and keeps its
distance from both edges of its column as one from the edges of the page's text: what is made of
a page afterwards need not know of columns.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING

from rag.language.text import letters_of
from rag.reading.sheets.sides.columns.boxes import (
    boxes_of,
    extent,
    rows_of_boxes,
    setting_of,
)
from rag.reading.sheets.sides.columns.gutters import Habit
from rag.reading.sheets.sides.columns.order import Region, in_order
from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.sheets.model import Line
    from rag.reading.sheets.sides.columns.boxes import Box, Setting
    from rag.reading.sheets.sides.side import Side

_CLEAR = 1.25
_SMALLER = 0.93
_MOST_BANDS = 2
_TIMES = 3
_LEAST_BOXES = 10
_OFTEN, _SELDOM, _PAGES = 0.15, 0.1, 10
_NOTE = re.compile(
    r"^\s*(?:[①-⓿❶-❿※†‡]|\*{1,3}|[〔\[［(（]\s?\d{1,3}\s?[〕\]］)）]|\d{1,3}(?:[.．、:：]|\s))\s*\D"
)


def unfold(sides: Sequence[Side]) -> list[Side]:
    """Return pages in whose place pages in columns stand as pages of one column.

    Other pages are as they were. Where most pages have columns their places are expected on
    all; where nearly none has, they must be plain to see.
    """
    how = setting_of(sides)
    pages = [boxes_of(side.lines) for side in sides]
    feet = Counter(
        letters_of(" ".join(box.text for box in rows[-1]))
        for boxes in pages
        if (rows := rows_of_boxes(boxes))
    )
    found = [_regions(boxes, how, Habit(), feet) for boxes in pages]
    habit = _habit(pages, found, how)
    if habit.none or habit.gutters:
        found = [_regions(boxes, how, habit, feet) for boxes in pages]
    measures = [_measure(regions) for regions in found if _parted(regions)]
    if not measures:
        return list(sides)
    return [
        _unfolded(side, regions, how, median(measures)) if _parted(regions) else side
        for side, regions in zip(sides, found, strict=True)
    ]


def _parted(regions: Sequence[Region]) -> bool:
    return any(region.column for region in regions)


def _measure(regions: Sequence[Region]) -> float:
    """Return how wide the text of a page in columns is."""
    columns = [region for region in regions if region.column]
    return max(region.right for region in columns) - min(region.left for region in columns)


def _habit(
    pages: Sequence[Sequence[Box]], found: Sequence[Sequence[Region]], how: Setting
) -> Habit:
    """Return what the pages of a book, each looked at by itself, have in common."""
    gaps: list[list[tuple[float, float]]] = []
    for regions in found:
        columns = sorted({(region.left, region.right) for region in regions if region.column})
        rights = sorted({right for _, right in columns})
        gaps.append(
            [
                (max(r for r in rights if r < left), left)
                for left, _ in columns
                if any(r < left for r in rights)
            ]
        )
    full = sum(len(boxes) >= _LEAST_BOXES for boxes in pages)
    parted = sum(map(bool, gaps))
    if full >= _PAGES and parted < _SELDOM * full:
        return Habit(none=True)
    usual = []
    for k, own in enumerate(gaps):
        for left, right in own:
            times = sum(
                any(a < right + how.size and left - how.size < b for a, b in other)
                for n, other in enumerate(gaps)
                if n != k
            )
            if times + 1 >= _OFTEN * full:
                usual.append((left, right))
    ends = [max(r.right for r in regions) for regions in found if _parted(regions)]
    return Habit(
        tuple(dict.fromkeys((round(a), round(b)) for a, b in usual)), median(ends) if ends else 0.0
    )


def _regions(boxes: Sequence[Box], how: Setting, habit: Habit, feet: Counter[str]) -> list[Region]:
    """Return the regions of a page in their order; heads and feet are regions of their own."""
    rows = rows_of_boxes(boxes)
    first, end = 0, len(rows)
    while first < min(_MOST_BANDS, end - 1) and _clear(rows[first], rows[first + 1], how):
        first += 1
    while end > max(len(rows) - _MOST_BANDS, first + 1) and (
        _clear(rows[end - 2], rows[end - 1], how) and _is_foot(rows[end - 1], how, feet)
    ):
        end -= 1
    inner = [box for row in rows[first:end] for box in row]
    frame = extent(inner, how.size)
    if habit.gutters:
        # A page may have nothing in its last columns.
        frame = frame[0], max(frame[1], habit.right)
    regions = in_order(inner, frame, how, habit)
    if not _parted(regions):
        return []
    return [
        *(Region(tuple(row), *frame) for row in rows[:first]),
        *_notes_last(regions, how),
        *(Region(tuple(row), *frame) for row in rows[end:]),
    ]


def _clear(row: Sequence[Box], below: Sequence[Box], how: Setting) -> bool:
    return below[0].bottom - row[0].bottom > _CLEAR * how.pitch


def _is_foot(row: Sequence[Box], how: Setting, feet: Counter[str]) -> bool:
    """Whether the last row of a page may be no text: it has a number, is small, or comes back."""
    text = " ".join(box.text for box in row)
    small = max(box.size for box in row) < _SMALLER * how.size
    return small or any(map(str.isdigit, text)) or feet[letters_of(text)] >= _TIMES


def _notes_last(regions: Sequence[Region], how: Setting) -> list[Region]:
    """Return the regions, the notes at the foot of columns put behind the text of all."""
    text: list[Region] = []
    notes: list[Region] = []
    for region in regions:
        rows = rows_of_boxes(region.boxes)
        start = len(rows)
        while start > 0 and max(box.size for box in rows[start - 1]) < _SMALLER * how.size:
            start -= 1
        signs = [
            k for k in range(start, len(rows)) if rows[k][0].marked or _NOTE.match(rows[k][0].text)
        ]
        if not notes and signs:
            start = signs[0]
        if not region.column or start == len(rows) or not (signs or notes):
            text.append(region)
            continue
        text.append(replace(region, boxes=tuple(b for row in rows[:start] for b in row)))
        held = tuple(box for row in rows[start:] for box in row)
        notes.append(replace(region, boxes=held, follows=bool(notes)))
    return [region for region in (*text, *notes) if region.boxes]


def _unfolded(side: Side, regions: Sequence[Region], how: Setting, measure: float) -> Side:
    """Return a page with its regions below each other."""
    frame = min(region.left for region in regions if region.column), 0.0
    frame = frame[0], frame[0] + measure
    lines: list[Line] = []
    seen = end = 0.0
    for region in regions:
        own = _lines(region, side.lines)
        first = min(line.bottom for line in own)
        gap = first - seen
        if region.follows or gap <= 0:
            gap = how.pitch
        down = end + gap - first if lines else 0.0
        for line in own:
            moved = line.moved(0.0, down)
            if region.column:
                left = line.left + frame[0] - region.left
                right = line.right + frame[1] - region.right
                moved = replace(moved, left=left, right=max(right, left + 1), parts=())
            lines.append(moved)
        seen = max(seen, *(line.bottom for line in own))
        end = max(line.bottom for line in own) + down
    return replace(side, lines=tuple(lines), height=side.height + end - seen)


def _lines(region: Region, lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a region, those cut that go on beside it."""
    found = []
    for n, group in groupby(sorted(region.boxes, key=lambda b: (b.line, b.part)), lambda b: b.line):
        boxes = list(group)
        found.append(_cut(lines[n], boxes))
    return sorted(found, key=lambda line: (line.bottom, line.left))


def _cut(line: Line, boxes: Sequence[Box]) -> Line:
    """Return what of a line some of its boxes hold."""
    if len(boxes) >= len(line.parts):
        return line
    parts = line.parts[boxes[0].part : boxes[-1].part + 1]
    start = parts[0].start
    behind = line.parts[boxes[-1].part + 1 :]
    end = behind[0].start if behind else len(line.text)
    text = line.text[start:end].rstrip()
    widest = max(parts, key=lambda part: part.right - part.left)

    def spans(whole: tuple[Span, ...]) -> tuple[Span, ...]:
        inside = [
            Span(max(s.start - start, 0), min(s.end - start, len(text)))
            for s in whole
            if s.start < start + len(text) and s.end > start
        ]
        return tuple(inside)

    return replace(
        line,
        text=text,
        left=parts[0].left,
        right=max(part.right for part in parts),
        size=widest.size,
        raised=spans(line.raised),
        doubts=spans(line.doubts),
        bold=widest.bold,
        parts=tuple(replace(part, start=part.start - start) for part in parts),
    )
