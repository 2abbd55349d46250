"""A page of a book as the room of reading shows it, as HTML; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.web.html.answers import headings, language_tag, notes_mark, pages_text, safe, title
from rag.web.html.keeping import render_own
from rag.web.html.reader.leaf import render_turner
from rag.web.html.reader.links import link_to
from rag.web.html.reader.text import body_of, foot_of
from rag.web.html.reader.views import beside, parts_of, place_of, section_of

if TYPE_CHECKING:
    from rag.types import Book, Language, Place
    from rag.web.html.reader.views import View


def render_sheet(book: Book, view: View, language: Language) -> str:
    """Return a page: where it is in the book, its text, its footnotes, what is doubtful in it.

    What is marked and what was looked for stand in the view. The page says of itself, for
    ``reading.js``, under which section it begins, by which address it is found again, and
    what is told to who does not see it.
    """
    place = place_of(book, view)
    before, after = beside(book, view)
    record = book.record
    tag = safe(language_tag(record, book.text[view.start : view.start + 500]))
    steps = "".join(f'<span class="step" lang="{tag}">{safe(h)}</span>' for h in headings(place))
    said = _page_line(book, view, place, language)
    body = body_of(book, view, language)
    if view.start == view.end:
        body += f'<p class="calm">{safe(say("web.reader_blank", language))}</p>'
    turners = (
        render_turner(before, "previous", language, "read"),
        render_turner(after, "next", language, "read"),
    )
    sure = safe(say(f"web.sure_{place.status}", language))
    link = safe(str(link_to(book, view, view.marks)))
    where = f"{title(record)}{notes_mark(record, language)}{steps}"
    return (
        f'<article class="sheet" data-section="{section_of(book, view)}" '
        f'data-link="{link}" data-said="{safe(said)}" '
        f'data-place="{view.first}.{view.part}|{safe(book.id)}">'
        f'<header><p class="where">{where}</p></header>'
        f'<div class="body" data-book="{safe(book.id)}" lang="{tag}" tabindex="0">{body}'
        f"{foot_of(book, view, language)}{render_own(view.own, language)}</div>"
        f"{_problems(book, view, language)}"
        f'<p class="turn">{turners[0]}<span class="page {place.status.value}" title="{sure}">'
        f"{safe(said)}</span>{turners[1]}</p>{_tools(link, language)}</article>"
    )


def _page_line(book: Book, view: View, place: Place, language: Language) -> str:
    """Return what page it is, and which part of a text that has none; not escaped."""
    said = pages_text(place.pages, place.status, language)
    parts = len(parts_of(book, view.first))
    if parts == 1 or view.first != view.last:
        return said
    part = say("web.reader_part", language, part=view.part + 1, parts=parts)
    return f"{said} · {part}"


def _problems(book: Book, view: View, language: Language) -> str:
    """Return what a person should look at on the pages shown, folded; empty where nothing is."""
    labels = {page.label for page in book.pages[view.first : view.last + 1] if page.label}
    texts = dict.fromkeys(problem.text for problem in book.problems if problem.page in labels)
    if not texts:
        return ""
    items = "".join(f"<li>{safe(text)}</li>" for text in texts)
    head = safe(say("web.reader_problems", language, count=len(texts)))
    return f'<details class="problems"><summary>{head}</summary><ul>{items}</ul></details>'


def _tools(link: str, language: Language) -> str:
    """Return the buttons that take the page along: its address, and on paper."""
    copy, copied, printed = (
        safe(say(key, language)) for key in ("web.reader_link", "web.copied", "web.reader_print")
    )
    return (
        f'<p class="use"><button type="button" data-address="{link}" data-done="{copied}">{copy}'
        f'</button><button type="button" data-print>{printed}</button></p>'
    )


def render_picture(uri: str | None, said: str, language: Language) -> str:
    """Return the picture of a page, named by its label; a calm word where there is none."""
    if uri is None:
        return f'<p class="calm">{safe(say("web.reader_no_picture", language))}</p>'
    label = safe(f"{say('web.reader_picture', language)} · {said}")
    return f'<figure class="plate"><img src="{safe(uri)}" alt="{label}"></figure>'
