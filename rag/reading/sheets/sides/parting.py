"""Sheets -> printed pages: two pages on one sheet are parted, columns are put in their order."""

from __future__ import annotations

import re
from statistics import median
from typing import TYPE_CHECKING

from rag.reading.sheets.sides.columns import unfold
from rag.reading.sheets.sides.side import Side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.sheets.model import Line, Sheet

_LANDSCAPE = 1.05
_GUTTER = tuple(0.44 + 0.005 * step for step in range(25))
_MOST_CROSSING = 0.02
_BOTH_FILLED = 0.2
_LEAST_LINES = 4
_NUMBER = re.compile(r"^\W*[0-9０-９ivxIVX]{1,5}\W*$")
_TWO_LABELS = re.compile(r"^(\w+)\s*[-–—/,+]\s*(\w+)$")


def part_sheets(sheets: Sequence[Sheet]) -> list[Side]:
    """Return the printed pages in reading order; a blank half is a page too.

    The columns of a page stand below each other, see ``unfold``.
    """
    wide = [k for k, sheet in enumerate(sheets) if sheet.width > _LANDSCAPE * sheet.height > 0]
    gutter = _gutter([sheets[k] for k in wide])
    parted = set(wide) if gutter is not None else set()
    sides: list[Side] = []
    for k, sheet in enumerate(sheets):
        if k in parted and gutter is not None:
            sides += _halves(k, sheet, gutter * sheet.width)
        else:
            sides.append(
                Side(k, 0, sheet.width, sheet.height, sheet.lines, sheet.label, sheet.image,
                     sheet.unreadable)
            )  # fmt: skip
    return unfold(sides)


def _gutter(sheets: Sequence[Sheet]) -> float | None:
    """Return where, as a share of the width, landscape sheets are parted, or None.

    The middle must be empty and both halves printed; and where numbers stand alone on the
    sheets, most must have one in each half, or it is one page in two columns.
    """
    printed = [sheet for sheet in sheets if len(sheet.lines) >= _LEAST_LINES]
    if not printed:
        return None
    lines = sum(len(sheet.lines) for sheet in printed)
    crossing = {
        at: sum(
            line.left < at * sheet.width < line.right for sheet in printed for line in sheet.lines
        )
        for at in _GUTTER
    }
    least = min(crossing.values())
    if least > _MOST_CROSSING * lines:
        return None
    clear = [at for at in _GUTTER if crossing[at] == least]
    at = min(clear, key=lambda at: abs(at - median(clear)))
    halves = [[_in_half(sheet, at, half) for half in (0, 1)] for sheet in printed]
    filled = [both for both in halves if all(both)]
    if len(filled) < _BOTH_FILLED * len(printed):
        return None
    numbered = [[any(_NUMBER.match(x.text) for x in half) for half in both] for both in filled]
    some, both = sum(map(any, numbered)), sum(map(all, numbered))
    in_columns = 2 * some > len(filled) and 2 * both < some
    return None if in_columns else at


def _in_half(sheet: Sheet, at: float, half: int) -> list[Line]:
    middle = at * sheet.width
    return [line for line in sheet.lines if ((line.left + line.right) / 2 > middle) == bool(half)]


def _halves(index: int, sheet: Sheet, gutter: float) -> list[Side]:
    declared = _TWO_LABELS.match(sheet.label or "")
    labels = (declared[1], declared[2]) if declared else (None, None)
    left, right = (_in_half(sheet, gutter / sheet.width, half) for half in (0, 1))
    moved = [line.moved(-gutter) for line in right]
    return [
        Side(index, 0, gutter, sheet.height, tuple(left), labels[0], sheet.image, sheet.unreadable),
        Side(index, 1, sheet.width - gutter, sheet.height, tuple(moved), labels[1], sheet.image),
    ]
