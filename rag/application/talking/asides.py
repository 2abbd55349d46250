"""What is said where nothing was asked of the book, and how the book is cited; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.answering import escape
from rag.citing import STYLES, format_citation
from rag.language.catalog import page_words, say
from rag.language.text import fold
from rag.questions import ASIDES, Want
from rag.types import Answer, Citation, PageStatus, Place, Seconds, Sentence, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.questions import Question
    from rag.types import Book, Language, Page

_WITH_EXAMPLES = ASIDES - {Want.THANKS}
_OFFERED = 3
_NOWHERE = Place(None, None, None, (), PageStatus.UNKNOWN)


def aside(question: str, language: Language, *said: str) -> Answer:
    """Return an answer to what asked nothing of the book: its paragraphs, and no sentence of it."""
    return _answer(question, language, "aside", "\n\n".join(filter(None, said)))


def reply(question: Question, language: Language, examples: Sequence[str]) -> Answer:
    """Return what is said to a greeting, to thanks, to who asks what this is, or to a task.

    ``examples`` are questions that the book answers; they stand below, a line each.
    """
    below = offered(examples, language) if question.want in _WITH_EXAMPLES else ""
    return aside(question.text, language, say(f"talk.{question.want}", language), below)


def offered(examples: Sequence[str], language: Language) -> str:
    """Return questions that can be asked, a line each below what says so; empty for none."""
    lines = [say("talk.examples", language), *(f"- {each}" for each in examples[:_OFFERED])]
    return "\n".join(lines) if examples else ""


def cite_books(
    question: Question, books: Sequence[Book], language: Language, style: str | None
) -> Answer:
    """Return how books, or the page that a question names, are cited in the reader's style.

    In the style that the question names, where it names one. Raises CitingError for an unknown
    ``style``.
    """
    style = _style_in(question.text) or style
    leads: list[str] = []
    cited: list[tuple[Sentence, Citation]] = []
    asked = _page_asked(question.text)
    for number, book in enumerate(books, start=1):
        page = next((page for page in book.pages if page.label and page.label == asked), None)
        place = _place(page) if page else _NOWHERE
        if page:
            leads.append(say("talk.citing_page", language, page=page_words(place, language)))
        elif asked:
            leads.append(say("talk.no_such_page", language, page=asked))
        else:
            leads.append(say("talk.citing", language))
        reference = format_citation(book.record, place, style, language)
        citation = Citation(number, book.record, place, reference, None, None, None, (), reference)
        cited.append((Sentence(reference, (number,), Verdict.SUPPORTED), citation))
    lines = [f"{escape(one.text)} [{number}]" for number, (one, _) in enumerate(cited, 1)]
    text = "\n\n".join([*dict.fromkeys(leads), *lines])
    return _answer(question.text, language, "answered", text, cited)


def _answer(
    question: str,
    language: Language,
    status: str,
    text: str,
    cited: Sequence[tuple[Sentence, Citation]] = (),
) -> Answer:
    sentences, citations = (tuple(part) for part in zip(*cited, strict=True)) if cited else ((), ())
    nothing = Seconds(0.0, 0.0, 0.0)
    return Answer(question, language, status, "quoted", text, sentences, citations, nothing)


def _place(page: Page) -> Place:
    return Place(None, None, None, (page.label,) if page.label else (), page.status)


def _page_asked(question: str) -> str | None:
    """Return the number that a question on citing names; a norm's (7714-2015) is none."""
    found = re.search(r"(?<![\d/\-–—.])\d{1,4}(?![\d\-–—./]|\s*\d)", fold(question))
    return found.group() if found else None


def _style_in(question: str) -> str | None:
    """Return the style that a question names by the first word of its name."""
    words = set(re.findall(r"[a-z]+", fold(question)))
    return next((style for style in STYLES if style.partition("-")[0] in words), None)
