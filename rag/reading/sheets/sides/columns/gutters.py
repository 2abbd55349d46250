"""The gaps that run down a page between columns.

A gutter is a tall white rectangle with text on both sides (whitespace cover: H. Baird, 1994;
T. Breuel, DAS 2002), here on a grid of parts of a letter and of a line. What parts the cells
of a table, the halves of verse or a note in the margin from the text is told from it by how
full the lines beside it are, how they begin, and how they end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from rag.reading.sheets.sides.columns.boxes import rows_of_boxes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.reading.sheets.sides.columns.boxes import Box, Setting

    Grid = NDArray[np.bool_]

_ACROSS, _DOWN = 8, 4
"""Cells of the grid in a letter across, and in a line down."""
_NARROWEST, _WIDEST = 5, 5.0
_NARROWEST_COLUMN, _UNEVEN = 10.0, 0.4
_LINES, _SURE_LINES = 5, 10
_CROSSED, _CROSSED_IN_ONE_COLUMN = 0.34, 1.0
_FULL, _ALIGNED, _AT_EDGE = 0.7, 0.8, 0.4
_EDGE, _INDENT = 0.6, 3.2
_OTHER_SIZE = 0.85
_CLOSED = 0.7
_TRIES = 8
_BESIDE, _LONG = 0.6, 0.6
_NEAR = 1.5
_STOP = re.compile(r"[，。；：！？、,.;:!?”’）)]$")


@dataclass(frozen=True, slots=True)
class Gutter:
    """A gap between columns: edges of the text beside it, heights, and lines on both sides."""

    left: float
    right: float
    top: float
    bottom: float
    lines: float

    @property
    def middle(self) -> float:
        """Where its middle stands."""
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Habit:
    """Where other pages of the book have gutters, or that nearly none has any.

    ``right`` is where the text of pages in columns ends.
    """

    gutters: tuple[tuple[float, float], ...] = ()
    right: float = 0.0
    none: bool = False

    def holds(self, gutter: Gutter, size: float) -> bool:
        """Whether a gutter stands where others do."""
        return any(
            left - _NEAR * size < gutter.middle < right + _NEAR * size
            for left, right in self.gutters
        )

    def with_one(self, gutter: Gutter, frame: tuple[float, float]) -> Habit:
        """Return the habit, a gutter of the same page added, and those of columns like its own."""
        step = gutter.right - frame[0]
        more = range(int((frame[1] - gutter.right) / step) + 1)
        own = ((gutter.left + k * step, gutter.right + k * step) for k in more)
        return replace(self, gutters=(*self.gutters, *own))


def find_gutter(
    boxes: Sequence[Box], frame: tuple[float, float], how: Setting, habit: Habit
) -> Gutter | None:
    """Return the gutter with the most lines beside it, or None where there are no columns.

    ``frame`` is the left and the right edge of what is looked at.
    """
    if frame[1] - frame[0] < 2 * _NARROWEST_COLUMN * how.size or len(boxes) < 2:
        return None
    found = _white(boxes, frame, how)
    for gutter in found:
        bounds = _bounds(gutter, found, frame)
        if _stands(gutter, boxes, bounds, how, habit):
            return gutter
    return None


def _bounds(
    gutter: Gutter, others: Sequence[Gutter], frame: tuple[float, float]
) -> tuple[float, float]:
    """Return the outer edges of the two columns beside a gutter, which others may bound."""
    left, right = frame
    for other in others:
        beside = min(other.bottom, gutter.bottom) - max(other.top, gutter.top)
        if other.lines < _BESIDE * gutter.lines or beside < _BESIDE * (gutter.bottom - gutter.top):
            continue
        if other.right < gutter.left:
            left = max(left, other.right)
        elif other.left > gutter.right:
            right = min(right, other.left)
    return left, right


def _white(boxes: Sequence[Box], frame: tuple[float, float], how: Setting) -> list[Gutter]:
    """Return the tallest white rectangles with text on both sides, the tallest first."""
    step, rise = how.size / _ACROSS, how.pitch / _DOWN
    top = min(box.bottom for box in boxes) - 1.2 * how.pitch
    height = int((max(box.bottom for box in boxes) - top) / rise) + 2
    width = int((frame[1] - frame[0]) / step) + 1
    ink = np.zeros((height, width), dtype=bool)
    text = np.zeros_like(ink)
    for box in boxes:
        first = max(int((box.left - frame[0]) / step + 0.3), 0)
        last = max(int(np.ceil((box.right - frame[0]) / step - 0.3)), 0)
        end = int((box.bottom - 0.1 * box.size - top) / rise) + 1
        ink[max(int((box.bottom - 0.8 * box.size - top) / rise), 0) : end, first:last] = True
        text[max(int((box.bottom - how.pitch - top) / rise) + 1, 0) : end, first:last] = True
    covered = np.cumsum(np.pad(ink, ((0, 0), (1, 0))), axis=1)
    white = (covered[:, _NARROWEST:] - covered[:, :-_NARROWEST]) == 0
    left = np.logical_or.accumulate(text, axis=1)
    right = np.logical_or.accumulate(text[:, ::-1], axis=1)[:, ::-1]
    flanked = white & left[:, : white.shape[1]] & right[:, _NARROWEST - 1 :]
    count, first_row, last_row = _runs(white, flanked)
    found = []
    for _ in range(_TRIES):
        at = int(count.argmax())
        if count[at] < 1:
            break
        while at + 1 < len(count) and count[at + 1] == count[at]:
            at += 1
        rows = slice(int(first_row[at]), int(last_row[at]) + 1)
        clear = np.asarray(~ink[rows].any(axis=0))
        start, end = at, at + _NARROWEST
        while start > 0 and clear[start - 1]:
            start -= 1
        while end < width and clear[end]:
            end += 1
        gutter = _gutter(
            boxes,
            frame[0] + (at + _NARROWEST / 2) * step,
            (top + rows.start * rise, top + rows.stop * rise),
            count[at] / _DOWN,
        )
        if gutter is not None:
            found.append(gutter)
        count[max(start - _NARROWEST, 0) : end] = 0
    return found


def _runs(white: Grid, flanked: Grid) -> tuple[NDArray[np.int64], ...]:
    """Return for each column of a grid its best white run: rows with text beside, first, last."""
    width = white.shape[1]
    best, first, last, current, start = (np.zeros(width, dtype=np.int64) for _ in range(5))
    for row in range(len(white)):
        open_ = white[row]
        start[~open_] = row + 1
        current = np.where(open_, current + flanked[row], 0)
        better = (current > best) | ((current == best) & open_ & (start == first) & (best > 0))
        best = np.where(better, current, best)
        first = np.where(better, start, first)
        last = np.where(better, row, last)
    return best, first, last


def _gutter(
    boxes: Sequence[Box], middle: float, heights: tuple[float, float], lines: float
) -> Gutter | None:
    """Return a white rectangle with the exact edges of the text beside it."""
    inside = [box for box in boxes if heights[0] <= box.middle <= heights[1]]
    lefts = [box.right for box in inside if (box.left + box.right) / 2 < middle]
    rights = [box.left for box in inside if (box.left + box.right) / 2 >= middle]
    if not lefts or not rights or max(lefts) >= min(rights):
        return None
    return Gutter(max(lefts), min(rights), *heights, lines)


def parted(boxes: Sequence[Box], gutter: Gutter) -> tuple[list[Box], list[Box]]:
    """Return what stands to the left and to the right of a gutter, in its height."""
    inside = [box for box in boxes if gutter.top <= box.middle <= gutter.bottom]
    left = [box for box in inside if box.right <= gutter.middle]
    return left, [box for box in inside if box.left >= gutter.middle]


def _stands(
    gutter: Gutter,
    boxes: Sequence[Box],
    frame: tuple[float, float],
    how: Setting,
    habit: Habit,
) -> bool:
    """Whether what stands on both sides of a white rectangle are columns of text."""
    widths = (gutter.left - frame[0]) / how.size, (frame[1] - gutter.right) / how.size
    used = habit.holds(gutter, how.size)
    if widths[0] < _NARROWEST_COLUMN:
        return False
    if used:
        return True
    if widths[1] < _NARROWEST_COLUMN or min(widths) < _UNEVEN * max(widths):
        return False
    crossing = sum(
        box.left < gutter.left < gutter.right < box.right
        and box.width > _LONG * (frame[1] - frame[0])
        for box in boxes
    )
    share = _CROSSED_IN_ONE_COLUMN if habit.none else _CROSSED
    least = max(_SURE_LINES if habit.none else _LINES, share * crossing)
    if gutter.lines < least or gutter.right - gutter.left > _WIDEST * how.size:
        return False
    left, right = parted(boxes, gutter)
    left = [box for box in left if box.right > frame[0]]
    right = [box for box in right if box.left < frame[1]]
    sizes = [median(box.size for box in side) for side in (left, right)]
    return min(sizes) > _OTHER_SIZE * max(sizes) and _are_text(
        left, right, (gutter.left - frame[0], frame[1] - gutter.right), how
    )


def _are_text(
    left: Sequence[Box], right: Sequence[Box], widths: tuple[float, float], how: Setting
) -> bool:
    """Whether both sides are lines of text: full, of one beginning, and not each closed."""
    both = rows_of_boxes(left), rows_of_boxes(right)
    for rows, width in zip(both, widths, strict=True):
        if median(sum(box.width for box in row) for row in rows) < _FULL * width:
            return False
    edge = min(box.left for box in right)
    starts = [(row[0].left - edge) / how.size for row in both[1]]
    if sum(start < _INDENT for start in starts) < _ALIGNED * len(starts):
        return False
    if sum(start < _EDGE for start in starts) < _AT_EDGE * len(starts):
        return False
    ends = [bool(_STOP.search(row[-1].text)) for rows in both for row in rows]
    return sum(ends) <= _CLOSED * len(ends)
