"""The chapter or section that a question names, by its number or by its heading; pure.

``scoping`` finds where a question says that something is to be looked for; here a part is
itself what is asked about: what chapter 2 is about, on which page its first section begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.numbers import chinese_number, roman_number, spelt_number
from rag.language.tables import Pattern, each, words
from rag.language.text import fold, has_han
from rag.questions.parts.scoping import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.types import Book, Section, Turn

_DIGITS = r"[\d一二三四五六七八九十百〇零]+"
_OWN_NUMBER = Pattern(
    rf"\W*(?:第\s*(?P<a>{_DIGITS})\s*[章编篇卷部节]|[(（](?P<b>{_DIGITS})[)）]"
    rf"|(?:{{reading.chapter}}|{{scoping.section_word}}|§)\s*(?P<c>\w+)"
    r"|(?P<d>\d+|[ivxlc]+)(?:[.、:]|\s|$)|(?P<e>[一二三四五六七八九十]+)(?:[、.]|\s|$)"
    r"|(?P<f>{ru:numbers.ordinals}\w*)\s+{reading.chapter})",
    re.IGNORECASE,
)
_HERE = Pattern("{gist.here}", re.IGNORECASE)
_KINDS = ("front", "back", "appendix")
_CHAPTER_WORD = Pattern("{outline.chapter_unit}|章", re.IGNORECASE)
_SHORTEST = {True: 2, False: 5}
"""Characters of the shortest heading that is known by its words: in Chinese, and in letters."""


@dataclass(frozen=True, slots=True)
class Named:
    """A part of a book that a question names.

    ``name`` is as the book heads it, or as it was asked for where the book has none such;
    ``sections`` are indexes of ``book.sections``, none where it is missing. ``headings`` are
    the chapter and the section, each as the book heads it, empty where none is meant.
    ``rest`` is the question without it.
    """

    name: str
    sections: frozenset[int]
    headings: tuple[str, str]
    rest: str


def part_asked(question: str, turns: Sequence[Turn], books: Sequence[Book]) -> Part | None:
    """Return the part of books that a question is about, None for the whole.

    It is named, or it is the section or chapter (这一节, this chapter) that the last answer's
    first citation stands in. ``sections`` are those of the books that have such a part.
    """
    here = _HERE.search(question)
    if here and turns and turns[-1].answer.citations:
        return _of_last(here.group(), turns[-1], books)
    named = {book.id: found for book in books if (found := part_named(question, book))}
    there = {book_id: found.sections for book_id, found in named.items() if found.sections}
    for book_id, found in named.items():
        if book_id in there or not there:
            return Part(found.name, there)
    return None


def _of_last(said: str, turn: Turn, books: Sequence[Book]) -> Part | None:
    """Return the section that the last answer's first citation stands in, or its chapter."""
    citation = turn.answer.citations[0]
    place = citation.place
    whole = _CHAPTER_WORD.search(fold(said)) or not place.section
    for book in books:
        sections = frozenset(
            one.index
            for one in book.sections
            if (one.part, one.chapter) == (place.part, place.chapter)
            and (whole or one.section == place.section)
        )
        if book.id == citation.record.id and sections:
            heading = None if whole else place.section
            return Part(heading or place.chapter or place.part or said, {book.id: sections})
    return None


def part_named(question: str, book: Book) -> Named | None:
    """Return the part of a book that a question names, None where it names none."""
    by_number = _by_number(question, book)
    if by_number:
        return by_number
    return _by_heading(question, book) or _by_kind(question, book)


def _by_number(question: str, book: Book) -> Named | None:
    """Return the chapter, or the section of a chapter, that a question names by its number."""
    body = [section for section in book.sections if not section.part]
    numbered = numbered_part(question, [(one.chapter or "", one.section or "") for one in body])
    if numbered is None:
        return None
    chapter, below = numbered.headings
    sections = frozenset(
        one.index
        for one in body
        if (chapter or below)
        and (one.chapter or "") == chapter
        and (not below or one.section == below)
    )
    return Named(below or chapter or numbered.said, sections, numbered.headings, numbered.rest)


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a question names by number: ``said`` in its words, ``headings`` in the book's.

    ``headings`` are the chapter and the section, both empty where the book has none such,
    or several. ``rest`` is the question without it.
    """

    said: str
    headings: tuple[str, str]
    rest: str


def numbered_part(question: str, outline: Sequence[tuple[str, str]]) -> Numbered | None:
    """Return what a question names by its number, None where it names nothing so.

    ``outline`` are the chapters and sections in order, a pair of headings each. A section
    without its chapter is found where one chapter alone has it.
    """
    chapter = _numbered("scoping.numbered_chapters", question)
    section = _numbered("scoping.numbered_sections", question)
    found = sorted((m for m in (chapter, section) if m), key=lambda match: match.start())
    if not found:
        return None
    rest = question
    for match in reversed(found):
        rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    said = " ".join(match.group().strip() for match in found)
    homes = _distinct(top for top, _ in outline) or [""]
    if chapter:
        home = _of_number(homes, _number(chapter["n"]))
        homes = [home] if home else []
    if not section:
        return Numbered(said, (homes[0], "") if homes else ("", ""), rest)
    number = _number(section["n"])
    below = {
        home: heading
        for home in homes
        if (heading := _of_number(_distinct(b for top, b in outline if top == home), number))
    }
    headings = next(iter(below.items())) if len(below) == 1 else ("", "")
    return Numbered(said, headings, rest)


def _numbered(key: str, question: str) -> re.Match[str] | None:
    for pattern in each(key, re.IGNORECASE):
        match = pattern.search(question)
        if match and _number(match["n"]) is not None:
            return match
    return None


def _distinct(headings: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(heading for heading in headings if heading))


def _of_number(headings: Sequence[str], number: int | None) -> str:
    """Return the heading of a number; where none is numbered, the one at that place."""
    numbers = [heading_number(heading) for heading in headings]
    if number in numbers and number is not None:
        return headings[numbers.index(number)]
    if number and not any(numbers) and number <= len(headings):
        return headings[number - 1]
    return ""


def heading_number(heading: str) -> int | None:
    """Return the number that a heading begins with: 第二章 …, 1. …, Chapter two …; None else."""
    match = _OWN_NUMBER.match(fold(heading))
    if not match:
        return None
    return _number(next(group for group in match.groups() if group))


def _number(text: str) -> int | None:
    text = fold(text)
    digits = re.match(r"\d+", text)
    if digits:
        return int(digits.group())
    return spelt_number(text) or roman_number(text) or chinese_number(text)


def _by_heading(question: str, book: Book) -> Named | None:
    """Return the part whose heading, without its number, stands in a question: the longest."""
    asked = _plain(question)
    best: tuple[int, Section, str, str] | None = None
    for section in book.sections:
        for level in ("part", "chapter", "section"):
            heading = getattr(section, level)
            words_of = _plain(without_number(heading)) if heading else ""
            enough = len(words_of) >= _SHORTEST[has_han(words_of)]
            if enough and words_of in asked and (best is None or len(words_of) > best[0]):
                best = len(words_of), section, level, words_of
    if best is None:
        return None
    _, home, level, words_of = best
    name = getattr(home, level)
    keys = ("part", "chapter", "section")[: ("part", "chapter", "section").index(level) + 1]
    same = [
        one for one in book.sections if all(getattr(one, key) == getattr(home, key) for key in keys)
    ]
    headings = (home.chapter or "", name if level == "section" else "")
    rest = re.sub(r"\W*".join(map(re.escape, words_of)), " ", fold(question))
    return Named(name, frozenset(one.index for one in same), headings, rest)


def _by_kind(question: str, book: Book) -> Named | None:
    """Return a preface, an afterword or an appendix that is named as such."""
    folded = fold(question)
    for kind in _KINDS:
        match = Pattern(
            rf"{{zh:scoping.{kind}}}|\b{{en:scoping.{kind}}}\b|\b{{ru:scoping.{kind}}}\w*"
        ).search(folded)
        if not match:
            continue
        heads = words(f"scoping.{kind}_heads")
        found = [
            one for one in book.sections if _plain(one.part or one.chapter or "").startswith(heads)
        ]
        rest = f"{folded[: match.start()]} {folded[match.end() :]}"
        if not found:
            return Named(match.group(), frozenset(), ("", ""), rest)
        name = found[0].part or found[0].chapter or ""
        return Named(name, frozenset(one.index for one in found), ("", ""), rest)
    return None


def without_number(heading: str) -> str:
    """Return a heading without the number that it begins with."""
    match = _OWN_NUMBER.match(fold(heading))
    return heading[match.end() :].strip(" .、:：") if match else heading


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))
