"""The vectors for search, in Chroma; rebuilt from the library whenever they disagree."""

from __future__ import annotations

from rag.search.vectors.store import VectorStore

__all__ = ["VectorStore"]
