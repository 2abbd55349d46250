"""Questions to begin with and to go on with: made from a book, and offered where it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.application.identifying import chosen
from rag.application.suggesting.making import Offer, offers_of
from rag.language.names import known_spellings
from rag.questions import understand
from rag.types import TextKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rag.library import Library
    from rag.questions import Question
    from rag.search.chronology import Chronicle
    from rag.types import Answer, Book, Language, Section

_TRIED = 12
"""Questions of one book that are tried for a set of them."""


class Suggesting:
    """Makes questions from books, and keeps which of them are answered while the books stay.

    ``answer`` answers a question by quoting.
    """

    def __init__(
        self,
        library: Library,
        chronicle: Chronicle,
        answer: Callable[[Question, Language], Answer],
    ) -> None:
        self._library = library
        self._chronicle = chronicle
        self._answer = answer
        self._held: dict[tuple[tuple[str, ...], str, str], tuple[Sequence[Book], bool]] = {}

    def examples(self, book: str | None, language: Language, count: int) -> list[str]:
        """Return questions to begin with, spread over a book; of several, over the first.

        Errors as for ``Shuzheng.ask``.
        """
        ids = chosen(self._library, book)
        if not ids:
            return []
        books = [self._library.book(book_id) for book_id in ids]
        own = next((one for one in books if one.record.kind is TextKind.BOOK), books[0])
        return self._answered(_in_turn(self._offers(own, _spread(own), language)), own, books,
                              language, count)  # fmt: skip

    def following(
        self, answer: Answer, book: str | None, language: Language, count: int
    ) -> list[str]:
        """Return questions to go on with, which sections near what was cited answer.

        None are of what was cited or asked already. Errors as for ``Shuzheng.ask``.
        """
        cited = [one for one in answer.citations if one.start is not None]
        ids = chosen(self._library, book)
        if not cited or cited[0].record.id not in ids:
            return []
        books = [self._library.book(book_id) for book_id in ids]
        own = next(one for one in books if one.record.id == cited[0].record.id)
        shown = [(one.start or 0, one.end or 0) for one in cited if one.record.id == own.record.id]
        offers = [
            [
                offer
                for offer in offers
                if offer.text != answer.question
                and not any(offer.start <= start and end <= offer.end
                            and offer.end - offer.start == end - start for start, end in shown)
            ]
            for offers in self._offers(own, _near(own, shown[0][0]), language)
        ]  # fmt: skip
        return self._answered(_in_turn(offers), own, books, language, count)

    def _offers(
        self, book: Book, sections: Iterable[Section], language: Language
    ) -> list[list[Offer]]:
        """Return the questions of some sections, section by section."""
        events = self._chronicle.events([book.record.id])
        known = known_spellings(book.record.aliases)
        return [list(offers_of(one, book, events, known, language)) for one in sections]

    def _answered(
        self,
        offers: Iterable[Offer],
        own: Book,
        books: Sequence[Book],
        language: Language,
        count: int,
    ) -> list[str]:
        """Return the first of some questions that are answered from where they should be."""
        kept: list[str] = []
        for tried, offer in enumerate(offers):
            if len(kept) == count or tried == _TRIED:
                break
            if offer.text not in kept and self._is_answered(offer, own, books, language):
                kept.append(offer.text)
        return kept

    def _is_answered(
        self, offer: Offer, own: Book, books: Sequence[Book], language: Language
    ) -> bool:
        """Return whether a question is answered, first of all from where it was made."""
        key = tuple(book.record.id for book in books), language.value, offer.text
        held = self._held.get(key)
        if held and all(one is other for one, other in zip(held[0], books, strict=True)):
            return held[1]
        answer = self._answer(understand(offer.text, (), books), language)
        there = [
            one.record.id == own.record.id and offer.start <= (one.start or -1) < offer.end
            for one in answer.citations[:1]
        ]
        good = answer.status == "answered" and not answer.notice and any(there)
        self._held[key] = books, good
        return good


def _spread(book: Book) -> list[Section]:
    """Return the sections of a book's body so that the first of them are far apart."""
    body = [section for section in book.sections if section.part is None]
    longest = sorted(body, key=lambda section: section.body - section.end)[: max(len(body) // 2, 3)]
    ordered = sorted(longest, key=lambda section: section.start)
    step = max(len(ordered) // 3, 1)
    return [one for first in range(step) for one in ordered[first::step]]


def _near(book: Book, start: int) -> list[Section]:
    """Return the section that holds a place of a book, then those behind and before it."""
    body = [section for section in book.sections if section.end > section.body]
    home = next((at for at, one in enumerate(body) if one.start <= start < one.end), 0)
    order = [home, home + 1, home - 1, home + 2]
    return [body[at] for at in order if 0 <= at < len(body)]


def _in_turn(offers: Sequence[Sequence[Offer]]) -> list[Offer]:
    """Return the offers of sections in turn, in each turn one of another kind."""
    longest = max(map(len, offers), default=0)
    return [
        of_section[(turn + number) % len(of_section)]
        for turn in range(longest)
        for number, of_section in enumerate(offers)
        if turn < len(of_section)
    ]
