"""The dated events of the library's books, each cited in the book's style."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.citing import format_citation
from rag.search.chronology.events import between, dated_events, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.library import Library
    from rag.types import Book, Citation, Event, Place


class Chronicle:
    """The chronologies of a library; each is kept as long as its book does not change."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kept: dict[str, tuple[Book, list[Event]]] = {}

    def events(
        self, book_ids: Iterable[str], start: int | None = None, end: int | None = None
    ) -> list[Event]:
        """Return the events of books that begin in the years from start to end, in order.

        Raises NotInLibraryError for a book that is not there.
        """
        return in_order(
            event for book_id in book_ids for event in between(self._of(book_id), start, end)
        )

    def _of(self, book_id: str) -> list[Event]:
        book = self._library.book(book_id)
        kept = self._kept.get(book_id)
        if kept is None or kept[0] is not book:
            events = dated_events(book, self._library.passages(book_id))
            kept = self._kept[book_id] = book, _formatted(events)
        return kept[1]


def _formatted(events: Iterable[Event]) -> list[Event]:
    written: dict[Place, str] = {}

    def in_style(citation: Citation) -> Citation:
        place = citation.place
        if place not in written:
            written[place] = format_citation(citation.record, place)
        return replace(citation, formatted=written[place])

    return [replace(event, citation=in_style(event.citation)) for event in events]
