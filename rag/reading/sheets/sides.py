"""Sheets -> printed pages: two pages on one sheet are parted, lines are put into rows."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

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
_SAME_ROW = 0.45
_USUAL_SIZE = 10.0
_SIZE_NOISE = 0.05


@dataclass(frozen=True, slots=True)
class Side:
    """One printed page: sheet and half (0, 1) it stands on, and its lines from the top."""

    sheet: int
    half: int
    width: float
    height: float
    lines: tuple[Line, ...]
    label: str | None = None
    image: str | None = None
    unreadable: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """How the text of a book is set: size of its letters and distance of its baselines.

    ``left`` and ``right`` are the edges of the text on left-hand (0) and right-hand (1)
    pages, or None where they cannot be seen; ``justified`` says that lines end at the right
    edge.
    """

    size: float
    pitch: float
    edges: tuple[tuple[float, float] | None, tuple[float, float] | None]
    justified: bool


def part_sheets(sheets: Sequence[Sheet]) -> list[Side]:
    """Return the printed pages in reading order; a blank half is a page too."""
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
    return sides


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
    moved = [replace(x, left=x.left - gutter, right=x.right - gutter) for x in right]
    return [
        Side(index, 0, gutter, sheet.height, tuple(left), labels[0], sheet.image, sheet.unreadable),
        Side(index, 1, sheet.width - gutter, sheet.height, tuple(moved), labels[1], sheet.image),
    ]


def rows_of(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """Return the lines by rows, from the top; those of one row from the left."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.bottom, line.left)):
        last = rows[-1][0] if rows else None
        if last and abs(line.bottom - last.bottom) < _SAME_ROW * min(line.size, last.size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [tuple(sorted(row, key=lambda line: line.left)) for row in rows]


def measure(sides: Sequence[Side]) -> Measure:
    """Return how the text of a book is set."""
    sizes: Counter[float] = Counter()
    for side in sides:
        for line in side.lines:
            sizes[round(line.size, 1)] += len(line.text)
    size = _main_size(sizes)
    steps: Counter[float] = Counter()
    edges: list[tuple[list[float], list[float]]] = [([], []), ([], [])]
    for k, side in enumerate(sides):
        body = [line for line in side.lines if abs(line.size - size) < 0.1 * size]
        for a, b in itertools.pairwise(body):
            if 0.8 * size < b.bottom - a.bottom < 4 * size:
                steps[round((b.bottom - a.bottom) * 2) / 2] += 1
        long = [line for line in body if line.right - line.left > 0.4 * side.width]
        edges[k % 2][0].extend(line.left for line in long)
        edges[k % 2][1].extend(line.right for line in long)
    pitch = steps.most_common(1)[0][0] if steps else 1.6 * size
    found = [_edges(lefts, rights, size) for lefts, rights in edges]
    full = sum(
        abs(right - edge[1]) < 0.6 * size
        for (_, rights), edge in zip(edges, found, strict=True)
        if edge
        for right in rights
    )
    lines = sum(len(rights) for _, rights in edges)
    return Measure(size, pitch, (found[0], found[1]), justified=full > 0.5 * lines)


def _main_size(sizes: Counter[float]) -> float:
    """Return the size of most characters; OCR's sizes differ a little from line to line."""
    if not sizes:
        return _USUAL_SIZE

    def near(size: float) -> int:
        return sum(n for other, n in sizes.items() if abs(other - size) <= _SIZE_NOISE * size)

    middle = max(sizes, key=lambda size: (near(size), sizes[size]))
    return max(
        (size for size in sizes if abs(size - middle) <= _SIZE_NOISE * middle),
        key=sizes.__getitem__,
    )


def _edges(
    lefts: Sequence[float], rights: Sequence[float], size: float
) -> tuple[float, float] | None:
    """Return the left and right edge at which most long lines begin and end."""
    if len(lefts) < 3:
        return None
    return _mode(lefts, 0.3 * size), _mode(rights, 0.3 * size)


def _mode(values: Sequence[float], width: float) -> float:
    bins = Counter(round(value / width) for value in values)
    best = max(bins, key=lambda b: bins[b - 1] + bins[b] + bins[b + 1])
    return median(v for v in values if abs(round(v / width) - best) <= 1)
