"""The dated events of the library's books."""

from __future__ import annotations

from rag.search.chronology.chronicle import Chronicle

__all__ = ["Chronicle"]
