"""Questions to begin with, made from the headings a book has text under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say

if TYPE_CHECKING:
    from rag.types import Book, Language

_LONG = 60  # a heading longer than this makes a question nobody would read
_TEXT = 80  # a stretch shorter than this answers little


def _bare(heading: str) -> str:
    """Return a heading without its number: ``1. 中苏复交`` gives ``中苏复交``."""
    number, space, title = heading.partition(" ")
    return title if space and len(number) <= 6 and title else heading


def example_questions(book: Book, language: Language, count: int = 3) -> list[str]:
    """Return questions about sections that the book has text of, and one or more about where.

    ``count`` is how many sections are asked about at most, spread over the book; where it
    has fewer, headings of its contents make up for them.
    """
    headings: dict[str, int] = {}
    for section in book.sections:
        heading = section.section or section.chapter
        if heading and section.part is None:
            headings[heading] = headings.get(heading, 0) + section.end - section.body
    titles = [
        _bare(heading)
        for heading, length in headings.items()
        if length >= _TEXT and len(heading) <= _LONG
    ]
    chosen = (
        titles if len(titles) <= count else [titles[i * len(titles) // count] for i in range(count)]
    )
    questions = [say("web.example_section", language, heading=title) for title in chosen]
    outline = [entry for entry in book.contents if entry.page and len(entry.title) <= _LONG]
    outline = [entry for entry in outline if entry.level > 1] or outline
    wanted = min(2 if len(questions) < count else 1, len(outline))
    return questions + [
        say(
            "web.example_where",
            language,
            heading=outline[(i + 1) * len(outline) // (wanted + 1)].title,
        )
        for i in range(wanted)
    ]
