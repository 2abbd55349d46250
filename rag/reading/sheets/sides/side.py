"""A printed page, and its lines by rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.sheets.model import Line

_SAME_ROW = 0.45


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
