"""The record: books, their text and pages, vectors, conversations."""

from __future__ import annotations

from rag.library.correcting import revised
from rag.library.pictures import discard_pictures

__all__ = ["discard_pictures", "revised"]
