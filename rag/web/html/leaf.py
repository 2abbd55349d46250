"""The page of a book that opens beside an answer, as HTML: a pure function of the book."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.types import NotInLibraryError, Page, PageStatus, Place, Span
from rag.web.html.answers import (
    headings,
    language_tag,
    notes_mark,
    pages_text,
    render_translation,
    safe,
    title,
)
from rag.web.html.targets import Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.types import Book, Footnote, Language, Translation

_AROUND = 1500  # characters shown on either side of a mark where a page has no end in sight
_LONG = 8000  # more text than this at once is no page but a text without pages
_MOST_SCANS = 2  # pictures sent with a page; each is as long as a book's text
_MOST_PAGES = 6  # a passage lies on one page or two; more than this is not what was meant


@dataclass(frozen=True, slots=True)
class _View:
    """What is shown: pages by index, a stretch of the running text, and what is marked."""

    first: int
    last: int
    start: int
    end: int
    marks: tuple[Span, ...]


def _page_at(pages: tuple[Page, ...], offset: int) -> int:
    """Return the index of the page that holds an offset of the running text."""
    return max(0, bisect_right([page.start for page in pages], offset) - 1)


def _view(book: Book, target: Target) -> _View:
    """Return what a target asks to see; NotInLibraryError where the book has no such place."""
    missing = NotInLibraryError(f"The book {book.id} has no such place; reload the page")
    if not book.pages:
        raise missing
    if target.page is not None:
        if target.page >= len(book.pages):
            raise missing
        first = last = target.page
    else:
        if any(not span.start < span.end <= len(book.text) for span in target.spans):
            raise missing
        low = min(span.start for span in target.spans)
        if low >= book.body_end:
            note = next((n for n in book.footnotes if n.start <= low < n.end), None)
            if note is None:
                raise missing
            first = last = note.page
        else:
            high = min(max(span.end for span in target.spans), book.body_end)
            first = _page_at(book.pages, low)
            last = min(_page_at(book.pages, high - 1), first + _MOST_PAGES - 1)
    start, end = book.pages[first].start, book.pages[last].end
    if end - start > _LONG:
        inside = [span for span in target.spans if start <= span.start < end]
        low = min((span.start for span in inside), default=start)
        high = max((span.end for span in inside), default=start)
        start = max(start, book.text.rfind("\n", 0, max(low - _AROUND, 0)) + 1)
        stop = book.text.find("\n", min(high + _AROUND, end))
        end = end if stop < 0 else min(end, stop)
    return _View(first, last, start, end, target.spans)


def _break_line(page: Page, language: Language, tag: str) -> str:
    """Return the line that says which page begins here."""
    label = safe(pages_text((page.label,) if page.label else (), page.status, language))
    return f'<{tag} class="break {page.status.value}" role="separator"><b>{label}</b></{tag}>'


def _doubted(book: Book, start: int, end: int, language: Language) -> str:
    """Return a stretch of the text, with what was read with little confidence shown as such."""
    out: list[str] = []
    at = start
    title_text = safe(say("web.doubtful", language))
    first = bisect_right(book.doubts, start, key=lambda span: span.end)
    for span in book.doubts[first:]:
        if span.start >= end:
            break
        low, high = max(span.start, start), min(span.end, end)
        shown = safe(book.text[low:high])
        out += [safe(book.text[at:low]), f'<u class="doubt" title="{title_text}">{shown}</u>']
        at = high
    return "".join(out) + safe(book.text[at:end])


def _paragraph(book: Book, view: _View, line: Span, language: Language) -> str:
    """Return one line of the running text, with its page breaks, footnote marks and marks."""
    inside = {
        page.start: page
        for page in book.pages[view.first : view.last + 1]
        if line.start < page.start < line.end
    }
    notes: dict[int, list[Footnote]] = {}
    for note in book.footnotes:
        if note.anchor is not None and line.start < note.anchor <= line.end:
            notes.setdefault(note.anchor, []).append(note)
    cuts = {line.start, line.end, *inside, *notes}
    for span in view.marks:
        cuts.update(at for at in (span.start, span.end) if line.start < at < line.end)
    out: list[str] = []
    ordered = sorted(cuts)
    for start, end in pairwise(ordered):
        if start in inside:
            out.append(_break_line(inside[start], language, "span"))
        text = _doubted(book, start, end, language)
        if any(span.start <= start and end <= span.end for span in view.marks):
            text = f"<mark>{text}</mark>"
        out.append(text)
        out += [f"<sup>{safe(note.mark)}</sup>" for note in notes.get(end, ())]
    return "".join(out)


def _body(book: Book, view: _View, language: Language) -> str:
    """Return the running text that is shown: page breaks, headings and paragraphs."""
    out: list[str] = []
    pages = list(book.pages[view.first : view.last + 1])
    starts = [section.start for section in book.sections]
    at = view.start
    while at < view.end or pages:
        newline = book.text.find("\n", at, view.end)
        stop = view.end if newline < 0 else newline
        raw = book.text[at:stop]
        begin = at + len(raw) - len(raw.lstrip())
        while pages and (pages[0].start <= begin or at >= view.end):
            out.append(_break_line(pages.pop(0), language, "div"))
        while pages and pages[0].start < stop:  # a page that begins within this line
            pages.pop(0)
        if raw.strip():
            line = Span(begin, at + len(raw.rstrip()))
            index = bisect_right(starts, begin) - 1
            is_heading = index >= 0 and begin < book.sections[index].body
            goes_on = at > 0 and book.text[at - 1] != "\n"
            tag = "h4" if is_heading else "p"
            kind = ' class="on"' if goes_on and not is_heading else ""
            out.append(f"<{tag}{kind}>{_paragraph(book, view, line, language)}</{tag}>")
        at = stop + 1
    return "".join(out)


def _foot(book: Book, view: _View, language: Language) -> str:
    """Return the footnotes at the foot of the pages shown."""
    items: list[str] = []
    whole = view.start <= book.pages[view.first].start and view.end >= book.pages[view.last].end
    for note in book.footnotes:
        if not view.first <= note.page <= view.last:
            continue
        wanted = any(s.start < note.end and note.start < s.end for s in view.marks)
        near = note.anchor is not None and view.start <= note.anchor <= view.end
        if not (whole or wanted or near):
            continue
        raw = book.text[note.start : note.end]
        start = note.start + len(raw) - len(raw.lstrip())
        text = _doubted(book, start, note.start + len(raw.rstrip()), language)
        items.append(
            f"<li><sup>{safe(note.mark)}</sup> {f'<mark>{text}</mark>' if wanted else text}</li>"
        )
    if not items:
        return ""
    label = safe(say("web.footnotes", language))
    return f'<ol class="foot" aria-label="{label}">{"".join(items)}</ol>'


def _scans(
    book: Book, view: _View, language: Language, picture: Callable[[str], str | None]
) -> str:
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


def _place(book: Book, view: _View) -> Place:
    """Return where the view is: its headings, and its pages no surer than the least sure."""
    pages = book.pages[view.first : view.last + 1]
    at = min((s.start for s in view.marks if s.start < book.body_end), default=pages[0].start)
    starts = [section.start for section in book.sections]
    index = bisect_right(starts, at) - 1
    section = book.sections[index] if index >= 0 else None
    statuses = {page.status for page in pages}
    order = (PageStatus.UNKNOWN, PageStatus.APPROXIMATE, PageStatus.EXACT)
    return Place(
        part=section.part if section else None,
        chapter=section.chapter if section else None,
        section=section.section if section else None,
        pages=tuple(page.label for page in pages if page.label),
        status=next(status for status in order if status in statuses),
    )


def _turner(book: Book, index: int, way: str, language: Language) -> str:
    """Return the button that turns to a page, pale where the book ends."""
    label = safe(say(f"web.turn_{way}", language))
    if not 0 <= index < len(book.pages):
        return f'<button type="button" class="turner {way}" disabled>{label}</button>'
    target = safe(str(Target(book.id, page=index)))
    return f'<button type="button" class="turner {way}" data-open="{target}">{label}</button>'


def render_leaf(
    book: Book,
    target: Target,
    language: Language,
    picture: Callable[[str], str | None] = lambda _image: None,
    translation: Translation | None = None,
) -> str:
    """Return the pages that a target lies on, with what it names in ``<mark>``.

    Chapter and section stand at the head, a line with its label where each page begins,
    and the pages' footnotes at the foot. Where pages have pictures, ``picture`` gives the
    address under which one can be seen, and they can be unfolded above the text. A
    ``translation`` of what is marked stands below the page, apart from the book's words.
    Raises NotInLibraryError for a place outside the book.
    """
    view = _view(book, target)
    place = _place(book, view)
    record = book.record
    tag = safe(language_tag(record, book.text[view.start : view.start + 500]))
    steps = "".join(f'<span class="step" lang="{tag}">{safe(h)}</span>' for h in headings(place))
    close = safe(say("web.close", language))
    return (
        f'<aside class="leaf" role="dialog" aria-label="{safe(say("web.leaf", language))}">'
        f'<header><p class="where">{title(record)}{notes_mark(record, language)}{steps}</p>'
        f'<button type="button" class="close" data-close aria-label="{close}" title="{close}">'
        f"×</button></header>"
        f'<div class="body" lang="{tag}" tabindex="0">{_scans(book, view, language, picture)}'
        f"{_body(book, view, language)}"
        f"{_foot(book, view, language)}</div>"
        f"{render_translation(translation, language) if translation else ''}"
        f"<footer>{_turner(book, view.first - 1, 'previous', language)}"
        f'<span class="page">{safe(pages_text(place.pages, place.status, language))}</span>'
        f"{_turner(book, view.last + 1, 'next', language)}</footer></aside>"
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
