"""Whether a text bears any trace of printed pages; pure.

A scan's text does: form feeds, numbers or heads that stand alone, notes at the feet of pages, a
table of contents with pages, paragraphs that a page cut in two. A text that was typed for the
screen has none of them, and no page of it could ever be checked.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from rag.language.text import cells, ends_clause, ends_sentence
from rag.reading.flow import within_licence, written_marks
from rag.reading.formats.etext.lines import read_lines
from rag.reading.outline import find_contents
from rag.reading.pages import find_blocks, find_page_marks, read_notes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.reading.pages import Block, MarkBlock
    from rag.types import BookRecord

_FEW = 3
_SHORTEST, _LONGEST = 250.0, 2500.0
"""Widths of a Chinese character between two numbers of pages."""
_PAGE = 1000.0
_LONG = 40.0
"""Width of a block from which on its end shows whether it is whole: a verse or a head is not."""
_CUT = 0.08
"""Paragraphs cut in two, a page of text, from which on pages have cut them."""


def is_etext(text: str, record: BookRecord | None) -> bool:
    """Whether a text never had pages, or has them marked in words and not by what stands alone.

    ``record`` is what is known of the book: where its contents have pages, so has the book.
    """
    lines = text.split("\n")
    lines = lines[slice(*within_licence(lines))]
    if written_marks(lines) is not None:
        return True
    if "\f" in text or (record is not None and any(entry.page for entry in record.contents)):
        return False
    table = find_contents(lines)
    if table is not None and any(entry.page for entry in table.entries):
        return False
    blocks = find_blocks(lines, table)
    marks = find_page_marks(blocks, ())
    if _are_numbered(blocks, marks):
        return False
    notes = read_notes(blocks, marks)
    if set(notes.texts) - set(notes.ended):
        return False
    texts = [block.text for block in blocks if not block.contents]
    paragraphs = [paragraph.text for paragraph in read_lines(text).paragraphs]
    if paragraphs and median(map(cells, paragraphs)) <= _PAGE:
        texts = min(texts, paragraphs, key=_cuts)  # lines of no fixed length may not be joined
    return _cuts(texts) <= max(1.0, _CUT * sum(map(cells, texts)) / _PAGE)


def _are_numbered(blocks: Sequence[Block], marks: Mapping[int, MarkBlock]) -> bool:
    """Whether numbers that stand alone count up, as far apart as pages, or cut what they part.

    Chapters that are headed by their numbers count up too, and part whole paragraphs only.
    """
    numbers = {k: mark.number for k, mark in marks.items() if mark.number is not None}
    if len(numbers) < _FEW:
        return False
    places = sorted(numbers)
    rising = sum((numbers[b] or 0) > (numbers[a] or 0) for a, b in pairwise(places))
    if rising < 0.5 * (len(places) - 1):
        return False
    before = [blocks[k - 1].text for k in places if k and k - 1 not in marks]
    whole = [_is_whole(text) for text in before if cells(text) >= _LONG]
    if len(whole) >= _FEW or not all(whole):
        return not all(whole)
    ends = [0.0]
    for block in blocks:
        ends.append(ends[-1] + cells(block.text))
    gaps = [ends[b] - ends[a] for a, b in pairwise(places)]
    return _SHORTEST <= median(gaps) <= _LONGEST and max(gaps) <= 3 * median(gaps)


def _cuts(texts: Sequence[str]) -> int:
    """Return how many long blocks end in mid-sentence."""
    return sum(cells(text) >= _LONG and not _is_whole(text) for text in texts[:-1])


def _is_whole(text: str) -> bool:
    if ends_sentence(text) or ends_clause(text):
        return True
    return not text[-1].isalnum() and text[-1] not in ",，、"
