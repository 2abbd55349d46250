"""The names of the library's books: persons, places, institutions, treaties and works."""

from __future__ import annotations

from rag.search.naming.register import Register

__all__ = ["Register"]
