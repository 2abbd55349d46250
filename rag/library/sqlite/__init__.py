"""The library in one SQLite file."""

from __future__ import annotations

from rag.library.sqlite.keeping import SqliteConversations, SqliteNotes, SqliteReports
from rag.library.sqlite.library import SqliteLibrary
from rag.library.sqlite.readers import SqliteReaders
from rag.library.sqlite.restoring import restore
from rag.library.sqlite.shelves import SqliteShelves

__all__ = [
    "SqliteConversations",
    "SqliteLibrary",
    "SqliteNotes",
    "SqliteReaders",
    "SqliteReports",
    "SqliteShelves",
    "restore",
]
