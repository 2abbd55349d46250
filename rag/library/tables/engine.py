"""What the tables of the library ask of the engine that keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path


class Rows(Protocol):
    """What came of a statement."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""

    def fetchone(self) -> Any:  # noqa: ANN401 -- a row is what the statement asks for
        """Return the next row, or None."""

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows that are left."""


class Connection(Protocol):
    """An open transaction; a statement has ``?`` where a value stands, and for nothing else."""

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Rows:
        """Execute one statement."""

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Execute a statement once for each row of values."""


class Words(Protocol):
    """The full-text index of passages: which tokens stand in which, ranked as BM25."""

    @property
    def consistency(self) -> Mapping[str, str]:
        """For each sentence a query that counts what it complains of."""

    def put(self, connection: Connection, number: int, tokens: Sequence[str]) -> None:
        """Index the tokens of a passage by its number."""

    def forget(self, connection: Connection, book_id: str) -> None:
        """Take a book's passages, which are still there, out of the index."""

    def search(
        self,
        connection: Connection,
        tokens: Sequence[str],
        book_ids: Sequence[str] | None,
        limit: int,
    ) -> list[tuple[str, float]]:
        """See ``Library.search_words``; each token comes once."""

    def counts(self, connection: Connection, tokens: Sequence[str]) -> dict[str, int]:
        """See ``Library.word_counts``; each token comes once."""


class Engine(Protocol):
    """Tables that are open, for several threads; whatever fails raises LibraryError."""

    @property
    def words(self) -> Words:
        """The index of words."""

    def close(self) -> None:
        """Close it; it cannot be used afterwards."""

    def writing(
        self, *, wait: bool = True, on_wait: Callable[[], None] | None = None
    ) -> AbstractContextManager[None]:
        """See ``Library.writing``."""

    def read(self) -> AbstractContextManager[Connection]:
        """Hold one unchanging view of the library; a thread may enter it again."""

    def write(self) -> AbstractContextManager[Connection]:
        """Hold the library for writing, in one transaction: all is kept, or nothing.

        Raises LibraryBusyError where another process holds the library.
        """

    def keep(self, what: str = "The question") -> AbstractContextManager[Connection]:
        """Hold a transaction beside whoever writes a book, to keep what touches no book.

        ``what`` is kept, as an error calls it. One is kept after the other.
        """

    def meta(self, key: str) -> str | None:
        """Return what is written down of the library itself under a key, if anything is."""

    def copy(self, target: Path) -> None:
        """See ``Library.backup``."""

    def damage(self, connection: Connection) -> Iterator[str]:
        """Yield what the engine itself finds wrong with what it keeps."""
