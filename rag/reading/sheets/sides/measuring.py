"""How the text of a book is set: its size, the distance of its lines, its edges."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.reading.sheets.model import Line
    from rag.reading.sheets.sides.side import Side

_USUAL_SIZE = 10.0
_SIZE_NOISE = 0.05


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


def measure(sides: Sequence[Side]) -> Measure:
    """Return how the text of a book is set."""
    size = main_size(line for side in sides for line in side.lines)
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


def main_size(lines: Iterable[Line]) -> float:
    """Return the size of most characters; OCR's sizes differ a little from line to line."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
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
