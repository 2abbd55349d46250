"""PDF with a text layer."""

from __future__ import annotations

from rag.reading.formats.pdf.document import read_pdf
from rag.reading.formats.pdf.picture import picture_of

__all__ = ["picture_of", "read_pdf"]
