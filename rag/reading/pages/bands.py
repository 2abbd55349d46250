"""Which numbers of pages are weighed at each place of a run: a band about the sure ones.

So time and memory grow with the length of a book and not with its square (Sakoe and Chiba
1978).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.pages.model import Pieces, Run

Array = NDArray[np.float64]
Places = NDArray[np.int64]

_WHOLE = 320
"""So many numbers are weighed all; of more, those in a band."""
_NARROWEST = 64
_WIDEST = 384
_STEPS_A_BAND = 8


def seen(run: Run, pieces: Pieces) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the places and numbers that the contents give, and those that stand alone."""
    given = [
        (place, page)
        for place, unit in enumerate(pieces.unit)
        if pieces.begins(place) and (page := run.units[unit].page) is not None
    ]
    folios = [(place, f.number) for place, found in pieces.folios.items() for f in found]
    return given, folios


def label_count(
    given: Sequence[tuple[int, int]], trusted: Sequence[tuple[float, int]], sizes: Array
) -> int:
    """Return how many numbers, from 0, the pages of a run may have."""
    ends = [(number, float(sizes[place])) for place, number in given]
    ends += [(number, size) for size, number in trusted]
    top, at = max(ends, default=(0, 0.0))
    whole = float(sizes[-1])
    return int(max(top + 1.5 * (whole - at), 1.5 * whole)) + 12


def band(sure: Sequence[tuple[float, int]], sizes: Array, labels: int) -> tuple[Places, int]:
    """Return the least number that is weighed at each place, and how many are."""
    if labels <= _WHOLE:
        return np.zeros(len(sizes), dtype=np.int64), labels
    whole = float(sizes[-1])
    known = list(sure) or [(0.0, 1)]
    begin, end = known[0], known[-1]
    points = [(0.0, max(begin[1] - begin[0], 1.0)), *known, (whole, end[1] + whole - end[0])]
    places, numbers = (np.array(values) for values in zip(*points, strict=True))
    centre = np.interp(sizes, places, numbers)
    gap = float(np.max(np.diff(places)))
    width = int(min(max(_NARROWEST, 2 * (24 + 0.25 * gap)), _WIDEST, labels))
    step = max(width // _STEPS_A_BAND, 1)
    low = np.clip(np.floor((centre - width / 2) / step) * step, 0, labels - width)
    return np.maximum.accumulate(low).astype(np.int64), width


def trusted(shown: Sequence[tuple[float, int]]) -> list[tuple[float, int]]:
    """Return the numbers that agree most with each other and with the length of the text.

    The heaviest chain of numbers that rise as the text does, by dynamic programming.
    """
    if not shown:
        return []
    size = np.array([at for at, _ in shown])
    number = np.array([n for _, n in shown], dtype=np.float64)
    score = np.ones(len(shown))
    before = np.full(len(shown), -1)
    for k in range(1, len(shown)):
        grown, counted = size[k] - size[:k], number[k] - number[:k]
        apart = np.abs(counted - grown) / (3 + 0.1 * grown)
        gains = np.where(counted >= 0, score[:k] - apart, -np.inf)
        at = int(np.argmax(gains))
        if gains[at] > 0:
            score[k], before[k] = gains[at] + 1, at
    chain = [int(np.argmax(score))]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    return [shown[k] for k in reversed(chain)]
