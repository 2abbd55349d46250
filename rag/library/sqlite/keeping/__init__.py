"""What readers leave in the library's file: conversations, notes, reports."""

from __future__ import annotations

from rag.library.sqlite.keeping.conversations import SqliteConversations
from rag.library.sqlite.keeping.notes import SqliteNotes
from rag.library.sqlite.keeping.reports import SqliteReports

__all__ = ["SqliteConversations", "SqliteNotes", "SqliteReports"]
