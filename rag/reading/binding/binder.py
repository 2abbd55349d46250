"""A text laid out, with what is known of its pages and headings -> a Book.

Whatever a book is read from, its pages, sections, contents and problems are made here.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from rag.language.text import is_contents_head
from rag.reading.outline import (
    CONTENTS,
    TITLE_PAGES,
    Standing,
    close,
    fallen_away,
    pages_in_sections,
)
from rag.types import Book, Page, PageStatus, Problem, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.outline import Heading
    from rag.types import BookRecord, ContentsEntry, Footnote, Span


class Role(Enum):
    """What a block is."""

    TEXT = auto()
    HEADING = auto()
    NOTE = auto()
    CONTENTS = auto()


@dataclass(frozen=True, slots=True)
class Placed:
    """A block of running text, and where it stands in the book's text."""

    role: Role
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a printed page begins in the book's text, its label, and how sure that is."""

    offset: int
    label: str | None
    status: PageStatus
    reasons: tuple[str, ...]
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Laid:
    """The text of a book laid out, and what stands where in it.

    ``text`` is the running text, ``beneath`` the footnotes that follow it; offsets count over
    both. ``blocks``, ``pages``, ``headings`` and ``footnotes`` are in order; a heading is in
    the blocks that its numbers name, a footnote on the page that its number names.
    """

    text: str
    blocks: Sequence[Placed]
    pages: Sequence[PageStart]
    headings: Sequence[Heading]
    beneath: str
    footnotes: Sequence[Footnote]
    doubts: Sequence[Span] = ()


def make_book(
    record: BookRecord,
    laid: Laid,
    outline: Sequence[ContentsEntry],
    problems: Sequence[Problem],
    unnoted: Sequence[Problem] = (),
) -> Book:
    """Return the book that a text laid out makes.

    ``outline`` is the table of contents, or what stands for it: an entry without a page gets
    that of its heading, if it is certain. Added to ``problems``: notes without a mark, then
    ``unnoted`` (marks without a note), and headings that stand on another page than the
    outline gives. Where headings fell away with their pages, their entries stand for them.
    """
    starts = [(h.entry, laid.blocks[h.first].start) for h in laid.headings if h.entry is not None]
    pages = _pages(laid.pages, len(laid.text))
    sections = _sections(laid, fallen_away(starts, outline, pages))
    if sections:
        pages = pages_in_sections(pages, sections)
    return Book(
        record=record,
        text=laid.text + laid.beneath,
        body_end=len(laid.text),
        pages=tuple(pages),
        sections=tuple(sections),
        footnotes=tuple(laid.footnotes),
        contents=_dated(outline, starts, pages),
        problems=(
            *problems,
            *_unmarked(laid.footnotes, pages),
            *unnoted,
            *_contradicted(outline, starts, pages),
        ),
        doubts=tuple(laid.doubts),
    )


def _pages(starts: Sequence[PageStart], length: int) -> list[Page]:
    """Return the pages; the first begins with the text, whatever stands before it."""
    if not starts:
        return [Page(0, None, PageStatus.UNKNOWN, 0, length)]
    offsets = [0, *(start.offset for start in starts[1:]), length]
    return [
        Page(
            index=k,
            label=start.label,
            status=start.status,
            start=offsets[k],
            end=offsets[k + 1],
            reasons=start.reasons,
            image=start.image,
        )
        for k, start in enumerate(starts)
    ]


def _sections(laid: Laid, fallen: Sequence[tuple[int, Sequence[ContentsEntry]]]) -> list[Section]:
    """Return the sections of the running text; ``fallen`` are headings that it lacks."""
    length = len(laid.text)
    headings = {heading.first: heading for heading in laid.headings}
    places = [(block.start, 1, k) for k, block in enumerate(laid.blocks)]
    places += [(start, 0, n) for n, (start, _) in enumerate(fallen) if start < length]
    sections: list[Section] = []
    standing = outer = Standing(part=TITLE_PAGES)
    in_contents = False
    heading_ends = -1
    for start, is_block, k in sorted(places):
        body = start
        if not is_block:
            standing, in_contents = outer if in_contents else standing, False
            for entry in fallen[k][1]:
                standing = standing.under(entry.heading, entry.level)
        elif k <= heading_ends:
            continue
        elif k in headings:
            heading = headings[k]
            above = outer if in_contents and heading.level > 1 else standing
            standing, in_contents = above.under(heading.text, heading.level), False
            heading_ends = heading.last
            body = laid.blocks[heading.last].end + 1
        elif laid.blocks[k].role is Role.CONTENTS:
            if in_contents:
                continue
            in_contents = True
            # The contents of a chapter stand in the midst of it.
            outer = standing if standing.chapter else Standing()
            if is_contents_head(standing.part or ""):
                continue
            standing = Standing(part=CONTENTS)
        elif in_contents:
            standing, in_contents = outer, False
        elif sections:
            continue
        close(sections, start)
        sections.append(standing.stretch(len(sections), start, min(body, length), length))
    return sections


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


def _unmarked(footnotes: Sequence[Footnote], pages: Sequence[Page]) -> list[Problem]:
    return [
        Problem(
            "note_without_mark",
            f"The footnote {note.mark} has no mark in the text."
            if note.mark
            else "A footnote whose sign cannot be read has no mark in the text.",
            pages[note.page].label,
        )
        for note in footnotes
        if note.anchor is None
    ]


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
