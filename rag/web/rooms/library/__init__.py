"""The room of whoever keeps the library."""

from __future__ import annotations

from rag.web.rooms.library.room import build

__all__ = ["build"]
