"""What stands on a page between wide gaps, and the measure by which it is judged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.reading.sheets.model import CLOSING, OPENING, Part
from rag.reading.sheets.sides.measuring import main_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.reading.sheets.model import Line
    from rag.reading.sheets.sides.side import Side

_SAME_ROW = 0.45
_SAMPLE = 24
_WIDE = 4.0
_EMPTY = 0.5


@dataclass(frozen=True, slots=True)
class Box:
    """A line, or what of it stands between two wide gaps; ``line`` and ``part`` count from 0.

    ``marked`` says that what it begins with is raised, as the sign of a note is.
    """

    line: int
    part: int
    left: float
    right: float
    bottom: float
    size: float
    text: str
    marked: bool = False

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left

    @property
    def middle(self) -> float:
        """The height at which its middle stands."""
        return self.bottom - self.size / 2


@dataclass(frozen=True, slots=True)
class Setting:
    """How a book is set: the size of its letters and the distance of its lines."""

    size: float
    pitch: float


def setting_of(sides: Sequence[Side]) -> Setting:
    """Return how a book is set, its pages being in columns or not."""
    size = main_size(line for side in sides for line in side.lines)
    steps: Counter[float] = Counter()
    for side in sides[:: max(1, len(sides) // _SAMPLE)]:
        body = [box for box in boxes_of(side.lines) if abs(box.size - size) < 0.1 * size]
        for k, box in enumerate(body):
            below = next(
                (
                    other.bottom - box.bottom
                    for other in body[k + 1 :]
                    if other.bottom > box.bottom + 0.5 * size
                    and other.left < box.right
                    and box.left < other.right
                ),
                None,
            )
            if below is not None and below < 4 * size:
                steps[round(2 * below) / 2] += 1
    return Setting(size, steps.most_common(1)[0][0] if steps else 1.6 * size)


def boxes_of(lines: Sequence[Line]) -> list[Box]:
    """Return what the lines of a page are parted into by wide gaps; edges are those of ink."""
    found = []
    for n, line in enumerate(lines):
        parts = line.parts or (Part(0, line.left, line.right, line.size),)
        ends = [*(part.start for part in parts[1:]), len(line.text)]
        for k, (part, end) in enumerate(zip(parts, ends, strict=True)):
            text = line.text[part.start : end].strip()
            # Half of such a sign's square is empty, and may jut into the gap between columns.
            left = part.left + _EMPTY * part.size * text.startswith(OPENING)
            right = part.right - _EMPTY * part.size * text.endswith(CLOSING)
            marked = any(span.start == part.start for span in line.raised)
            found.append(Box(n, k, left, max(right, left), line.bottom, part.size, text, marked))
    return found


def rows_of_boxes(boxes: Iterable[Box]) -> list[list[Box]]:
    """Return boxes by rows from the top, those of a row from the left."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda b: (b.bottom, b.left)):
        last = rows[-1][0] if rows else None
        if last and box.bottom - last.bottom < _SAME_ROW * min(box.size, last.size):
            rows[-1].append(box)
        else:
            rows.append([box])
    return [sorted(row, key=lambda b: b.left) for row in rows]


def extent(boxes: Sequence[Box], size: float) -> tuple[float, float]:
    """Return the outermost edges of what is wider than a number in the margin."""
    kept = [box for box in boxes if box.width > _WIDE * size] or list(boxes)
    return (
        min((box.left for box in kept), default=0.0),
        max((box.right for box in kept), default=0.0),
    )
