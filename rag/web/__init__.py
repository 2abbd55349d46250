"""The web front end: rooms built with Gradio over one Shuzheng.

``serving`` builds the application and serves it; ``front`` lays out the page and its
rooms; ``chat``, ``lookup``, ``chronology`` and ``names`` are rooms. ``words``, ``rendering``,
``timeline``, ``leaf``, ``targets`` and ``examples`` are pure: values in, safe text out.
``scans`` reads pictures of pages.
"""

from __future__ import annotations

from rag.web.serving import main

__all__ = ["main"]
