"""The library in one SQLite file."""

from __future__ import annotations

from rag.library.sqlite.conversations import Conversations
from rag.library.sqlite.reading import StoredPassage
from rag.library.sqlite.writing import Library

__all__ = ["Conversations", "Library", "StoredPassage"]
