"""Questions made from what a section of a book tells of: its subject, its events, its people; pure.

They are made of the book's own words. Whether the book answers them is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language import kinds_of
from rag.language.catalog import say
from rag.language.names import has_name, names_in, spelt_for
from rag.language.tables import Pattern, lands, stop_words, words
from rag.language.text import (
    HAN,
    family,
    fold,
    has_han,
    is_contents_head,
    language_of_book,
    traditional,
)
from rag.types import Language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.language.names import Known, Name
    from rag.types import Book, Event, Section

_LONGEST_HEADING, _LEAST_TEXT = 40, 80
"""Characters of the longest heading that a question is made of, and of the shortest section."""
_CLAUSE = {True: (4, 22), False: (15, 90)}
"""Characters of the shortest and the longest clause that is asked when: Chinese, and other."""
_NUMBER = 6
"""Characters of the longest number of a heading."""
_OFTEN = 2
"""How often a name that no record has must stand in a book."""
_TO_PLACE = Pattern("{claims.to_place}")
_NO_PERSON = (["ns"], ["nt"], ["nz"])
"""The kinds of words, as jieba calls them, that name places, bodies and other things."""
_ENDS = re.compile(r"[，,；;。.！!？?：:（(]")
_MARKED = re.compile("[\\d“”\"«»《》‘’'①-⑳*]")
_BEGINS = re.compile("[，,、\\s]*")


@dataclass(frozen=True, slots=True)
class Offer:
    """A question, what kind it is of, and where in the book stands what answers it."""

    kind: str
    text: str
    start: int
    end: int


def offers_of(
    section: Section, book: Book, events: Sequence[Event], known: Known, language: Language
) -> Iterator[Offer]:
    """Yield questions that a section may answer, in the order of its text for each kind.

    ``events`` are the book's; ``known`` are its names (``rag.language.names``). Questions
    about events are asked in the book's words, and so in its language alone.
    """
    yield from _times(section, book, events, language)
    yield from _people(section, book, known, language)
    yield from _subject(section, book, language)
    yield from _years(section, events, language)


def _subject(section: Section, book: Book, language: Language) -> Iterator[Offer]:
    """Yield the question what the book says of the subject of a section."""
    heading = section.subsection or section.section or section.chapter
    titles = {entry.heading: entry.title for entry in book.contents}
    title = titles.get(heading or "") or _bare(heading or "")
    if not 2 <= len(title) <= _LONGEST_HEADING or is_contents_head(title):
        return
    if section.end - section.body < _LEAST_TEXT:
        return
    if fold(title) in words("reading.matter"):
        return
    if family(language.value) == family(Language.ZH.value) and not has_han(title):
        title = f"“{title}”"
    if language is Language.ZH_HANT:
        title = traditional(title)
    yield Offer("about", say("suggest.about", language, heading=title), section.body, section.end)


def _bare(heading: str) -> str:
    """Return a heading without its number: ``1. 中苏复交`` gives ``中苏复交``."""
    number, space, title = heading.strip().partition(" ")
    return title if space and len(number) <= _NUMBER and title else heading.strip()


def _times(
    section: Section, book: Book, events: Sequence[Event], language: Language
) -> Iterator[Offer]:
    """Yield when something was that a sentence tells behind its date."""
    if family(language_of_book(book)) != family(language.value):
        return
    for event in _within(section, events):
        start, end = event.citation.start or 0, event.citation.end or 0
        clause = _clause(book.text[event.words.start : end]) if not event.inferred else None
        lead = book.text[start : event.words.start]
        if clause is None or len(lead.strip()) > 2 or event.until:
            continue
        said = clause[len(event.written) :]
        said = _BEGINS.sub("", said, count=1)
        if not _is_told(said):
            continue
        if language is Language.ZH_HANT:
            said = traditional(said)
        yield Offer("when", say("suggest.when", language, clause=said), start, end)


def _clause(text: str) -> str | None:
    """Return a date with the clause behind it, up to the next stop; None where none ends it."""
    first = _ENDS.search(text)
    if first is None:
        return None
    if (
        first.start() + 1 < len(text)
        and first.group() in "，,"
        and not _said(text[: first.start()])
    ):
        second = _ENDS.search(text, first.end())
        return text[: second.start()] if second else None
    return text[: first.start()]


def _said(text: str) -> bool:
    """Return whether a text says more than a date."""
    letters = re.findall(r"[^\W\d_]", re.sub("[年月日]", "", text))
    return len(letters) > 2 if has_han(text) else len(text.split()) > 3


def _is_told(clause: str) -> bool:
    """Return whether a clause tells of itself who or what did something."""
    shortest, longest = _CLAUSE[has_han(clause)]
    if not shortest <= len(clause) <= longest or _MARKED.search(clause):
        return False
    if not has_han(clause):
        first = re.split(r"\W", clause, maxsplit=1)[0].lower()
        return bool(first) and first not in stop_words("opening") - {"the", "a", "an"}
    small = stop_words("claim") | stop_words("slight")
    kinds = kinds_of(clause)
    return clause[0] not in small and kinds[0].startswith("n") and "v" in kinds[1:]


def _people(section: Section, book: Book, known: Known, language: Language) -> Iterator[Offer]:
    """Yield who somebody is whom a section speaks of, as the language of the question spells it."""
    asked: set[str] = set()
    text = book.text[section.body : section.end]
    for name in names_in(text, known):
        if not name.person or name.text in asked or not _is_sure(name, book):
            continue
        asked.add(name.text)
        spelt = spelt_for(name, language)
        if language is Language.ZH_HANT:
            spelt = traditional(spelt)
        yield Offer("who", say("suggest.who", language, name=spelt), section.body, section.end)


def _is_sure(name: Name, book: Book) -> bool:
    """Return whether a name is a person's: the record has it, or a dictionary and the text do.

    What a dictionary knows as a place or a body is none, what people go to is none, and
    neither are 苏方 and its like.
    """
    written = [one for one in (name.text, *name.group) if re.fullmatch(f"[{HAN}]+", one)]
    kinds = [kinds_of(one) for one in written]
    if any(kind in _NO_PERSON for kind in kinds) or _is_gone_to(name.text, book):
        return False
    if any(has_name(land.names, name.text) for land in lands()):
        return False
    if name.group:
        return len(name.text) > 1
    return kinds == [["nr"]] and book.text.count(name.text) >= _OFTEN


def _is_gone_to(name: str, book: Book) -> bool:
    """Return whether a text says of a name as often as not that somebody is there or goes there."""
    places = [match.start() for match in re.finditer(re.escape(name), book.text)]
    gone = [at for at in places if _TO_PLACE.search(fold(book.text[max(0, at - 3) : at]))]
    return len(gone) * 2 > len(places)


def _years(section: Section, events: Sequence[Event], language: Language) -> Iterator[Offer]:
    """Yield what happened in a year that a section tells of."""
    asked: set[int] = set()
    for event in _within(section, events):
        if event.inferred or event.moment.decade or event.until or event.moment.year in asked:
            continue
        asked.add(event.moment.year)
        span = event.citation.start or 0, event.citation.end or 0
        yield Offer("year", say("suggest.year", language, year=event.moment.year), *span)


def _within(section: Section, events: Sequence[Event]) -> list[Event]:
    """Return the events of a section as its text has them."""
    inside = [
        event for event in events if section.body <= (event.citation.start or 0) < section.end
    ]
    return sorted(inside, key=lambda event: event.words.start)
