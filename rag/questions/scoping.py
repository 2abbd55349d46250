"""The part of a book that a question confines itself to: in chapter 4, in the preface; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rag.language.numbers import chinese_number
from rag.language.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rag.types import Book, Section

_DIGITS = r"[\d一二三四五六七八九十百〇零]+"
_IN_CHINESE = r"(?:当中|當中|之中|里面|裡面|以内|以內|里|裡|裏|中|内|內)"
_OPENS = (
    r"(?:^|(?<=[，,。：:在从從据據于於]))\s*(?:[这這本此该該全]?[本部]?[书書](?:的|中|里|裡)?)?"
)
_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve",
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth",
    "перв|втор|трет|четв[её]рт|пят|шест|седьм|восьм|девят|десят|одиннадцат|двенадцат",
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv")
_IN = r"\b(?:in|of|from|according\s+to)\s+"
_CHAPTERS = (
    re.compile(
        rf"(?:在|从|從|据|據)?{_OPENS}第\s*(?P<n>{_DIGITS})\s*章"
        rf"(?P<tail>的?{_IN_CHINESE}|[，,]|(?=[提说說写寫記记谈談讲講介引列])|的)?"
    ),
    re.compile(rf"{_IN}(?:the\s+)?chapter\s+(?P<n>\d+|{_WORDS[0]}|[ivx]+)\b", re.IGNORECASE),
    re.compile(
        rf"{_IN}the\s+(?P<n>{_WORDS[1]}|\d+(?:st|nd|rd|th))\s+chapter\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:в|из|по|согласно)\s+глав[еыуа]\s+(?P<n>\d+|[ivx]+)\b", re.IGNORECASE),
    re.compile(
        rf"\b(?:в|во|из|по)\s+(?P<n>(?:{_WORDS[2]})\w{{1,4}}|\d+(?:-?[йяеои]\w*)?)\s+глав[еыу]\b",
        re.IGNORECASE,
    ),
)
_PARTS = (
    (
        "前言 序 自序 代序 引言 导言 绪论 绪言 preface foreword introduction предисловие введение",
        "前言|序言|自序|代序|引言|导言|導言|绪论|緒論|绪言|緒言",
        "preface|foreword|introduction",
        "предислови[ие]|введени[ие]",
    ),
    ("附录 appendix приложение", "附录|附錄", "append(?:ix|ices)", "приложени(?:и|ях)"),
    (
        "后记 跋 结语 结论 尾声 余论 afterword epilogue conclusion заключение послесловие",
        "后记|後記|跋|结语|結語|结论|結論|尾声|尾聲|余论|餘論",
        "afterword|epilogue|conclusion",
        "послеслови[ие]|заключени[ие]",
    ),
)
"""What parts outside the chapters are headed, and how one asks for them in each language."""
_QUOTED = re.compile(
    r"(?:在|从|從|\bin|\bв|\bво|\bfrom|\bиз)?\s*(?:the\s+|section\s+|chapter\s+|разделе\s+|главе\s+)*"
    r"[“\"「『《«„](?P<title>[^“”\"「」『』《》«»„]{2,60})[”\"」』》»“]\s*"
    rf"(?:(?:这|這|那)?一?[章节節](?:的?{_IN_CHINESE})?|{_IN_CHINESE})?[，, ]*",
    re.IGNORECASE,
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
    for pattern in _CHAPTERS:
        match = pattern.search(question)
        if match and _places(match):
            number = _number(match["n"])
            if number is not None:
                return _scope(
                    question, match, book, _said(match), partial(_is_chapter, number=number)
                )
    for headings, chinese, english, russian in _PARTS:
        match = re.search(
            rf"(?:在|从|從|据|據)?{_OPENS}(?:{chinese})的?(?:{_IN_CHINESE}|[，,])"
            rf"|\bin\s+the\s+(?:{english})\b|\b(?:в|во)\s+(?:{russian})\b",
            question,
            re.IGNORECASE,
        )
        if match:
            return _scope(question, match, book, _said(match), partial(_is_part, names=headings))
    for match in _QUOTED.finditer(question):
        title = _plain(match["title"])
        # A work is called by its title too; a section only where it is said to be one.
        where = "" if "《" in match.group() else rf"|{_IN_CHINESE}\W*$|section|chapter|,"
        placed = re.search(rf"[章节節]|раздел|глав{where}", match.group())
        if placed and len(title) > 1:
            fits = partial(_heads, title=title)
            scope = _scope(question, match, book, match["title"], fits)
            if scope.sections:
                return scope
    return None


def _places(match: re.Match[str]) -> bool:
    """Return whether a Chinese chapter is where something stands, and not what is asked of."""
    return "tail" not in match.re.groupindex or match["tail"] is not None


def _said(match: re.Match[str]) -> str:
    """Return a part as it was asked for, without the words around it."""
    name = re.sub(
        rf"^(?:[在从從据據]|\w+ (?:the )?(?=\w))|的?{_IN_CHINESE}?[，,]?\s*$",
        "",
        match.group().strip(),
    )
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
    for words in _WORDS:
        for number, word in enumerate(words.split("|"), 1):
            whole = word.isascii() and re.fullmatch(word, text)
            if whole or (not word.isascii() and re.match(word, text)):
                return number
    if text in _ROMAN:
        return _ROMAN.index(text) + 1
    digits = re.match(r"\d+", text)
    return int(digits.group()) if digits else chinese_number(text)


def _is_chapter(section: Section, number: int) -> bool:
    if section.part or not section.chapter:
        return False
    heading = fold(section.chapter)
    match = re.match(
        rf"第\s*({_DIGITS})\s*[章编篇]|(?:chapter|глава)\s+(\w+)|(\d+)[.、\s]"
        r"|([一二三四五六七八九十]+)、",
        heading,
    )
    if not match:
        return False
    return _number(next(group for group in match.groups() if group)) == number


def _is_part(section: Section, names: str) -> bool:
    heading = _plain(section.part or section.chapter or "")
    return heading.startswith(tuple(names.split()))


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
    rest = re.sub(
        rf"^(?:第\s*{_DIGITS}\s*[章节编篇卷部]|{_DIGITS}[.、\s]|[(（]{_DIGITS}[)）]"
        r"|(?:chapter|глава)\s+\w+\.?)\s*",
        "",
        fold(heading),
    )
    return _plain(rest)
