"""Reading in a book: the room of it, and what a reader may do with what he has selected."""

from __future__ import annotations

from rag.web.rooms.reader.chosen import build_chosen
from rag.web.rooms.reader.room import build

__all__ = ["build", "build_chosen"]
