"""The order in which what stands on a page is read.

Recursive X-Y cuts (G. Nagy, S. Seth: Hierarchical Representation of Optically Scanned
Documents, ICPR 1984), the vertical ones where gutters run, the horizontal ones where something
stands across a gutter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.reading.sheets.sides.columns.boxes import rows_of_boxes
from rag.reading.sheets.sides.columns.gutters import find_gutter, parted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.sheets.sides.columns.boxes import Box, Setting
    from rag.reading.sheets.sides.columns.gutters import Gutter, Habit

_DEEPEST = 6
_ENOUGH, _JUTTING = 6, 3.0
_CELLS, _SHORT, _GAP = 3, 0.7, 1.5


@dataclass(frozen=True, slots=True)
class Region:
    """What is read row by row: its boxes, its left and right edge.

    ``column`` says that it is one of several columns, ``follows`` that it goes on where the
    region before it, at its left, has ended.
    """

    boxes: tuple[Box, ...]
    left: float
    right: float
    column: bool = False
    follows: bool = False


def in_order(
    boxes: Sequence[Box],
    frame: tuple[float, float],
    how: Setting,
    habit: Habit,
    *,
    column: bool = False,
    follows: bool = False,
    deep: int = 0,
) -> list[Region]:
    """Return the regions of a part of a page in the order in which they are read."""
    if not boxes:
        return []
    gutter = find_gutter(boxes, frame, how, habit) if deep < _DEEPEST else None
    if gutter is None:
        end = _end_of_only_column(boxes, frame, how, habit)
        return [Region(tuple(boxes), frame[0], end, column or end < frame[1], follows)]
    known = habit.with_one(gutter, frame)

    def part(
        held: Sequence[Box],
        within: tuple[float, float] = frame,
        *,
        column: bool = column,
        follows: bool = False,
    ) -> list[Region]:
        return in_order(held, within, how, known, column=column, follows=follows, deep=deep + 1)

    table = _table(boxes, gutter)
    top, bottom = table or (gutter.top, gutter.bottom)
    above = part([box for box in boxes if box.middle < top], follows=follows)
    below = part([box for box in boxes if box.middle > bottom])
    if table is not None:
        held = tuple(box for box in boxes if top <= box.middle <= bottom)
        return [*above, Region(held, *frame, column), *below]
    left, right = parted(boxes, gutter)
    first, last = _edges(left, right, gutter, frame, _JUTTING * how.size)
    return [
        *above,
        *part(left, (first, gutter.left), column=True, follows=follows),
        *part(right, (gutter.right, last), column=True, follows=True),
        *below,
    ]


def _end_of_only_column(
    boxes: Sequence[Box], frame: tuple[float, float], how: Setting, habit: Habit
) -> float:
    """Return where the first of several columns ends, where nothing stands beside it.

    Without such a column, that is the right edge of the frame.
    """
    last = max(box.right for box in boxes)
    for left, right in sorted(habit.gutters):
        within = frame[0] + how.size < left and right < frame[1]
        if within and left - _JUTTING * how.size < last < (left + right) / 2:
            return left
    return frame[1]


def _edges(
    left: Sequence[Box],
    right: Sequence[Box],
    gutter: Gutter,
    frame: tuple[float, float],
    jutting: float,
) -> tuple[float, float]:
    """Return the outer edges of two columns, without what juts out of them a little.

    A column with little in it is as wide as the other.
    """
    first, last = frame
    if len(left) >= _ENOUGH:
        usual = sorted(box.left for box in left)[len(left) // 10]
        first = usual if usual - first < jutting else first
    if len(right) >= _ENOUGH:
        usual = sorted(box.right for box in right)[-1 - len(right) // 10]
        last = usual if last - usual < jutting else last
    else:
        last = max(last, gutter.right + gutter.left - first)
    return first, last


def _table(boxes: Sequence[Box], gutter: Gutter) -> tuple[float, float] | None:
    """Return the heights between which a table stands across a gutter, if one does.

    Its rows have cells on both sides, three at least, and none as long as a line of text.
    """
    left, right = parted(boxes, gutter)
    widest = min(
        max(end - start for row in rows_of_boxes(side) for start, end in _cells(row, gutter))
        for side in (left, right)
    )
    run: list[list[Box]] = []
    for row in rows_of_boxes([*left, *right]):
        cells = _cells(row, gutter)
        both = cells[0][0] < gutter.left and cells[-1][1] > gutter.right
        longest = max(end - start for start, end in cells)
        if both and len(cells) >= _CELLS and longest < _SHORT * widest:
            run.append(row)
        elif len(run) > 1:
            break
        else:
            run = []
    if len(run) < 2:
        return None
    return run[0][0].bottom - run[0][0].size, run[-1][0].bottom


def _cells(row: Sequence[Box], gutter: Gutter) -> list[tuple[float, float]]:
    """Return the edges of what stands in a row between gaps that justification does not make."""
    cells: list[tuple[float, float]] = []
    for box in row:
        beyond = bool(cells) and cells[-1][1] <= gutter.middle <= box.left
        if cells and not beyond and box.left - cells[-1][1] < _GAP * box.size:
            cells[-1] = cells[-1][0], box.right
        else:
            cells.append((box.left, box.right))
    return cells
