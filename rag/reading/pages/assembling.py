"""Elements in reading order -> a Book: one text, and pages, sections and notes over it."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.language.numbers import page_label, page_number
from rag.language.text import cells, joint
from rag.reading.outline import (
    CONTENTS,
    TITLE_PAGES,
    Numbered,
    Standing,
    close,
    fallen_away,
    number_runs,
    pages_in_sections,
)
from rag.reading.pages.pagination import PlacedPage, paginate
from rag.reading.pages.running import Element, Item, Kind, Running, Stretch, find_running, units_of
from rag.types import Book, BookRecord, ContentsEntry, Footnote, Page, PageStatus, Problem, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

_TRUSTED = 0.7


@dataclass(frozen=True, slots=True)
class _Placed:
    """An element of running text with where it begins in the book's text."""

    element: Element
    start: int
    text: str


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
    running = find_running(elements, numbered)
    stretches = units_of(running, numbered)
    found = paginate([stretch.run for stretch in stretches])
    texts = _no_folios(running, stretches, found)
    if texts:
        elements = [
            Element(Kind.TEXT, element.text) if id(element) in texts else element
            for element in elements
        ]
        running = find_running(elements, numbered)
        stretches = units_of(running, numbered)
        found = paginate([stretch.run for stretch in stretches])
    text, placed = _lay_out(running.items)
    pages = _pages(placed, stretches, found, len(text))
    sections = _sections(placed, outline, pages, len(text))
    pages = pages_in_sections(pages, sections)
    footnotes, body_end, text = _footnotes(text, running, placed, stretches, found)
    trouble = [*problems, *_strays(outline, numbered)]
    trouble += [
        Problem("note_without_mark", f"The footnote {n.mark} has no mark in the text.",
                pages[n.page].label)
        for n in footnotes if n.anchor is None
    ]  # fmt: skip
    trouble += _contradicted(placed, outline, pages)
    return Book(
        record=record,
        text=text,
        body_end=body_end,
        pages=tuple(pages),
        sections=tuple(sections),
        footnotes=tuple(footnotes),
        contents=_dated(outline, placed, pages),
        problems=tuple(trouble),
    )


def _no_folios(
    running: Running, stretches: Sequence[Stretch], found: Sequence[Sequence[PlacedPage]]
) -> set[int]:
    """Return the ids of the elements that are numbers standing alone, and no page's.

    Where a page ends a number is its own or a misreading of it, if such numbers mostly are
    the pages' own in this book.
    """
    at_ends: list[tuple[Element, bool]] = []
    texts: set[int] = set()
    for n, (stretch, pages) in enumerate(zip(stretches, found, strict=True)):
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


def _lay_out(items: Sequence[Item]) -> tuple[str, list[_Placed]]:
    """Return the running text, and where in it each item begins."""
    parts: list[str] = []
    placed: list[_Placed] = []
    length = 0
    for k, item in enumerate(items):
        if item.joined:
            before = items[k - 1]
            whole = before.text == before.element.text or not before.element.text.endswith("-")
            space = joint(before.text, item.text) if whole else ""
            parts.append(space)
            length += len(space)
        placed.append(_Placed(item.element, length, item.text))
        parts.append(item.text)
        length += len(item.text)
        following = items[k + 1] if k + 1 < len(items) else None
        if item.text and (following is None or not following.joined):
            parts.append("\n")
            length += 1
    return "".join(parts), placed


def _pages(
    placed: Sequence[_Placed],
    stretches: Sequence[Stretch],
    found: Sequence[Sequence[PlacedPage]],
    length: int,
) -> list[Page]:
    starts: list[tuple[int, str | None, PageStatus, tuple[str, ...]]] = []
    for stretch, pages in zip(stretches, found, strict=True):
        for page in pages:
            item = placed[stretch.first + page.unit]
            offset = item.start
            if page.cells:
                offset += round(len(item.text) * page.cells / max(cells(item.text), 1.0))
            label = None if page.number is None else page_label(page.number, stretch.style)
            starts.append((offset, label, page.status, page.reasons))
    return [
        Page(
            index=k,
            label=label,
            status=status,
            start=offset if k else 0,
            end=starts[k + 1][0] if k + 1 < len(starts) else length,
            reasons=reasons,
        )
        for k, (offset, label, status, reasons) in enumerate(starts)
    ]


def _sections(
    placed: Sequence[_Placed], outline: Sequence[ContentsEntry], pages: Sequence[Page], length: int
) -> list[Section]:
    """Return the sections of the running text.

    Where a heading fell away with its page, its entry in the contents stands for it.
    """
    heads = [(item.element.heading, item.start) for item in placed]
    known = [(h.entry, start) for h, start in heads if h is not None and h.entry is not None]
    missing = [*_lost_first(known, outline, pages), *fallen_away(known, outline, pages)]
    events = sorted(
        [(item.start, 1, item) for item in placed]
        + [(start, 0, entries) for start, entries in missing],
        key=lambda event: (event[0], event[1]),
    )
    sections: list[Section] = []
    standing = Standing(part=TITLE_PAGES)
    inside = False
    for start, _, event in events:
        body = start
        if not isinstance(event, _Placed):
            for entry in event:
                standing, inside = standing.under(entry.heading, entry.level), False
        elif event.element.kind is Kind.CONTENTS:
            if inside:
                continue
            standing, inside = Standing(part=CONTENTS), True
        elif event.element.kind is Kind.HEADING:
            standing, inside = _under(standing, event), False
            body = start + len(event.text) + 1
        elif inside:
            standing, inside = Standing(), False
        elif sections:
            continue
        close(sections, start)
        sections.append(standing.stretch(len(sections), start, min(body, length), length))
    return sections


def _lost_first(
    known: Sequence[tuple[int, int]], outline: Sequence[ContentsEntry], pages: Sequence[Page]
) -> list[tuple[int, list[ContentsEntry]]]:
    """Return the headings that stood on lost pages before the first numbered one, if any did."""
    until = known[0][1] if known else pages[-1].end
    first = next((page for page in pages if page.label is not None and page.start < until), None)
    label = page_number(first.label or "") if first else None
    if first is None or label is None or label[0] == 1:
        return []
    lost: list[ContentsEntry] = []
    for entry in reversed(outline[: known[0][0]] if known else outline):
        given = page_number(entry.page or "")
        if given is None or given[1] != label[1] or given[0] >= label[0]:
            break
        lost.append(entry)
    return [(first.start, lost[::-1])] if lost else []


def _under(standing: Standing, item: _Placed) -> Standing:
    heading = item.element.heading
    if heading is None:
        return standing.under(item.text, 3)
    return standing.under(heading.text, heading.level)


def _footnotes(
    text: str,
    running: Running,
    placed: Sequence[_Placed],
    stretches: Sequence[Stretch],
    found: Sequence[Sequence[PlacedPage]],
) -> tuple[list[Footnote], int, str]:
    """Return the footnotes, each with the page it is printed on; and the whole text."""
    # Where the pages begin, as items: notes in a list have no place in the running text.
    begins = [
        (stretch.first + page.unit, page.cells > 0)
        for stretch, pages in zip(stretches, found, strict=True)
        for page in pages
    ]
    body_end = length = len(text)
    parts = [text]
    footnotes = []
    for note in running.notes:
        page = max(bisect_right(begins, (note.after, True)) - 1, 0)
        anchor = None
        if note.mark is not None:
            index, offset = running.anchors[note.mark.block, note.mark.start]
            anchor = placed[index].start + offset
        footnotes.append(Footnote(note.sign, length, length + len(note.text), page, anchor))
        parts += [note.text, "\n"]
        length += len(note.text) + 1
    return footnotes, body_end, "".join(parts)


def _page_of(pages: Sequence[Page], offset: int) -> Page:
    return pages[max(bisect_right(pages, offset, key=lambda page: page.start) - 1, 0)]


def _contradicted(
    placed: Sequence[_Placed], outline: Sequence[ContentsEntry], pages: Sequence[Page]
) -> list[Problem]:
    """Return the headings that stand, for certain, on another page than the contents give."""
    problems = []
    for item in placed:
        heading = item.element.heading
        if heading is None or heading.entry is None:
            continue
        entry, page = outline[heading.entry], _page_of(pages, item.start)
        if page.status is PageStatus.EXACT and entry.page not in (None, page.label):
            problems.append(
                Problem(
                    "contents_page_contradicted",
                    f"The contents give {entry.heading} the page {entry.page}; "
                    f"it stands on page {page.label}.",
                    page.label,
                )
            )
    return problems


def _dated(
    outline: Sequence[ContentsEntry], placed: Sequence[_Placed], pages: Sequence[Page]
) -> tuple[ContentsEntry, ...]:
    """Return the outline, with pages where it gives none and the text shows them for certain."""
    dated = list(outline)
    for item in placed:
        heading = item.element.heading
        if heading is None or heading.entry is None or outline[heading.entry].page is not None:
            continue
        page = _page_of(pages, item.start)
        if page.status is PageStatus.EXACT:
            dated[heading.entry] = replace(outline[heading.entry], page=page.label)
    return tuple(dated)
