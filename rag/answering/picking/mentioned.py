"""Which persons, places, institutions, treaties or works a book names, each with its pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.answering.picking.picked import Picked, Quote, escape
from rag.language.catalog import pages_words, say
from rag.language.tables import Pattern
from rag.types import NameKind, Span

if TYPE_CHECKING:
    from rag.answering.picking.picked import Sources
    from rag.questions import Question
    from rag.types import IndexedName, Language

MOST_NAMED = 24
"""Names of an answer; it says how many there are in all."""
_LONGEST = 12
"""Pages that are named behind a name; of more, it is said that there are."""
_ASKED = {
    NameKind.PERSON: Pattern("{naming.persons}", re.IGNORECASE),
    NameKind.PLACE: Pattern("{naming.places}", re.IGNORECASE),
    NameKind.INSTITUTION: Pattern("{naming.institutions}", re.IGNORECASE),
    NameKind.TREATY: Pattern("{naming.treaties}", re.IGNORECASE),
    NameKind.WORK: Pattern("{naming.works}", re.IGNORECASE),
}


def pick_names(question: Question, sources: Sources) -> Picked:
    """Return the names of the kind asked for, the commonest first, each with its pages.

    Of the part of the book that is asked for, if of any; persons come first where no kind is
    named. No quotes where there is no such name.
    """
    kinds = [kind for kind, pattern in _ASKED.items() if pattern.search(question.text)]
    part, language = question.part, question.language
    found: list[IndexedName] = []
    for book_id in question.book_ids:
        if part is None or book_id in part.sections:
            within = part.sections[book_id] if part else None
            found += sources.register.names([book_id], sections=within)
    wanted = [one for one in found if not kinds or one.kind in kinds]
    wanted.sort(key=lambda one: (-one.count, one.main.start or 0))
    if not kinds:
        wanted.sort(key=lambda one: list(NameKind).index(one.kind))
    said = say("index.and", language).join(
        say(f"index.{kind}", language) for kind in kinds or list(NameKind)
    )
    lead = say("index.lead", language, kinds=said, count=len(wanted))
    if part:
        name = escape(part.name)
        lead = say("index.lead_part", language, part=name, kinds=said, count=len(wanted))
    quotes = tuple(_quote(one, language) for one in wanted[:MOST_NAMED])
    return Picked(quotes, lead, scoped=bool(quotes))


def _quote(one: IndexedName, language: Language) -> Quote:
    """Return a name with its pages as what is said, and the sentence that tells most of it."""
    main = one.main
    span = Span(main.start or 0, main.end or 0)
    return Quote(main.record.id, main.passage_id or "", span, name_line(one, language))


def name_line(one: IndexedName, language: Language) -> str:
    """Return a name as an index has it: its other names, its pages, the main one first."""
    name = one.name
    if one.also:
        also = say("index.joint", language).join(one.also)
        name = say("index.also", language, name=name, also=also)
    first, *others = one.pages_main_first
    pages = pages_words([first.place], language)
    if others:
        rest = pages_words([other.place for other in others[:_LONGEST]], language)
        key = "index.pages_more" if len(others) > _LONGEST else "index.pages"
        pages = say(key, language, main=pages, others=rest)
    return say("index.line", language, name=name, pages=pages)
