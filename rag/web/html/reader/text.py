"""The text of a book as it is shown: page breaks, headings, paragraphs, footnotes, doubts, marks.

Every stretch of the book's text is an element that says in ``data-at`` at which character of
the book it begins, and holds nothing but these characters: what a reader selects can be told
as a place in the book (``selecting.js``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.types import Span
from rag.web.html.answers import INVISIBLE, pages_text, safe
from rag.web.html.keeping import mark_own

if TYPE_CHECKING:
    from rag.types import Book, Footnote, Language, Page
    from rag.web.html.reader.views import View

_ALONE = re.compile(r'<span (data-at="\d+")>([^<]*)</span>')


def break_line(page: Page, language: Language, tag: str) -> str:
    """Return the line that says which page begins here."""
    label = safe(pages_text((page.label,) if page.label else (), page.status, language))
    return f'<{tag} class="break {page.status.value}" role="separator"><b>{label}</b></{tag}>'


def _stretch(book: Book, start: int, end: int, tag: str, attributes: str = "") -> str:
    """Return a stretch of the text; at characters that are not shown (see ``safe``) it is cut."""
    out: list[str] = []
    cuts = [found.start() for found in INVISIBLE.finditer(book.text, start, end)]
    for low, high in pairwise([start - 1, *cuts, end]):
        if low + 1 < high:
            shown = safe(book.text[low + 1 : high])
            out.append(f'<{tag} data-at="{low + 1}"{attributes}>{shown}</{tag}>')
    return "".join(out)


def _doubted(book: Book, start: int, end: int, language: Language) -> str:
    """Return a stretch of the text, with what was read with little confidence shown as such."""
    out: list[str] = []
    at = start
    why = f' class="doubt" title="{safe(say("web.doubtful", language))}"'
    first = bisect_right(book.doubts, start, key=lambda span: span.end)
    for span in book.doubts[first:]:
        if span.start >= end:
            break
        low, high = max(span.start, start), min(span.end, end)
        out += [_stretch(book, at, low, "span"), _stretch(book, low, high, "u", why)]
        at = high
    return "".join(out) + _stretch(book, at, end, "span")


def _notes(book: Book, view: View) -> dict[int, list[Footnote]]:
    """Return the footnotes whose marks stand in what is shown, by where they do."""
    notes: dict[int, list[Footnote]] = {}
    for note in book.footnotes:
        if note.anchor is not None and view.start < note.anchor <= view.end:
            notes.setdefault(note.anchor, []).append(note)
    return notes


def _paragraph(
    book: Book, view: View, line: Span, notes: dict[int, list[Footnote]], language: Language
) -> str:
    """Return one line of the running text, with its page breaks, footnote marks and marks."""
    inside = {
        page.start: page
        for page in book.pages[view.first : view.last + 1]
        if line.start < page.start < line.end
    }
    marked = (at for at in notes if line.start < at < line.end)
    cuts = {line.start, line.end, *inside, *marked}
    for span in (*view.marks, *view.found, *_own_spans(view)):
        cuts.update(at for at in (span.start, span.end) if line.start < at < line.end)
    out: list[str] = []
    ordered = sorted(cuts)
    for start, end in pairwise(ordered):
        if start in inside:
            out.append(break_line(inside[start], language, "span"))
        text = _doubted(book, start, end, language)
        if any(span.start <= start and end <= span.end for span in view.found):
            text = f'<mark class="found">{text}</mark>'
        if any(span.start <= start and end <= span.end for span in view.marks):
            text = f"<mark>{text}</mark>"
        out.append(_owned(text, view, start, end))
        out += [f"<sup>{safe(note.mark)}</sup>" for note in notes.get(end, ())]
    return "".join(out)


def _own_spans(view: View) -> list[Span]:
    return [one.span for one in view.own if one.span]


def _owned(text: str, view: View, start: int, end: int) -> str:
    """Return a stretch that is shown, within the marks of the reader's notes that lie on it."""
    for one in view.own:
        if one.span and one.span.start <= start and end <= one.span.end:
            text = mark_own(text, one, first=start in (one.span.start, view.start))
    return text


def body_of(book: Book, view: View, language: Language) -> str:
    """Return the running text that is shown: page breaks, headings and paragraphs."""
    out: list[str] = []
    pages = list(book.pages[view.first : view.last + 1])
    notes = _notes(book, view)
    at = view.start
    while at < view.end or pages:
        newline = book.text.find("\n", at, view.end)
        stop = view.end if newline < 0 else newline
        raw = book.text[at:stop]
        begin = at + len(raw) - len(raw.lstrip())
        while pages and (pages[0].start <= begin or at >= view.end):
            out.append(break_line(pages.pop(0), language, "div"))
        while pages and pages[0].start < stop:  # a page that begins within this line
            pages.pop(0)
        if raw.strip():
            line = Span(begin, at + len(raw.rstrip()))
            index = bisect_right(book.sections, begin, key=lambda section: section.start) - 1
            is_heading = index >= 0 and begin < book.sections[index].body
            goes_on = at > 0 and book.text[at - 1] != "\n"
            tag = "h4" if is_heading else "p"
            kind = ' class="on"' if goes_on and not is_heading else ""
            shown = _paragraph(book, view, line, notes, language)
            alone = _ALONE.fullmatch(shown)
            if alone:
                kind, shown = f"{kind} {alone[1]}", alone[2]
            out.append(f"<{tag}{kind}>{shown}</{tag}>")
        at = stop + 1
    return "".join(out)


def foot_of(book: Book, view: View, language: Language) -> str:
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
        if wanted:
            text = f"<mark>{text}</mark>"
        elif any(s.start < note.end and note.start < s.end for s in view.found):
            text = f'<mark class="found">{text}</mark>'
        for one in view.own:
            if one.span and one.span.start < note.end and note.start < one.span.end:
                text = mark_own(text, one, first=True)
        items.append(f"<li><sup>{safe(note.mark)}</sup> {text}</li>")
    if not items:
        return ""
    label = safe(say("web.footnotes", language))
    return f'<ol class="foot" aria-label="{label}">{"".join(items)}</ol>'
