"""What a store of sets of books does for those who use it, whatever it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Shelf


class Shelves(Protocol):
    """The sets of books that have names; safe for several threads.

    A set outlives its books: one that comes back under its id stands in it again. Any call may
    raise LibraryError. A change is kept whole before the call returns, and waits for no book
    that is being added.
    """

    def close(self) -> None:
        """Close the sets; they cannot be used afterwards."""

    def all(self) -> list[Shelf]:
        """Return the sets, by name."""

    def put(self, name: str, books: Sequence[str]) -> None:
        """Keep a set of books by their ids, in place of an earlier one of that name."""

    def remove(self, name: str) -> None:
        """Forget a set, not its books; NotInLibraryError where there is none of that name."""
