"""The names of the library's books, each with its pages, cited in the book's style."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.citing import format_citation
from rag.search.naming.grouping import grouped
from rag.search.naming.indexing import indexed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from rag.library import Library
    from rag.models import Tagger
    from rag.search.naming.grouping import Group
    from rag.types import Book, IndexedName, NameKind


class Register:
    """The names of a library's books; they are looked for once, when first asked for.

    They are kept as long as the book does not change.
    """

    def __init__(self, library: Library, tagger: Tagger) -> None:
        self._library = library
        self._tagger = tagger
        self._kept: dict[str, tuple[Book, list[Group], list[IndexedName]]] = {}
        self._lock = threading.Lock()

    def names(
        self,
        book_ids: Iterable[str],
        kind: NameKind | None = None,
        sections: Collection[int] | None = None,
    ) -> list[IndexedName]:
        """Return the names of books, those that stand most often first, of one kind or of all.

        With ``sections`` (indexes of the books' sections) only what stands there counts. Raises
        NotInLibraryError for a book that is not there.
        """
        found = [name for book_id in book_ids for name in self._of(book_id, sections)]
        wanted = [one for one in found if kind is None or one.kind is kind]
        return sorted(
            wanted, key=lambda one: (-one.count, one.main.record.id, one.pages[0].span.start)
        )

    def _of(self, book_id: str, sections: Collection[int] | None) -> list[IndexedName]:
        book = self._library.book(book_id)
        passages = self._library.passages(book_id)
        with self._lock:  # two readers wait for one search
            kept = self._kept.get(book_id)
            if kept is None or kept[0] is not book:
                groups = grouped(book, self._tagger)
                whole = [_formatted(one) for one in indexed(book, passages, groups)]
                kept = self._kept[book_id] = book, groups, whole
        if sections is None:
            return kept[2]
        return [_formatted(one) for one in indexed(book, passages, kept[1], sections)]


def _formatted(one: IndexedName) -> IndexedName:
    citation = one.main
    written = format_citation(citation.record, citation.place)
    return replace(one, main=replace(citation, formatted=written))
