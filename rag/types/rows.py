"""A book as rows of the library's tables, and back; pure."""

from __future__ import annotations

import json
from dataclasses import asdict, astuple
from functools import lru_cache
from itertools import starmap
from typing import TYPE_CHECKING, Any

from rag.types.book import (
    Book,
    BookRecord,
    ContentsEntry,
    Correction,
    Footnote,
    Page,
    PageStatus,
    Person,
    Problem,
    Section,
    Span,
    TextKind,
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


def book_of(record: str, body_end: int, text: str, rows: Mapping[str, Iterable[Row]]) -> Book:
    """Return the book that ``rows_of`` and ``json_of_record`` made these of."""
    return Book(
        record=record_of(record),
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


def json_of_record(record: BookRecord) -> str:
    """Return a record as JSON."""
    return _json(asdict(record))


@lru_cache(maxsize=64)
def record_of(written: str) -> BookRecord:
    """Return the record that ``json_of_record`` wrote."""
    values: dict[str, Any] = json.loads(written)
    for role in ("authors", "translators", "editors"):
        values[role] = tuple(Person(**person) for person in values[role])
    values["kind"] = TextKind(values["kind"])
    values["contents"] = tuple(ContentsEntry(**entry) for entry in values["contents"])
    values["aliases"] = tuple(tuple(names) for names in values["aliases"])
    # What was written before there were corrections has none.
    values["corrections"] = tuple(Correction(**one) for one in values.get("corrections", ()))
    return BookRecord(**values)


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
