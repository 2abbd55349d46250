"""Which month belongs to which year, and which day to which month; pure."""

from __future__ import annotations

from operator import itemgetter

from rag.language.numbers import Kind, Quantity


def _may_be_year(item: Quantity, kind: Kind) -> bool:
    return kind is Kind.YEAR and item.kind is Kind.BARE and item.value >= 1000


Pair = tuple[Kind, int, int]
_BESIDE = 5
"""Characters between the parts of a date at most, where they stand side by side."""


def dates(items: list[Quantity], *, inherit: bool) -> set[Pair]:
    """Return which month belongs to which year, and which day to which month.

    A pair is (MONTH, year, month) or (DAY, month, day). Parts that stand side by side belong
    together, a part to the nearer one where it stands between two; with ``inherit``, a part
    without one of its own has the last one before it too.
    """
    pairs: set[Pair] = set()
    for part, whole in ((Kind.MONTH, Kind.YEAR), (Kind.DAY, Kind.MONTH)):
        at = [item for item in items if item.kind in (whole, part) or _may_be_year(item, whole)]
        for k, item in enumerate(at):
            if item.kind is not part:
                continue
            after = at[k + 1] if k + 1 < len(at) else None
            before = next((other for other in reversed(at[:k]) if other.kind is not part), None)
            gaps = [
                (gap, other)
                for other, gap in (
                    (before, item.start - before.end if before else 0),
                    (after, after.start - item.end if after else 0),
                )
                if other is not None
                and other.kind is not part
                and (gap <= _BESIDE or (inherit and other is before))
            ]
            gaps.sort(key=itemgetter(0))
            chosen = [other for _, other in (gaps if inherit else gaps[:1])]
            pairs |= {(part, int(other.value), int(item.value)) for other in chosen}
    return pairs
