"""What was looked for within a book, as HTML: each hit with its page; pure."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.types import Span, locate
from rag.web.html.answers import chip, excerpt, language_tag, marked, safe
from rag.web.html.reader.leaf import render_turner
from rag.web.html.targets import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Book, Language

SHOWN = 60
"""Hits that are listed at one time, around the one that is shown."""
_AROUND = 60  # characters on either side of a hit, out of which what is shown is cut


def render_within(book: Book, words: str, hits: Sequence[Span], at: int, language: Language) -> str:
    """Return the hits for words, counted, with the way to the one before and after ``at``.

    ``at`` is an offset in the book: where the reader is.
    """
    if not hits:
        said = safe(say("web.reader_hits_none", language, words=words))
        return f'<section class="within"><p class="calm">{said}</p></section>'
    current = bisect_right(hits, at, key=lambda span: span.start) - 1
    on = current >= 0 and hits[current].start == at
    earlier = current - 1 if on else current
    before = hits[earlier] if earlier >= 0 else None
    after = hits[current + 1] if current + 1 < len(hits) else None
    first = max(0, min(current - SHOWN // 2, len(hits) - SHOWN))
    shown = hits[first : first + SHOWN]
    count = safe(say("web.reader_hits", language, words=words, count=len(hits)))
    if len(shown) < len(hits):
        count += " " + safe(
            say("web.reader_hits_some", language, first=first + 1, last=first + len(shown))
        )
    items = "".join(
        _item(book, span, language, here=on and first + number == current)
        for number, span in enumerate(shown)
    )
    turners = "".join(
        render_turner(
            None if span is None else Target(book.id, (span,)), f"hit_{way}", language, "read"
        )
        for way, span in (("previous", before), ("next", after))
    )
    head = safe(say("web.reader_words", language))
    return (
        f'<section class="within" aria-label="{head}"><p class="label" role="status">{count}</p>'
        f'<p class="turners">{turners}</p><ol class="hits">{items}</ol></section>'
    )


def _item(book: Book, span: Span, language: Language, *, here: bool) -> str:
    low = max(span.start - _AROUND, 0 if span.start < book.body_end else book.body_end)
    end = book.body_end if span.start < book.body_end else len(book.text)
    text = book.text[low : min(span.end + _AROUND, end)].replace("\n", " ")
    piece, marks, before, after = excerpt(text, [Span(span.start - low, span.end - low)], 70)
    words = ("…" if before or low else "") + marked(piece, marks) + ("…" if after else "")
    target = safe(str(Target(book.id, (span,))))
    current = ' aria-current="true"' if here else ""
    return (
        f'<li><button type="button" class="hit" data-read="{target}"{current}>'
        f"{chip(locate(book, span.start, span.end), language)}"
        f'<span class="text" lang="{safe(language_tag(book.record, piece))}">{words}</span>'
        f"</button></li>"
    )
