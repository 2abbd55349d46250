"""Running heads and feet, and the numbers in them that may be folios, found on all pages.

A head or a foot is known by coming back: the same words at the same height on several pages,
or, whatever the words, a number in the same place that counts up with the pages. Where most of
what stands at a height comes back or is a number, the rest of that height is furniture too, as
the head of a chapter of two pages is. What does not stand clear of the text is text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.text import letters_of
from rag.reading.sheets.furniture.numbers import Number, read_row
from rag.reading.sheets.furniture.rows import (
    CLEAR,
    LEAST,
    SMALLER,
    pages_of_keys,
    text_areas,
    text_rows,
    without_margin,
)
from rag.reading.sheets.notes import find_marks, plain_sign, sign_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.reading.sheets.folios import Folio
    from rag.reading.sheets.furniture.rows import Row
    from rag.reading.sheets.model import Line
    from rag.reading.sheets.sides import Measure, Side

_PASSES = 3
_SAME_HEIGHT = 0.02
_SAME_SIZE = 0.15
_BAND = 0.7
_OFTEN = 0.3
_LARGEST = 1.1
_NEAR = 16
_COUNTING, _CONSTANT = 0.5, 0.8
_ENDINGS = ("。", "！", "？", "；", "，")
_STOPS = (*_ENDINGS, ".", "!", "?", ";", ",", ":", "：")


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
    """The outermost row of a page, at the top or at the bottom, as it is read.

    What is within ``reach`` of its ``height`` stands as high. ``key`` are the words by which it is
    known where it comes back, empty where it cannot.
    ``noted`` says that it begins as a note does, ``marked`` that the page has the mark of that
    note, ``ends`` that it ends as a sentence does.
    """

    side: int
    lines: Row
    height: float
    size: float
    clear: bool
    reach: float
    key: str
    frame: str
    numbers: tuple[Number, ...]
    pure: bool
    noted: bool
    marked: bool
    ends: bool


def find_furniture(sides: Sequence[Side], how: Measure) -> list[Found]:
    """Return for each page what of it is text, and which numbers may be its folio."""
    rows = [text_rows(side, k, how) for k, side in enumerate(sides)]
    elsewhere = pages_of_keys(rows)
    areas = text_areas(rows, sides, how)
    folios: list[list[Folio]] = [[] for _ in sides]
    alone: list[list[tuple[Folio, Line]]] = [[] for _ in sides]
    for _ in range(_PASSES):
        for bottom in (False, True):
            edges = [
                edge
                for k, side in enumerate(sides)
                if (edge := _edge(rows[k], side, k, how, bottom=bottom)) is not None
            ]
            near = _near(edges)
            counting = _counting(edges, areas[bottom])
            furniture = _furniture(edges, near, counting, 0.0 if bottom else areas[0])
            if not bottom:
                furniture |= _above(edges, areas[0], elsewhere)
            # A short line of text may come back by chance, as a refrain does.
            furniture = {
                n
                for n in furniture
                if edges[n].height < areas[bottom] or edges[n].size < SMALLER * how.size
            }
            for n, edge in enumerate(edges):
                if n in furniture or edge.pure:
                    folios[edge.side] += _folios(edges, n, counting.get(n, ()))
                if n in furniture:
                    rows[edge.side] = rows[edge.side][:-1] if bottom else rows[edge.side][1:]
                elif edge.pure:
                    alone[edge.side] += [(x.folio, edge.lines[0]) for x in edge.numbers]
    return [
        Found(
            tuple(without_margin(rows[k], side, k, how)),
            tuple(dict.fromkeys(folios[k])),
            tuple(alone[k]),
        )
        for k, side in enumerate(sides)
    ]


def _edge(
    rows: Sequence[Row], side: Side, index: int, how: Measure, *, bottom: bool
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
        smaller = size < SMALLER * how.size or abs(size - other) > 0.07 * other
        clear = gap > CLEAR * how.pitch or (not bottom and smaller)
    read = read_row(row, side.width, "bottom" if bottom else "top")
    key = letters_of("".join(read.words))
    if not bottom:
        # Heads of chapters may differ in their numbers alone; so may the ends of notes.
        key = re.sub(r"\d", "", key)
    sign = sign_of(row[0], small=True) if bottom else None
    if sign is not None or any(words.endswith(_ENDINGS) for words in read.words):
        key = ""
    marks = {m.sign for m in find_marks(side.lines) if m.certain} if sign is not None else set()
    return _Edge(
        index,
        row,
        side.height - row[0].bottom if bottom else row[0].bottom,
        size,
        clear,
        _SAME_HEIGHT * side.height,
        key,
        read.frame,
        read.numbers,
        read.pure,
        noted=sign is not None,
        marked=sign is not None and plain_sign(sign[0]) in marks,
        ends=not read.pure and any(line.text.rstrip().endswith(_STOPS) for line in row),
    )


def _near(edges: Sequence[_Edge]) -> list[list[int]]:
    """Return for each row the rows that stand as high."""
    order = sorted(range(len(edges)), key=lambda n: edges[n].height)
    ranked = [edges[n].height for n in order]
    return [
        order[bisect_left(ranked, e.height - e.reach) : bisect_right(ranked, e.height + e.reach)]
        for e in edges
    ]


def _about(edges: Sequence[_Edge], n: int) -> list[_Edge]:
    """Return the rows that stand as high as one on the pages about it, itself among them."""
    edge = edges[n]
    return [
        other
        for other in edges[max(n - _NEAR, 0) : n + _NEAR + 1]
        if abs(other.height - edge.height) <= edge.reach and abs(other.side - edge.side) <= _NEAR
    ]


def _counting(edges: Sequence[_Edge], area: float) -> dict[int, list[Folio]]:
    """Return the rows with words whose numbers count up with the pages, and these numbers.

    So they do where the rows as high on the pages about have numbers as far from their pages'
    places, in the same part of the row, and most of those between them that have numbers. Among
    words the words must be the same. A note counts only where its words come back, and its page
    has no mark for it: where there is one note a page, their signs count too.
    """
    found: dict[int, list[Folio]] = {}
    for n, edge in enumerate(edges):
        if edge.ends or edge.marked or not (edge.clear and edge.height < area):
            continue
        about = _about(edges, n)
        numbered = {other.side for other in about if other.numbers}
        alike = [other for other in about if other.frame == edge.frame]
        if edge.pure or (edge.noted and len(alike) < LEAST):
            continue
        for place in _changing(edge, alike):
            number = edge.numbers[place]
            fitting = (
                {o.side for o in about if _counts_with(number, edge, o, o.numbers)}
                if number.outer
                else {o.side for o in alike if _counts_with(number, edge, o, [o.numbers[place]])}
            )
            between = sum(min(fitting) <= side <= max(fitting) for side in numbered)
            if len(fitting) >= max(LEAST, _COUNTING * between):
                found.setdefault(n, []).append(number.folio)
    return found


def _changing(edge: _Edge, alike: Sequence[_Edge]) -> list[int]:
    """Return which numbers of a row are not the same in the rows with the same words.

    One that is, such as the number of all pages or of a year, is one of the words.
    """
    others = [other for other in alike if other is not edge]
    least = max(LEAST - 1, _CONSTANT * len(others))
    return [
        place
        for place, number in enumerate(edge.numbers)
        if sum(other.numbers[place].folio.number == number.folio.number for other in others) < least
    ]


def _counts_with(number: Number, edge: _Edge, other: _Edge, numbers: Sequence[Number]) -> bool:
    """Whether one of the numbers of another row is as far from its page's place as one is."""
    value = number.folio.number - edge.side
    return any(
        x.outer == number.outer
        and x.folio.style == number.folio.style
        and x.folio.number - other.side == value
        for x in numbers
    )


def _folios(edges: Sequence[_Edge], n: int, counting: Sequence[Folio]) -> list[Folio]:
    """Return the numbers of a row that may be the page's own.

    Those that stand at an end of it may, and those among words that count.
    """
    edge = edges[n]
    if edge.pure:
        return [number.folio for number in edge.numbers]
    alike = [other for other in _about(edges, n) if other.frame == edge.frame]
    changing = [edge.numbers[place] for place in _changing(edge, alike)]
    return [x.folio for x in changing if x.outer or x.folio in counting]


def _furniture(
    edges: Sequence[_Edge],
    near: Sequence[Sequence[int]],
    counting: Mapping[int, Sequence[Folio]],
    area: float,
) -> set[int]:
    """Return which of the outermost rows are running heads and feet.

    Words come back on three pages, or twice above ``area``, where no text stands; what stands
    on a third of all pages need not stand clear.
    """
    repeated = set(counting)
    for n, edge in enumerate(edges):
        times = _alike(edge, [edges[m] for m in near[n]]) if len(edge.key) > 1 else 0
        usual = times >= max(2 * LEAST, _OFTEN * len(edges))
        if usual or (edge.clear and times >= LEAST - (edge.height < area)):
            repeated.add(n)
    good = repeated | {n for n, edge in enumerate(edges) if edge.pure and edge.numbers}
    found = set(repeated)
    for n, edge in enumerate(edges):
        fitting = sum(m in good for m in near[n])
        if edge.clear and fitting >= max(LEAST, _BAND * len(near[n])):
            found.add(n)
    heads = [edges[n] for n in repeated]
    # A page may lie crooked in a scan, and its head lower or higher than the others.
    found |= {
        n
        for n, edge in enumerate(edges)
        if edge.clear and edge.key and edge.height < area + edge.size and _alike(edge, heads)
    }
    return found


def _above(edges: Sequence[_Edge], area: float, elsewhere: Mapping[str, set[int]]) -> set[int]:
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
