"""The columns of pages, read in their order."""

from __future__ import annotations

from rag.reading.sheets.sides.columns.unfolding import unfold

__all__ = ["unfold"]
