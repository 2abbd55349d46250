"""One module or folder a format; ``read_book`` picks the one that reads a file."""

from __future__ import annotations

from rag.reading.formats.reader import read_book

__all__ = ["read_book"]
