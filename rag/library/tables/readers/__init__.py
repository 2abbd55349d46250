"""The accounts of readers in the library's tables, and how their passwords are kept."""

from __future__ import annotations

from rag.library.tables.readers.accounts import TableReaders

__all__ = ["TableReaders"]
