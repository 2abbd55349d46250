"""The page map of a book as a table to be checked and corrected, and its problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.web.html.answers import language_tag, safe
from rag.web.html.library.parts import button, field, form, head, submit, told
from rag.web.html.targets import Target

if TYPE_CHECKING:
    from rag.types import Book, BookSummary, Language, Page

PAGES_SHOWN = 200
"""Rows of the table that are shown at one time."""
_CHANGES_SHOWN = 40


def render_pages(
    summary: BookSummary,
    book: Book,
    language: Language,
    first: int = 0,
    seen: Book | None = None,
    *,
    keeps: bool = False,
    undoable: bool = False,
    said: str = "",
) -> str:
    """Return a book's pages from an index on, with what corrects them.

    ``seen`` is the book as corrections would make it that are not kept yet.
    """
    out = [head(summary, "web.library_pages", language), told(said)]
    if seen is not None:
        out.append(_preview(book, seen, language))
    elif keeps:
        out.append(_corrector(summary, language, undoable=undoable))
    first = max(0, min(first, max(0, len(book.pages) - 1)))
    rows = "".join(_row(book, page, language) for page in book.pages[first : first + PAGES_SHOWN])
    heads = "".join(
        f'<th scope="col">{safe(say(f"web.library_{key}", language))}</th>'
        for key in ("index", "page", "sure", "where", "why")
    )
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    out.append(f'<div class="map" tabindex="0">{table}</div>')
    turn = []
    told_book = {"do": "view", "view": "pages", "book": summary.record.id}
    if first > 0:
        at = max(0, first - PAGES_SHOWN)
        turn.append(button("web.library_earlier", language, **told_book, first=at))
    if first + PAGES_SHOWN < len(book.pages):
        at = first + PAGES_SHOWN
        turn.append(button("web.library_later", language, **told_book, first=at))
    return "".join(out) + (f'<p class="doing">{"".join(turn)}</p>' if turn else "")


def _row(book: Book, page: Page, language: Language) -> str:
    target = safe(str(Target(book.id, page=page.index)))
    tag = safe(language_tag(book.record, page.chapter or page.part or ""))
    place = " › ".join(filter(None, (page.part, page.chapter, page.section)))
    status = safe(say(f"web.library_status_{page.status}", language))
    return (
        f'<tr class="{page.status}"><td><button type="button" class="page" data-open="{target}">'
        f'{page.index}</button></td><td class="printed">{safe(page.label or "—")}</td>'
        f'<td>{status}</td><td lang="{tag}">{safe(place)}</td>'
        f'<td class="label" lang="en">{safe("; ".join(page.reasons))}</td></tr>'
    )


def _corrector(summary: BookSummary, language: Language, *, undoable: bool) -> str:
    """Return the forms by which labels are set and shifted; what they do is shown first."""
    book = summary.record.id
    number = ' inputmode="numeric" size="5" maxlength="6"'
    hint = f' size="8" maxlength="40" placeholder="{safe(say("web.library_no_label", language))}"'
    one = (
        f"<b>{safe(say('web.library_set_label', language))}</b>"
        + field("index", say("web.library_of_index", language), more=number + " required")
        + field("label", say("web.library_is", language), more=hint)
        + submit("web.library_look", language)
    )
    many = (
        f"<b>{safe(say('web.library_offset', language))}</b>"
        + field("offset", say("web.library_by", language), more=number + " required")
        + field("from", say("web.library_from", language), more=number)
        + field("to", say("web.library_to", language), more=number)
        + submit("web.library_look", language)
    )
    doing = []
    if undoable:
        doing.append(button("web.library_undo", language, do="undo", book=book))
    if summary.corrections:
        doing.append(button("web.library_clear", language, do="look", book=book, clear=True))
    return (
        form(one, label=say("web.library_set_label", language), do="look", book=book)
        + form(many, label=say("web.library_offset", language), do="look", book=book)
        + (f'<p class="doing">{"".join(doing)}</p>' if doing else "")
    )


def _preview(book: Book, seen: Book, language: Language) -> str:
    """Return which pages would change, and the two ways on."""
    changed = [
        (old, new)
        for old, new in zip(book.pages, seen.pages, strict=True)
        if (old.label, old.status) != (new.label, new.status)
    ]
    items = "".join(
        f"<li>{old.index}: {safe(old.label or '—')} → <b>{safe(new.label or '—')}</b></li>"
        for old, new in changed[:_CHANGES_SHOWN]
    )
    more = "<li>…</li>" if len(changed) > _CHANGES_SHOWN else ""
    words = say("web.library_changes", language, count=str(len(changed)))
    if not changed:
        words = say("web.library_no_change", language)
    problems = "".join(
        f"<li>{safe(one.text)}</li>"
        for one in seen.problems
        if one not in book.problems and one.kind.startswith("correction")
    )
    doubt = f'<ul class="doubts" lang="en">{problems}</ul>' if problems else ""
    keep = button("web.library_keep", language, do="correct", book=book.id) if changed else ""
    drop = button("web.library_discard", language, do="view", view="pages", book=book.id)
    return (
        f'<section class="preview" role="status"><p><b>{safe(words)}</b></p>'
        f'<ul class="changes">{items}{more}</ul>{doubt}<p class="doing">{keep}{drop}</p></section>'
    )


def render_problems(summary: BookSummary, book: Book, language: Language) -> str:
    """Return what a person should look at in a book, each with its place, which opens."""
    out = head(summary, "web.library_problems", language)
    if not summary.problems:
        return f'{out}<p class="calm">{safe(say("web.library_no_problem", language))}</p>'
    at: dict[str | None, Page] = {}
    for one in book.pages:
        at.setdefault(one.label, one)
    items = []
    for problem in summary.problems:
        page = at.get(problem.page) if problem.page else None
        place = safe(say("web.library_no_place", language))
        if page is not None:
            target = safe(str(Target(book.id, page=page.index)))
            where = " › ".join(filter(None, (page.part, page.chapter, page.section)))
            label = safe(say("web.page", language, page=page.label or ""))
            place = (
                f'<button type="button" class="page" data-open="{target}">{label}</button> '
                f"{safe(where)}"
            )
        items.append(f'<li><p class="label">{place}</p><p lang="en">{safe(problem.text)}</p></li>')
    return f'{out}<ol class="problems">{"".join(items)}</ol>'
