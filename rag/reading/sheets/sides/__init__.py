"""Sheets -> printed pages in reading order, and how their text is set."""

from __future__ import annotations

from rag.reading.sheets.sides.measuring import Measure, measure
from rag.reading.sheets.sides.parting import part_sheets
from rag.reading.sheets.sides.side import Side, rows_of

__all__ = ["Measure", "Side", "measure", "part_sheets", "rows_of"]
