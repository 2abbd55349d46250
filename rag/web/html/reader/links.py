"""The address of a place in a book: ``?book=ID`` with a page, a sheet or stretches of its text.

``page`` is a printed label, ``sheet`` the number of a page in the order of the book, from 1,
where its label is not its own, and ``at`` what is to be marked: ``12-40,52-60``. What an
address holds comes from anybody: it is read by this form alone, and written anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from rag.language.text import whole_text
from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Book
    from rag.web.html.reader.views import View

LONGEST = 1000
"""Characters of an address that is read."""
_LONGEST_LABEL = 40
_MOST_SPANS = 8
_SPANS = re.compile(r"[0-9]{1,9}-[0-9]{1,9}(?:,[0-9]{1,9}-[0-9]{1,9}){0,7}")
_SHEET = re.compile(r"[1-9][0-9]{0,6}")


@dataclass(frozen=True, slots=True)
class Link:
    """A place that an address names: in a book, a label, a sheet from 1, or stretches."""

    book_id: str
    page: str = ""
    sheet: int = 0
    at: tuple[Span, ...] = ()

    def __str__(self) -> str:
        """Return the address, from its question mark on."""
        pairs = {"book": self.book_id}
        if self.at:
            pairs["at"] = ",".join(f"{span.start}-{span.end}" for span in self.at)
        elif self.page:
            pairs["page"] = self.page
        elif self.sheet:
            pairs["sheet"] = str(self.sheet)
        return f"?{urlencode(pairs)}"


def read_link(query: object) -> Link | None:
    """Return the place that the query of an address names, with or without its question mark.

    None where it names none: no book, or anything that is not of the form.
    """
    if not isinstance(query, str) or len(query) > LONGEST:
        return None
    try:
        pairs = parse_qsl(query.removeprefix("?"), max_num_fields=8)
    except ValueError:
        return None
    said = {name: whole_text(value).strip() for name, value in reversed(pairs)}
    book, page, at, sheet = (said.get(name, "") for name in ("book", "page", "at", "sheet"))
    if not book or len(page) > _LONGEST_LABEL:
        return None
    if (at and not _SPANS.fullmatch(at)) or (sheet and not _SHEET.fullmatch(sheet)):
        return None
    bounds = [part.split("-") for part in at.split(",") if part]
    spans = tuple(Span(int(start), int(end)) for start, end in bounds)
    return Link(book, page, int(sheet or 0), spans)


def link_to(book: Book, view: View, marks: Sequence[Span] = ()) -> Link:
    """Return the link to what is shown: to what is marked in it, or else to its page.

    A page goes by its label where no other page has that.
    """
    inside = [span for span in marks if span.start < view.end and view.start < span.end] or [
        span for span in marks if span.start >= book.body_end
    ]
    if inside:
        return Link(book.id, at=tuple(inside[:_MOST_SPANS]))
    label = book.pages[view.first].label
    alone = label and sum(page.label == label for page in book.pages) == 1
    if view.part:
        return Link(book.id, at=(Span(view.start, view.start + 1),))
    if label and alone and len(label) <= _LONGEST_LABEL:
        return Link(book.id, page=label)
    return Link(book.id, sheet=view.first + 1)
