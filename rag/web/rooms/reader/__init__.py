"""Reading in a book: what a reader may do with what he has selected there."""

from __future__ import annotations

from rag.web.rooms.reader.chosen import build_chosen

__all__ = ["build_chosen"]
