"""The record as tables: one set of statements for every engine that keeps them."""

from __future__ import annotations

from rag.library.tables.copying import columns, copy_rows
from rag.library.tables.engine import Connection, Engine, Rows
from rag.library.tables.keeping import TableConversations, TableNotes, TableReports
from rag.library.tables.library import TableLibrary
from rag.library.tables.readers import TableReaders
from rag.library.tables.rows import marks
from rag.library.tables.schema import (
    CONSISTENCY,
    FIFTH,
    SECOND,
    SIXTH,
    TABLES,
    THIRD,
    VERSION,
    disagreements,
)
from rag.library.tables.shelves import TableShelves

__all__ = [
    "CONSISTENCY",
    "FIFTH",
    "SECOND",
    "SIXTH",
    "TABLES",
    "THIRD",
    "VERSION",
    "Connection",
    "Engine",
    "Rows",
    "TableConversations",
    "TableLibrary",
    "TableNotes",
    "TableReaders",
    "TableReports",
    "TableShelves",
    "columns",
    "copy_rows",
    "disagreements",
    "marks",
]
