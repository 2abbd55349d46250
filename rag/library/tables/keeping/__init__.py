"""What readers leave in the library's tables: conversations, notes, reports."""

from __future__ import annotations

from rag.library.tables.keeping.conversations import TableConversations
from rag.library.tables.keeping.notes import TableNotes
from rag.library.tables.keeping.reports import TableReports

__all__ = ["TableConversations", "TableNotes", "TableReports"]
