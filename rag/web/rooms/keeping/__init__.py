"""What a reader does with answers and pages besides asking: report, look behind a number, keep."""

from __future__ import annotations

from rag.web.rooms.keeping.cards import build_cards
from rag.web.rooms.keeping.notes import build_keeping, build_notes
from rag.web.rooms.keeping.reporting import build_reporting

__all__ = ["build_cards", "build_keeping", "build_notes", "build_reporting"]
