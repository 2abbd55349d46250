"""Questions made from what a section of a book tells of: its subject, its events, its people; pure.

They are made of the book's own words. Whether the book answers them is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language import kinds_of, tagged
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
"""How often a name that no record has must stand in a book, or a subject of two words."""
_TO_PLACE = Pattern("{claims.to_place}")
_NO_PERSON = (["ns"], ["nt"], ["nz"])
"""The kinds of words, as jieba calls them, that name places, bodies and other things."""
_SUBJECT = 2, 10
"""Words and characters of the longest subject of a Chinese question; in another language one of
the first three words is a name."""
_DONE = ("ul", "ug")
"""The kinds, as jieba calls them, of the small words behind a verb that say it is done (了, 过)."""
_BEGUN = ("v", "p", "ad")
_CLOSED = ("n", "q", "i", "l", "s", "v")
"""What kinds of words, by how jieba calls them, what somebody did begins with, and what it may end
with where it lacks nothing."""
_ENDS = re.compile(r"[，,；;。.！!？?：:（(]")
_MARKED = re.compile("[\\d“”\"«»《》‘’'①-⑳*]")
_BEGINS = re.compile("[，,、\\s]*")


@dataclass(frozen=True, slots=True)
class Offer:
    """A question, what kind it is of, and where in the book stands what answers it.

    ``name`` is whom it asks for, as the question spells it; empty for another kind.
    """

    kind: str
    text: str
    start: int
    end: int
    name: str = ""


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
        stop = book.text[event.words.start + len(clause) :][:1]
        told = _told(said, book, whole=stop not in "，,：:（(")
        if told is None:
            continue
        if language is Language.ZH_HANT:
            told = traditional(told[0]), traditional(told[1])
        subject, deed = told
        yield Offer("when", say("suggest.when", language, subject=subject, deed=deed), start, end)


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


def _told(clause: str, book: Book, *, whole: bool) -> tuple[str, str] | None:
    """Return who or what a clause tells of, and what it did, as they stand in a question.

    None for one that would not read as a question: whose subject is neither a name nor a few
    nouns, or which lacks something. ``whole`` says that the sentence ends with it.
    """
    shortest, longest = _CLAUSE[has_han(clause)]
    if not shortest <= len(clause) <= longest or _MARKED.search(clause):
        return None
    if has_han(clause):
        told = _told_in_chinese(clause, whole=whole)
        # Two words are one name, or belong together, where the book has them more than once.
        nouns = [kind for kind in kinds_of(told[0]) if _is_noun(kind)] if told else []
        one = told and (len(nouns) == 1 or book.text.count(told[0]) >= _OFTEN)
        return told if one else None
    first, _, deed = clause.partition(" ")
    named = any(word[:1].isupper() for word in clause.split()[:3])
    small = first.lower() in stop_words("opening") | {"the", "a", "an"}
    return (first, deed) if named and deed and not small else None


def _told_in_chinese(clause: str, *, whole: bool) -> tuple[str, str] | None:
    """Return subject and deed of a Chinese clause; the deed is without what says it is done."""
    parts = tagged(clause)
    kinds = [kind for _, kind in parts]
    most, longest = _SUBJECT
    size = next((at for at, kind in enumerate(kinds) if not _is_noun(kind)), len(kinds))
    length = sum(len(word) for word, _ in parts[:size])
    if not 0 < size <= most or length > longest:
        return None
    if kinds[size : size + 1] == ["f"]:  # 工地上
        length, size = length + len(parts[size][0]), size + 1
    deed = parts[size:]
    small = stop_words("claim") | stop_words("slight")
    verbs = [word for word, kind in deed if kind.startswith("v")]
    if clause[0] in small or not verbs or verbs[0] in small:
        return None
    begins, last = deed[0][1], deed[-1][1]
    if "r" in kinds or not begins.startswith(_BEGUN):
        return None
    if not last.startswith(_CLOSED) or (last.startswith("v") and not whole):
        return None
    if sum(len(word) for word, _ in parts) != len(clause):
        return None
    kept, at, behind = "", length, False
    for word, kind in deed:
        kept += "" if behind and kind in _DONE else clause[at : at + len(word)]
        at, behind = at + len(word), kind.startswith("v")
    return clause[:length], kept


def _is_noun(kind: str) -> bool:
    """Return whether jieba calls a word a noun or a name of any kind, and no part of one."""
    return kind.startswith("n") and kind != "ng"


def _people(section: Section, book: Book, known: Known, language: Language) -> Iterator[Offer]:
    """Yield who somebody is whom a section speaks of, as the language of the question spells it."""
    asked: set[str] = set()
    text = book.text[section.body : section.end]
    for name in names_in(text, known):
        same = any(name.text in other or other in name.text for other in asked)
        if not name.person or same or not _is_sure(name, book):
            continue
        asked.add(name.text)
        spelt = spelt_for(name, language)
        if has_han(spelt) and family(language.value) != family(Language.ZH.value):
            continue  # whoever asks could not read it
        if language is Language.ZH_HANT:
            spelt = traditional(spelt)
        asks = say("suggest.who", language, name=spelt)
        yield Offer("who", asks, section.body, section.end, spelt)


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
