"""Printed sheets, as PDF and scans have them, to leaves."""

from __future__ import annotations

from rag.reading.sheets.layout import read_sheets
from rag.reading.sheets.model import CLOSING, Bookmark, Line, Part, Sheet

__all__ = ["CLOSING", "Bookmark", "Line", "Part", "Sheet", "read_sheets"]
