"""The library in one SQLite file."""

from __future__ import annotations

from rag.library.sqlite.copying import aside
from rag.library.sqlite.file import LibraryFile
from rag.library.sqlite.restoring import restore, take

__all__ = ["LibraryFile", "aside", "restore", "take"]
