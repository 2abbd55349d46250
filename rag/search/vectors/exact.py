"""The search of a short command: the library's own vectors, compared one by one.

To open Chroma takes such a command longer than all else that it does. As long as the library
is small, all its vectors are compared sooner, and nothing is missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rag.search.vectors.state import books_asked
from rag.types import NotInLibraryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.library import Library
    from rag.search.vectors.port import VectorIndex

FEW = 20_000
"""Passages of a library that is small: their vectors are read in some 50 ms, compared in 3."""


class Exact:
    """A ``VectorIndex`` over another, which is searched where the library is not small."""

    def __init__(self, library: Library, index: VectorIndex) -> None:
        self._library = library
        self._index = index
        self._held: dict[str, tuple[int, list[str], NDArray[np.float32]]] = {}

    def close(self) -> None:
        """See ``VectorIndex.close``."""
        self._index.close()

    def prepare(self) -> None:
        """See ``VectorIndex.prepare``."""
        self._index.prepare()

    def warm(self) -> None:
        """See ``VectorIndex.warm``."""
        if self._is_small():
            for book_id, (change, count) in self._library.changes().items():
                if count:
                    self._vectors(book_id, change)
        else:
            self._index.warm()

    def search(
        self, vector: NDArray[Any], book_ids: Sequence[str] | None, limit: int
    ) -> list[tuple[str, float]]:
        """See ``VectorIndex.search``."""
        if not self._is_small():
            return self._index.search(vector, book_ids, limit)
        wanted = books_asked(self._library, vector, book_ids)
        if not wanted or limit < 1:
            return []
        changes = self._library.changes()
        query = np.asarray(vector, np.float32)
        query = query / np.linalg.norm(query)
        found: list[tuple[str, float]] = []
        for book_id in wanted:
            try:
                ids, vectors = self._vectors(book_id, changes[book_id][0])
            except (KeyError, NotInLibraryError):
                continue  # another process has just taken it out
            if not ids:
                continue
            cosines = vectors @ query
            best = np.argsort(-cosines, kind="stable")[:limit]
            found += [(ids[row], float(cosines[row])) for row in best]
        return sorted(found, key=lambda one: -one[1])[:limit]

    def follow(self) -> None:
        """See ``VectorIndex.follow``."""
        self._index.follow()

    def rebuild(self) -> None:
        """See ``VectorIndex.rebuild``."""
        self._index.rebuild()

    def tidy(self) -> None:
        """See ``VectorIndex.tidy``."""
        self._index.tidy()

    def check(self) -> list[str]:
        """See ``VectorIndex.check``."""
        return self._index.check()

    def _is_small(self) -> bool:
        return sum(count for _, count in self._library.changes().values()) <= FEW

    def _vectors(self, book_id: str, change: int) -> tuple[list[str], NDArray[np.float32]]:
        """Return what the library has of a book since a change, read once."""
        held = self._held.get(book_id)
        if held is None or held[0] != change:
            held = self._held[book_id] = (change, *self._library.vectors(book_id))
        return held[1], held[2]
