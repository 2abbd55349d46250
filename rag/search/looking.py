"""A lookup as a reader wants it: word for word or by meaning, narrowed, sorted, and counted.

What has the words is all found and counted, not the best of it alone; what is near in meaning
is ranked as for any question (``Retrieval``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.language.names import known_spellings, name_pattern, names_in
from rag.language.text import find_exact, fold, token_set
from rag.questions import FEW_BOOKS, all_tokens, stand_in
from rag.search.retrieval import DEPTH, known_words, term_spans
from rag.search.wording import by_sound
from rag.types import Hit, Lookup, Match, Order, Span, Tally, Way, Wish, locate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from rag.language.names import Known
    from rag.questions import Question, Term
    from rag.search.naming import Register
    from rag.search.retrieval import Found, Retrieval
    from rag.types import Book, Passage, Section

SPELLINGS = 24
"""Other spellings of a name that are looked for at most."""
BARS = 60
"""Parts and chapters up to which those are counted too that lack the words."""


class Looking:
    """Looks words up in a library; holds no state of its own."""

    def __init__(self, retrieval: Retrieval, register: Register) -> None:
        self._retrieval = retrieval
        self._library = retrieval.library
        self._register = register

    def look(self, question: Question, wish: Wish) -> Lookup:
        """Return all that is found for words, those passages first that have them.

        Text in quotation marks is found word for word, and nothing near to it. Raises as
        ``Retrieval.find``.
        """
        books = self._library.books(question.book_ids)
        within = _sections(books, wish.within)
        phrases = question.quoted or (question.asked,)
        spelt = self._spelt(phrases, books) if wish.names else [(one,) for one in phrases]
        also = tuple(dict.fromkeys(other for group in spelt for other in group[1:]))
        terms = question.entire.terms
        loose = () if question.only_quoted else self._loose(question)
        worded = [] if wish.way is Way.MEANING else list(self._worded(books, spelt, loose, terms))
        here = [hit for hit in worded if _inside(hit.passage, within)]
        hits, near = self._ranked(question, here, wish.way, within)
        if wish.order is Order.PAGE:
            order = {book_id: place for place, book_id in enumerate(question.book_ids)}
            for some in (hits, near):
                some.sort(key=lambda hit: (order[hit.passage.book_id], hit.passage.start))
        tallies = tuple(_tallies(books, worded)) if worded else ()
        return Lookup((*hits, *near), len(hits), also, tallies)

    def _ranked(
        self,
        question: Question,
        worded: Sequence[Hit],
        way: Way,
        within: Mapping[str, AbstractSet[int]] | None,
    ) -> tuple[list[Hit], list[Hit]]:
        """Return the passages with the words, and those near in meaning, each best first."""
        retrieval = self._retrieval
        if way is Way.MEANING:
            search = retrieval.search(question.entire, question.book_ids, DEPTH, within=within)
            meant = sorted(search.found, key=_nearness, reverse=True)
            return [], [replace(retrieval.hit(one), match=Match.MEANING) for one in meant]
        found: list[Hit] = []
        if way is Way.BOTH and not question.only_quoted:
            found = retrieval.find(question, DEPTH, within=within)
        with_words = {hit.passage.id for hit in worded}
        best = [hit.passage.id for hit in found if hit.match is not Match.MEANING]
        scores = dict(
            self._library.search_words(
                all_tokens(question.entire.terms), question.book_ids, self._held()
            )
        )
        rank = {key: place for place, key in enumerate(best)}
        ordered = sorted(
            worded,
            key=lambda hit: (
                rank.get(hit.passage.id, len(rank)),
                hit.match is Match.BOTH,  # the words in it, and not as they stand
                -scores.get(hit.passage.id, 0.0),
            ),
        )
        near = [hit for hit in found if hit.passage.id not in with_words]
        return [replace(hit, match=Match.WORDS) for hit in ordered], [
            replace(hit, marks=(), match=Match.MEANING) for hit in near
        ]

    def _worded(
        self,
        books: Sequence[Book],
        spelt: Sequence[Sequence[str]],
        loose: Collection[str],
        terms: Sequence[Term],
    ) -> Iterator[Hit]:
        """Yield the passages that have each phrase in a spelling, or every word, in order.

        What has every word and not the phrase is of the match BOTH until it is ranked.
        """
        for book in books:
            places = [_places(book, group) for group in spelt]
            for passage in self._library.passages(book.record.id):
                inside = [_cut(spans, passage) for spans in places]
                if all(inside):
                    marks = sorted(
                        (one for some in inside for one in some), key=lambda one: one.start
                    )
                    yield _hit(book, passage, Match.WORDS, marks)
                elif passage.id in loose:
                    yield _hit(book, passage, Match.BOTH, term_spans(passage.text, terms))

    def _loose(self, question: Question) -> set[str]:
        """Return the ids of the passages that have every word of a question, in any order."""
        terms = question.entire.terms
        found = self._library.search_words(all_tokens(terms), question.book_ids, self._held())
        stored = {
            passage.id: passage
            for book_id in question.book_ids
            for passage in self._library.passages(book_id)
        }
        return {
            key
            for key, _ in found
            if key in stored and stand_in(terms, token_set(stored[key].text))
        }

    def _held(self) -> int:
        """Return how many passages the library has."""
        return sum(count for _, count in self._library.changes().values()) or 1

    def _spelt(self, phrases: Sequence[str], books: Sequence[Book]) -> list[tuple[str, ...]]:
        """Return each phrase with what it is where the names in it are spelt otherwise.

        Other spellings are told by the books' records, by what the books themselves call a name
        (of a few books: to find the names of many takes minutes), and, of a name in letters that
        neither knows, by its sound.
        """
        aliases = [group for book in books for group in book.record.aliases]
        told = [book.record.id for book in books] if len(books) <= FEW_BOOKS else []
        names = [(one.name, *one.also) for one in self._register.names(told) if one.also]
        known = [one for one in known_spellings([*aliases, *names]) if len(one[0]) > 1]
        return [self._respelt(phrase, known, books) for phrase in phrases]

    def _respelt(self, phrase: str, known: Known, books: Sequence[Book]) -> tuple[str, ...]:
        others: dict[str, None] = {}
        for name in names_in(phrase, known):
            groups = (group for spelling, group, _ in known if spelling == fold(name.text))
            for other in (one for group in groups for one in group):
                others.setdefault(phrase[: name.start] + other + phrase[name.end :])
        if not others:
            heard = by_sound(phrase, known_words(self._library, [one.record.id for one in books]))
            for sounded, near in heard.items():
                for found in name_pattern(sounded).finditer(fold(phrase)):
                    for form, _, _ in near:
                        others.setdefault(phrase[: found.start()] + form + phrase[found.end() :])
        same = fold(phrase)
        return (phrase, *[one for one in others if fold(one) != same][:SPELLINGS])


def parts_of(book: Book) -> list[str]:
    """Return the parts and chapters of a book in reading order, by their headings, none twice."""
    return list(dict.fromkeys(filter(None, map(_heading, book.sections))))


def _heading(section: Section) -> str | None:
    return section.part or section.chapter


def _sections(books: Sequence[Book], heading: str) -> dict[str, set[int]] | None:
    """Return the sections of books under a heading; None for no heading: all of them."""
    if not heading:
        return None
    return {
        book.record.id: {one.index for one in book.sections if _heading(one) == heading}
        for book in books
    }


def _nearness(found: Found) -> float:
    """Return how near a passage is by its meaning alone: itself, and its best sentence."""
    return found.nearness + float(found.sentences.max(initial=found.nearness))


def _inside(passage: Passage, within: Mapping[str, AbstractSet[int]] | None) -> bool:
    return within is None or passage.section in within.get(passage.book_id, ())


def _places(book: Book, spellings: Sequence[str]) -> list[Span]:
    """Return where a book has any of some spellings, in order, none inside another."""
    found = sorted(
        (span for one in spellings for span in find_exact(book.text, one)),
        key=lambda span: (span.start, -span.end),
    )
    kept: list[Span] = []
    for span in found:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _cut(spans: Sequence[Span], passage: Passage) -> list[Span]:
    """Return what of some places lies in a passage, counted from where it begins."""
    return [
        Span(max(span.start, passage.start) - passage.start,
             min(span.end, passage.end) - passage.start)
        for span in spans
        if span.start < passage.end and span.end > passage.start
    ]  # fmt: skip


def _hit(book: Book, passage: Passage, match: Match, marks: Sequence[Span]) -> Hit:
    place = locate(book, passage.start, passage.end)
    return Hit(passage, place, match, 1.0, None, tuple(marks))


def _tallies(books: Sequence[Book], worded: Sequence[Hit]) -> Iterator[Tally]:
    """Yield how often what was found stands in each part and chapter, in reading order.

    Where the words stand nowhere as they were put, how many passages have them all.
    """
    exact = any(hit.match is Match.WORDS for hit in worded)
    for book in books:
        counts = dict.fromkeys(parts_of(book), 0)
        for hit in worded:
            if hit.passage.book_id != book.record.id:
                continue
            if exact and hit.match is not Match.WORDS:
                continue
            heading = _heading(book.sections[hit.passage.section])
            if heading:
                counts[heading] += len(hit.marks) if exact else 1
        for heading, count in counts.items():
            if count or len(counts) <= BARS:
                yield Tally(book.record.id, heading, count)
