"""The lines of a scan's text -> blocks, and which blocks are heads and folios of pages."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from rag.reading.folding import cells, ends_sentence, fold, joint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.contents import Contents
    from rag.types import ContentsEntry

_FOLIO = re.compile(r"^[\s·•—–\-~～.]*(?:第\s*)?(\d{1,4})(?:\s*页)?[\s·•—–\-~～.]*$")
_RUNNING_HEAD_TIMES = 3
_LONGEST_HEAD = 50


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, note or line of a table, as the text has it.

    ``feed`` says that a form feed stands before it; ``contents`` that it belongs to the
    table of contents.
    """

    text: str
    feed: bool = False
    contents: bool = False


def find_blocks(lines: Sequence[str], table: Contents | None) -> list[Block]:
    """Return the blocks of a text, one a line, or one a paragraph where lines are wrapped."""
    inside = range(table.start, table.end) if table else range(0)
    wrapped = _wrap_width([lines[k] for k in range(len(lines)) if k not in inside])
    blocks: list[Block] = []
    feed = adjacent = False
    for k, line in enumerate(lines):
        pieces = line.split("\f")
        for n, piece in enumerate(pieces):
            feed = feed or n > 0
            text = piece.strip()
            if not text:
                adjacent = False
                continue
            block = Block(text, feed, k in inside)
            last = blocks[-1] if blocks else None
            goes_on = (
                wrapped is not None
                and adjacent
                and last is not None
                and not (feed or block.contents or last.contents)
                and _goes_on(last.text, line, wrapped)
            )
            if goes_on and last is not None:
                joined = last.text + joint(last.text, text) + text
                blocks[-1] = Block(joined, last.feed)
            else:
                blocks.append(block)
            feed, adjacent = False, True
    return blocks


def find_page_marks(blocks: Sequence[Block], entries: Sequence[ContentsEntry]) -> set[int]:
    """Return the blocks that are running heads or folios.

    A running head is a heading of the contents that stands again and again; a folio is a
    number standing alone, where such numbers mostly go up by one.
    """
    keys = {fold(entry.heading) for entry in entries} | {fold(entry.title) for entry in entries}
    short = {
        k: fold(block.text)
        for k, block in enumerate(blocks)
        if not block.contents and len(block.text) <= _LONGEST_HEAD
    }
    times = Counter(key for key in short.values() if key in keys)
    marks: set[int] = set()
    seen: set[str] = set()
    for k, key in short.items():
        if times[key] >= _RUNNING_HEAD_TIMES and key in seen:
            marks.add(k)
        if key in keys:
            seen.add(key)
    folios = [
        (k, int(match[1]))
        for k, block in enumerate(blocks)
        if not block.contents and (match := _FOLIO.match(block.text))
    ]
    rising = sum(b - a == 1 for (_, a), (_, b) in itertools.pairwise(folios))
    if len(folios) >= 5 and rising >= 0.6 * (len(folios) - 1):
        marks |= {k for k, _ in folios}
    return marks


def _wrap_width(lines: Sequence[str]) -> float | None:
    """Return the width of a full line where the text breaks paragraphs into lines, else None."""
    widths = [cells(line.strip()) for line in lines if line.strip()]
    following = sum(
        bool(a.strip() and b.strip() and not ends_sentence(a)) for a, b in itertools.pairwise(lines)
    )
    if len(widths) < 20 or following < 0.5 * len(widths):
        return None
    long = [w for w in widths if w >= 0.8 * median(widths)]
    return None if max(long) > 2 * median(long) else median(long)


def _goes_on(last: str, line: str, width: float) -> bool:
    indented = line.startswith(("\u3000", "  ", "\t"))
    tail = cells(last) % width
    full = tail > width - 3 or tail < 3
    return not indented and cells(last) >= 0.8 * width and (full or not ends_sentence(last))
