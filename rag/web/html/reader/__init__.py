"""A book to be read, as safe HTML: its pages, and the menu of what is selected; pure."""

from __future__ import annotations

from rag.web.html.reader.chosen import render_chosen
from rag.web.html.reader.leaf import render_leaf, render_missing

__all__ = ["render_chosen", "render_leaf", "render_missing"]
