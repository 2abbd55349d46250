"""The record in one SQLite file, by the file's path: what the product opens by its settings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rag.library.sqlite import LibraryFile
from rag.library.tables import (
    TableConversations,
    TableLibrary,
    TableNotes,
    TableReaders,
    TableReports,
    TableShelves,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class SqliteLibrary(TableLibrary):
    """A ``Library`` in one file."""

    _file: LibraryFile

    def __init__(self, path: Path) -> None:
        super().__init__(LibraryFile(path))


class SqliteConversations(TableConversations):
    """``Conversations`` in the file of a library."""

    _file: LibraryFile

    def __init__(self, path: Path) -> None:
        super().__init__(LibraryFile(path))


class SqliteNotes(TableNotes):
    """``Notes`` in the file of a library."""

    _file: LibraryFile

    def __init__(self, path: Path) -> None:
        super().__init__(LibraryFile(path))


class SqliteReports(TableReports):
    """``Reports`` in the file of a library."""

    _file: LibraryFile

    def __init__(self, path: Path) -> None:
        super().__init__(LibraryFile(path))


class SqliteReaders(TableReaders):
    """``Readers`` in the file of a library."""

    _file: LibraryFile

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(LibraryFile(path), now)


class SqliteShelves(TableShelves):
    """``Shelves`` in the file of a library."""

    _file: LibraryFile

    def __init__(self, path: Path) -> None:
        super().__init__(LibraryFile(path))
