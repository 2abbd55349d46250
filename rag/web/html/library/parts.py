"""What the views of the library are put together of: buttons, fields, lines that are told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.web.html.answers import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import BookSummary, Language


def button(key: str, language: Language, *, sure: str = "", kind: str = "", **told: object) -> str:
    """Return a button that tells what is to be done; with ``sure`` a second press does it."""
    words = safe(say(key, language))
    again = f' data-sure="{safe(say(sure, language))}"' if sure else ""
    look = f' class="{kind}"' if kind else ""
    return (
        f'<button type="button"{look} data-keep="{safe(json.dumps(told))}"{again}>{words}</button>'
    )


def words_button(words: str, **told: object) -> str:
    """Return a button with words of its own."""
    return f'<button type="button" data-keep="{safe(json.dumps(told))}">{safe(words)}</button>'


def form(inside: str, *, label: str = "", **told: object) -> str:
    """Return a form that tells what is to be done, with what is in it."""
    named = f' aria-label="{safe(label)}"' if label else ""
    return f'<form class="desk" data-form="{safe(json.dumps(told))}"{named}>{inside}</form>'


def field(
    name: str,
    label: str,
    value: str = "",
    *,
    kind: str = "text",
    more: str = "",
    wide: bool = False,
) -> str:
    """Return a labelled field; ``more`` are its other attributes, ``wide``: it has its own row."""
    look = "wide" if wide else kind
    return (
        f'<label class="{look}"><span>{safe(label)}</span><input type="{kind}" name="{name}" '
        f'value="{safe(value)}" autocomplete="off"{more}></label>'
    )


def choice(name: str, label: str, options: Sequence[tuple[str, str]]) -> str:
    """Return a labelled choice of a form; options are (value, words)."""
    items = "".join(f'<option value="{safe(v)}">{safe(words)}</option>' for v, words in options)
    return f'<label><span>{safe(label)}</span><select name="{name}">{items}</select></label>'


def submit(key: str, language: Language) -> str:
    """Return the button that sends a form."""
    return f'<button type="submit">{safe(say(key, language))}</button>'


def told(text: str) -> str:
    """Return a line that says what came of a press; nothing where there is nothing to say."""
    return f'<p class="told" role="status">{safe(text)}</p>' if text else ""


def head(summary: BookSummary, key: str, language: Language) -> str:
    """Return the head of a view of one book, with the way back."""
    back = button("web.library_back", language, kind="back", do="view", view="books")
    record = summary.record
    return (
        f'<header class="of">{back}<h3>{safe(record.title)} '
        f'<span class="label">{safe(say(key, language))}</span></h3></header>'
    )
