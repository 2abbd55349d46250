"""Values to safe HTML; pure, but for pictures of pages."""

from __future__ import annotations

from rag.web.html.answers import chip, language_tag, marked, render_calm, safe, where
from rag.web.html.history import render_history
from rag.web.html.keeping import render_card, render_notes
from rag.web.html.keys import render_keys
from rag.web.html.lists import render_density, render_events, render_lookup, render_names
from rag.web.html.panel import render_panel
from rag.web.html.reader import (
    Link,
    View,
    picture_uri,
    read_link,
    render_chosen,
    render_contents,
    render_leaf,
    render_missing,
    render_picture,
    render_sheet,
    render_within,
    view_of,
    webp_uri,
    with_own,
)
from rag.web.html.talk import (
    Exchange,
    Notice,
    render_conversation,
    render_next,
    render_welcome,
    translation_at,
)
from rag.web.html.targets import Target, read_target

__all__ = [
    "Exchange",
    "Link",
    "Notice",
    "Target",
    "View",
    "chip",
    "language_tag",
    "marked",
    "picture_uri",
    "read_link",
    "read_target",
    "render_calm",
    "render_card",
    "render_chosen",
    "render_contents",
    "render_conversation",
    "render_density",
    "render_events",
    "render_history",
    "render_keys",
    "render_leaf",
    "render_lookup",
    "render_missing",
    "render_names",
    "render_next",
    "render_notes",
    "render_panel",
    "render_picture",
    "render_sheet",
    "render_welcome",
    "render_within",
    "safe",
    "translation_at",
    "view_of",
    "webp_uri",
    "where",
    "with_own",
]
