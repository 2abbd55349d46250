"""The contents of a book beside its pages, as HTML: each heading with the page it begins on."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.web.html.answers import language_tag, pages_text, safe, title
from rag.web.html.reader.views import parts_of
from rag.web.html.targets import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.types import Book, Language, Section

MOST = 600
"""Headings that are shown; of a book with more, those of the lower levels are left out."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level from 1 to 3, its words, and the index of the section it begins."""

    level: int
    text: str
    section: int


def headings_of(book: Book) -> list[Heading]:
    """Return the headings that stand in a book's text, in its order, not too many of them."""
    found = list(_headings(book.sections))
    for level in (2, 1):
        if len(found) > MOST:
            found = [heading for heading in found if heading.level <= level]
    return found[:MOST]


def _headings(sections: tuple[Section, ...]) -> Iterator[Heading]:
    above: tuple[str | None, ...] = (None, None, None)
    for section in sections:
        chain = (section.chapter or section.part, section.section, section.subsection)
        for level, text in enumerate(chain):
            if text and chain[: level + 1] != above[: level + 1]:
                yield Heading(level + 1, text, section.index)
        above = chain


def render_contents(book: Book, language: Language) -> str:
    """Return the contents: a heading is pressed to go there.

    Each names the section that it begins in ``data-section``, by which ``reading.js`` marks
    the one that the page shown is in.
    """
    tag = safe(language_tag(book.record, book.text[:500]))
    items = []
    for heading in headings_of(book):
        start = book.sections[heading.section].start
        index = max(0, bisect_right(book.pages, start, key=lambda page: page.start) - 1)
        page = book.pages[index]
        label = pages_text((page.label,) if page.label else (), page.status, language)
        shown = safe(label) if page.label else ""
        parts = parts_of(book, index)
        part = max(0, bisect_right(parts, start, key=lambda one: one.start) - 1)
        target = safe(str(Target(book.id, page=index, part=part)))
        items.append(
            f'<li class="level{heading.level}"><button type="button" data-read="{target}" '
            f'data-section="{heading.section}" data-start="{start}">'
            f'<span class="text">{safe(heading.text)}</span>'
            f'<span class="page {page.status.value}">{shown}</span></button></li>'
        )
    head = safe(say("web.reader_contents", language))
    return (
        f'<nav class="contents" aria-label="{head}"><details open><summary>{head}</summary>'
        f'<p class="book">{title(book.record)}</p>'
        f'<ol lang="{tag}">{"".join(items)}</ol></details></nav>'
    )
