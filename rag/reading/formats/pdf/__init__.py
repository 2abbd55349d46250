"""PDF with a text layer."""

from __future__ import annotations

from rag.reading.formats.pdf.document import read_pdf

__all__ = ["read_pdf"]
