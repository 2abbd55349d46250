"""Leaves bound into a Book: text, pages, sections and notes as offsets."""

from __future__ import annotations

from rag.reading.binding.leaves import Block, Leaf, Mark, Role, bind, trimmed

__all__ = ["Block", "Leaf", "Mark", "Role", "bind", "trimmed"]
