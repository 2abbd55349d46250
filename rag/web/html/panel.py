"""The panel of formats as HTML; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.citing import STYLES
from rag.web.html.answers import safe
from rag.web.words import word

if TYPE_CHECKING:
    from rag.types import Language

NAMES = {
    "docx": "Word",
    "pdf": "PDF",
    "html": "HTML",
    "md": "Markdown",
    "tex": "LaTeX",
    "txt": "TXT",
    "ris": "RIS (Zotero)",
    "bib": "BibTeX",
    "enw": "EndNote",
    "noteexpress": "NoteExpress",
    "csl-json": "CSL-JSON",
    "csv": "CSV",
    "apkg": "Anki",
    "json": "JSON",
}
"""What each format is called, in every language."""

GROUPS = (
    ("export_reading", ("docx", "pdf", "html", "md", "tex", "txt")),
    ("export_references", ("ris", "bib", "enw", "noteexpress", "csl-json")),
    ("export_data", ("csv", "apkg", "json")),
)


def render_panel(scope: str, language: Language, style: str, name: str, *, said: str = "") -> str:
    """Return the panel for an answer by its number, or for the conversation where it is empty.

    ``style`` and ``name`` are the style and format last used; ``said`` is what has come of
    the last press.
    """
    title = safe(word("export_answer" if scope else "export_all", language))
    options = "".join(
        f'<option value="{known}"{" selected" if known == style else ""}>'
        f"{safe(word(f'style_{known}', language))}</option>"
        for known in STYLES
    )
    groups = "".join(
        f"<fieldset><legend>{safe(word(key, language))}</legend>"
        + "".join(_button(known, scope, pressed=known == name) for known in names)
        + "</fieldset>"
        for key, names in GROUPS
    )
    waiting = safe(word("export_waiting", language))
    close = safe(word("close", language))
    # Drawn again after a press, the panel is there already and does not rise once more.
    kind = "takeaway still" if said else "takeaway"
    return (
        f'<section class="{kind}" role="dialog" aria-label="{title}"><header><h3>{title}</h3>'
        f'<button type="button" class="close" data-close aria-label="{close}">×</button></header>'
        f"<label><span>{safe(word('style', language))}</span>"
        f"<select data-style>{options}</select></label>{groups}"
        f'<p class="said" data-waiting="{waiting}" aria-live="polite">{safe(said)}</p></section>'
    )


def _button(name: str, scope: str, *, pressed: bool) -> str:
    return (
        f'<button type="button" data-format="{name}" data-scope="{safe(scope)}" '
        f'aria-pressed="{str(pressed).lower()}">{safe(NAMES[name])}</button>'
    )
