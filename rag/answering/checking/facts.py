"""The facts of a text that can be compared: numbers, dates, names, quotations, denials; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

from rag.language import split_sentences
from rag.language.names import known_names, titles
from rag.language.numbers import Kind, quantities
from rag.language.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.language.numbers import Quantity

Pair = tuple[Kind, int, int]
"""(MONTH, year, month) or (DAY, month, day)."""
DATED = (Kind.YEAR, Kind.MONTH, Kind.DAY, Kind.DECADE, Kind.CENTURY)
_BESIDE = 5
"""Characters between the parts of a date at most, where they stand side by side."""
_FIRST_YEAR = 1000
_QUOTED = 4
"""Characters of the shortest quotation; shorter ones are words set apart."""
_QUOTATION = re.compile(
    r"“([^“”]*)(?:”|$)|„([^„“”]*)(?:[“”]|$)|「([^「」]*)(?:」|$)|『([^『』]*)(?:』|$)"
    r"|«([^«»]*)(?:»|$)|\"([^\"]*)(?:\"|$)|(?<!\w)‘([^‘]*?)(?:’(?!\w)|$)|〝([^〝〞]*)(?:〞|$)"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a text states that can be compared, each in the order of the text.

    ``numbers`` are without those that may be part of a word; ``names`` are the known ones, each
    with all its spellings; ``quotations`` are long enough to be one's words.
    """

    text: str
    numbers: tuple[Quantity, ...]
    names: tuple[tuple[str, ...], ...]
    titles: tuple[str, ...]
    quotations: tuple[str, ...]

    def words_of(self, item: Quantity) -> str:
        """Return a number as the text writes it."""
        return self.text[item.start : item.end].strip()


@lru_cache(maxsize=2048)
def stated(text: str, aliases: tuple[tuple[str, ...], ...] = ()) -> Stated:
    """Return the facts of a text; ``aliases`` are the spellings of each known name."""
    folded = fold(text)
    near = [group for group in aliases if any(fold(name)[:2] in folded for name in group)]
    quoted = (
        next((group for group in match.groups() if group is not None), "")
        for match in _QUOTATION.finditer(text)
    )
    return Stated(
        text,
        tuple(item for item in quantities(text) if not item.weak),
        tuple(known_names(text, near)),
        tuple(titles(text)),
        tuple(quote for quote in quoted if sum(map(str.isalnum, quote)) >= _QUOTED),
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """The texts that a sentence rests on: their sentences, and all their numbers, weak ones too."""

    texts: tuple[str, ...]
    sentences: tuple[str, ...]
    numbers: tuple[Quantity, ...]
    dates: frozenset[Pair]

    @property
    def whole(self) -> str:
        """All texts, one below the other."""
        return "\n".join(self.texts)


@lru_cache(maxsize=512)
def ground_of(texts: tuple[str, ...]) -> Ground:
    """Return what texts have for sentences to rest on."""
    there = [quantities(text) for text in texts]
    pairs = frozenset[Pair]().union(*(dates(items, inherit=True) for items in there))
    flat = tuple(item for items in there for item in items)
    return Ground(texts, tuple(split_sentences(texts)), flat, pairs)


def dates(items: Sequence[Quantity], *, inherit: bool) -> frozenset[Pair]:
    """Return which month belongs to which year, and which day to which month.

    Parts that stand side by side belong together, a part to the nearer one where it stands
    between two; with ``inherit``, a part without one of its own has the last one before it too.
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
    return frozenset(pairs)


def _may_be_year(item: Quantity, kind: Kind) -> bool:
    return kind is Kind.YEAR and item.kind is Kind.BARE and item.value >= _FIRST_YEAR
