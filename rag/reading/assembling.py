"""Elements in reading order -> a Book: one text, and pages, sections and notes over it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.reading.folding import cells, ends_clause, ends_sentence, joint, narrow_count
from rag.reading.footnotes import Mark, without
from rag.reading.numbering import Numbered, number_runs, page_label
from rag.reading.outlining import (
    CONTENTS,
    TITLE_PAGES,
    Standing,
    close,
    is_chapter,
    pages_in_sections,
)
from rag.reading.pagination import Cause, PlacedPage, Run, Unit, paginate
from rag.types import (
    Book,
    BookRecord,
    ContentsEntry,
    Footnote,
    Page,
    PageStatus,
    Problem,
    Section,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.headings import Heading

_SHORT_CELLS = 20.0
_TITLE_RUN, _TABLE_RUN, _FRONT_RUN = -1, -2, -3
_CONTINUES = "，、。；：！？）”’》」』】…,.;:!?)"


class Kind(Enum):
    """What a block of a text is."""

    TEXT = auto()
    HEADING = auto()
    CONTENTS = auto()
    NOTE = auto()
    MARK = auto()


@dataclass(frozen=True, slots=True)
class Element:
    """A block of a text as what it is.

    ``heading`` is None for a sub-heading, known by its shape alone. ``block`` numbers the
    block that marks refer to; ``removed`` are the marks of footnotes to take out of it;
    ``sign`` and ``anchor`` are a note's sign and its mark.
    """

    kind: Kind
    text: str
    heading: Heading | None = None
    block: int = -1
    removed: tuple[Mark, ...] = ()
    sign: str = ""
    anchor: Mark | None = None
    in_body: bool = False


@dataclass(frozen=True, slots=True)
class _Placed:
    """An element of running text with where it begins in the book's text."""

    element: Element
    start: int
    text: str
    unit: Unit
    run: int


@dataclass(slots=True)
class _Note:
    sign: str
    text: str
    mark: Mark | None
    after: int


def assemble(
    elements: Sequence[Element],
    outline: Sequence[ContentsEntry],
    record: BookRecord,
    problems: Sequence[Problem],
) -> Book:
    """Return the book that the elements make.

    ``outline`` is the table of contents, or what stands for it.
    """
    numbered = number_runs(outline)
    found = list(problems) + _strays(outline, numbered)
    running, notes, anchors = _running(elements, numbered)
    text, placed = _lay_out(running, notes, numbered)
    runs = _runs(placed, numbered)
    pages = _pages(placed, runs, paginate([run for _, run, _ in runs]), numbered, len(text))
    sections = _sections(placed, outline, pages, len(text))
    pages = pages_in_sections(pages, sections)
    footnotes, body_end, text = _footnotes(text, notes, placed, pages, anchors)
    found += [
        Problem("note_without_mark", f"The footnote {n.mark} has no mark in the text.",
                pages[n.page].label)
        for n in footnotes if n.anchor is None
    ]  # fmt: skip
    found += _contradicted(placed, outline, pages)
    return Book(
        record=record,
        text=text,
        body_end=body_end,
        pages=tuple(pages),
        sections=tuple(sections),
        footnotes=tuple(footnotes),
        contents=_dated(outline, placed, pages),
        problems=tuple(found),
    )


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


@dataclass(slots=True)
class _Item:
    """An element of running text, its text without marks, and the run of pages it is in."""

    element: Element
    text: str
    run: int
    marked: bool = False
    joined: bool = False


def _running(
    elements: Sequence[Element], numbered: Sequence[Numbered]
) -> tuple[list[_Item], list[_Note], dict[tuple[int, int], tuple[int, int]]]:
    """Return the running text and the notes; and each mark's item and offset in it."""
    items: list[_Item] = []
    notes: list[_Note] = []
    anchors: dict[tuple[int, int], tuple[int, int]] = {}
    counts = [n.run for n in numbered if n.number is not None]
    main = max(set(counts), key=counts.count) if counts else 0
    headed = any(e.heading is not None and e.heading.level == 1 for e in elements)
    run, in_contents, body = _TITLE_RUN if headed else main, False, False
    for element in elements:
        if element.kind is Kind.NOTE:
            notes.append(_Note(element.sign, element.text, element.anchor, len(items) - 1))
            continue
        if element.kind is Kind.MARK:
            if items:
                items[-1].marked = True
            continue
        if element.kind is Kind.CONTENTS:
            run, in_contents = _TABLE_RUN, True
        elif element.heading is not None and element.heading.level == 1:
            entry = element.heading.entry
            chapter = is_chapter(element.heading.text)
            body = body or chapter
            if entry is not None:
                run = numbered[entry].run
            elif chapter:
                run = run if run >= 0 else main
            elif not body:
                run = _FRONT_RUN - len(items)
            in_contents = False
        elif in_contents:
            run, in_contents = main, False
        text, offsets = without(element.text, element.removed)
        for mark, offset in zip(element.removed, offsets, strict=True):
            anchors[mark.block, mark.start] = len(items), offset
        items.append(_Item(element, text, run))
    for before, item in pairwise(items):
        item.joined = _is_cut(before, item)
    return items, notes, anchors


def _is_cut(before: _Item, item: _Item) -> bool:
    """Whether the second is the rest of a paragraph that a page has cut."""
    if before.element.kind is not Kind.TEXT or item.element.kind is not Kind.TEXT:
        return False
    if before.run != item.run or not before.text or not item.text:
        return False
    if item.text[0] in _CONTINUES:
        return True
    # The lines of a title page end without a mark, and go on nowhere.
    return _end(before.text) is Cause.MID and item.run != _TITLE_RUN


def _end(text: str) -> Cause:
    if ends_sentence(text):
        return Cause.CLOSED
    if ends_clause(text):
        return Cause.WEAK
    return Cause.SHORT if cells(text) < _SHORT_CELLS else Cause.MID


def _lay_out(
    items: Sequence[_Item], notes: Sequence[_Note], numbered: Sequence[Numbered]
) -> tuple[str, list[_Placed]]:
    """Return the running text, and where in it each item begins."""
    beneath: dict[int, list[float]] = {}
    for note in notes:
        beneath.setdefault(note.after, []).append(cells(note.text))
    parts: list[str] = []
    placed: list[_Placed] = []
    length = 0
    for k, item in enumerate(items):
        if item.joined:
            space = joint(items[k - 1].text, item.text)
            parts.append(space)
            length += len(space)
        following = items[k + 1] if k + 1 < len(items) else None
        end = Cause.MID if following is not None and following.joined else _end(item.text)
        heading = item.element.heading
        value = numbered[heading.entry] if heading and heading.entry is not None else None
        unit = Unit(
            wide=len(item.text) - narrow_count(item.text),
            narrow=narrow_count(item.text),
            level=_level(item.element),
            indented=not item.joined,
            end=end,
            notes=tuple(beneath.get(k, ())),
            mark=item.marked,
            page=value.number if value and value.run == item.run else None,
        )
        placed.append(_Placed(item.element, length, item.text, unit, item.run))
        parts.append(item.text)
        length += len(item.text)
        if following is None or not following.joined:
            parts.append("\n")
            length += 1
    return "".join(parts), placed


def _level(element: Element) -> int:
    if element.kind is not Kind.HEADING:
        return 0
    return element.heading.level if element.heading else 3


def _runs(placed: Sequence[_Placed], numbered: Sequence[Numbered]) -> list[tuple[int, Run, int]]:
    """Return each stretch of one numbering: its first item, its units, and its number."""
    found = {p.element.heading.entry for p in placed if p.element.heading is not None}
    runs: list[tuple[int, Run, int]] = []
    start = 0
    for k in range(1, len(placed) + 1):
        if k == len(placed) or placed[k].run != placed[start].run:
            number = placed[start].run
            units = tuple(p.unit for p in placed[start:k])
            missing = tuple(
                value.number
                for entry, value in enumerate(numbered)
                if value.run == number and value.number is not None and entry not in found
            )
            runs.append((start, Run(units, numbered=number >= 0, missing=missing), number))
            start = k
    return runs


def _pages(
    placed: Sequence[_Placed],
    runs: Sequence[tuple[int, Run, int]],
    found: Sequence[Sequence[PlacedPage]],
    numbered: Sequence[Numbered],
    length: int,
) -> list[Page]:
    styles = {value.run: value.style for value in numbered}
    starts: list[tuple[int, str | None, PageStatus, tuple[str, ...]]] = []
    for (first, _, number), pages in zip(runs, found, strict=True):
        style = styles.get(number, "1")
        for page in pages:
            item = placed[first + page.unit]
            offset = item.start
            if page.cells:
                offset += round(len(item.text) * page.cells / max(cells(item.text), 1.0))
            label = None if page.number is None else page_label(page.number, style)
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
    missing = _missing_headings(placed, outline, pages)
    events = sorted(
        [(item.start, 1, item) for item in placed]
        + [(start, 0, names) for start, names in missing],
        key=lambda event: (event[0], event[1]),
    )
    sections: list[Section] = []
    standing = Standing(part=TITLE_PAGES)
    inside = False
    for start, _, event in events:
        body = start
        if not isinstance(event, _Placed):
            for heading, level in event:
                standing = standing.under(heading, level)
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


def _under(standing: Standing, item: _Placed) -> Standing:
    heading = item.element.heading
    if heading is None:
        return standing.under(item.text, 3)
    return standing.under(heading.text, heading.level)


def _missing_headings(
    placed: Sequence[_Placed], outline: Sequence[ContentsEntry], pages: Sequence[Page]
) -> list[tuple[int, list[tuple[str, int]]]]:
    """Return where headings fell away with their pages: the next page, the headings.

    Between two headings that were found, an entry of the contents whose page lies between
    the numbers of two neighbouring pages stood on a page that the text lacks.
    """
    found = [
        (item.element.heading.entry, item.start)
        for item in placed
        if item.element.heading is not None and item.element.heading.entry is not None
    ]
    missing: list[tuple[int, list[tuple[str, int]]]] = []
    for (one, start), (other, end) in pairwise([*found, (len(outline), pages[-1].end)]):
        lost = [(k, outline[k].page) for k in range(one + 1, other)]
        inside = [p for p in pages if start < p.end and p.start < end and p.label is not None]
        for before, after in pairwise(inside):
            low, high = _arabic(before.label), _arabic(after.label)
            if low is None or high is None or high <= low + 1:
                continue
            gone = [k for k, page in lost if (n := _arabic(page)) is not None and low < n < high]
            if gone:
                names = [(outline[k].heading, outline[k].level) for k in gone]
                missing.append((after.start, names))
    return missing


def _footnotes(
    text: str,
    notes: Sequence[_Note],
    placed: Sequence[_Placed],
    pages: Sequence[Page],
    anchors: dict[tuple[int, int], tuple[int, int]],
) -> tuple[list[Footnote], int, str]:
    body_end = len(text)
    parts = [text]
    length = body_end
    footnotes = []
    page = 0
    for note in notes:
        item = placed[note.after] if note.after >= 0 else None
        foot = max(item.start + len(item.text) - 1, 0) if item else 0
        while page + 1 < len(pages) and pages[page].end <= foot:
            page += 1
        anchor = None
        if note.mark is not None:
            index, offset = anchors[note.mark.block, note.mark.start]
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


def _arabic(label: str | None) -> int | None:
    return int(label) if label is not None and label.isascii() and label.isdigit() else None
