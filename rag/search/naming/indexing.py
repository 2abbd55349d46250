"""Names with their pages, as a book's index gives them; pure."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from rag.language.tables import Pattern
from rag.language.text import abbreviations, fold, sentences
from rag.types import (
    IndexedName,
    Occurrence,
    PassageKind,
    Span,
    cite_text,
    locate,
    page_at,
    section_at,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Set as AbstractSet

    from rag.search.naming.grouping import Group
    from rag.search.naming.seen import Seen
    from rag.types import Book, Passage

_EXPLAINED = re.compile(r"\s*[(（]")
_TITLE = Pattern("(?:{names.titles})\\.?\\s*$", re.IGNORECASE)
_NEAR = 16
_LOOKED_AT = 3
"""Places of a name on one page that are weighed: who is explained there is so at first."""
_HEADED, _EXPLAINS, _TITLED, _FIRST, _FULL = 2.0, 2.0, 1.0, 1.0, 1.0
"""What makes a page tell of a name, beside how often it stands there: that it is in the
heading above, explained in brackets, named with a title, named first or in full there."""


def indexed(
    book: Book,
    passages: Sequence[Passage],
    groups: Sequence[Group],
    sections: Collection[int] | None = None,
) -> list[IndexedName]:
    """Return groups of names with their pages, in all sections or in some; none without a page.

    ``passages`` are the book's; ``main.formatted`` is empty.
    """
    running = sorted(
        (one for one in passages if one.kind is PassageKind.TEXT), key=lambda one: one.start
    )
    known = abbreviations(book.text)
    found = []
    for group in groups:
        seen = [
            one
            for one in group.seen
            if sections is None or section_at(book, one.start).index in sections
        ]
        if seen:
            found.append(_indexed(book, running, group, seen, known))
    return found


def _indexed(
    book: Book,
    passages: Sequence[Passage],
    group: Group,
    seen: Sequence[Seen],
    known: AbstractSet[str],
) -> IndexedName:
    by_page: dict[int, list[Seen]] = defaultdict(list)
    for one in seen:
        by_page[page_at(book, one.start).index].append(one)
    pages = tuple(
        Occurrence(
            locate(book, there[0].start, there[0].end),
            Span(there[0].start, there[0].end),
            len(there),
        )
        for there in by_page.values()
    )
    telling = {
        one: _telling(book, group, one) for there in by_page.values() for one in there[:_LOOKED_AT]
    }
    telling[seen[0]] += _FIRST

    def weight(there: Sequence[Seen]) -> float:
        return len(there) + max(telling[one] for one in there[:_LOOKED_AT])

    main = max(max(by_page.values(), key=weight)[:_LOOKED_AT], key=telling.__getitem__)
    cited = cite_text(book, _sentence(book, main, known), passages)
    return IndexedName(group.name, group.kind, group.also, len(seen), cited, pages)


def _telling(book: Book, group: Group, one: Seen) -> float:
    """Return how much a place tells of a name, by how it is named there."""
    section = section_at(book, one.start)
    heads = (section.chapter, section.section, section.subsection)
    before = book.text[max(0, one.start - _NEAR) : one.start]
    return (
        _HEADED * any(fold(one.name) in fold(head) for head in heads if head)
        + _EXPLAINS * bool(_EXPLAINED.match(book.text, one.end))
        + _TITLED * bool(_TITLE.search(fold(before)))
        + _FULL * (book.text[one.start : one.end] == group.name)
    )


def _sentence(book: Book, one: Seen, known: AbstractSet[str]) -> Span:
    """Return the sentence that a name stands in; ``known`` are the book's abbreviations."""
    # A sentence never crosses a line.
    start = book.text.rfind("\n", 0, one.start) + 1
    end = book.text.find("\n", one.end)
    line = book.text[start : end if end >= 0 else len(book.text)]
    found = (
        Span(start + local.start, start + local.end)
        for local in sentences(line, known)
        if start + local.start <= one.start < start + local.end
    )
    return next(found, Span(one.start, one.end))
