"""The library in one SQLite file."""

from __future__ import annotations

from rag.library.sqlite.copying import aside, left_copies, scratch
from rag.library.sqlite.file import LibraryFile
from rag.library.sqlite.restoring import restore, take

__all__ = ["LibraryFile", "aside", "left_copies", "restore", "scratch", "take"]
