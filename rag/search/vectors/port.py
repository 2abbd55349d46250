"""What an index of vectors does for those who search it, whatever it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class VectorIndex(Protocol):
    """The vectors of a library's books, for search; it follows the library, which is the record.

    It is safe to use from several threads. Nothing in it is kept nowhere else: it can be made
    anew from the library at any time. Any call may raise VectorStoreError where the index
    cannot be used, and LibraryError as the library does.
    """

    def close(self) -> None:
        """Let go of the index."""

    def prepare(self) -> None:
        """Load what a change takes, so that it need not wait for it."""

    def warm(self) -> None:
        """Open what is there, so that the first search need not wait for it."""

    def search(
        self, vector: NDArray[Any], book_ids: Sequence[str] | None, limit: int
    ) -> list[tuple[str, float]]:
        """Return the ids of the nearest passages with their cosines, best first.

        ``vector`` has shape (d,) and any length but 0; ``book_ids`` narrows the search,
        None is every book. An index that is behind the library is brought up to date first,
        unless another process is about it: then what is there is searched. Raises
        EncoderError where the vector is not of the library's dimension.
        """

    def follow(self) -> None:
        """Bring the index up to what the library holds; to be called after each change of it.

        Does nothing where the two agree. Raises LibraryBusyError where another process
        writes.
        """

    def rebuild(self) -> None:
        """Make the index anew from the library; errors as for ``follow``."""

    def tidy(self) -> None:
        """Delete what processes that are gone left behind."""

    def check(self) -> list[str]:
        """Return what is wrong with the index, a sentence each; empty where it is sound."""
