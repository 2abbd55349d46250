"""The part of a book that a question confines itself to: in chapter 4, in the preface; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from rag.language.numbers import chinese_number, roman_number, spelt_number
from rag.language.tables import Pattern, each, words
from rag.language.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rag.types import Book, Section

_DIGITS = r"[\d一二三四五六七八九十百〇零]+"
_PARTS = ("front", "appendix", "back")
"""The kinds of parts outside the chapters; the tables have how they are headed and asked for."""
_QUOTED = Pattern(
    r"{scoping.inside}?\s*(?:{scoping.units}\s+)*"
    r"[“\"「『《«„](?P<title>[^“”\"「」『』《》«»„]{2,60})[”\"」』》»“]\s*"
    r"(?:(?:这|這|那)?一?[章节節](?:的?{zh:scoping.within})?|{zh:scoping.within})?[，, ]*",
    re.IGNORECASE,
)

_SECTION = Pattern("{zh:scoping.unit}|{ru:scoping.unit}")
_PLACED = Pattern(r"{zh:scoping.within}\W*$|{en:scoping.unit}|,")
_AROUND = Pattern(r"^(?:[在从從据據]|\w+ (?:the )?(?=\w))|的?{zh:scoping.within}?[，,]?\s*$")
_CHAPTER = Pattern(
    rf"第\s*({_DIGITS})\s*[章编篇]|{{reading.chapter}}\s+(\w+)|(\d+)[.、\s]"
    r"|([一二三四五六七八九十]+)、"
)
_ITS_NUMBER = Pattern(
    rf"^(?:第\s*{_DIGITS}\s*[章节编篇卷部]|{_DIGITS}[.、\s]|[(（]{_DIGITS}[)）]"
    r"|{reading.chapter}\s+\w+\.?)\s*"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question confines itself to, and what is left of it.

    ``name`` is the part as the book heads it or, where its text has none such, as it was
    asked for; ``sections`` are the indexes of ``book.sections``, none where it is missing.
    """

    rest: str
    name: str
    sections: frozenset[int]


@dataclass(frozen=True, slots=True)
class Part:
    """The part of books that a question confines itself to.

    ``name`` is as a book heads it or, where no text has it, as it was asked for; ``sections``
    are the indexes of ``book.sections`` by the ids of the books that have it.
    """

    name: str
    sections: Mapping[str, frozenset[int]]


def confine(question: str, books: Iterable[Book]) -> tuple[str, Part | None]:
    """Return what is looked for, and the part that it is looked for in, None for everywhere."""
    scopes = {book.id: scope for book in books if (scope := scope_of(question, book))}
    if not scopes:
        return question, None
    there = {book_id: scope for book_id, scope in scopes.items() if scope.sections}
    first = next(iter((there or scopes).values()))
    within = {book_id: scope.sections for book_id, scope in there.items()}
    return first.rest or question, Part(first.name, within)


def scope_of(question: str, book: Book) -> Scope | None:
    """Return the chapter, part or section that a question names as where to look, if any."""
    asked = _asked(question)
    if asked.place:
        match, fits = asked.place
        return _scope(question, match, book, _said(match), fits)
    for match in asked.titles:
        fits = partial(_heads, title=_plain(match["title"]))
        scope = _scope(question, match, book, match["title"], fits)
        if scope.sections:
            return scope
    return None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question names as where to look, before it is looked up in a book.

    A chapter or part, with what a section of it fits; or titles in quotation marks, each of
    which may be a heading.
    """

    place: tuple[re.Match[str], Callable[[Section], bool]] | None = None
    titles: tuple[re.Match[str], ...] = ()


@lru_cache(maxsize=256)
def _asked(question: str) -> _Asked:
    for pattern in each("scoping.chapters", re.IGNORECASE):
        match = pattern.search(question)
        if match and _places(match):
            number = _number(match["n"])
            if number is not None:
                return _Asked((match, partial(_is_chapter, number=number)))
    for part in _PARTS:
        match = Pattern(
            f"(?:在|从|從|据|據)?{{zh:scoping.opens}}{{zh:scoping.{part}}}的?(?:{{zh:scoping.within}}|[，,])"
            rf"|\bin\s+the\s+{{en:scoping.{part}}}\b|\b(?:в|во)\s+{{ru:scoping.{part}}}\b",
            re.IGNORECASE,
        ).search(question)
        if match:
            return _Asked((match, partial(_is_part, names=words(f"scoping.{part}_heads"))))
    titles = []
    for match in _QUOTED.finditer(question):
        # A work is called by its title too; a section only where it is said to be one.
        said = match.group()
        placed = _SECTION.search(said) or ("《" not in said and _PLACED.search(said))
        if placed and len(_plain(match["title"])) > 1:
            titles.append(match)
    return _Asked(titles=tuple(titles))


def _places(match: re.Match[str]) -> bool:
    """Return whether a Chinese chapter is where something stands, and not what is asked of."""
    return "tail" not in match.re.groupindex or match["tail"] is not None


def _said(match: re.Match[str]) -> str:
    """Return a part as it was asked for, without the words around it."""
    name = _AROUND.sub("", match.group().strip())
    return name.strip(" ，,的")


def _scope(
    question: str,
    match: re.Match[str],
    book: Book,
    name: str,
    fits: Callable[[Section], bool],
) -> Scope:
    rest = f"{question[: match.start()]} {question[match.end() :]}"
    rest = " ".join(rest.split()).strip(" ，,")
    found = [section for section in book.sections if fits(section)]
    if not found:
        return Scope(rest, name, frozenset())
    headings = [(s.part, s.chapter, s.section) for s in found]
    heading = headings[0][0] or headings[0][1]
    if len({chapter for _, chapter, _ in headings}) == 1 and len(set(headings)) == 1:
        heading = headings[0][2] or heading
    return Scope(rest, heading or name, frozenset(section.index for section in found))


def _number(text: str) -> int | None:
    text = text.lower()
    digits = re.match(r"\d+", text)
    if digits:
        return int(digits.group())
    return spelt_number(text) or roman_number(text) or chinese_number(text)


def _is_chapter(section: Section, number: int) -> bool:
    if section.part or not section.chapter:
        return False
    heading = fold(section.chapter)
    match = _CHAPTER.match(heading)
    if not match:
        return False
    return _number(next(group for group in match.groups() if group)) == number


def _is_part(section: Section, names: tuple[str, ...]) -> bool:
    heading = _plain(section.part or section.chapter or "")
    return heading.startswith(names)


def _heads(section: Section, title: str) -> bool:
    """Return whether a title is that of a section's chapter, section or subsection."""
    return any(
        _without_number(heading) == title or _plain(heading) == title
        for heading in (section.part, section.chapter, section.section, section.subsection)
        if heading
    )


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", "", fold(heading))


def _without_number(heading: str) -> str:
    return _plain(_ITS_NUMBER.sub("", fold(heading)))
