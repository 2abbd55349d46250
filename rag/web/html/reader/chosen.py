"""The small menu of what a reader has selected in a book, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.web.html.answers import safe

if TYPE_CHECKING:
    from rag.types import Language

ACTIONS = ("note", "mark", "about")
"""What can be asked for besides copying: the event of each, and its word in the catalog."""


def render_chosen(language: Language, copied: str = "") -> str:
    """Return the menu; ``copied`` is the selected text with its citation, once that is known.

    ``selecting.js`` shows it beside what is selected, and sends with each event the place of
    that as a ``Target``.
    """
    copy, done, label = (
        safe(say(key, language)) for key in ("web.copy", "web.copied", "web.chosen")
    )
    ready = f'data-copy="{safe(copied)}"' if copied else "disabled"
    others = "".join(
        f'<button type="button" data-chosen="{action}">'
        f"{safe(say(f'web.chosen_{action}', language))}</button>"
        for action in ACTIONS
    )
    return (
        f'<div class="chosen" role="toolbar" aria-label="{label}">'
        f'<button type="button" {ready} data-done="{done}">{copy}</button>{others}</div>'
    )
