"""The panel of formats as HTML; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.citing import STYLES
from rag.exporting import FORMATS
from rag.language.catalog import say
from rag.web.html.answers import safe

if TYPE_CHECKING:
    from rag.types import Language

GROUPS = (
    ("web.export_reading", ("docx", "pdf", "html", "md", "tex", "txt")),
    ("web.export_references", ("ris", "bib", "enw", "noteexpress", "csl-json")),
    ("web.export_data", ("csv", "apkg", "json")),
)


def render_panel(
    scope: str, language: Language, style: str, name: str, *, said: str = "", title: str = ""
) -> str:
    """Return the panel for an answer by its number, ``notes``, or the conversation where empty.

    ``title`` is what it is called where it is for none of them.

    ``style`` and ``name`` are the style and format last used; ``said`` is what has come of
    the last press.
    """
    key = {"": "web.export_all", "notes": "web.notes_export"}.get(scope, "web.export_answer")
    title = safe(title or say(key, language))
    options = "".join(
        f'<option value="{known}"{" selected" if known == style else ""}>'
        f"{safe(say(f'styles.{known}', language))}</option>"
        for known in STYLES
    )
    groups = "".join(
        f"<fieldset><legend>{safe(say(key, language))}</legend>"
        + "".join(_button(known, scope, pressed=known == name) for known in names)
        + "</fieldset>"
        for key, names in GROUPS
    )
    waiting = safe(say("web.export_waiting", language))
    close = safe(say("web.close", language))
    # Drawn again after a press, the panel is there already and does not rise once more.
    kind = "takeaway still" if said else "takeaway"
    return (
        f'<section class="{kind}" role="dialog" aria-label="{title}"><header><h3>{title}</h3>'
        f'<button type="button" class="close" data-close aria-label="{close}">×</button></header>'
        f"<label><span>{safe(say('web.style', language))}</span>"
        f"<select data-style>{options}</select></label>{groups}"
        f'<p class="said" data-waiting="{waiting}" aria-live="polite">{safe(said)}</p></section>'
    )


def _button(name: str, scope: str, *, pressed: bool) -> str:
    return (
        f'<button type="button" data-format="{name}" data-scope="{safe(scope)}" '
        f'aria-pressed="{str(pressed).lower()}">{safe(FORMATS[name].title)}</button>'
    )
