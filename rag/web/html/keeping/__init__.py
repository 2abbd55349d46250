"""What a reader does with an answer and its pages, as HTML: ask again, report, look, keep."""

from __future__ import annotations

from rag.web.html.keeping.asking import render_again, render_edit
from rag.web.html.keeping.cards import render_card
from rag.web.html.keeping.notes import mark_own, render_keep, render_notes, render_own
from rag.web.html.keeping.reports import render_report, render_thumbs

__all__ = [
    "mark_own",
    "render_again",
    "render_card",
    "render_edit",
    "render_keep",
    "render_notes",
    "render_own",
    "render_report",
    "render_thumbs",
]
