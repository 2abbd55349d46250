"""Answers as documents: for a paper, a reference manager, a table, a deck of cards."""

from __future__ import annotations

from rag.exporting.copying import copied, copied_text
from rag.exporting.formats import FORMATS, export, export_notes, format_of

__all__ = ["FORMATS", "copied", "copied_text", "export", "export_notes", "format_of"]
