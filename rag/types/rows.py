"""A book as rows of the library's tables, and back; pure."""

from __future__ import annotations

import json
from dataclasses import astuple
from itertools import starmap
from typing import TYPE_CHECKING, Any

from rag.types.book import (
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
    from collections.abc import Iterable, Mapping

    Row = tuple[Any, ...]

LAYERS = ("pages", "sections", "footnotes", "contents", "problems", "doubts")
"""The tables whose rows lie over a book's text, each beginning with its id and a number."""


def rows_of(book: Book) -> dict[str, list[Row]]:
    """Return for each of LAYERS its rows, without the book's id: a number, then the fields."""
    return {
        "pages": [(*astuple(page)[:8], _json(page.reasons), page.image) for page in book.pages],
        "sections": [astuple(section) for section in book.sections],
        "footnotes": [(n, *astuple(note)) for n, note in enumerate(book.footnotes)],
        "contents": [(n, *astuple(entry)) for n, entry in enumerate(book.contents)],
        "problems": [(n, *astuple(problem)) for n, problem in enumerate(book.problems)],
        "doubts": list({span.start: astuple(span) for span in book.doubts}.values()),
    }


def book_of(
    record: BookRecord, body_end: int, text: str, rows: Mapping[str, Iterable[Row]]
) -> Book:
    """Return the book that ``rows_of`` made the rows of, with its record."""
    return Book(
        record=record,
        text=text,
        body_end=body_end,
        pages=tuple(map(_page, rows["pages"])),
        sections=tuple(starmap(Section, rows["sections"])),
        footnotes=tuple(Footnote(*fields) for _, *fields in rows["footnotes"]),
        contents=contents_of(rows["contents"]),
        problems=problems_of(rows["problems"]),
        doubts=tuple(starmap(Span, rows["doubts"])),
    )


def contents_of(rows: Iterable[Row]) -> tuple[ContentsEntry, ...]:
    """Return the outline of a book."""
    return tuple(ContentsEntry(*fields) for _, *fields in rows)


def problems_of(rows: Iterable[Row]) -> tuple[Problem, ...]:
    """Return the problems of a book."""
    return tuple(Problem(*fields) for _, *fields in rows)


def _page(row: Row) -> Page:
    index, label, status, start, end, part, chapter, section, reasons, image = row
    return Page(
        index,
        label,
        PageStatus(status),
        start,
        end,
        part,
        chapter,
        section,
        tuple(json.loads(reasons)),
        image,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
