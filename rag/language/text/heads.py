"""Headings that say what stands below them; pure."""

from __future__ import annotations

from rag.language.text.typography import letters_of

_HEADS = {
    "目录",
    "目次",
    "总目",
    "总目录",
    "contents",
    "tableofcontents",
    "оглавление",
    "содержание",
}


def is_contents_head(line: str) -> bool:
    """Whether a line is the heading of a table of contents."""
    return letters_of(line) in _HEADS
