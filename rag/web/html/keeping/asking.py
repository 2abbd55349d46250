"""What asks a question again, as it was or in other words; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.web.html.answers import safe

if TYPE_CHECKING:
    from rag.types import Language


def render_edit(number: int, question: str, language: Language) -> str:
    """Return the button that opens a question to be edited; the page makes the form of it.

    ``number`` is the exchange's place in the conversation, from 0.
    """
    words = {key: safe(say(f"web.ask_{key}", language)) for key in ("send", "cancel", "branch")}
    label = safe(say("web.ask_edit", language))
    told = "".join(f' data-{key}="{text}"' for key, text in words.items())
    return (
        f'<button type="button" class="edit" data-edit="{number}" data-question="{safe(question)}"'
        f'{told} aria-label="{label}" title="{label}">✎</button>'
    )


def render_again(number: int, language: Language) -> str:
    """Return the button that asks the question of an exchange once more."""
    label, branch = (safe(say(f"web.ask_{key}", language)) for key in ("again", "branch"))
    return f'<button type="button" data-again="{number}" title="{branch}">{label}</button>'
