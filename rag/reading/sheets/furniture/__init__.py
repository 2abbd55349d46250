"""What stands on a page beside its text: running heads and feet, folios, numbers in the margin."""

from __future__ import annotations

from rag.reading.sheets.furniture.finding import Found, find_furniture
from rag.reading.sheets.furniture.rows import edges_of

__all__ = ["Found", "edges_of", "find_furniture"]
