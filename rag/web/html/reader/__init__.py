"""A book to be read, as safe HTML: its pages, and the menu of what is selected; pure."""

from __future__ import annotations

from rag.web.html.reader.chosen import render_chosen
from rag.web.html.reader.contents import render_contents
from rag.web.html.reader.leaf import render_leaf, render_missing
from rag.web.html.reader.links import Link, read_link
from rag.web.html.reader.scans import picture_uri, webp_uri
from rag.web.html.reader.sheet import render_picture, render_sheet
from rag.web.html.reader.views import View, view_of, with_own
from rag.web.html.reader.within import render_within

__all__ = [
    "Link",
    "View",
    "picture_uri",
    "read_link",
    "render_chosen",
    "render_contents",
    "render_leaf",
    "render_missing",
    "render_picture",
    "render_sheet",
    "render_within",
    "view_of",
    "webp_uri",
    "with_own",
]
