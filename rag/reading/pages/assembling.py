"""Elements in reading order -> a Book: their pages are found, and all is bound."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from rag.language.numbers import page_label
from rag.language.text import cells, joint
from rag.reading.binding import Laid, PageStart, Placed, Role, make_book
from rag.reading.outline import Form, Heading, Numbered, number_runs
from rag.reading.pages.pagination import PlacedPage, paginate
from rag.reading.pages.running import Element, Item, Kind, Running, Stretch, find_running, units_of
from rag.types import Book, BookRecord, ContentsEntry, Footnote, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

_TRUSTED = 0.7
_ROLES = {Kind.HEADING: Role.HEADING, Kind.CONTENTS: Role.CONTENTS, Kind.TEXT: Role.TEXT}
_SUBHEADING = 3
"""The level of a heading that its shape alone shows."""


class _Paged(NamedTuple):
    """The running text, the runs of pages that it stands on, and the pages of each run."""

    running: Running
    stretches: list[Stretch]
    pages: list[list[PlacedPage]]


def assemble(
    elements: Sequence[Element],
    outline: Sequence[ContentsEntry],
    record: BookRecord,
    problems: Sequence[Problem],
) -> Book:
    """Return the book that the elements make.

    ``outline`` is the table of contents, or what stands for it. A number standing alone
    that turns out to be no page's is text.
    """
    numbered = number_runs(outline)
    paged = _paged(elements, numbered)
    texts = _no_folios(paged)
    if texts:
        # Paragraphs, and with them what a page may hold, are other ones with those numbers.
        elements = [
            Element(Kind.TEXT, element.text) if id(element) in texts else element
            for element in elements
        ]
        paged = _paged(elements, numbered)
    laid = _laid(paged)
    return make_book(record, laid, outline, [*problems, *_strays(outline, numbered)])


def _paged(elements: Sequence[Element], numbered: Sequence[Numbered]) -> _Paged:
    """Return the pages on which the elements stand."""
    running = find_running(elements, numbered)
    stretches = units_of(running, numbered)
    return _Paged(running, stretches, paginate([stretch.run for stretch in stretches]))


def _no_folios(paged: _Paged) -> set[int]:
    """Return the ids of the elements that are numbers standing alone, and no page's.

    Where a page ends a number is its own or a misreading of it, if such numbers mostly are
    the pages' own in this book.
    """
    at_ends: list[tuple[Element, bool]] = []
    texts: set[int] = set()
    running = paged.running
    for n, (stretch, pages) in enumerate(zip(paged.stretches, paged.pages, strict=True)):
        count = len(stretch.run.units)
        numbers = {page.unit: page.number for page in pages if not page.cells}
        clusters = {k + 1: running.items[stretch.first + k].cluster for k in range(count)}
        if n == 0:
            clusters[0] = running.opening
        before = {}
        for one, other in itertools.pairwise(pages):
            before[other.unit] = one.number
        if pages:
            before[count] = pages[-1].number
        for place, cluster in clusters.items():
            sure = any(e.mark is None or e.mark.head for e in cluster)
            for element in cluster:
                mark = element.mark
                if mark is None or mark.number is None or mark.head:
                    continue
                if sure or place in (0, count):
                    continue
                if place not in numbers:
                    texts.add(id(element))
                else:
                    own = mark.number in (numbers[place], before.get(place))
                    at_ends.append((element, own and mark.style == stretch.style))
    agreeing = sum(own for _, own in at_ends)
    if agreeing < _TRUSTED * len(at_ends):
        texts |= {id(element) for element, own in at_ends if not own}
    return texts


def _strays(outline: Sequence[ContentsEntry], numbered: Sequence[Numbered]) -> list[Problem]:
    return [
        Problem(
            "contents_page_unlikely",
            f"The contents give {entry.heading} the page {entry.page}, out of order with the rest.",
            entry.page,
        )
        for entry, value in zip(outline, numbered, strict=True)
        if value.stray
    ]


def _laid(paged: _Paged) -> Laid:
    """Return the text laid out, with its pages, headings and footnotes."""
    items = paged.running.items
    text, starts = _lay_out(items)
    headings = [
        replace(heading, first=k, last=k)
        if (heading := item.element.heading) is not None
        else Heading(k, k, _SUBHEADING, Form.NONE, None, item.text)
        for k, item in enumerate(items)
        if item.element.kind is Kind.HEADING
    ]
    beneath, footnotes = _footnotes(paged, starts, len(text))
    return Laid(
        text=text,
        blocks=[
            Placed(_ROLES.get(item.element.kind, Role.NOTE), start, start + len(item.text))
            for item, start in zip(items, starts, strict=True)
        ],
        pages=_pages(paged, starts),
        headings=headings,
        beneath=beneath,
        footnotes=footnotes,
    )


def _lay_out(items: Sequence[Item]) -> tuple[str, list[int]]:
    """Return the running text, and where in it each item begins."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for k, item in enumerate(items):
        if item.joined:
            before = items[k - 1]
            whole = before.text == before.element.text or not before.element.text.endswith("-")
            space = joint(before.text, item.text) if whole else ""
            parts.append(space)
            length += len(space)
        starts.append(length)
        parts.append(item.text)
        length += len(item.text)
        following = items[k + 1] if k + 1 < len(items) else None
        if item.text and (following is None or not following.joined):
            parts.append("\n")
            length += 1
    return "".join(parts), starts


def _pages(paged: _Paged, starts: Sequence[int]) -> list[PageStart]:
    """Return where the pages begin, given where the items do."""
    found: list[PageStart] = []
    for stretch, pages in zip(paged.stretches, paged.pages, strict=True):
        for page in pages:
            place = stretch.first + page.unit
            offset = starts[place]
            if page.cells:
                text = paged.running.items[place].text
                offset += round(len(text) * page.cells / max(cells(text), 1.0))
            label = None if page.number is None else page_label(page.number, stretch.style)
            found.append(PageStart(offset, label, page.status, page.reasons))
    return found


def _footnotes(paged: _Paged, starts: Sequence[int], length: int) -> tuple[str, list[Footnote]]:
    """Return the notes one a line, and the footnotes, each with the page it is printed on.

    ``length`` is where they begin.
    """
    # Where the pages begin, as items: notes in a list have no place in the running text.
    begins = [
        (stretch.first + page.unit, page.cells > 0)
        for stretch, pages in zip(paged.stretches, paged.pages, strict=True)
        for page in pages
    ]
    parts: list[str] = []
    footnotes = []
    for note in paged.running.notes:
        page = max(bisect_right(begins, (note.after, True)) - 1, 0)
        anchor = None
        if note.mark is not None:
            index, offset = paged.running.anchors[note.mark.block, note.mark.start]
            anchor = starts[index] + offset
        footnotes.append(Footnote(note.sign, length, length + len(note.text), page, anchor))
        parts += [note.text, "\n"]
        length += len(note.text) + 1
    return "".join(parts), footnotes
