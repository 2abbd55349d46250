"""The binder: a text laid out, or a row of leaves, made a Book with offsets."""

from __future__ import annotations

from rag.reading.binding.binder import Laid, PageStart, Placed, Role, make_book
from rag.reading.binding.leaves import Block, Leaf, Mark, bind, trimmed

__all__ = [
    "Block",
    "Laid",
    "Leaf",
    "Mark",
    "PageStart",
    "Placed",
    "Role",
    "bind",
    "make_book",
    "trimmed",
]
