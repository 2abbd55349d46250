"""A book to passages with vectors; a question to hits."""

from __future__ import annotations

from rag.search.indexing import Indexed, encode
from rag.search.looking import Looking, parts_of
from rag.search.resuming import Unfinished
from rag.search.retrieval import Compare, Found, Retrieval, Search, known_words
from rag.search.splitting import split
from rag.search.wording import Wording, vocabulary

__all__ = [
    "Compare",
    "Found",
    "Indexed",
    "Looking",
    "Retrieval",
    "Search",
    "Unfinished",
    "Wording",
    "encode",
    "known_words",
    "parts_of",
    "split",
    "vocabulary",
]
