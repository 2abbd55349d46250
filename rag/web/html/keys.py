"""The end of the head: light or dark, and the card of the keys; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.web.html.answers import safe

if TYPE_CHECKING:
    from rag.types import Language

THEMES = ("system", "light", "dark")
"""What the reader may choose; the first follows the system."""

KEYS = (
    (("/",), "seek"),
    (("Enter",), "enter"),
    (("↓", "↑"), "move"),
    (("←", "→"), "years"),
    (("Esc",), "escape"),
    (("1", "2", "…"), "room"),
    (("?",), "card"),
)
"""Keys, and what each does by the end of its key in the catalog."""


def render_keys(language: Language) -> str:
    """Return the choice of light or dark, the button that opens the card, and the card."""
    theme = safe(say("web.theme", language))
    options = "".join(
        f'<option value="{one}">{safe(say(f"web.theme_{one}", language))}</option>'
        for one in THEMES
    )
    rows = "".join(
        f"<div><dt>{' '.join(f'<kbd>{safe(key)}</kbd>' for key in keys)}</dt>"
        f"<dd>{safe(say(f'web.keys_{name}', language))}</dd></div>"
        for keys, name in KEYS
    )
    title, close = safe(say("web.keys", language)), safe(say("web.close", language))
    single = safe(say("web.keys_single", language))
    return (
        f'<select class="theme" data-theme aria-label="{theme}" title="{theme}">{options}</select>'
        f'<button type="button" class="keys" data-keys aria-label="{title}" title="{title}">?'
        f'</button><dialog class="keycard" aria-label="{title}"><header><h2>{title}</h2>'
        f'<button type="button" class="close" data-shut aria-label="{close}">×</button></header>'
        f'<dl>{rows}</dl><label><input type="checkbox" data-single> {single}</label></dialog>'
    )
