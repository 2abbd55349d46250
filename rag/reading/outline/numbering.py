"""The numberings of a book, seen from its table of contents.

Pages in a table never go down, save where a new numbering begins. The numberings and the
misread numbers are found together: the cheapest account of all numbers as rising runs
with strays, by dynamic programming (patience over weighted increasing runs).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.numbers import page_number
from rag.reading.outline.contents import Form, split_heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import ContentsEntry

UNNUMBERED = -10_000_000
"""The run of an entry that stands before all numberings; the next is one lower."""
_STRAY = 1.0
_NEW_AT_START = 0.9
_NEW_ELSEWHERE = 2.5
_NEW_AMONG_CHAPTERS = 4.0
_NEVER = 100.0
_EARLY_PAGE = 5
_FRONT_PAGES = 30


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a contents entry says of pages: its run, its number, and whether it is a stray."""

    run: int
    number: int | None
    style: str
    stray: bool = False


def number_runs(entries: Sequence[ContentsEntry]) -> list[Numbered]:
    """For each entry its run of numbering, its number, and whether it does not fit.

    A run begins at an entry of level 1, most cheaply on an early page. Preface and
    first chapter that both begin on page 1 are two runs. Time grows with the square of
    the number of entries.
    """
    read = [page_number(e.page) if e.page is not None else None for e in entries]
    known = [k for k, value in enumerate(read) if value is not None]
    if not known:
        return [Numbered(0, None, "1") for _ in entries]
    values = {k: value for k, value in enumerate(read) if value is not None}
    cost: dict[int, float] = {}
    before: dict[int, tuple[int | None, bool]] = {}
    for place, k in enumerate(known):
        best: tuple[float, int | None, bool] = (place * _STRAY, None, False)
        for back in range(place - 1, -1, -1):
            i = known[back]
            strays = (place - back - 1) * _STRAY
            if strays > best[0]:
                break
            new = _new_run_cost(entries, values, i, k)
            goes_on = values[k][1] == values[i][1] and values[k][0] >= values[i][0]
            if goes_on and not (_both_begin(entries, values, i, k)):
                new = 0.0
            total = cost[i] + strays + new
            if total < best[0]:
                best = total, i, new > 0
        cost[k], before[k] = best[0], (best[1], best[2])
    last = min(known, key=lambda k: cost[k] + (len(known) - 1 - known.index(k)) * _STRAY)
    chain: list[tuple[int, bool]] = []
    at: int | None = last
    while at is not None:
        previous, new = before[at]
        chain.append((at, new))
        at = previous
    chain.reverse()
    starts = {k for k, new in chain if new}
    fitting = {k for k, _ in chain}
    run = 0
    numbered: list[Numbered] = []
    pending = _beginnings(entries, starts)
    before_first = _before_first(entries, values, known[0])
    style = values[chain[0][0]][1]
    for k in range(len(entries)):
        if k in before_first:
            numbered.append(Numbered(UNNUMBERED - k, None, "1"))
            continue
        if k in pending:
            run += 1
            style = values[pending[k]][1]
        value = values.get(k)
        number = value[0] if value and k in fitting else None
        numbered.append(Numbered(run, number, style, stray=value is not None and k not in fitting))
    return numbered


def _before_first(
    entries: Sequence[ContentsEntry], values: dict[int, tuple[int, str]], first: int
) -> range:
    """Return the parts without a page before the first page 1: they have no part in it."""
    if values[first][0] != 1:
        return range(0)
    end = 0
    while end < first and entries[end].page is None and not _is_chapter(entries[end]):
        end += 1
    while end > 0 and end < first and entries[end].level > 1 and entries[end - 1].level == 1:
        end -= 1
    return range(end) if all(entry.number is None for entry in entries[:end]) else range(0)


def _both_begin(
    entries: Sequence[ContentsEntry], values: dict[int, tuple[int, str]], i: int, k: int
) -> bool:
    """Whether two pieces of the highest level both begin on page 1."""
    return entries[i].level == entries[k].level == 1 and values[i][0] == values[k][0] == 1


def _new_run_cost(
    entries: Sequence[ContentsEntry], values: dict[int, tuple[int, str]], i: int, k: int
) -> float:
    opening = [entry for entry in entries[i + 1 : k + 1] if entry.level == 1]
    if not opening:
        return _NEVER
    earlier = [entry for entry in entries[: i + 1] if entry.level == 1]
    if earlier and _is_chapter(earlier[-1]) and _is_chapter(opening[0]):
        return _NEW_AMONG_CHAPTERS
    if values[k][1] != values[i][1]:
        return 0.1
    following = [values[n][0] for n in sorted(values) if n > k][:2]
    returns = bool(following) and min(following) >= values[i][0] > _FRONT_PAGES
    early = values[k][0] <= _EARLY_PAGE and not returns
    return _NEW_AT_START if early else _NEW_ELSEWHERE


def _is_chapter(entry: ContentsEntry) -> bool:
    return split_heading(entry.heading)[0] is Form.CHAPTER


def _beginnings(entries: Sequence[ContentsEntry], starts: set[int]) -> dict[int, int]:
    """Each run's first entry: the entry of level 1 at or before the number that shows it."""
    found = {}
    for k in starts:
        first = k
        while first > 0 and entries[first].level > 1:
            first -= 1
        found[first] = k
    return found
