"""The card that shows the passage behind a citation's number; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.types import NotInLibraryError, Span, locate
from rag.web.html.answers import chip, excerpt, language_tag, marked, safe, where

if TYPE_CHECKING:
    from rag.types import Book, Language
    from rag.web.html.targets import Target

SHOWN = 220
"""Characters of a passage that a card shows, those before the sentence included."""


def render_card(book: Book, target: Target, language: Language) -> str:
    """Return the paragraph around what a target names, that in ``<mark>``, its place and surety.

    NotInLibraryError where the book has no such place.
    """
    span = min(target.spans, key=lambda one: one.start, default=Span(0, 0))
    if not span.start < span.end <= len(book.text):
        raise NotInLibraryError(f"The book {book.id} has no such place; reload the page")
    start = book.text.rfind("\n", 0, span.start) + 1
    end = book.text.find("\n", span.end)
    text = book.text[start : end if end >= 0 else len(book.text)]
    mark = Span(span.start - start, span.end - start)
    length = max(SHOWN, len(mark) + SHOWN // 2)
    piece, marks, before, after = excerpt(text, [mark], length)
    shown = ("…" if before else "") + marked(piece, marks) + ("…" if after else "")
    place = locate(book, span.start, span.end)
    sure = safe(say(f"web.sure_{place.status}", language))
    tag = safe(language_tag(book.record, piece))
    return (
        f'<div class="card" id="cited-passage" role="tooltip" data-place="{safe(str(target))}">'
        f'<p class="source">{where(book.record, place, language)}{chip(place, language)}</p>'
        f'<p class="passage" lang="{tag}">{shown}</p><p class="label">{sure}</p></div>'
    )
