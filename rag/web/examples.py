"""Questions to begin with, made from the headings a book has text under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.web.words import word

if TYPE_CHECKING:
    from rag.types import Book, Language

_LONG = 60  # a heading longer than this makes a question nobody would read
_TEXT = 80  # a stretch shorter than this answers little


def _bare(heading: str) -> str:
    """Return a heading without its number: ``1. 中苏复交`` gives ``中苏复交``."""
    number, space, title = heading.partition(" ")
    return title if space and len(number) <= 6 and title else heading


def example_questions(book: Book, language: Language, count: int = 3) -> list[str]:
    """Return questions about sections that the book has text of, and one about its contents."""
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
    questions = [word("example_section", language, heading=title) for title in chosen]
    outline = [entry for entry in book.contents if entry.page and len(entry.title) <= _LONG]
    if outline:
        middle = outline[len(outline) * 2 // 3]
        questions.append(word("example_where", language, heading=middle.title))
    return questions
