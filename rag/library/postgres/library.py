"""The record in a PostgreSQL database, which opening fills with tables where it has none.

Opening raises LibraryError where the database cannot be reached, holds something else, or was
written by a newer version of this program.
"""

from __future__ import annotations

from rag.library.postgres.server import Server
from rag.library.tables import (
    TableConversations,
    TableLibrary,
    TableNotes,
    TableReaders,
    TableReports,
    TableShelves,
)


class PostgresLibrary(TableLibrary):
    """A ``Library`` at the address of a database."""

    def __init__(self, url: str) -> None:
        super().__init__(Server(url))


class PostgresConversations(TableConversations):
    """``Conversations`` in the database of a library."""

    def __init__(self, url: str) -> None:
        super().__init__(Server(url))


class PostgresNotes(TableNotes):
    """``Notes`` in the database of a library."""

    def __init__(self, url: str) -> None:
        super().__init__(Server(url))


class PostgresReports(TableReports):
    """``Reports`` in the database of a library."""

    def __init__(self, url: str) -> None:
        super().__init__(Server(url))


class PostgresReaders(TableReaders):
    """``Readers`` in the database of a library."""

    def __init__(self, url: str) -> None:
        super().__init__(Server(url))


class PostgresShelves(TableShelves):
    """``Shelves`` in the database of a library."""

    def __init__(self, url: str) -> None:
        super().__init__(Server(url))
