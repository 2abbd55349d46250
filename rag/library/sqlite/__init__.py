"""The library in one SQLite file."""

from __future__ import annotations

from rag.library.sqlite.conversations import SqliteConversations
from rag.library.sqlite.library import SqliteLibrary
from rag.library.sqlite.readers import SqliteReaders
from rag.library.sqlite.restoring import restore

__all__ = ["SqliteConversations", "SqliteLibrary", "SqliteReaders", "restore"]
