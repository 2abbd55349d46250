"""Records to be edited, sets of books to be made, and two books side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.library import FIELDS, text_of
from rag.web.html.answers import language_tag, render_answer, safe
from rag.web.html.library.parts import button, choice, field, form, head, submit, told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.types import Answer, BookRecord, BookSummary, Language, Shelf

VIEWS = ("books", "sets", "compare")


def render_views(view: str, language: Language) -> str:
    """Return the views of the library as buttons, the one that is shown marked."""
    shown = view if view in VIEWS else "books"
    items = "".join(
        button(f"web.library_{one}", language, do="view", view=one).replace(
            "<button", f"<button{' aria-current=page' if one == shown else ''}", 1
        )
        for one in VIEWS
    )
    label = safe(say("web.library_label", language))
    return f'<nav class="views" aria-label="{label}">{items}</nav>'


def render_record(
    summary: BookSummary, language: Language, *, keeps: bool, most: int = 1, said: str = ""
) -> str:
    """Return a book's record: as a form where it may be edited, else as a list."""
    record = summary.record
    out = head(summary, "web.library_record", language) + told(said)
    values = [(name, text_of(getattr(record, name))) for name in FIELDS]
    if not keeps:
        items = "".join(
            f"<dt>{safe(say(f'web.library_field_{name}', language))}</dt><dd>{safe(value)}</dd>"
            for name, value in values
            if value
        )
        return f'{out}<dl class="record">{items}</dl>'
    fields = "".join(
        field(name, _label(name, summary, language), value, more=' maxlength="400"')
        for name, value in values
    )
    people = f'<p class="label">{safe(say("web.library_people", language))}</p>'
    edits = form(fields + people + submit("web.library_keep", language), do="edit", book=record.id)
    taken = form(
        field("refs", say("web.library_import", language), kind="file", more=f' data-most="{most}"')
        + submit("web.library_take", language),
        do="import",
        book=record.id,
    )
    clear = ""
    if summary.edited:
        again = button("web.library_clear", language, do="unedit", book=record.id)
        clear = f'<p class="doing">{again}</p>'
    return f'{out}<div class="recorder">{edits}{taken}{clear}</div>'


def _label(name: str, summary: BookSummary, language: Language) -> str:
    label = say(f"web.library_field_{name}", language)
    by_hand = f" ({say('web.library_by_hand', language)})" if name in summary.edited else ""
    return label + by_hand


def render_sets(
    shelves: Sequence[Shelf],
    books: Sequence[BookSummary],
    language: Language,
    *,
    keeps: bool,
    said: str = "",
) -> str:
    """Return the sets of books with what is in them, and the form that makes one."""
    titles = {one.record.id: one.record.title for one in books}
    items = "".join(
        f'<li><p class="title"><strong>{safe(shelf.name)}</strong></p>'
        f'<p class="by">{safe("；".join(titles.get(one, f"({one})") for one in shelf.books))}</p>'
        + (
            '<p class="doing">'
            + button("web.library_set_forget", language, sure="web.library_set_sure",
                     do="unshelve", name=shelf.name)
            + "</p>"
            if keeps
            else ""
        )
        + "</li>"
        for shelf in shelves
    )  # fmt: skip
    out = told(said) + (f'<ol class="books">{items}</ol>' if items else "")
    if not items:
        out += f'<p class="calm">{safe(say("web.library_set_none", language))}</p>'
    if not keeps or not books:
        return out
    boxes = "".join(
        f'<label class="box"><input type="checkbox" name="books" value="{safe(one.record.id)}">'
        f'<span lang="{safe(language_tag(one.record, one.record.title))}">'
        f"{safe(one.record.title)}</span></label>"
        for one in books
    )
    named = field("name", say("web.library_set_name", language), more=' maxlength="80" required')
    return out + form(
        f"{named}<fieldset>{boxes}</fieldset>{submit('web.library_set_make', language)}",
        label=say("web.library_set_make", language),
        do="shelve",
    )


def render_compare(
    books: Sequence[BookSummary], shelves: Sequence[Shelf], language: Language, *, said: str = ""
) -> str:
    """Return the form that puts one question to two books or sets of books."""
    options = [(one.record.id, one.record.title) for one in books]
    options += [(one.name, say("web.library_set", language, name=one.name)) for one in shelves]
    turned = options[1:] + options[:1]
    asks = field(
        "question", say("web.library_question", language), more=' maxlength="1000" required'
    )
    wait = safe(say("web.library_answering", language))
    inside = (
        asks
        + choice("one", say("web.library_first", language), options)
        + choice("other", say("web.library_second", language), turned)
        + submit("web.library_ask", language)
    )
    return (
        form(inside, label=say("web.library_compare", language), do="compare")
        + f'<p class="told" role="status" data-sending="{wait}">{safe(said)}</p>'
    )


def render_compared(
    question: str,
    sides: Sequence[tuple[str, Answer]],
    records: Mapping[str, BookRecord],
    language: Language,
) -> str:
    """Return answers side by side, each below the name of its book or set."""
    columns = "".join(
        f'<section><h4>{safe(name)}</h4><div class="answer">'
        f"{render_answer(answer, records, language)}</div></section>"
        for name, answer in sides
    )
    return f'<h3 class="asked">{safe(question)}</h3><div class="sides">{columns}</div>'
