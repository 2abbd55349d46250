"""Scanned PDF and pictures of pages, read by OCR."""

from __future__ import annotations

from rag.reading.formats.ocr.scans import read_pages, read_pictures, read_scanned_pdf

__all__ = ["read_pages", "read_pictures", "read_scanned_pdf"]
