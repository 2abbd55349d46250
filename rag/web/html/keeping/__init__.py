"""What a reader does with an answer and its pages, as HTML: ask again, report, look, keep."""

from __future__ import annotations

from rag.web.html.keeping.asking import render_again, render_edit
from rag.web.html.keeping.cards import render_card
from rag.web.html.keeping.reports import render_report, render_thumbs

__all__ = ["render_again", "render_card", "render_edit", "render_report", "render_thumbs"]
