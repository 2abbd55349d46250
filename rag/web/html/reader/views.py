"""What is shown of a book at one time: a page, the pages of a place, a part of an endless text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.types import NotInLibraryError, Page, PageStatus, Place, Span
from rag.web.html.targets import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.library.keeping import PlacedNote
    from rag.types import Book

_LONG = 8000  # more text than this at once is no page but a text without pages
_PART = 3000  # characters of a part of such a text, which ends where a line does
_MOST_PAGES = 6  # a passage lies on one page or two; more than this is not what was meant


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: pages by index, a stretch of the running text, and what is marked.

    ``found`` is marked besides, as what was looked for in the book. Of a page that is too
    long to be shown whole, ``part`` and ``last_part`` are the parts of the first page and of
    the last one that are shown, from 0. ``own`` are the reader's notes on what is shown.
    """

    first: int
    last: int
    start: int
    end: int
    marks: tuple[Span, ...]
    part: int = 0
    last_part: int = 0
    found: tuple[Span, ...] = ()
    own: tuple[PlacedNote, ...] = ()


def view_of(book: Book, target: Target) -> View:
    """Return what a target asks to see; NotInLibraryError where the book has no such place."""
    missing = NotInLibraryError(f"The book {book.id} has no such place; reload the page")
    if not book.pages:
        raise missing
    if target.page is not None:
        parts = parts_of(book, target.page) if target.page < len(book.pages) else []
        if target.part >= len(parts):
            raise missing
        here = parts[target.part]
        return View(
            target.page, target.page, here.start, here.end, target.spans, target.part, target.part
        )
    if not target.spans or any(not s.start < s.end <= len(book.text) for s in target.spans):
        raise missing
    low = min(span.start for span in target.spans)
    high = min(max(span.end for span in target.spans), book.body_end)
    if low >= book.body_end:
        note = next((n for n in book.footnotes if n.start <= low < n.end), None)
        if note is None:
            raise missing
        first = last = note.page
        low = high = max((note.anchor or 0) - 1, book.pages[first].start)
    else:
        first = _page_at(book.pages, low)
        last = min(_page_at(book.pages, high - 1), first + _MOST_PAGES - 1)
    parts, last_parts = parts_of(book, first), parts_of(book, last)
    part = _part_at(parts, low)
    last_part = min(_part_at(last_parts, high - 1), part + 1) if first == last else 0
    last_part = max(last_part, part) if first == last else last_part
    start, end = parts[part].start, last_parts[last_part].end
    return View(first, last, start, end, target.spans, part, last_part)


def _page_at(pages: tuple[Page, ...], offset: int) -> int:
    """Return the index of the page that holds an offset of the running text."""
    return max(0, bisect_right(pages, offset, key=lambda page: page.start) - 1)


def _part_at(parts: list[Span], offset: int) -> int:
    return max(0, bisect_right(parts, offset, key=lambda part: part.start) - 1)


def parts_of(book: Book, index: int) -> list[Span]:
    """Return the stretches in which a page is shown: one, but for a text without pages."""
    page = book.pages[index]
    parts: list[Span] = []
    start = page.start
    while page.end - start > _LONG:
        newline = book.text.find("\n", start + _PART, start + _LONG)
        end = start + _LONG if newline < 0 else newline + 1
        parts.append(Span(start, end))
        start = end
    return [*parts, Span(start, page.end)]


def beside(book: Book, view: View) -> tuple[Target | None, Target | None]:
    """Return what comes before and after a view, None where the book ends there."""
    before = after = None
    if view.part:
        before = Target(book.id, page=view.first, part=view.part - 1)
    elif view.first:
        parts = len(parts_of(book, view.first - 1))
        before = Target(book.id, page=view.first - 1, part=parts - 1)
    if view.last_part + 1 < len(parts_of(book, view.last)):
        after = Target(book.id, page=view.last, part=view.last_part + 1)
    elif view.last + 1 < len(book.pages):
        after = Target(book.id, page=view.last + 1)
    return before, after


def section_of(book: Book, view: View) -> int:
    """Return the index of the section that is shown: what is marked, or the first with text.

    It is -1 in a book without sections.
    """
    inside = [span.start for span in view.marks if view.start <= span.start < view.end]
    at = min(inside, default=view.start)
    index = bisect_right(book.sections, at, key=lambda section: section.start) - 1
    while (
        index + 1 < len(book.sections)
        and book.sections[index].body >= book.sections[index].end
        and book.sections[index + 1].start < view.end
    ):
        index += 1  # a heading with no text of its own, and the next one below it
    return index


def place_of(book: Book, view: View) -> Place:
    """Return where the view is: its headings, and its pages no surer than the least sure."""
    pages = book.pages[view.first : view.last + 1]
    index = section_of(book, view)
    section = book.sections[index] if index >= 0 else None
    statuses = {page.status for page in pages}
    order = (PageStatus.UNKNOWN, PageStatus.APPROXIMATE, PageStatus.EXACT)
    return Place(
        part=section.part if section else None,
        chapter=section.chapter if section else None,
        section=section.section if section else None,
        pages=tuple(page.label for page in pages if page.label),
        status=next(status for status in order if status in statuses),
    )


def with_own(book: Book, view: View, own: Sequence[PlacedNote]) -> View:
    """Return a view with those of a reader's notes that lie on its text or its footnotes."""
    pages = range(view.first, view.last + 1)
    notes = [Span(note.start, note.end) for note in book.footnotes if note.page in pages]
    shown = [Span(view.start, view.end), *notes]
    here = (
        one
        for one in own
        if one.span and any(s.start < one.span.end and one.span.start < s.end for s in shown)
    )
    return replace(view, own=tuple(here))
