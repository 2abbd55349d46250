"""The accounts of readers in the library's file, and how their passwords are kept."""

from __future__ import annotations

from rag.library.sqlite.readers.accounts import SqliteReaders

__all__ = ["SqliteReaders"]
