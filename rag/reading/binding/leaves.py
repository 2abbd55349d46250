"""Pages that are known, with their blocks -> a Book.

What has pages of its own (paged Markdown, PDF, OCR, EPUB with a page list, DOCX) becomes a
row of leaves; ``bind`` makes one text of them, and pages, sections and footnotes over it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from rag.language.text import is_contents_head, joint, narrow_count
from rag.reading.binding.matching import PlacedHeading, match_headings
from rag.reading.outline import (
    CONTENTS,
    TITLE_PAGES,
    Standing,
    close,
    fallen_away,
    headings_missing,
    pages_in_sections,
)
from rag.types import (
    Book,
    BookRecord,
    ContentsEntry,
    Footnote,
    Page,
    PageStatus,
    Problem,
    Section,
    Span,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD_GOES_ON = "\u00ad"
_AROUND = 12


class Role(Enum):
    """What a block is."""

    TEXT = auto()
    HEADING = auto()
    NOTE = auto()
    CONTENTS = auto()


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the mark of a note stood in a block's text: behind character ``at`` - 1.

    ``key`` is what its note has, ``sign`` the mark as printed.
    """

    at: int
    key: str
    sign: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or note as it stands on one page, or what of it does.

    ``text`` is one line, without the marks of notes, which are in ``marks``. ``level`` is a
    heading's (1 a chapter or part of the book). ``continues`` says that it is the rest of the
    last block of its role, which the page before cut; where it cut a word, the block before
    ends with a soft hyphen (U+00AD). A note has its printed ``sign``, and the
    ``key`` of its mark. ``doubts`` are characters read with little confidence.
    """

    role: Role
    text: str
    level: int = 0
    continues: bool = False
    marks: tuple[Mark, ...] = ()
    sign: str = ""
    key: str = ""
    doubts: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One printed page: its label and how sure it is, and its blocks in reading order."""

    label: str | None
    status: PageStatus
    reasons: tuple[str, ...]
    blocks: tuple[Block, ...]
    image: str | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    """A block with its leaf and where it begins in the book's text."""

    block: Block
    leaf: int
    start: int
    joined: bool


def trimmed(text: str, marks: Sequence[Mark], following: str = "") -> Block:
    """Return a block of running text without white space at its ends.

    ``following`` is what follows a mark of a page that stands in the middle of the
    paragraph: the block then ends so that ``bind`` joins the two as they were written.
    """
    left, right = text.strip(), following.lstrip()
    lead = len(text) - len(text.lstrip())
    if left and right:
        if text[-1:].isspace() or following[:1].isspace():
            left += " " if narrow_count(left[-1] + right[0]) else ""
        elif joint(left, right):
            left += _WORD_GOES_ON
    return Block(
        Role.TEXT,
        left,
        marks=tuple(replace(m, at=min(max(m.at - lead, 0), len(left))) for m in marks),
    )


def bind(
    leaves: Sequence[Leaf],
    record: BookRecord,
    outline: Sequence[ContentsEntry],
    problems: Sequence[Problem],
) -> Book:
    """Return the book that the leaves make.

    ``outline`` is the printed or declared table of contents: headings that it names take its
    form and level. Where it is empty, the headings make it, with the labels of their pages as
    far as those are exact. A block that continues is joined to the one it continues; if that
    one ends with a soft hyphen, the page cut a word, and the hyphen goes. A leaf without
    running text is a page without characters. A note belongs to the leaf on which it begins,
    and to the first mark of its key that no note before it took.

    Added to ``problems``: marks without a note, notes without a mark, headings of the outline
    that the leaves lack, and headings that stand on another page than the outline gives.
    """
    text, placed = _lay_out(leaves, 0, notes=False)
    texts = [item.block.text if item.block.role is Role.HEADING else None for item in placed]
    headings = match_headings(texts, [item.block.level for item in placed], outline)
    entries = tuple(outline) or tuple(ContentsEntry(h.number, h.title, h.level) for h in headings)
    if not outline:
        headings = [replace(heading, entry=k) for k, heading in enumerate(headings)]
    pages = _pages(leaves, placed, len(text))
    starts = [(h.entry, placed[h.first].start) for h in headings if h.entry is not None]
    sections = _sections(placed, headings, fallen_away(starts, entries, pages), len(text))
    if sections:
        pages = pages_in_sections(pages, sections)
    beneath, notes = _lay_out(leaves, len(text), notes=True)
    footnotes, untied = _footnotes(placed, notes, text, pages)
    return Book(
        record=record,
        text=text + beneath,
        body_end=len(text),
        pages=tuple(pages),
        sections=tuple(sections),
        footnotes=tuple(footnotes),
        contents=_dated(entries, starts, pages),
        problems=(
            *problems,
            *headings_missing(entries, {entry for entry, _ in starts}),
            *untied,
            *_contradicted(entries, starts, pages),
        ),
        doubts=tuple(
            Span(item.start + doubt.start, item.start + doubt.end)
            for item in (*placed, *notes)
            for doubt in item.block.doubts
        ),
    )


def _lay_out(leaves: Sequence[Leaf], at: int, *, notes: bool) -> tuple[str, list[_Placed]]:
    """Return the running text, or the notes, one a line, and where each block begins.

    ``at`` is the offset at which the text begins.
    """
    parts: list[str] = []
    placed: list[_Placed] = []
    length = at
    for number, leaf in enumerate(leaves):
        for block in leaf.blocks:
            if not block.text or (block.role is Role.NOTE) is not notes:
                continue
            joined = block.continues and bool(placed) and placed[-1].block.role is block.role
            if joined:
                link = joint(parts[-1], block.text)
                if parts[-1].endswith(_WORD_GOES_ON):
                    parts[-1] = parts[-1][:-1]
                    length -= 1
            elif parts:
                link = "\n"
            else:
                link = ""
            parts += [link, block.text.replace("\n", " ")]
            length += len(link)
            placed.append(_Placed(block, number, length, joined))
            length += len(block.text)
    if parts:
        parts.append("\n")
    return "".join(parts), placed


def _pages(leaves: Sequence[Leaf], placed: Sequence[_Placed], length: int) -> list[Page]:
    """Return the pages; one without running text begins and ends where the next begins."""
    starts = {item.leaf: item.start for item in reversed(placed)}
    pages: list[Page] = []
    end = length
    for k in reversed(range(len(leaves))):
        leaf = leaves[k]
        start = starts.get(k, end) if k else 0
        pages.append(
            Page(k, leaf.label, leaf.status, start, end, reasons=leaf.reasons, image=leaf.image)
        )
        end = start
    return pages[::-1] or [Page(0, None, PageStatus.UNKNOWN, 0, length)]


def _sections(
    placed: Sequence[_Placed],
    headings: Sequence[PlacedHeading],
    fallen: Sequence[tuple[int, Sequence[ContentsEntry]]],
    length: int,
) -> list[Section]:
    """Return the sections of the running text; ``fallen`` are headings that it lacks."""
    sections: list[Section] = []
    standing = Standing(part=TITLE_PAGES)
    named = {heading.first: heading for heading in headings}
    waiting = deque(fallen)
    below = -1
    for k, item in enumerate(placed):
        start = body = item.start
        lost = [waiting.popleft() for _ in range(len(waiting)) if waiting[0][0] <= start]
        for entry in (entry for _, entries in lost for entry in entries):
            standing = standing.under(entry.heading, entry.level)
        if k <= below:
            continue
        heading = named.get(k)
        if heading is not None:
            standing = standing.under(heading.text, heading.level)
            below = heading.last
            body = placed[below].start + len(placed[below].block.text) + 1
        elif item.block.role is Role.CONTENTS and not is_contents_head(standing.part or ""):
            standing = Standing(part=CONTENTS)
        elif item.block.role is Role.TEXT and _ends_contents(placed, k):
            standing = Standing()
        elif sections and not lost:
            continue
        close(sections, start)
        sections.append(standing.stretch(len(sections), start, min(body, length), length))
    return sections


def _ends_contents(placed: Sequence[_Placed], k: int) -> bool:
    """Whether running text begins directly behind the table of contents."""
    return k > 0 and placed[k - 1].block.role is Role.CONTENTS


def _footnotes(
    placed: Sequence[_Placed], notes: Sequence[_Placed], text: str, pages: Sequence[Page]
) -> tuple[list[Footnote], list[Problem]]:
    """Return the notes in order, each tied to its mark, and what could not be tied."""
    marks: dict[str, deque[tuple[Mark, int, int]]] = defaultdict(deque)
    for item in placed:
        for mark in item.block.marks:
            marks[mark.key].append((mark, item.start + mark.at, item.leaf))
    footnotes: list[Footnote] = []
    problems: list[Problem] = []
    for k, item in enumerate(notes):
        if item.joined:
            continue
        last = k
        while last + 1 < len(notes) and notes[last + 1].joined:
            last += 1
        end = notes[last].start + len(notes[last].block.text)
        waiting = marks.get(item.block.key)
        tied = waiting.popleft() if waiting else None
        sign = item.block.sign or (tied[0].sign if tied else "")
        footnotes.append(Footnote(sign, item.start, end, item.leaf, tied[1] if tied else None))
        if tied is None:
            problems.append(
                Problem(
                    "note_without_mark",
                    f"The footnote {sign} has no mark in the text.",
                    pages[item.leaf].label,
                )
            )
    keys = {item.block.key for item in notes}
    problems += [
        Problem(
            "mark_without_note",
            f"The mark {mark.sign} has no footnote: …{text[max(at - _AROUND, 0) : at]}{mark.sign}",
            pages[leaf].label,
        )
        for key, waiting in marks.items()
        if key not in keys
        for mark, at, leaf in waiting
    ]
    return footnotes, problems


def _page_of(pages: Sequence[Page], offset: int) -> Page:
    return pages[max(bisect_right(pages, offset, key=lambda page: page.start) - 1, 0)]


def _dated(
    outline: Sequence[ContentsEntry], starts: Sequence[tuple[int, int]], pages: Sequence[Page]
) -> tuple[ContentsEntry, ...]:
    """Return the outline, with pages where it gives none and the text shows them for certain."""
    dated = list(outline)
    for entry, start in starts:
        page = _page_of(pages, start)
        if outline[entry].page is None and page.status is PageStatus.EXACT:
            dated[entry] = replace(outline[entry], page=page.label)
    return tuple(dated)


def _contradicted(
    outline: Sequence[ContentsEntry], starts: Sequence[tuple[int, int]], pages: Sequence[Page]
) -> list[Problem]:
    """Return the headings that stand, for certain, on another page than the outline gives."""
    problems = []
    for entry, start in starts:
        given, page = outline[entry], _page_of(pages, start)
        if page.status is PageStatus.EXACT and given.page not in (None, page.label):
            problems.append(
                Problem(
                    "contents_page_contradicted",
                    f"The contents give {given.heading} the page {given.page}; "
                    f"it stands on page {page.label}.",
                    page.label,
                )
            )
    return problems
