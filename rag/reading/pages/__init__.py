"""The printed pages of a text that has lost its page numbers."""

from __future__ import annotations

from rag.reading.pages.assembling import assemble
from rag.reading.pages.blocks import Block, find_blocks
from rag.reading.pages.doubles import without_doubles
from rag.reading.pages.marks import MarkBlock, find_page_marks
from rag.reading.pages.notes import Notes, read_notes
from rag.reading.pages.running import Element, Kind

__all__ = [
    "Block",
    "Element",
    "Kind",
    "MarkBlock",
    "Notes",
    "assemble",
    "find_blocks",
    "find_page_marks",
    "read_notes",
    "without_doubles",
]
