"""A paper as a document: Word, PDF, LaTeX, web page, plain text."""

from __future__ import annotations

from rag.exporting.documents.pdf import to_pdf
from rag.exporting.documents.plain import to_markdown, to_text
from rag.exporting.documents.webpage import to_html
from rag.exporting.documents.word import to_docx, to_latex

__all__ = ["to_docx", "to_html", "to_latex", "to_markdown", "to_pdf", "to_text"]
