"""The library in one SQLite file."""

from __future__ import annotations

from rag.library.sqlite.conversations import SqliteConversations
from rag.library.sqlite.library import SqliteLibrary

__all__ = ["SqliteConversations", "SqliteLibrary"]
