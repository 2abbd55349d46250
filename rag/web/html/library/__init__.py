"""The room of the library as safe HTML; pure.

Its forms are our own: what a press brings is drawn anew whole, in the language of the reader, and
a form of Gradio's parts would be forty of them, each to be spoken to again. Files go the way
that Gradio has for them.
"""

from __future__ import annotations

from rag.web.html.library.books import render_adder, render_books, render_jobs
from rag.web.html.library.forms import (
    render_compare,
    render_compared,
    render_record,
    render_sets,
    render_views,
)
from rag.web.html.library.pages import render_pages, render_problems

__all__ = [
    "render_adder",
    "render_books",
    "render_compare",
    "render_compared",
    "render_jobs",
    "render_pages",
    "render_problems",
    "render_record",
    "render_sets",
    "render_views",
]
