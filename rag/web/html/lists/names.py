"""The names of books as HTML, as an index gives them; pure: values in, safe text out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.types import PageStatus, Span
from rag.web.html.answers import (
    language_tag,
    marked,
    pages_text,
    render_calm,
    safe,
    where,
)
from rag.web.html.targets import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import IndexedName, Language, Occurrence

NAMES_SHOWN = 300
"""Names shown at one time; of more, the commonest, and it is said how many there are."""


def render_names(names: Sequence[IndexedName], language: Language) -> str:
    """Return names with their pages, the main one first; a calm sentence where there is none."""
    if not names:
        return render_calm("web.index_none", language)
    shown = names[:NAMES_SHOWN]
    key = "web.index_count" if len(shown) == len(names) else "web.index_more"
    count = safe(say(key, language, count=len(names)))
    items = "".join(render_name(one, language) for one in shown)
    return f'<p class="label count" role="status">{count}</p><ol class="hits">{items}</ol>'


def render_name(one: IndexedName, language: Language) -> str:
    """Return a name as a list item: its main sentence opens its page, each page its own."""
    citation = one.main
    record, start = citation.record, citation.start or 0
    span = Span(start, start + len(citation.quote))
    at = [
        Span(page.span.start - start, page.span.end - start)
        for page in one.pages_main_first[:1]
        if span.start <= page.span.start < span.end
    ]
    tag = safe(language_tag(record, citation.quote))
    name = one.name
    if one.also:
        also = say("index.joint", language).join(one.also)
        name = say("index.also", language, name=name, also=also)
    kind = safe(say(f"index.{one.kind}", language))
    pages = "".join(
        _page(record.id, page, language, main=index == 0)
        for index, page in enumerate(one.pages_main_first)
    )
    return (
        f'<li class="name"><button type="button" class="hit event" '
        f'data-open="{safe(str(Target(record.id, (span,))))}">'
        f'<span class="when">{kind}</span>'
        f'<span class="text"><strong lang="{tag}">{safe(name)}</strong></span>'
        f'<span class="text" lang="{tag}">{marked(citation.quote, at)}</span>'
        f'<span class="source">{where(record, citation.place, language)}</span></button>'
        f'<p class="pages">{pages}</p></li>'
    )


def _page(book_id: str, page: Occurrence, language: Language, *, main: bool) -> str:
    """Return one page of a name as a button that opens it."""
    place = page.place
    status = place.status if place.pages else PageStatus.UNKNOWN
    text = pages_text(place.pages, status, language)
    if place.part:
        text = say("index.of_part", language, part=place.part, pages=text)
    sure = safe(say(f"web.sure_{status}", language))
    words = f"<strong>{safe(text)}</strong>" if main else safe(text)
    target = safe(str(Target(book_id, (page.span,))))
    return (
        f'<button type="button" class="page {status.value}" data-open="{target}" '
        f'title="{sure}">{words}</button> '
    )
