"""What a click asks for: a place in a book, written into a button and read back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.types import NotInLibraryError, Span

_FORM = re.compile(r"(?:(?P<page>p\d{1,9})|(?P<spans>\d{1,9}-\d{1,9}(?:,\d{1,9}-\d{1,9}){0,63}))\|")


@dataclass(frozen=True, slots=True)
class Target:
    """A place in a book: spans to mark in ``Book.text``, or a page by its index."""

    book_id: str
    spans: tuple[Span, ...] = ()
    page: int | None = None

    def __str__(self) -> str:
        """``12-40,52-60|book`` or ``p3|book``: the form that ``read_target`` reads."""
        if self.page is not None:
            return f"p{self.page}|{self.book_id}"
        return ",".join(f"{span.start}-{span.end}" for span in self.spans) + f"|{self.book_id}"


def read_target(text: object) -> Target:
    """Return the target that a browser sent; NotInLibraryError where it is none."""
    found = _FORM.match(text) if isinstance(text, str) else None
    if found is None:
        raise NotInLibraryError("What was pressed names no place in a book; reload the page")
    book_id = found.string[found.end() :]
    if found["page"]:
        return Target(book_id, page=int(found["page"][1:]))
    bounds = [part.split("-") for part in found["spans"].split(",")]
    return Target(book_id, tuple(Span(int(start), int(end)) for start, end in bounds))
