"""What is picked out of books for a question that wants more than a sentence that says it; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from rag.answering.evidence import Evidence
    from rag.library import Library
    from rag.questions import Question, Sought
    from rag.search import Found, Retrieval, Search
    from rag.search.chronology import Chronicle
    from rag.search.naming import Register
    from rag.types import Hit, Passage

_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|!~])")
EVIDENCE = 8
"""Passages that are looked at, as for any other question."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What is quoted: a span of a book's text, and the passage it was found in.

    ``said`` is what is said in its place, of which it is the evidence; empty for itself.
    """

    book_id: str
    passage_id: str
    span: Span
    said: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a book, cited as its contents: on which page what stands below it begins.

    ``section`` is the index of the section of ``book.sections`` that it heads.
    """

    book_id: str
    section: int


@dataclass(frozen=True, slots=True)
class Picked:
    """What answers a question of one kind.

    ``quotes`` are in the order they are shown, with headings before what stands below them;
    none says that the books have nothing of the kind. ``lead`` is the line before them where it
    says more than that they are quoted (yes, no), and names the part they are of where
    ``scoped``; ``notice`` is what is said before all (the nearest years, how it was read): both
    in Markdown, in the reader's language, empty for nothing. ``found`` are the passages that a
    language model is shown, none where it has nothing to add. ``nearest`` are the places offered
    where nothing answers; ``near`` says that the quotes speak of the matter and do not answer.
    """

    quotes: tuple[Quote | Heading, ...]
    lead: str = ""
    notice: str = ""
    found: tuple[Found, ...] = ()
    nearest: tuple[Hit, ...] = ()
    near: bool = False
    scoped: bool = False


@dataclass(frozen=True, slots=True)
class Sources:
    """What is picked from; ``without`` are ids of passages that are not looked at."""

    library: Library
    retrieval: Retrieval
    chronicle: Chronicle
    register: Register
    without: frozenset[str] = frozenset()

    def search(
        self,
        question: Question,
        sought: Sought | None = None,
        *,
        within: Mapping[str, AbstractSet[int]] | None = None,
        limit: int = EVIDENCE,
    ) -> Search:
        """Return what is found for a question, or for other words of it, in its books.

        Where it confines itself to a part of a book, in that part alone; ``within`` narrows
        it to some of its sections.
        """
        part = question.part.sections if question.part else None
        return self.retrieval.search(
            sought or question.sought,
            question.book_ids,
            limit,
            foreign=question.foreign,
            within=part if within is None else within,
            without=self.without,
        )

    def found(self, question: Question, quotes: Sequence[Quote]) -> tuple[Found, ...]:
        """Return the passages of quotes as found for a question, in the quotes' order."""
        wanted = dict.fromkeys(quote.passage_id for quote in quotes)
        if not wanted:
            return ()
        homes = [stored.passage for stored in self.library.stored(list(wanted))]
        within = sections_of(homes)
        count = sum(
            passage.section in within[book_id]
            for book_id in within
            for passage in self.library.passages(book_id)
        )
        search = self.search(question, within=within, limit=count)
        there = {item.passage.id: item for item in search.found}
        return tuple(there[key] for key in wanted if key in there)


def sections_of(passages: Sequence[Passage]) -> dict[str, set[int]]:
    """Return the sections of passages by the ids of their books, by index."""
    sections: dict[str, set[int]] = {}
    for passage in passages:
        sections.setdefault(passage.book_id, set()).add(passage.section)
    return sections


def quoted(item: Evidence) -> Quote:
    """Return a sentence of what was found as it is quoted."""
    passage = item.found.passage
    return Quote(passage.book_id, passage.id, within(passage, item.span))


def within(passage: Passage, span: Span) -> Span:
    """Return a span of a passage's text as one of its book's."""
    return Span(passage.start + span.start, passage.start + span.end)


def escape(text: str) -> str:
    """Return text that Markdown shows as it stands, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
