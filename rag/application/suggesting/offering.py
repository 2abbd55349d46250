"""Questions to begin with and to go on with: made from a book, and offered where it answers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rag.application.suggesting.making import Offer, offers_of
from rag.language.names import known_spellings
from rag.language.text import fold
from rag.types import TextKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rag.library import Library
    from rag.search.chronology import Chronicle
    from rag.types import Answer, Book, Language, Section

_FEW = 3
"""Sections that a set of questions is spread over."""
_MOST = 12
"""Sections that questions are made of at a time."""
_TRIED = 20
"""Questions of one book that are tried for a set of them."""


class Suggesting:
    """Makes questions from books, and keeps which of them are answered while the books stay.

    ``answer`` answers a question of some books by quoting; ``chosen`` gives the ids of the books
    that a name stands for.
    """

    def __init__(
        self,
        library: Library,
        chronicle: Chronicle,
        answer: Callable[[str, Sequence[Book], Language], Answer],
        chosen: Callable[[str | None], list[str]],
    ) -> None:
        self._library = library
        self._chronicle = chronicle
        self._answer = answer
        self._chosen = chosen
        self._made: dict[tuple[str, str, int], tuple[Book, list[Offer]]] = {}
        self._held: dict[tuple[tuple[str, ...], str, str], tuple[Sequence[Book], bool]] = {}

    def examples(self, book: str | None, language: Language, count: int) -> list[str]:
        """Return questions to begin with, spread over a book; of several, over the first.

        Errors as for ``Shuzheng.ask``.
        """
        ids = self._chosen(book)
        if not ids:
            return []
        books = self._library.books(ids)
        own = next((one for one in books if one.record.kind is TextKind.BOOK), books[0])
        offers = self._offers(own, _spread(own)[:_MOST], language)
        return self._answered(_in_turn(offers), own, books, language, count)

    def following(
        self, answer: Answer, book: str | None, language: Language, count: int
    ) -> list[str]:
        """Return questions to go on with, which sections near what was cited answer.

        None are of what was cited or asked already. Errors as for ``Shuzheng.ask``.
        """
        cited = [one for one in answer.citations if one.start is not None]
        ids = self._chosen(book)
        if not cited or cited[0].record.id not in ids:
            return []
        books = self._library.books(ids)
        own = next(one for one in books if one.record.id == cited[0].record.id)
        shown = [(one.start or 0, one.end or 0) for one in cited if one.record.id == own.record.id]
        asked = fold(answer.question)
        new = (
            [one for one in of_section if fold(one.text) != asked
             and (one.start, one.end) not in shown
             and not (one.name and fold(one.name) in asked)]
            for of_section in self._offers(own, _near(own, shown[0][0]), language)
        )  # fmt: skip
        return self._answered(_in_turn(new), own, books, language, count)

    def _offers(
        self, book: Book, sections: Iterable[Section], language: Language
    ) -> Iterator[list[Offer]]:
        """Yield the questions of some sections, section by section; each is made once."""
        known = None
        for section in sections:
            key = book.record.id, language.value, section.index
            made = self._made.get(key)
            if made is None or made[0] is not book:
                known = known or known_spellings(book.record.aliases)
                events = self._chronicle.events([book.record.id])
                made = book, list(offers_of(section, book, events, known, language))
                self._made[key] = made
            yield made[1]

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
        answer = self._answer(offer.text, books, language)
        there = [
            one.record.id == own.record.id and offer.start <= (one.start or -1) < offer.end
            for one in answer.citations[:1]
        ]
        good = answer.status == "answered" and not answer.notice and any(there)
        self._held[key] = books, good
        return good


def _spread(book: Book) -> list[Section]:
    """Return the longer sections of a book, those of its body first, neighbours far apart."""
    longest = sorted(book.sections, key=lambda section: section.body - section.end)
    body = [one for one in longest[: max(len(longest) // 2, _FEW)] if one.part is None]
    ordered = sorted(body, key=lambda section: section.start)
    step = max(len(ordered) // _FEW, 1)
    spread = [one for first in range(step) for one in ordered[first::step]]
    return [*spread, *(one for one in longest if one not in spread)]


def _near(book: Book, start: int) -> list[Section]:
    """Return the section that holds a place of a book, then those behind and before it."""
    body = [section for section in book.sections if section.end > section.body]
    home = next((at for at, one in enumerate(body) if one.start <= start < one.end), 0)
    order = [home, home + 1, home - 1, home + 2]
    return [body[at] for at in order if 0 <= at < len(body)]


def _in_turn(offers: Iterable[Iterable[Offer]]) -> Iterator[Offer]:
    """Yield the offers of sections in turn, each of a kind that was not offered as often yet."""
    left = [list(of_section) for of_section in offers]
    used: Counter[str] = Counter()
    while any(left):
        for of_section in left:
            if of_section:
                best = min(of_section, key=lambda offer: used[offer.kind])
                of_section.remove(best)
                used[best.kind] += 1
                yield best
