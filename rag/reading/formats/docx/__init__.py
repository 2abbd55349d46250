"""Word documents."""

from __future__ import annotations

from rag.reading.formats.docx.document import read_docx

__all__ = ["read_docx"]
