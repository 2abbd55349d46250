"""A reader's own notes as HTML: in the page they are on, and as a list; pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.library.keeping import Standing
from rag.types import Span
from rag.web.html.answers import chip, language_tag, render_calm, safe, title, where
from rag.web.html.targets import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.library.keeping import PlacedNote
    from rag.types import Answer, Language

LONGEST = 8000
"""Characters that a reader may write in one note."""
_SHOWN = 300  # characters of a note's words that the list shows


def mark_own(text: str, note: PlacedNote, *, first: bool) -> str:
    """Return a stretch of a page that a note is on; ``first`` is where the keyboard stops at it."""
    stop = ' tabindex="0"' if first else ""
    key = safe(note.note.id)
    return f'<mark class="own" data-note="{key}" aria-describedby="own-{key}"{stop}>{text}</mark>'


def render_own(notes: Iterable[PlacedNote], language: Language) -> str:
    """Return the cards of the notes on a page; ``keeping.js`` shows each beside its words."""
    mine = safe(say("web.notes_mine", language))
    return "".join(
        f'<div class="card own" id="own-{safe(one.note.id)}" role="note" '
        f'data-own="{safe(one.note.id)}">'
        f'<p class="label">{mine}</p>{_words(one)}{_tools(one, language)}</div>'
        for one in notes
    )


def render_notes(notes: Sequence[PlacedNote], language: Language, *, searched: bool = False) -> str:
    """Return notes as a list by book, each with its place as it is now, to be edited or deleted.

    ``searched`` says that others may be there, which do not hold what was looked for.
    """
    if not notes:
        return render_calm("web.notes_none" if searched else "web.notes_empty", language)
    count = safe(say("web.notes_count", language, count=len(notes)))
    out = f'<p class="label count">{count}</p>'
    for book_id, group in groupby(notes, key=lambda one: one.note.anchor.book_id):
        listed = list(group)
        record = listed[0].record
        head = title(record) if record else safe(book_id)
        rows = "".join(_row(one, language) for one in listed)
        out += f'<section class="notebook"><h2>{head}</h2><ol class="hits">{rows}</ol></section>'
    return out


def render_keep(number: int, answer: Answer | None, language: Language) -> str:
    """Return the button that keeps what an answer cites; nothing where that is no stretch of text.

    ``number`` is the exchange's place in the conversation, from 0.
    """
    if answer is None or all(citation.start is None for citation in answer.citations):
        return ""
    keep, kept = (safe(say(f"web.notes_{key}", language)) for key in ("cited", "kept"))
    return f'<button type="button" data-keep="{number}" data-kept="{kept}">{keep}</button>'


def _row(one: PlacedNote, language: Language) -> str:
    quote = one.note.anchor.words
    shown = safe(quote[:_SHOWN] + ("…" if len(quote) > _SHOWN else ""))
    told = ""
    if one.standing is not Standing.THERE:
        told = f'<p class="label moved">{safe(say(f"web.notes_{one.standing}", language))}</p>'
    if one.record and one.place and one.span:
        place = f"{where(one.record, one.place, language)}{chip(one.place, language)}"
        tag = safe(language_tag(one.record, quote))
        span = (Span(one.span.start, one.span.end),)
        target = safe(str(Target(one.record.id, span)))
        head = (
            f'<button type="button" class="hit" data-open="{target}">'
            f'<span class="source">{place}</span>'
            f'<span class="text" lang="{tag}"><mark class="own">{shown}</mark></span></button>'
        )
    else:
        head = f'<div class="hit lost"><span class="text">{shown}</span></div>'
    return f'<li class="note">{head}{told}{_words(one)}{_tools(one, language)}</li>'


def _words(one: PlacedNote) -> str:
    """Return what the reader wrote, a paragraph a line; nothing of a mark alone."""
    lines = "<br>".join(safe(line) for line in one.note.body.splitlines())
    return f'<p class="words">{lines}</p>' if lines else ""


def _tools(one: PlacedNote, language: Language) -> str:
    """Return what a note is edited and deleted with."""
    keys = ("own", "save", "delete", "delete_sure")
    words = {key: safe(say(f"web.notes_{key}", language)) for key in keys}
    head = safe(say("web.notes_edit" if one.note.body else "web.notes_keep", language))
    key = safe(one.note.id)
    return (
        f'<div class="note-tools"><details><summary>{head}</summary><form data-write="{key}">'
        f'<textarea name="words" rows="3" maxlength="{LONGEST}" aria-label="{words["own"]}" '
        f'placeholder="{words["own"]}">{safe(one.note.body)}</textarea>'
        f'<button type="submit">{words["save"]}</button></form></details>'
        f'<button type="button" data-discard="{key}" data-sure="{words["delete_sure"]}">'
        f"{words['delete']}</button></div>"
    )
