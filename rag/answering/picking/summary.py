"""What a book, or a part of it, is about: its own headings and most telling sentences."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from rag.answering.picking.gist import choose, tellings
from rag.answering.picking.picked import Heading, Picked, Quote, escape
from rag.language.catalog import say
from rag.language.numbers import chinese_number, spelt_number
from rag.language.tables import Pattern, each
from rag.language.text import bigrams, fold, has_han, is_contents_head
from rag.questions import content_words
from rag.search import Found
from rag.types import PassageKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from rag.answering.picking.gist import Telling
    from rag.answering.picking.picked import Sources
    from rag.library import StoredPassage
    from rag.questions import Question
    from rag.types import Book, Section

MOST = 24
"""Sentences of a summary, beside its headings; where it is asked for in detail, twice as many."""
_BRIEFLY = 3
_OWN = 2
"""The author's own sentences on the book that are given."""
_SHOWN = 12
"""Passages that a language model is shown."""
_ABOUT_BOOK = Pattern("{outline.book}|{gist.here}", re.IGNORECASE)
_BRIEF = Pattern("{gist.brief}", re.IGNORECASE)
_DETAILED = Pattern("{gist.detailed}", re.IGNORECASE)
_OWN_WORDS = Pattern("{gist.own}", re.IGNORECASE)
_ELSEWHERE = Pattern("(?:{gist.elsewhere}|{chronology.sources})", re.IGNORECASE)
"""Headings of what others say before a book, and of lists of sources behind it."""


def pick_summary(question: Question, sources: Sources) -> Picked | None:
    """Return what a book or the part asked for is about: headings, and sentences below each.

    None where something else than a book or a part of one is to be summed up; no quotes where
    no book has the part.
    """
    part = question.part
    books = sources.library.books(question.book_ids)
    if part is None and not _is_whole(question, books):
        return None
    items: list[Quote | Heading] = []
    shown: list[StoredPassage] = []
    for book in books:
        if part and book.id not in part.sections:
            continue
        summary = Summary(book, sources, part.sections[book.id] if part else None)
        picked = summary.items(question.text, several=len(books) > 1 and part is None)
        items += picked
        shown += summary.passages(picked)
    language = question.language
    lead = say("answers.summary", language)
    if part:
        lead = say("answers.summary_part", language, part=escape(part.name))
    return Picked(tuple(items), lead, found=_found(shown), scoped=bool(items))


def _found(shown: Sequence[StoredPassage]) -> tuple[Found, ...]:
    return tuple(Found.picked(one) for one in shown[:_SHOWN])


def _is_whole(question: Question, books: Sequence[Book]) -> bool:
    """Return whether it is a book that is to be summed up, and not something that it tells of.

    A question that names no book speaks of something where its words are those of a heading.
    """
    if _ABOUT_BOOK.search(question.text):
        return True
    tokens = set(bigrams(content_words(question.text)))
    heads = {token for book in books for entry in book.contents for token in bigrams(entry.heading)}
    return not tokens & heads


class Summary:
    """The summary of some sections of a book, of the whole without any."""

    def __init__(
        self, book: Book, sources: Sources, sections: Collection[int] | None = None
    ) -> None:
        self._book = book
        self._whole = sections is None
        self._library = sources.library
        self._sections = [
            section
            for section in book.sections
            if (section.index in sections if sections is not None else is_of_body(section))
        ]
        by_section: dict[int, list[str]] = {}
        for passage in self._library.passages(book.id):
            if passage.kind is PassageKind.TEXT:
                by_section.setdefault(passage.section, []).append(passage.id)
        self._ids = by_section

    def items(self, asked: str, *, several: bool = False) -> list[Quote | Heading]:
        """Return what is quoted, as long as ``asked`` wants it.

        ``several`` says that other books are summed up beside it.
        """
        count = _count(asked)
        if count is None and (several or _BRIEF.search(asked)):
            count = _BRIEFLY
        if count is not None:
            return [*map(self._quote, self._in(count))]
        detailed = bool(_DETAILED.search(asked))
        own = self._own_words() if self._whole else []
        taken = {one.text for one in own}
        return [*map(self._quote, own), *self._by_units(taken, detailed=detailed)]

    def passages(self, items: Iterable[Quote | Heading]) -> list[StoredPassage]:
        """Return the passages that quotations stand in, each once."""
        ids = dict.fromkeys(one.passage_id for one in items if isinstance(one, Quote))
        return self._library.stored(list(ids))

    def _by_units(self, taken: set[str], *, detailed: bool) -> list[Quote | Heading]:
        """Return headings with the most telling sentences below each, in order."""
        units = self._units(fine=detailed)
        most = 2 * MOST if detailed else MOST
        each_has = 4 if detailed else 3 if len(units) == 1 else 2
        if len(units) > 1 and (self._whole or each_has * len(units) > most):
            each_has = 1
        items: list[Quote | Heading] = []
        quoted = 0
        for heading, sections in units:
            candidates = [one for one in self._tellings(sections) if one.text not in taken]
            chosen = choose(candidates, min(each_has, max(most - quoted, 0)))
            if not candidates and not (heading and not heading.section):
                continue
            if heading is not None and len(units) > 1:
                items.append(Heading(self._book.id, heading.index))
            items += map(self._quote, chosen)
            taken |= {one.text for one in chosen}
            quoted += len(chosen)
        return items

    def _units(self, *, fine: bool) -> list[tuple[Section | None, list[Section]]]:
        """Return what a summary goes through: chapters of a book, sections of a chapter.

        Each with the section whose heading names it. What is detailed goes through sections.
        """
        chapters = {(one.part, one.chapter) for one in self._sections}
        by_chapter = len(chapters) > 1 and not fine

        alone = len({(one.chapter, one.section) for one in self._sections}) == 1

        def key(section: Section) -> tuple[str | None, ...]:
            top = (section.part, section.chapter)
            deeper = section.subsection if alone else None
            return top if by_chapter else (*top, section.section, deeper)

        units = []
        for _, group in groupby(self._sections, key):
            unit = list(group)
            units.append((unit[0] if _headed(self._book, unit[0]) else None, unit))
        return units

    def _tellings(self, sections: Iterable[Section]) -> list[Telling]:
        """Return the sentences of some sections, weighed among themselves."""
        ids = [passage for section in sections for passage in self._ids.get(section.index, [])]
        return tellings(self._book, self._library.stored(ids))

    def _in(self, count: int) -> list[Telling]:
        """Return so many sentences for the whole: the author's own first, then the units' best."""
        own = self._own_words()[: max(1, count // 3)] if self._whole else []
        left = count - len(own)
        taken = {one.text for one in own}
        units = [
            [one for one in self._tellings(sections) if one.text not in taken]
            for _, sections in self._units(fine=False)
        ]
        share = -(-left // max(1, sum(map(bool, units))))
        candidates = [one for unit in units for one in choose(unit, share)]
        return [*own, *choose(candidates, left)]

    def _own_words(self) -> list[Telling]:
        """Return what the author says of the book, in the order of the book.

        Sought in the front matter first, then behind the text, then in it.
        """
        front: list[Telling] = []
        for sections in self._matter():
            front = [
                one
                for one in self._tellings(sections)
                if _OWN_WORDS.search(fold(one.text)) and not re.search("[?？]", one.text)
            ]
            if front:
                break
        body = [one.vector for one in self._tellings(self._sections)]
        middle = np.sum(body, axis=0) if body else 0.0
        scored = sorted(
            front, key=lambda one: (not _is_subject(one.text), -float(np.sum(one.vector * middle)))
        )
        return sorted(scored[:_OWN], key=lambda one: one.span.start)

    def _matter(self) -> list[list[Section]]:
        own = [section for section in self._book.sections if _is_own(section)]
        first = next((one.start for one in own if not one.part), self._book.body_end)
        return [
            [one for one in own if one.part and one.start < first],
            [one for one in own if one.part and one.start > first],
            [one for one in own if not one.part],
        ]

    def _quote(self, one: Telling) -> Quote:
        return Quote(self._book.id, one.passage_id, one.span)


def _count(asked: str) -> int | None:
    """Return how many sentences are asked for, None where nothing says it."""
    for pattern in each("gist.counted", re.IGNORECASE):
        match = pattern.search(asked)
        if match:
            text = fold(match["n"])
            number = int(text) if text.isdigit() else spelt_number(text) or chinese_number(text)
            return min(number, MOST) if number else None
    return None


def _is_subject(text: str) -> bool:
    """Return whether a sentence begins with what it says of the book."""
    match = _OWN_WORDS.search(fold(text))
    return match is not None and match.start() <= (4 if has_han(text) else 0)


def _is_own(section: Section) -> bool:
    """Return whether a section is the author's own: no series' preface, no list of sources."""
    return not any(
        _ELSEWHERE.match(fold(head).strip("《》“” ")) or is_contents_head(head)
        for head in (section.part, section.chapter, section.section)
        if head
    )


def is_of_body(section: Section) -> bool:
    """Return whether a section is of the book's body: no front or back matter, nobody else's."""
    return not section.part and _is_own(section)


def _headed(book: Book, section: Section) -> bool:
    return bool(book.text[section.start : section.body].strip())
