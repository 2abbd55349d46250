"""Questions about the book itself, answered from its contents and its record; pure.

"On which page …", "which section treats …", "how many chapters", "who wrote it".
The patterns are about languages, never about a book. A question is taken for one of
these only where nothing is left of it that asks for something else: "who is the author"
is, "what does the author think of the treaty" is a question for the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.language.numbers import chinese_number
from rag.language.tables import Pattern
from rag.language.text import bigrams, fold
from rag.questions.asking import content_words
from rag.questions.parts.named import numbered_part
from rag.questions.terms import all_tokens, find_terms, weigh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Book, BookRecord, ContentsEntry

ENOUGH = 0.6
"""Share of a topic's terms that a heading must cover to be what is asked for."""

_SECTIONS = 2
"""The level of the contents at which sections stand."""

_ABOUT = Pattern("{outline.book}", re.IGNORECASE)

_PAGE = Pattern("{outline.page}", re.IGNORECASE)
"""Asks for a page: of nothing but a book."""
_UNIT = Pattern("{outline.unit}", re.IGNORECASE)
"""Asks for a chapter or section, perhaps of something else: of an army, a law, a city."""
_CHAPTER_UNIT = Pattern("{outline.chapter_unit}", re.IGNORECASE)
"""The unit that few things but books have."""
_WHERE = Pattern("{outline.where}", re.IGNORECASE)
_TELLING = Pattern("{outline.telling}", re.IGNORECASE)
_MANNER = Pattern("{outline.manner}", re.IGNORECASE)
"""Words that say how the place is asked for, and not of what."""

_RECORD = tuple(
    (field, Pattern(f"{{outline.{field}}}", re.IGNORECASE))
    for field in ("authors", "publisher", "year", "series", "title")
)
_RECORD_MANNER = Pattern("{outline.record_manner}", re.IGNORECASE)
_COUNT = Pattern("{outline.count}", re.IGNORECASE)
_COUNT_MANNER = Pattern("{outline.count_manner}", re.IGNORECASE)
_CHAPTER = Pattern("{outline.chapter}", re.IGNORECASE)
_WHAT = Pattern("{outline.what}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OutlineAnswer:
    """What the contents or the record say: entries of the contents, or one field.

    ``field`` names a field of the record, or ``count``; ``value`` is what it says.
    """

    entries: tuple[int, ...] = ()
    field: str | None = None
    value: str | None = None


def ask_outline(question: str, book: Book) -> OutlineAnswer | None:
    """Return the answer from a book's contents or record, or None where it is not asked for.

    ``entries`` are indexes into ``book.contents``. A question for a place whose topic no
    heading covers is left to the book's text: None.
    """
    if not _may_be_told(question):
        return None
    if _COUNT.search(question):
        asked = book.contents and _is_empty(question, _COUNT, _ABOUT, _COUNT_MANNER)
        return OutlineAnswer(field="count") if asked else None
    if _ABOUT.search(question):
        for field, pattern in _RECORD:
            if pattern.search(question) and _is_empty(question, pattern, _ABOUT, _RECORD_MANNER):
                value = _value(book.record, field)
                return OutlineAnswer(field=field, value=value) if value else None
    if _asks_for_place(question):
        numbered = _numbered(question, book.contents)
        if numbered is not None:
            return OutlineAnswer(entries=numbered) if numbered else None
        topic = _without(question, _WHERE, _PAGE, _UNIT, _ABOUT, _TELLING, _MANNER)
        best = _covering(topic, book.contents, book.record.aliases)
        return OutlineAnswer(entries=(best,)) if best is not None else None
    return _chapter(question, book.contents)


@lru_cache(maxsize=256)
def _may_be_told(question: str) -> bool:
    """Return whether any book's contents or record could tell what a question asks for.

    Most ask for nothing of the kind, and are then asked of no book of many.
    """
    patterns = _COUNT, _ABOUT, _CHAPTER
    return any(pattern.search(question) for pattern in patterns) or _asks_for_place(question)


def _numbered(question: str, contents: Sequence[ContentsEntry]) -> tuple[int, ...] | None:
    """Return the entry that is asked for by its number and by nothing else.

    None where none is asked for so; nothing where there is none of that number, or several.
    """
    places: dict[tuple[str, str], int] = {}
    chapter = ""
    for index, entry in enumerate(contents):
        if entry.level == 1:
            chapter = entry.heading
        if entry.level <= _SECTIONS:
            places.setdefault((chapter, entry.heading if entry.level > 1 else ""), index)
    asked = numbered_part(question, list(places))
    if asked is None or not _is_empty(asked.rest, _WHERE, _PAGE, _UNIT, _ABOUT, _TELLING, _MANNER):
        return None
    return (places[asked.headings],) if asked.headings in places else ()


def _without(question: str, *patterns: Pattern) -> str:
    for pattern in patterns:
        question = pattern.sub("|", question)
    return question


def _is_empty(question: str, *patterns: Pattern) -> bool:
    """Return whether nothing that could be a topic is left of a question without the patterns."""
    return not bigrams(content_words(_without(question, *patterns)))


def _asks_for_place(question: str) -> bool:
    """Return whether a place in the book is asked for.

    A page always is one; a chapter where that is all that is asked of its topic; a section
    or part only where the question also says that it tells of something, names the book, or
    ends in 在哪一节.
    """
    if _PAGE.search(question):
        return True
    if _WHERE.search(question):
        return bool(_TELLING.search(question))
    unit = _UNIT.search(question)
    if not unit:
        return False
    comes_last = unit.group()[0] in "是在见見" and not bigrams(question[unit.end() :])
    return bool(
        comes_last
        or _CHAPTER_UNIT.search(unit.group())
        or _TELLING.search(question)
        or _ABOUT.search(question)
    )


def _value(record: BookRecord, field: str) -> str | None:
    if field == "authors":
        return "、".join(person.name for person in record.authors) or None
    if field == "title":
        return "——".join(part for part in (record.title, record.subtitle) if part)
    value: str | None = getattr(record, field)
    return value


def _covering(
    topic: str, contents: Sequence[ContentsEntry], aliases: Sequence[Sequence[str]]
) -> int | None:
    """Return the entry whose heading covers the topic best, if well enough; None else."""
    terms = find_terms(topic, aliases)
    headings = [frozenset(bigrams(entry.heading)) for entry in contents]
    # Words of a script that no heading is in say nothing either way; but where they
    # outnumber the names that are known, most of what is asked is not understood.
    lettered = any(_has_letters(heading) for heading in headings)
    known = [
        term
        for term in terms
        if term.name or lettered or not _has_letters(frozenset(all_tokens([term])))
    ]
    if len(terms) - len(known) > len(known):
        return None
    tokens = all_tokens(known)
    counts = {token: sum(token in heading for heading in headings) for token in tokens}
    weighed = weigh(known, counts, len(headings))
    best = max(
        range(len(headings)),
        key=lambda index: (weighed.coverage(headings[index]), -len(headings[index])),
        default=None,
    )
    if best is None or weighed.coverage(headings[best]) < ENOUGH:
        return None
    return best


def _has_letters(tokens: frozenset[str]) -> bool:
    return any(re.match(r"[a-zа-яё\u00c0-\u024f]", token) for token in tokens)


def _chapter(question: str, contents: Sequence[ContentsEntry]) -> OutlineAnswer | None:
    """Return a numbered chapter with its sections, where the question is what is in it."""
    match = _CHAPTER.search(question)
    if not match or not _WHAT.search(_CHAPTER.sub("|", question)):
        return None
    if not _is_empty(question, _CHAPTER, _WHAT, _ABOUT, _TELLING, _MANNER, _COUNT_MANNER):
        return None
    asked = chinese_number(next(group for group in match.groups() if group))
    for index, entry in enumerate(contents):
        number = re.search(r"[\d一二三四五六七八九十百]+", fold(entry.number or ""))
        if entry.level == 1 and number and "附" not in (entry.number or ""):
            if chinese_number(number.group()) != asked:
                continue
            end = index + 1
            while end < len(contents) and contents[end].level > 1:
                end += 1
            return OutlineAnswer(entries=tuple(range(index, end)))
    return None
