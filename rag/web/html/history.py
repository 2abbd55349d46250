"""A reader's conversations as a list that can be pressed; pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.web.html.answers import render_calm, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.library import Kept
    from rag.types import Language


def render_history(
    conversations: Sequence[Kept], current: str, language: Language, *, searched: bool = False
) -> str:
    """Return conversations as a list; ``current`` is the id of the one that is shown.

    ``searched`` says that others may be there, which do not hold what was looked for.
    """
    if not conversations:
        return render_calm("web.history_none" if searched else "web.history_empty", language)
    rows = "".join(_row(one, current, language) for one in conversations)
    return f'<ul class="history">{rows}</ul>'


def _row(kept: Kept, current: str, language: Language) -> str:
    words = {
        key: safe(say(f"web.history_{key}", language))
        for key in ("more", "name", "forget", "forget_sure")
    }
    identifier, title = safe(kept.id), safe(kept.title)
    here = ' aria-current="true"' if kept.id == current else ""
    when = f"{datetime.fromisoformat(kept.changed).astimezone():%Y-%m-%d %H:%M}"
    return (
        f'<li><button type="button" class="past" data-resume="{identifier}"{here}>{title}'
        f'<span class="label">{when} · {kept.turns}</span></button>'
        f'<details><summary aria-label="{words["more"]}" title="{words["more"]}">⋯</summary>'
        f'<label>{words["name"]}<input data-rename="{identifier}" value="{title}" maxlength="80">'
        f'</label><button type="button" data-forget="{identifier}" '
        f'data-sure="{words["forget_sure"]}">{words["forget"]}</button></details></li>'
    )
