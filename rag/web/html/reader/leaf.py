"""The page of a book that opens beside an answer, as HTML: a pure function of the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.web.html.answers import (
    headings,
    language_tag,
    notes_mark,
    pages_text,
    render_translation,
    safe,
    title,
)
from rag.web.html.keeping import render_own
from rag.web.html.reader.text import body_of, foot_of
from rag.web.html.reader.views import beside, place_of, view_of, with_own

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.library.keeping import PlacedNote
    from rag.types import Book, Language, Translation
    from rag.web.html.reader.views import View
    from rag.web.html.targets import Target

_MOST_SCANS = 2  # pictures sent with a page; each is as long as a book's text


def _scans(book: Book, view: View, language: Language, picture: Callable[[str], str | None]) -> str:
    """Return the pictures of the pages shown, folded away until they are wanted."""
    pages = {page.image: page for page in reversed(book.pages[view.first : view.last + 1])}
    out: list[str] = []
    for image, page in reversed(pages.items()):
        uri = picture(image) if image and len(out) < _MOST_SCANS else None
        if uri is not None:
            label = pages_text((page.label,) if page.label else (), page.status, language)
            said = safe(f"{say('web.scan', language)} · {label}")
            out.append(
                f'<details class="scan"><summary>{said}</summary>'
                f'<img src="{safe(uri)}" alt="{said}"></details>'
            )
    return "".join(out)


def render_turner(target: Target | None, way: str, language: Language, event: str = "open") -> str:
    """Return the button that turns to a page, pale where the book ends.

    ``way`` is ``previous`` or ``next``, also of hits; ``event`` is what a press on it asks for.
    """
    label = safe(say(f"web.turn_{way}", language))
    kind = f'type="button" class="turner {way.removeprefix("hit_")}"'
    if target is None:
        return f"<button {kind} disabled>{label}</button>"
    return f'<button {kind} data-{event}="{safe(str(target))}">{label}</button>'


def render_leaf(
    book: Book,
    target: Target,
    language: Language,
    picture: Callable[[str], str | None] = lambda _image: None,
    translation: Translation | None = None,
    *,
    own: Sequence[PlacedNote] = (),
) -> str:
    """Return the pages that a target lies on, with what it names in ``<mark>``.

    Chapter and section stand at the head, a line with its label where each page begins,
    and the pages' footnotes at the foot. Where pages have pictures, ``picture`` gives the
    address under which one can be seen, and they can be unfolded above the text. A
    ``translation`` of what is marked stands below the page, apart from the book's words.
    ``own`` are the reader's notes on the book. Raises NotInLibraryError for a place outside the
    book.
    """
    view = with_own(book, view_of(book, target), own)
    place = place_of(book, view)
    before, after = beside(book, view)
    record = book.record
    tag = safe(language_tag(record, book.text[view.start : view.start + 500]))
    steps = "".join(f'<span class="step" lang="{tag}">{safe(h)}</span>' for h in headings(place))
    close = safe(say("web.close", language))
    return (
        f'<aside class="leaf" role="dialog" aria-label="{safe(say("web.leaf", language))}">'
        f'<header><p class="where">{title(record)}{notes_mark(record, language)}{steps}</p>'
        f'<button type="button" class="close" data-close aria-label="{close}" title="{close}">'
        f"×</button></header>"
        f'<div class="body" data-book="{safe(book.id)}" lang="{tag}" tabindex="0">'
        f"{_scans(book, view, language, picture)}"
        f"{body_of(book, view, language)}"
        f"{foot_of(book, view, language)}{render_own(view.own, language)}</div>"
        f"{render_translation(translation, language) if translation else ''}"
        f'<p class="use"><button type="button" data-read="{safe(str(target))}">'
        f"{safe(say('web.reader_on', language))}</button></p>"
        f"<footer>{render_turner(before, 'previous', language)}"
        f'<span class="page">{safe(pages_text(place.pages, place.status, language))}</span>'
        f"{render_turner(after, 'next', language)}</footer></aside>"
    )


def render_missing(key: str, language: Language) -> str:
    """Return the panel with one calm sentence in place of a page."""
    close = safe(say("web.close", language))
    return (
        f'<aside class="leaf" role="dialog" aria-label="{safe(say("web.leaf", language))}"><header>'
        f'<p class="where"></p><button type="button" class="close" data-close '
        f'aria-label="{close}">×</button></header>'
        f'<div class="body" tabindex="0"><p class="calm">{safe(say(key, language))}</p></div>'
        f"</aside>"
    )
