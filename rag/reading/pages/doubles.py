"""Pages that were scanned twice: found, and taken out once.

The second copy follows the first and is read a little differently. Blocks that may be copies
share the least of their shingles (Broder 1997); whether they are is seen by comparing how
they begin and end.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from rag.language.text import cells, letters_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.pages.blocks import Block

_SHINGLE = 5
_SKETCH = 8
_LONG = 40
_MOST_BLOCKS = 80
_EDGE = 60
_ALIKE = 0.85
_TWICE_FROM = 120.0


def without_doubles(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Return the blocks without the second copies of stretches that stand there twice on end.

    For each stretch taken out, how it begins is returned too.
    """
    folded = [letters_of(block.text) for block in blocks]
    sketches = {k: _sketch(text) for k, text in enumerate(folded) if len(text) >= _LONG}
    where: dict[int, list[int]] = defaultdict(list)
    for k, sketch in sketches.items():
        for shingle in sketch:
            where[shingle].append(k)
    taken: set[int] = set()
    begins: list[str] = []
    done = 0
    for k, sketch in sketches.items():
        if k < done:
            continue
        shared = Counter(
            i for shingle in sketch for i in where[shingle] if k < i <= k + _MOST_BLOCKS
        )
        for i, _ in shared.most_common(3):
            copy = _copy(folded, k, i - k)
            if sum(cells(blocks[n].text) for n in copy) >= _TWICE_FROM:
                taken.update(copy)
                begins.append(blocks[copy.start].text)
                done = copy.stop
                break
    kept: list[Block] = []
    feed = False
    for k, block in enumerate(blocks):
        feed = feed or block.feed
        if k not in taken:
            kept.append(replace(block, feed=feed))
            feed = False
    return kept, begins


def _sketch(text: str) -> list[int]:
    shingles = {text[k : k + _SHINGLE] for k in range(len(text) - _SHINGLE + 1)}
    return sorted(zlib.crc32(shingle.encode()) for shingle in shingles)[:_SKETCH]


def _copy(folded: Sequence[str], at: int, shift: int) -> range:
    """Return the second copy of a stretch of ``shift`` blocks that holds block ``at``."""
    first = at
    while first > 0 and at - first < shift and _same(folded, first - 1, shift):
        first -= 1
    last = at
    while last < first + shift and _same(folded, last, shift):
        last += 1
    return range(first + shift, last + shift) if last == first + shift else range(0)


def _same(folded: Sequence[str], k: int, shift: int) -> bool:
    if k + shift >= len(folded):
        return False
    one, other = folded[k], folded[k + shift]
    if one == other:
        return True
    if min(len(one), len(other)) < 0.9 * max(len(one), len(other)):
        return False
    edges = ((one[:_EDGE], other[:_EDGE]), (one[-_EDGE:], other[-_EDGE:]))
    return all(SequenceMatcher(None, *pair, autojunk=False).ratio() >= _ALIKE for pair in edges)
