"""Headings that say what stands below them; pure."""

from __future__ import annotations

from rag.language.tables import words
from rag.language.text.typography import letters_of


def is_contents_head(line: str) -> bool:
    """Whether a line is the heading of a table of contents."""
    return letters_of(line) in words("reading.contents_heads")
