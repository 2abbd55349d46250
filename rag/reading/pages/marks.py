"""What a scan's text keeps of the ends of pages: folios and running heads.

A lone number may be a folio, the number of a line, a list or a chapter, or a misreading:
it is only found here. Whether it is a page's is for the pagination to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.language.numbers import page_number
from rag.language.tables import Pattern
from rag.language.text import cells, ends_sentence, letters_of
from rag.reading.outline import is_part, read_page, split_heading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.reading.pages.blocks import Block
    from rag.types import ContentsEntry

_TRIM = r"[\s·•∙・.—–―‐\-－~～|/*◆■]*"
_NUMBER = r"\d{1,4}|[ivxlc]{1,7}|[IVXLC]{1,7}|(?=\S*\d)[\dlIOoQ〇○|]{2,4}|\d(?:\s\d){1,3}"
_ALONE = Pattern(
    rf"^(?:{_TRIM}|[(\[]\s*){{reading.page_before}}?\s*(?P<number>{_NUMBER})\s*(?:页|頁)?"
    rf"(?:\s*[)\]]|{_TRIM})$"
)
_BESIDE = re.compile(
    rf"^(?:(?P<first>{_NUMBER})(?:\s+[·•|—–\-]?\s*|[·•|])(?P<after>\D.*)"
    rf"|(?P<before>.*\D)(?:\s+[·•|—–\-]?\s*|[·•|])(?P<last>{_NUMBER}))$"
)
_TIMES = 3
_LONGEST_HEAD = 50
_AT_ENDS = 0.6
_MOST_LINES = 4
_LEAST_BESIDE = 2.0
_SHORT = 20.0
_ALMOST_LONG, _LONG = 900, 1000


@dataclass(frozen=True, slots=True)
class MarkBlock:
    """A block that may be a page mark: ``number`` and ``style`` of a folio, None of a head.

    ``head`` says that a running head stands in it, so that it is a page mark for sure.
    """

    number: int | None = None
    style: str = "1"
    head: bool = False


def find_page_marks(
    blocks: Sequence[Block], entries: Sequence[ContentsEntry]
) -> dict[int, MarkBlock]:
    """Return the blocks that are running heads, or may be folios.

    A running head is a line that stands again and again where pages may end.
    """
    marks: dict[int, MarkBlock] = {}
    rest: dict[int, str] = {}
    keys = Counter(text for e in entries for text in {letters_of(e.heading), letters_of(e.title)})
    for k, block in enumerate(blocks):
        if block.contents or len(block.text) > _LONGEST_HEAD:
            continue
        folio = _folio(block.text)
        if folio is None:
            rest[k] = letters_of(block.text)
        elif not _heads(blocks, k, keys):
            marks[k] = folio
    beside = {k: found for k in rest if (found := _beside(blocks[k].text)) is not None}
    times = Counter(key for _, key in beside.values())
    for k, (folio, key) in beside.items():
        if times[key] >= _TIMES or (key in keys and times[key] > 1):
            marks[k] = replace(folio, head=True)
            del rest[k]
    if not any(_ALMOST_LONG <= (mark.number or 0) < _LONG for mark in marks.values()):
        # Numbers of four digits are years, unless the pages have counted up to them.
        marks = {k: mark for k, mark in marks.items() if (mark.number or 0) < _LONG}
    marks |= dict.fromkeys(_heads_again(blocks, rest, keys, marks), MarkBlock(head=True))
    return marks


def _folio(text: str) -> MarkBlock | None:
    match = _ALONE.match(unicodedata.normalize("NFKC", text).strip())
    return _value(match["number"]) if match else None


def _value(token: str) -> MarkBlock | None:
    """Return the number that a token stands for; letters among digits are taken for digits."""
    label = page_number(token) or page_number(read_page(token, roman=False) or "")
    return MarkBlock(*label) if label and label[0] > 0 else None


def _heads(blocks: Sequence[Block], k: int, keys: Mapping[str, int]) -> bool:
    """Whether a number is that of a heading of the contents whose title stands behind it."""
    following = blocks[k + 1].text if k + 1 < len(blocks) else ""
    return letters_of(blocks[k].text + following) in keys


def _beside(text: str) -> tuple[MarkBlock, str] | None:
    """Return the number that stands at an end of a line, and the words beside it, folded."""
    match = _BESIDE.match(unicodedata.normalize("NFKC", text).strip())
    if match is None or split_heading(text)[1] is not None:
        return None
    words = match["after"] or match["before"]
    folio = _value(match["first"] or match["last"])
    if folio is None or cells(words) < _LEAST_BESIDE or ends_sentence(words):
        return None
    return folio, letters_of(words)


def _heads_again(
    blocks: Sequence[Block], rest: dict[int, str], keys: Counter[str], marks: dict[int, MarkBlock]
) -> list[int]:
    """Return the lines that come back where pages may end, the first of each left out."""
    where: dict[str, list[int]] = defaultdict(list)
    for k, key in rest.items():
        if key and not ends_sentence(blocks[k].text):
            where[key].append(k)
    found: list[int] = []
    longest = max((len(key) for key in keys), default=0)
    for key, places in where.items():
        if keys[key] > 1:
            continue
        if key in keys and _stands_before(blocks, places[0], key, longest):
            places.insert(0, -1)
        ends = sum(_at_page_end(blocks, k, marks) for k in places[1:])
        if key in keys:
            again = len(places) >= _TIMES or places[0] < 0 or ends == len(places) - 1
        else:
            again = len(places) >= _TIMES and not is_part(blocks[places[0]].text)
            again = again and ends >= _AT_ENDS * len(places[1:])
        if again:
            found += places[1:]
    return found


def _stands_before(blocks: Sequence[Block], place: int, key: str, longest: int) -> bool:
    """Whether a heading stands before a place, set in several lines."""
    for first in range(place - 1):
        text = ""
        for block in blocks[first : min(first + _MOST_LINES, place)]:
            if block.contents or len(text) > longest:
                break
            text += letters_of(block.text) if len(block.text) <= _LONGEST_HEAD else "\n"
            if text == key:
                return True
            if not key.startswith(text):
                break
    return False


def _at_page_end(blocks: Sequence[Block], k: int, marks: dict[int, MarkBlock]) -> bool:
    if blocks[k].feed or k - 1 in marks or k + 1 in marks:
        return True
    before = blocks[k - 1] if k else None
    cut = before is not None and not ends_sentence(before.text) and cells(before.text) > _SHORT
    return cut or (k + 1 < len(blocks) and blocks[k + 1].feed)
