"""What a click asks for: a place in a book, written into a button and read back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.types import NotInLibraryError, Span

_FORM = re.compile(
    r"(?:p(?P<page>\d{1,9})(?:\.(?P<part>\d{1,6}))?"
    r"|(?P<spans>\d{1,9}-\d{1,9}(?:,\d{1,9}-\d{1,9}){0,63}))\|"
)


@dataclass(frozen=True, slots=True)
class Target:
    """A place in a book: spans to mark in ``Book.text``, or a page by its index.

    Of a page that is too long to be shown whole, ``part`` is a part of it, from 0.
    """

    book_id: str
    spans: tuple[Span, ...] = ()
    page: int | None = None
    part: int = 0

    def __str__(self) -> str:
        """``12-40,52-60|book``, ``p3|book`` or ``p3.1|book``: the form that is read back."""
        if self.page is not None:
            part = f".{self.part}" if self.part else ""
            return f"p{self.page}{part}|{self.book_id}"
        return ",".join(f"{span.start}-{span.end}" for span in self.spans) + f"|{self.book_id}"


def read_target(text: object) -> Target:
    """Return the target that a browser sent; NotInLibraryError where it is none."""
    found = _FORM.match(text) if isinstance(text, str) else None
    if found is None:
        raise NotInLibraryError("What was pressed names no place in a book; reload the page")
    book_id = found.string[found.end() :]
    if found["page"]:
        return Target(book_id, page=int(found["page"]), part=int(found["part"] or 0))
    bounds = [part.split("-") for part in found["spans"].split(",")]
    return Target(book_id, tuple(Span(int(start), int(end)) for start, end in bounds))
