"""Lines of running text -> paragraphs: by indents, short last lines, gaps and sizes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.language.text import ends_sentence
from rag.reading.sheets.furniture import edges_of
from rag.reading.sheets.sides import Measure, Side, rows_of
from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rag.reading.sheets.model import Line

_OTHER_SIZE = 0.08
_INDENT = 0.9
_SHORT, _VERY_SHORT = 1.2, 4.0
_GAP = 1.4
_INDENTED_SHARE = 0.04
_NUMBER_END = re.compile(r"^[\s.．·•…⋯—\-]*[（(]?\s*(?:\d{1,4}|[ivxlcIVXLC]{1,7})\s*[)）]?$")
_BLOCK = 0.5
_HYPHEN = re.compile(r"[^\W\d_][-‐]$")
_ITEM = re.compile(r"^\s*(?:[•◦▪·*–—-]\s|[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）.．、])")
_SIGNS_AT_END = re.compile(r"[\s①-⓿❶-❿*※†‡]+$")


@dataclass(frozen=True, slots=True)
class Standing:
    """The ``row``-th line of a page: what it stands in from left and right, in its size.

    ``room`` is how much shorter it is than the longest of the lines next to it that stand in as
    far, where these make a block set narrower than the text, such as a quotation; else None.
    """

    line: Line
    side: int
    row: int
    indent: float
    short: float
    room: float | None = None

    @property
    def whole(self) -> bool:
        """Whether it ends as a sentence does, marks of notes aside."""
        text = self.line.text
        if self.line.raised and self.line.raised[-1].end == len(text):
            text = text[: self.line.raised[-1].start]
        return ends_sentence(_SIGNS_AT_END.sub("", text))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The lines of a paragraph that stand on one page.

    ``continues`` says that it is the rest of the paragraph before.
    """

    lines: tuple[Standing, ...]
    continues: bool = False

    @property
    def side(self) -> int:
        """The page that it stands on."""
        return self.lines[0].side

    @property
    def size(self) -> float:
        """The size of its first line."""
        return self.lines[0].line.size

    @property
    def bold(self) -> bool:
        """Whether its first line is bold."""
        return self.lines[0].line.bold


@dataclass(frozen=True, slots=True)
class Style:
    """How paragraphs are told apart: whether first lines are indented and lines justified."""

    how: Measure
    indented: bool


def merged_rows(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with those of one row made one; a number at its end stays off by a tab."""
    merged = []
    for row in rows_of(lines):
        line = row[0]
        for other in row[1:]:
            gap = "\t" if _NUMBER_END.match(other.text) else " "
            start = len(line.text) + len(gap)
            line = replace(
                line,
                text=line.text + gap + other.text,
                right=max(line.right, other.right),
                raised=(
                    *line.raised,
                    *(Span(s.start + start, s.end + start) for s in other.raised),
                ),
                doubts=(
                    *line.doubts,
                    *(Span(s.start + start, s.end + start) for s in other.doubts),
                ),
            )
        merged.append(line)
    return merged


def standings(lines: Sequence[Line], side: Side, index: int, how: Measure) -> list[Standing]:
    """Return the lines of a page with how far they stand in from the edges of its text."""
    edges = edges_of(side, index, how)
    if edges is None:
        edges = (
            min((line.left for line in lines), default=0.0),
            max((line.right for line in lines), default=0.0),
        )
    found = [
        Standing(
            line,
            index,
            row,
            (line.left - edges[0]) / line.size,
            (edges[1] - line.right) / line.size,
        )
        for row, line in enumerate(lines)
    ]
    return [s for block in _blocks(found) for s in _with_room(block, edges[1] - edges[0])]


def _blocks(lines: Sequence[Standing]) -> list[list[Standing]]:
    """Return the lines of a page in stretches that stand in as far and are of one size."""
    blocks: list[list[Standing]] = []
    for s in lines:
        last = blocks[-1][-1] if blocks else None
        level = last is not None and abs(s.line.left - last.line.left) < 0.5 * s.line.size
        if last and level and abs(s.line.size - last.line.size) < _OTHER_SIZE * s.line.size:
            blocks[-1].append(s)
        else:
            blocks.append([s])
    return blocks


def _with_room(block: Sequence[Standing], measure: float) -> Sequence[Standing]:
    """Return lines that stand in as far with their room, where they make a block of some width."""
    least = min(s.short for s in block)
    width = max(s.line.right - s.line.left for s in block)
    if len(block) < 2 or block[0].indent <= _INDENT or width < _BLOCK * measure:
        return block
    return [replace(s, room=s.short - least) for s in block]


def style_of(pages: Sequence[Sequence[Standing]], how: Measure) -> Style:
    """Return how the paragraphs of a book are told apart."""
    body = [s for page in pages for s in page if abs(s.line.size - how.size) < 0.1 * how.size]
    indented = sum(_INDENT < s.indent < 4 and s.short < _VERY_SHORT for s in body)
    return Style(how, indented > _INDENTED_SHARE * len(body))


def paragraphs(
    pages: Sequence[Sequence[Standing]], style: Style, gaps: Collection[int]
) -> list[Paragraph]:
    """Return the paragraphs of all pages in order, those that a page cut in pieces.

    ``gaps`` are the pages before which something is missing: no paragraph goes on there.
    """
    found: list[Paragraph] = []
    before: Standing | None = None
    for k, page in enumerate(pages):
        if k in gaps:
            before = None
        current: list[Standing] = []
        continues = False
        for n, line in enumerate(page):
            first = len(current) == 1 or (not current and bool(found) and len(found[-1].lines) == 1)
            new = before is None or _parts(before, line, style, first=first)
            if current and new:
                found.append(Paragraph(tuple(current), continues))
                current = []
            if not current:
                continues = not new and n == 0
            current.append(line)
            before = line
        if current:
            found.append(Paragraph(tuple(current), continues))
    return found


def _runs_on(a: Standing, b: Standing, *, first: bool) -> bool:
    """Whether a paragraph of a block runs on: the next word would not have fitted on its line.

    A sentence that ends with the ``first`` line of a paragraph ends the paragraph.
    """
    if _HYPHEN.search(a.line.text) and b.line.text[:1].islower():
        return True
    word = b.line.text.split(maxsplit=1)[0]
    needed = 1.0 if word[0] > "⺀" else 0.5 * (len(word) + 1)
    whole = a.whole and first
    return not whole and not _ITEM.match(b.line.text) and (a.room or 0.0) <= needed


def _parts(a: Standing, b: Standing, style: Style, *, first: bool) -> bool:
    """Whether a paragraph ends with one line and another begins with the next.

    ``first`` says that the one line is the first of its paragraph.
    """
    larger = max(a.line.size, b.line.size)
    if abs(a.line.size - b.line.size) > _OTHER_SIZE * larger or a.line.bold != b.line.bold:
        return True
    if a.side == b.side:
        step = b.line.bottom - a.line.bottom
        if step > _GAP * style.how.pitch * max(1.0, larger / style.how.size):
            return True
    if b.indent > _INDENT:
        level = abs(b.indent - a.indent) < 0.5
        if level and a.room is not None and b.room is not None and _runs_on(a, b, first=first):
            return False
        return not level or first or a.short > _VERY_SHORT
    if a.short > _VERY_SHORT and (style.how.justified or a.whole):
        return True
    return a.short > _SHORT and a.whole and (style.how.justified or not style.indented)
