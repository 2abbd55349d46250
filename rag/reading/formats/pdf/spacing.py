"""Where spaces stand between the letters of a line, learnt from the line and its font.

The gaps between letters are of two kinds, those inside words and those between them. Where
they part differs from line to line, for justification stretches and shrinks the one kind and
letterspacing adds to both. They are parted where the variance between the two kinds is largest
(N. Otsu, IEEE Trans. SMC 9, 1979); where a file has space characters, these say how wide the
one kind is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

USUAL = 0.2
"""The gap between words, in sizes, where nothing tells what it is."""

_INSIDE = 0.35
_MOST = 0.3
_APART, _CLEAR = 0.08, 0.05
_MOST_WORDS = 0.5
_LEAST, _LEAST_POOL = 8, 30
_SPACED_OUT, _WIDEST_SPACED_OUT = 0.1, 0.45
_BELIEVED, _NARROWEST, _WIDEST = 0.5, 0.12, 0.3
_LETTERS = 4
_EVEN, _UNEVEN, _LOOSER, _SLIGHT = 0.03, 0.2, 1.25, 0.05
_MOST_SPACED_OUT = 0.6


@dataclass(frozen=True, slots=True)
class Gap:
    """The empty width before a letter, in sizes, and whether the file has a space there.

    ``letters`` says that a letter of an alphabet stands on either side.
    """

    width: float
    spaced: bool
    letters: bool


def pooled(lines: Iterable[tuple[float, Sequence[Gap]]]) -> dict[float, float]:
    """Return for each size of letters the gap beyond which a space stands, where it shows.

    ``lines`` are the size of each line and its gaps; only those without a space in the file
    are looked at.
    """
    pools: defaultdict[float, list[float]] = defaultdict(list)
    for size, gaps in lines:
        if not any(gap.spaced for gap in gaps):
            pools[round(size)] += [gap.width for gap in gaps]
    found = {}
    for size, widths in pools.items():
        between = _between(widths) if len(widths) >= _LEAST_POOL else None
        if between is not None:
            found[size] = between
    return found


def spaces(gaps: Sequence[Gap], of_font: float | None) -> list[bool]:
    """Return for each gap of a line whether a space stands there.

    ``of_font`` is the gap beyond which one stands in other lines of the size, or None.
    """
    if not gaps:
        return []
    inside = _spaced_out(gaps)
    if len(inside) > _MOST_SPACED_OUT * len(gaps):
        inside = set()
    limit = _limit([gap for k, gap in enumerate(gaps) if k not in inside], of_font)
    return [gap.spaced or (gap.width > limit and k not in inside) for k, gap in enumerate(gaps)]


def _limit(gaps: Sequence[Gap], of_font: float | None) -> float:
    """Return the gap beyond which a space stands in a line."""
    inside = sorted(gap.width for gap in gaps if not gap.spaced)
    own = [gap.width for gap in gaps if gap.spaced]
    low = max(inside[int(_INSIDE * len(inside))], 0.0) if len(inside) >= _LETTERS else 0.0
    if len(own) > 1:
        step = _BELIEVED * (median(own) - low)
        return low + min(max(step, _NARROWEST), _WIDEST)
    between = _between(inside) if len(inside) >= _LEAST else None
    if between is not None:
        return between
    even = len(inside) >= _LETTERS and inside[-1] - inside[0] < 2 * _EVEN
    if even and _SPACED_OUT < low < _WIDEST_SPACED_OUT:
        # One word, or one line without a space, whose letters are set apart.
        return low + USUAL
    return USUAL if of_font is None else of_font


def _between(widths: Sequence[float]) -> float | None:
    """Return where gaps part into two kinds, or None where they are of one kind."""
    ranked = sorted(widths)
    low = ranked[int(_INSIDE * len(ranked))]
    clipped = [min(width, low + _MOST) for width in ranked]
    sums = list(accumulate(clipped))
    count, total = len(clipped), sums[-1]
    best, at = 0.0, 0
    for k in range(count - 1):
        if clipped[k + 1] - clipped[k] < _CLEAR / 5:
            continue
        one, other = sums[k] / (k + 1), (total - sums[k]) / (count - k - 1)
        spread = (k + 1) * (count - k - 1) * (other - one) ** 2
        if spread > best:
            best, at = spread, k
    if not best:
        return None
    inner, outer = ranked[at], ranked[at + 1]
    words = count - at - 1
    apart = median(ranked[at + 1 :]) - median(ranked[: at + 1])
    if apart < _APART or outer - inner < _CLEAR / 2 or words > _MOST_WORDS * count:
        return None
    return (inner + outer) / 2


def _spaced_out(gaps: Sequence[Gap]) -> set[int]:
    """Return the gaps inside words whose letters alone are set apart, as for emphasis.

    Such a word is a run of letters with even gaps, and the gaps about it are wider.
    """
    found: set[int] = set()
    start = 0
    while start < len(gaps):
        width = gaps[start].width
        near = max(_EVEN, _UNEVEN * width)
        end = start
        while (
            width > _SLIGHT
            and end < len(gaps)
            and not gaps[end].spaced
            and abs(gaps[end].width - width) < near
        ):
            end += 1
            if not gaps[end - 1].letters:
                break
        if end - start >= _LETTERS - 1:
            about = [gaps[k].width for k in (start - 1, end) if 0 <= k < len(gaps)]
            if about and min(about) > _LOOSER * width:
                found.update(range(start, end))
        start = max(end, start + 1)
    return found
