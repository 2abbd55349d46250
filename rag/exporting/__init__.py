"""Answers as documents: for a paper, a reference manager, a table, a deck of cards."""

from __future__ import annotations

from rag.exporting.copying import copied, copied_text, sources
from rag.exporting.formats import FORMATS, export, format_of
from rag.exporting.tables import to_table

__all__ = [
    "FORMATS",
    "copied",
    "copied_text",
    "export",
    "export_notes",
    "format_of",
    "sources",
    "to_table",
]
from rag.exporting.formats import export_notes
