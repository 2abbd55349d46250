"""Places in a book: where something stands, as a reader would say it, and the page map."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.types.answers import Citation, CitedNote
from rag.types.book import Book, Footnote, Page, PageStatus, Place, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types.book import Passage, Span

_WORST = (PageStatus.EXACT, PageStatus.APPROXIMATE, PageStatus.UNKNOWN)


def locate(book: Book, start: int, end: int) -> Place:
    """Return the place of ``book.text[start:end]``.

    Headings are those of the section that holds ``start``; pages are all that the range
    touches, their status the worst among them, and no labels where it is unknown; pages that
    bear no number, as a person has said, leave it unknown by themselves only. Where no page
    is known, the paragraphs are counted that stand under the same headings. A range of
    footnotes lies on the notes' pages and in the section of the first note's mark.
    """
    if start >= book.body_end:
        return _locate_notes(book, start, end)
    place = _place(section_at(book, start), pages_between(book, start, end))
    if place.status is not PageStatus.UNKNOWN:
        return place
    return replace(place, paragraphs=_paragraphs(book, start, end))


def pages_between(book: Book, start: int, end: int) -> tuple[Page, ...]:
    """Return the pages that running text [start, end) touches; at least that of start.

    A blank page between two of them is touched by no text.
    """
    first = _index(book.pages, start)
    last = _index(book.pages, max(start, min(end, book.body_end) - 1))
    pages = book.pages[first : last + 1]
    return tuple(page for page in pages if page.end > page.start) or pages


def page_at(book: Book, offset: int) -> Page:
    """Return the page on which a character of the running text stands."""
    return book.pages[_index(book.pages, offset)]


def section_at(book: Book, offset: int) -> Section:
    """Return the section in which a character of the running text stands."""
    return book.sections[_index(book.sections, offset)]


def footnotes_between(book: Book, start: int, end: int) -> tuple[Footnote, ...]:
    """Return the footnotes whose marks stand in running text: a mark follows its word."""
    return tuple(
        note for note in book.footnotes if note.anchor is not None and start < note.anchor <= end
    )


def cited_notes(book: Book, start: int, end: int) -> tuple[CitedNote, ...]:
    """Return those footnotes as a citation gives them: with their text and printed page."""
    return tuple(
        CitedNote(note.mark, book.text[note.start : note.end], book.pages[note.page].label)
        for note in footnotes_between(book, start, end)
    )


def cite_text(book: Book, span: Span, passages: Sequence[Passage]) -> Citation:
    """Return running text as a citation without number or format.

    ``passages`` are those of the running text in order: it names the one that holds it whole.
    """
    index = bisect_right(passages, span.start, key=lambda passage: passage.start) - 1
    home = passages[index] if index >= 0 and passages[index].end >= span.end else None
    return Citation(
        n=0,
        record=book.record,
        place=locate(book, span.start, span.end),
        quote=book.text[span.start : span.end],
        passage_id=home.id if home else None,
        start=span.start,
        end=span.end,
        footnotes=cited_notes(book, span.start, span.end),
    )


def _paragraphs(book: Book, start: int, end: int) -> tuple[int, ...]:
    """Return the numbers of the paragraphs that a range touches, from 1, below its last heading.

    Stretches under sub-headings count on; a paragraph is a line of the book's text.
    """
    index = _index(book.sections, start)
    here = book.sections[index]
    if start < here.body:
        return ()
    named = (here.part, here.chapter, here.section)
    above = book.text.count("\n", here.body, start)
    for section in reversed(book.sections[:index]):
        if (section.part, section.chapter, section.section) != named:
            break
        above += book.text.count("\n", section.body, section.end)
    inner = book.text.count("\n", start, max(min(end, here.end) - 1, start))
    return tuple(range(above + 1, above + inner + 2))


def _locate_notes(book: Book, start: int, end: int) -> Place:
    touched = [n for n in book.footnotes if n.start < max(end, start + 1) and start < n.end + 1]
    if not touched:
        return _place(book.sections[-1], ())
    first = touched[0]
    offset = book.pages[first.page].start if first.anchor is None else max(first.anchor - 1, 0)
    pages = tuple(book.pages[k] for k in sorted({note.page for note in touched}))
    return _place(section_at(book, offset), pages, tuple(note.mark for note in touched))


def _place(section: Section, pages: Sequence[Page], notes: tuple[str, ...] = ()) -> Place:
    status = max((page.status for page in pages), key=_WORST.index, default=PageStatus.UNKNOWN)
    labels = [page.label for page in pages if page.label is not None]
    if not labels:
        status = PageStatus.UNKNOWN
    known = status is not PageStatus.UNKNOWN
    return Place(
        part=section.part,
        chapter=section.chapter,
        section=section.section,
        pages=tuple(dict.fromkeys(labels)) if known else (),
        status=status,
        notes=notes,
    )


def _index(spans: Sequence[Page] | Sequence[Section], offset: int) -> int:
    """Return the index of the span that holds an offset; the nearest one outside all."""
    place = bisect_right(spans, offset, key=lambda span: span.start)
    return max(place - 1, 0)
