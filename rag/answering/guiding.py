"""A study guide of a book, made of its own sentences, without a language model."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from rag.answering.picking import Picked, Quote, Summary, is_of_body, name_line
from rag.language.catalog import say
from rag.language.text import has_han, sentences
from rag.questions import heading_number
from rag.types import Guide, GuideChapter, NotInLibraryError, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.answering.quoting import Quoting
    from rag.types import Answer, Book, Citation, Event, IndexedName, Language, Section

_DATES, _NAMES, _QUESTIONS = 12, 15, 6
"""Dated sentences, names and questions of a chapter."""
_BLANK = "＿＿＿＿"
_SHORTEST = {True: 10, False: 40}
"""Characters besides the answer of a sentence that a question is made of."""
_LONGEST = 200


class Guiding:
    """Makes study guides; holds no state of its own."""

    def __init__(self, quoting: Quoting) -> None:
        self._quoting = quoting
        self._sources = quoting.sources

    def guide(
        self,
        book: Book,
        chapter: int | None,
        language: Language,
        style: str | None = None,
        *,
        brief: bool = False,
    ) -> Guide:
        """Return the guide of a book, or of its chapter of a number.

        ``brief``: what the chapters say alone. Raises NotInLibraryError where it has no such
        chapter, RagError for an unknown style.
        """
        answers = self._summary if brief else self._answers
        return Guide(book.record, self._each(answers, book, chapter, language, style))

    def quiz(
        self, book: Book, chapter: int | None, language: Language, style: str | None = None
    ) -> Guide:
        """Return the questions of the guide alone, each with the sentence that answers it.

        Chapters that have none are left out; errors as for ``guide``.
        """
        chapters = self._each(self._questions, book, chapter, language, style)
        return Guide(book.record, tuple(one for one in chapters if one.answers))

    def _each(
        self,
        answers: Callable[..., Iterator[Answer]],
        book: Book,
        chapter: int | None,
        language: Language,
        style: str | None,
    ) -> tuple[GuideChapter, ...]:
        """Return the chapters of a number, or all, with what is asked of each."""
        units = _chapters(book)
        if chapter is not None:
            numbers = [heading_number(head) for head, _ in units]
            if not any(numbers):
                numbers = list(range(1, len(units) + 1))
            units = [unit for unit, own in zip(units, numbers, strict=True) if own == chapter]
        if not units:
            which = f"chapter {chapter}" if chapter else "chapter"
            raise NotInLibraryError(f"The book {book.id} has no {which} that a guide could be of.")
        return tuple(
            GuideChapter(head, tuple(answers(book, head, sections, language, style)))
            for head, sections in units
        )

    def _summary(
        self,
        book: Book,
        head: str,
        sections: Sequence[Section],
        language: Language,
        style: str | None,
    ) -> Iterator[Answer]:
        """Yield what a chapter is about, where it has sentences that say it."""
        indexes = frozenset(section.index for section in sections)
        quotes = tuple(Summary(book, self._sources, indexes).items(""))
        if quotes:
            asked = say("guide.summary", language, chapter=head)
            yield self._quoting.present(asked, Picked(quotes), language, style)

    def _answers(
        self,
        book: Book,
        head: str,
        sections: Sequence[Section],
        language: Language,
        style: str | None,
    ) -> Iterator[Answer]:
        """Yield what a chapter is about, its dates, its names, and questions on it."""
        events, names = self._found(book, sections)
        dated = dict.fromkeys(
            _quote(event.citation) for event in events if event.citation.passage_id
        )
        yield from self._summary(book, head, sections, language, style)
        parts = (
            ("guide.dates", list(dated)[:_DATES]),
            ("guide.names", [_quote(n.main, name_line(n, language)) for n in names[:_NAMES]]),
        )
        for key, quotes in parts:
            if quotes:
                asked = say(key, language, chapter=head)
                yield self._quoting.present(asked, Picked(tuple(quotes)), language, style)
        yield from self._questions(book, head, sections, language, style)

    def _questions(
        self,
        book: Book,
        _head: str,
        sections: Sequence[Section],
        language: Language,
        style: str | None,
    ) -> Iterator[Answer]:
        """Yield questions on a chapter, each answered by what stands in its gap."""
        events, names = self._found(book, sections)
        for asked, quote in _questions(events, names, book):
            text = say("guide.question", language, sentence=asked)
            yield self._quoting.present(text, Picked((quote,)), language, style)

    def _found(
        self, book: Book, sections: Sequence[Section]
    ) -> tuple[list[Event], list[IndexedName]]:
        """Return the dated events and the names in some sections of a book."""
        indexes = frozenset(section.index for section in sections)
        events = [
            event
            for event in self._sources.chronicle.events([book.id])
            if any(one.start <= event.words.start < one.end for one in sections)
        ]
        return events, self._sources.register.names([book.id], sections=indexes)


def _chapters(book: Book) -> list[tuple[str, list[Section]]]:
    """Return the chapters of the book's body with their headings; one without any."""
    body = [section for section in book.sections if is_of_body(section)]
    return [
        (head or book.record.title, list(group))
        for head, group in groupby(body, lambda section: section.chapter)
    ]


def _quote(citation: Citation, said: str = "") -> Quote:
    span = Span(citation.start or 0, citation.end or 0)
    return Quote(citation.record.id, citation.passage_id or "", span, said)


def _questions(
    events: Sequence[Event], names: Sequence[IndexedName], book: Book
) -> list[tuple[str, Quote]]:
    """Return sentences with a gap in place of a date or a name, each with what belongs there.

    A sentence gives one question, a name or date is asked for once, and what belongs into the
    gap stands nowhere else in the sentence. They come in the order of the book.
    """
    gaps = [(event.citation, event.words) for event in events if not event.inferred]
    for one in names:
        start = one.main.start or 0
        at = book.text.find(one.name, start, one.main.end or 0)
        if at >= 0:
            gaps.append((one.main, Span(at, at + len(one.name))))
    found: list[tuple[int, str, Quote]] = []
    taken: set[str] = set()
    for citation, words in sorted(gaps, key=lambda gap: _rank(gap[0], gap[1], book)):
        answer = book.text[words.start : words.end].strip()
        sentence, start = citation.quote, citation.start or 0
        rest = sentence[: words.start - start] + sentence[words.end - start :]
        good = _SHORTEST[has_han(sentence)] <= len(rest) and len(sentence) <= _LONGEST
        whole = len(sentences(sentence)) == 1 and bool(re.search(r"[。.!！]\W*$", sentence))
        if not (good and whole) or answer in rest or {answer, sentence} & taken:
            continue
        taken |= {answer, sentence}
        asked = sentence[: words.start - start] + _BLANK + sentence[words.end - start :]
        found.append((start, " ".join(asked.split()), _quote(citation, answer)))
        if len(found) == _QUESTIONS:
            break
    return [(asked, quote) for _, asked, quote in sorted(found, key=lambda one: one[0])]


def _rank(citation: Citation, words: Span, book: Book) -> tuple[bool, int]:
    """Return what gaps are taken by: dates and names in turn, each in the order of the book."""
    digits = bool(re.search(r"\d", book.text[words.start : words.end]))
    return (not citation.passage_id, words.start if digits else words.start + 1)
