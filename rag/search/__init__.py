"""A book to passages with vectors; a question to hits."""

from __future__ import annotations

from rag.search.indexing import Indexed, encode
from rag.search.resuming import Unfinished
from rag.search.retrieval import Compare, Found, Retrieval, Search
from rag.search.splitting import split
from rag.search.wording import Wording, vocabulary

__all__ = [
    "Compare",
    "Found",
    "Indexed",
    "Retrieval",
    "Search",
    "Unfinished",
    "Wording",
    "encode",
    "split",
    "vocabulary",
]
