"""What a reader does with answers and pages besides asking: report, look behind a number, keep."""

from __future__ import annotations

from rag.web.rooms.keeping import cards, reporting

__all__ = ["cards", "reporting"]
