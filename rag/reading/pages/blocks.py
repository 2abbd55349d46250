"""The lines of a scan's text -> blocks: paragraphs, headings, notes, page marks."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from rag.language.text import cells, ends_sentence, is_ornament, joint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.outline import Contents


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
    """Return the blocks of a text, one a line, or one a paragraph where lines are wrapped.

    Rows of ornaments are none.
    """
    inside = range(table.start, table.end) if table else range(0)
    wrapped = _wrap_width([lines[k] for k in range(len(lines)) if k not in inside])
    blocks: list[Block] = []
    feed = adjacent = False
    for k, line in enumerate(lines):
        pieces = line.split("\f")
        for n, piece in enumerate(pieces):
            feed = feed or n > 0
            text = piece.strip()
            if not text or is_ornament(text):
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
