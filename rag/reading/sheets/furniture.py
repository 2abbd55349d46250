"""What stands on a page beside its text: running heads, folios, numbers in the margin.

A running head is known by coming back: the same words at the same height on several pages.
Where most of what stands at a height comes back or is a number, the rest of that height is
furniture too, as the head of a chapter of two pages is. What does not stand clear of the text
is text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.numbers import page_number
from rag.language.text import letters_of
from rag.reading.outline import read_page
from rag.reading.sheets.folios import Folio
from rag.reading.sheets.notes import sign_of
from rag.reading.sheets.sides import Measure, Side, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.sheets.model import Line

_PASSES = 3
_TIMES = 3
_SAME_HEIGHT = 0.02
_SAME_SIZE = 0.15
_BAND = 0.7
_OFTEN = 0.3
_CLEAR = 1.15
_LONG = 0.6
_LARGEST = 1.1
_SMALLER = 0.93
_ENDINGS = ("。", "！", "？", "；", "，")
_NARROW_MARGIN = 4.0
_OWN_EDGE, _LONG_LINES, _MOVED = 0.3, 4, 3.0
_NUMERAL = r"\d{1,4}|[ivxlc]{1,7}|[IVXLC]{1,7}|(?=[lIO|oSZB]*\d)[\dlIO|oSZB]{2,4}|\d(?:\s\d){1,3}"
_TRIM = r"[\s·•∙・.,、—–―‐\-－~～|/()\[\]〔〕【】«»<>〈〉*◆◇■□★☆]*"
_PURE = re.compile(
    rf"^{_TRIM}(?:第|(?i:pp?\.|page))?\s*(?P<number>{_NUMERAL})\s*(?:页|頁)?(?:\s*/\s*\d{{1,4}})?{_TRIM}$"
)
_FIRST = re.compile(rf"^{_TRIM}(?P<number>\d{{1,4}}|[ivxlc]+)(?=[\s|·•・/—]+\S)")
_LAST = re.compile(r"(?<=\S)[\s|·•・/—]+(?P<number>\d{1,4}|[ivxlc]+)[\s·•・—\-]*$")


@dataclass(frozen=True, slots=True)
class Found:
    """The lines of a page that are its text, and the numbers that may be its folio.

    ``alone`` are the lines that hold such a number and nothing else, and are text unless the
    number is the page's.
    """

    body: tuple[Line, ...]
    folios: tuple[Folio, ...]
    alone: tuple[tuple[Folio, Line], ...]


@dataclass(frozen=True, slots=True)
class _Edge:
    """The outermost row of a page's text, at the top or at the bottom."""

    side: int
    bottom: bool
    lines: tuple[Line, ...]
    height: float
    size: float
    clear: bool
    key: str
    numbers: tuple[Folio, ...]
    pure: bool


def find_furniture(sides: Sequence[Side], how: Measure) -> list[Found]:
    """Return for each page what of it is text, and which numbers may be its folio."""
    rows = [_text_rows(side, k, how) for k, side in enumerate(sides)]
    area, elsewhere = _text_area(rows, sides, how), _pages_of_keys(rows)
    folios: list[list[Folio]] = [[] for _ in sides]
    alone: list[list[tuple[Folio, Line]]] = [[] for _ in sides]
    for _ in range(_PASSES):
        for bottom in (False, True):
            edges = [
                edge
                for k, side in enumerate(sides)
                if (edge := _edge(rows[k], side, k, how, bottom=bottom)) is not None
            ]
            furniture = _furniture(edges, [s.height for s in sides], 0.0 if bottom else area)
            if not bottom:
                furniture |= _above(edges, area, elsewhere)
                # A short first line of text may come back by chance.
                furniture = {
                    n
                    for n in furniture
                    if edges[n].height < area or edges[n].size < _SMALLER * how.size
                }
            for n, edge in enumerate(edges):
                if n in furniture or edge.pure:
                    folios[edge.side] += edge.numbers
                if n in furniture:
                    rows[edge.side] = rows[edge.side][:-1] if bottom else rows[edge.side][1:]
                elif edge.pure:
                    alone[edge.side] += [(number, edge.lines[0]) for number in edge.numbers]
    return [
        Found(
            tuple(_without_margin(rows[k], side, k, how)),
            tuple(dict.fromkeys(folios[k])),
            tuple(alone[k]),
        )
        for k, side in enumerate(sides)
    ]


def _without_margin(
    rows: Sequence[tuple[Line, ...]], side: Side, index: int, how: Measure
) -> list[Line]:
    """Return the lines of rows without those in the margin: numbers, and what is beside others."""
    edges = edges_of(side, index, how)
    return [
        line
        for row in rows
        for line in row
        if edges is None
        or not _beside(line, edges, how)
        or (len(row) == 1 and not _PURE.match(line.text))
    ]


def edges_of(side: Side, index: int, how: Measure) -> tuple[float, float] | None:
    """Return the left and right edge of the text of a page.

    They are those of left-hand or of right-hand pages, whichever its lines keep to, moved as
    far as the long lines of the page are, for a sheet may lie differently in a scan.
    """
    options = [edge for edge in (how.edges[index % 2], how.edges[1 - index % 2]) if edge]
    if not options:
        return None
    lefts = sorted(line.left for line in side.lines)

    def kept(left: float) -> int:
        near = 0.5 * how.size
        return bisect_right(lefts, left + near) - bisect_left(lefts, left - near)

    left, right = max(options, key=lambda edge: kept(edge[0]))
    long = [x.left for x in side.lines if x.right - x.left > _LONG * (right - left)]
    own = [x for x in sorted(long) if kept(x) >= _OWN_EDGE * len(long)]
    moved = own[0] - left if len(long) >= _LONG_LINES and own else 0.0
    if abs(moved) > _MOVED * how.size:
        moved = 0.0
    return left + moved, right + moved


def _text_rows(side: Side, index: int, how: Measure) -> list[tuple[Line, ...]]:
    """Return the rows of a page without what stands in the margin at the height of its text.

    What stands beside its outermost rows is left, for it may be a folio beside a head.
    """
    edges = edges_of(side, index, how)
    text = [line for line in side.lines if edges is None or not _beside(line, edges, how)]
    if not text:
        return rows_of(side.lines)
    rows = rows_of(text)
    outermost = [*rows[:2], *rows[-2:]]
    top, bottom = rows[0][0].top, rows[-1][0].bottom
    kept = [
        line
        for line in side.lines
        if edges is not None
        and _beside(line, edges, how)
        and (line.bottom < top or line.top > bottom or any(_level(line, r) for r in outermost))
    ]
    return rows_of([*text, *kept])


def _level(line: Line, row: Sequence[Line]) -> bool:
    return abs(line.bottom - row[0].bottom) < 0.45 * min(row[0].size, line.size)


def _beside(line: Line, edges: tuple[float, float], how: Measure) -> bool:
    narrow = line.right - line.left < _NARROW_MARGIN * how.size
    outside = line.right < edges[0] + 0.1 * how.size or line.left > edges[1] - 0.1 * how.size
    return narrow and outside


def _edge(
    rows: Sequence[tuple[Line, ...]], side: Side, index: int, how: Measure, *, bottom: bool
) -> _Edge | None:
    """Return the outermost row of a page, as what it may be."""
    if not rows:
        return None
    row = rows[-1] if bottom else rows[0]
    size = max(line.size for line in row)
    # What stands on a page alone is clear of all text: a head on an empty page.
    clear = len(rows) == 1
    if len(rows) > 1 and size <= _LARGEST * how.size:
        inner = rows[-2] if bottom else rows[1]
        gap = abs(inner[0].bottom - row[0].bottom)
        other = max(line.size for line in inner)
        smaller = size < _SMALLER * how.size or abs(size - other) > 0.07 * other
        clear = gap > _CLEAR * how.pitch or (not bottom and smaller)
    numbers, words, pure = [], [], True
    for line in row:
        place = f"{'bottom' if bottom else 'top'} {_third(line, side)}"
        found, rest = _numbers(line.text, place)
        numbers += found
        words.append(rest)
        pure = pure and not rest
    key = letters_of("".join(words))
    if not bottom:
        # Heads of chapters may differ in their numbers alone; so may the ends of notes.
        key = re.sub(r"\d", "", key)
    if any(rest.endswith(_ENDINGS) for rest in words) or (
        bottom and sign_of(row[0], small=True) is not None
    ):
        key = ""
    height = side.height - row[0].bottom if bottom else row[0].bottom
    return _Edge(index, bottom, row, height, size, clear, key, tuple(numbers), pure)


def _third(line: Line, side: Side) -> str:
    middle = (line.left + line.right) / 2 / max(side.width, 1.0)
    return "left" if middle < 0.4 else "right" if middle > 0.6 else "middle"


def _numbers(text: str, place: str) -> tuple[list[Folio], str]:
    """Return the numbers of a line that may be folios, and its words without them."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _PURE.match(plain)
    if match is not None:
        folio = _folio(match["number"], place)
        return ([folio], "") if folio else ([], plain)
    found = []
    for pattern in (_FIRST, _LAST):
        match = pattern.search(plain)
        folio = _folio(match["number"], place) if match else None
        if match and folio:
            found.append(folio)
            plain = plain[: match.start("number")] + plain[match.end("number") :]
    return found, plain


def _folio(token: str, place: str) -> Folio | None:
    """Return the number that a token stands for; letters among digits are taken for digits."""
    bare = re.sub(r"\s", "", token)
    value = page_number(str(int(bare)) if bare.isascii() and bare.isdigit() else bare)
    if value is None:
        read = read_page(bare, roman=False)
        value = page_number(read) if read else None
    return Folio(*value, place) if value and value[0] > 0 else None


def _furniture(edges: Sequence[_Edge], heights: Sequence[float], area: float) -> set[int]:
    """Return which of the outermost rows are running heads and folios.

    Words come back on three pages, or twice above ``area``, where no text stands; what stands
    on a third of all pages need not stand clear.
    """
    order = sorted(range(len(edges)), key=lambda n: edges[n].height)
    ranked = [edges[n].height for n in order]
    near: dict[int, list[int]] = {}
    for n, edge in enumerate(edges):
        reach = _SAME_HEIGHT * heights[edge.side]
        span = slice(
            bisect_left(ranked, edge.height - reach), bisect_right(ranked, edge.height + reach)
        )
        near[n] = order[span]
    repeated = set()
    for n, edge in enumerate(edges):
        times = _alike(edge, [edges[m] for m in near[n]]) if len(edge.key) > 1 else 0
        usual = times >= max(2 * _TIMES, _OFTEN * len(edges))
        if usual or (edge.clear and times >= _TIMES - (edge.height < area)):
            repeated.add(n)
    good = repeated | {n for n, edge in enumerate(edges) if edge.pure and edge.numbers}
    found = set(repeated)
    for n, edge in enumerate(edges):
        fitting = sum(m in good for m in near[n])
        if edge.clear and fitting >= max(_TIMES, _BAND * len(near[n])):
            found.add(n)
    heads = [edges[n] for n in repeated]
    # A page may lie crooked in a scan, and its head lower or higher than the others.
    found |= {
        n
        for n, edge in enumerate(edges)
        if edge.clear and edge.key and edge.height < area + edge.size and _alike(edge, heads)
    }
    return found


def _text_area(
    rows: Sequence[Sequence[tuple[Line, ...]]], sides: Sequence[Side], how: Measure
) -> float:
    """Return the height above which no text stands on most pages."""
    tops = []
    widths = [edge[1] - edge[0] for edge in how.edges if edge]
    for side, page in zip(sides, rows, strict=True):
        width = min(widths, default=side.width)
        long = [
            line.bottom
            for row in page
            for line in row
            if line.right - line.left > _LONG * width and line.size > _SMALLER * how.size
        ]
        if long:
            tops.append(min(long))
    return sorted(tops)[len(tops) // 10] - _CLEAR * how.pitch if len(tops) >= _TIMES else 0.0


def _pages_of_keys(rows: Sequence[Sequence[tuple[Line, ...]]]) -> dict[str, set[int]]:
    """Return on which pages the words of a line, or of two lines together, stand."""
    found: dict[str, set[int]] = {}
    for k, page in enumerate(rows):
        keys = [re.sub(r"\d", "", letters_of("".join(line.text for line in row))) for row in page]
        for n, key in enumerate(keys):
            found.setdefault(key, set()).add(k)
            if n + 1 < len(keys):
                found.setdefault(key + keys[n + 1], set()).add(k)
    return found


def _above(edges: Sequence[_Edge], area: float, elsewhere: dict[str, set[int]]) -> set[int]:
    """Return the rows above where text stands, with words that stand elsewhere too."""
    return {
        n
        for n, edge in enumerate(edges)
        if edge.height < area
        and edge.clear
        and len(edge.key) > 1
        and elsewhere.get(edge.key, set()) - {edge.side}
    }


def _alike(edge: _Edge, others: Sequence[_Edge]) -> int:
    """Return on how many pages the same words stand in the same size."""
    return len(
        {
            other.side
            for other in others
            if other.key == edge.key and abs(other.size - edge.size) <= _SAME_SIZE * edge.size
        }
    )
