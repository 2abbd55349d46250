"""A file to a Book: its text in reading order, its pages, sections and notes."""

from __future__ import annotations

__all__ = []
