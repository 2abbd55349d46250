"""Lists as HTML: what a lookup found, events by their dates, the names of books; pure."""

from __future__ import annotations

from rag.web.html.lists.lookup import render_lookup
from rag.web.html.lists.names import render_names
from rag.web.html.lists.timeline import render_density, render_events

__all__ = ["render_density", "render_events", "render_lookup", "render_names"]
