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
_ENOUGH = 6
_CELLS, _SHORT = 3, 0.7


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
        return [Region(tuple(boxes), *frame, column, follows)]
    known = habit.with_one(gutter)
    deeper = {"how": how, "habit": known, "deep": deep + 1}
    table = _table(boxes, gutter)
    if table is not None:
        above = [box for box in boxes if box.middle < table[0]]
        held = [box for box in boxes if table[0] <= box.middle <= table[1]]
        below = [box for box in boxes if box.middle > table[1]]
        return [
            *in_order(above, frame, **deeper, column=column, follows=follows),
            Region(tuple(held), *frame, column),
            *in_order(below, frame, **deeper, column=column),
        ]
    left, right = parted(boxes, gutter)
    above = [box for box in boxes if box.middle < gutter.top]
    below = [box for box in boxes if box.middle > gutter.bottom]
    edges = _edges(left, right, gutter, frame)
    return [
        *in_order(above, frame, **deeper, column=column, follows=follows),
        *in_order(left, (edges[0], gutter.left), **deeper, column=True, follows=follows),
        *in_order(right, (gutter.right, edges[1]), **deeper, column=True, follows=True),
        *in_order(below, frame, **deeper, column=column),
    ]


def _edges(
    left: Sequence[Box], right: Sequence[Box], gutter: Gutter, frame: tuple[float, float]
) -> tuple[float, float]:
    """Return the outer edges of two columns, without what juts out of them.

    A column with little in it is as wide as the other.
    """
    first, last = frame
    if len(left) >= _ENOUGH:
        first = sorted(box.left for box in left)[len(left) // 10]
    if len(right) >= _ENOUGH:
        last = sorted(box.right for box in right)[-1 - len(right) // 10]
    else:
        last = max(last, gutter.right + gutter.left - first)
    return first, last


def _table(boxes: Sequence[Box], gutter: Gutter) -> tuple[float, float] | None:
    """Return the heights between which a table stands across a gutter, if one does.

    Its rows have cells on both sides, three at least, and none as long as a line of text.
    """
    left, right = parted(boxes, gutter)
    widest = min(max(box.width for box in side) for side in (left, right))
    run: list[list[Box]] = []
    for row in rows_of_boxes([*left, *right]):
        both = any(b.right <= gutter.middle for b in row) and any(
            b.left >= gutter.middle for b in row
        )
        if both and len(row) >= _CELLS and max(b.width for b in row) < _SHORT * widest:
            run.append(row)
        elif len(run) > 1:
            break
        else:
            run = []
    if len(run) < 2:
        return None
    return run[0][0].bottom - run[0][0].size, run[-1][0].bottom
