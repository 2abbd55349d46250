"""The table of contents: found in the lines of a text, and read.

A line of a table is a heading, leaders (dots of any kind, a tab, spaces) and a page.
What scanning does to it is undone where there is one way only: an entry broken over
lines, spaces inside a number, letters for the digits they look like.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from rag.language.numbers import chinese_number, roman_number
from rag.language.tables import Pattern
from rag.language.text import close_up, ends_sentence, is_contents_head, letters_of
from rag.types import ContentsEntry, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMERALS = "一二三四五六七八九十百零〇"
_ROMAN_HEAD = re.compile(r"([IVXLC]{1,8})\s*[.:：、．]\s*(\S.*)")
_ROMAN_END = re.compile(r"(?<!\w)([IVXLC]{1,8})\W*$")
_COUNTED = 3
"""How many Roman numerals must count up: fewer are the initials of names."""


class Form(IntEnum):
    """The form of a heading's number, from the widest to the narrowest."""

    CHAPTER = 0
    APPENDIX = 1
    NODE = 2
    COMMA = 3
    PAREN = 4
    DOT = 5
    PAREN_DIGIT = 6
    NONE = 7


_FORMS = (
    (
        Form.CHAPTER,
        Pattern(
            rf"(第\s*[{_NUMERALS}\d]+(?:\s*[{_NUMERALS}\d])*\s*(?:[章编篇卷部讲編講折話话齣]|回(?!合))|[上中下][编篇卷](?![号幅烟制写辑])"
            r"|{reading.chapters})"
        ),
    ),
    (
        Form.APPENDIX,
        Pattern(
            rf"(附\s*录\s*(?:[{_NUMERALS}\dA-Z]+(?=[\s:：、.．]|$|[^\x00-\x7f]))?"
            r"|{reading.appendices})"
        ),
    ),
    (Form.NODE, re.compile(rf"(第\s*[{_NUMERALS}\d]+\s*节|§\s*\d+\.?)")),
    (Form.COMMA, re.compile(rf"([{_NUMERALS}]+\s*[、．.])")),
    (Form.PAREN, re.compile(rf"([（(]\s*[{_NUMERALS}]+\s*[)）])")),
    (Form.DOT, re.compile(r"(\d{1,2}(?:[.．]\d{1,2})+(?![\d年])[.．]?|\d{1,3}\s*[.．、](?!\d))")),
    (Form.PAREN_DIGIT, re.compile(r"([（(]\s*\d{1,2}\s*[)）])")),
)
_FRONT_OR_BACK = Pattern("{reading.matter_kinds}*{reading.matter}")
_DIGIT = r"[0-9０-９lI|｜OoQ〇○SZB]"
_ROMAN = r"[ivxIVXⅰ-ⅻⅠ-Ⅻ]+"
_LEADER = r"[\s.．。·•・‧…‥⋯_—–\-~～,，:*]"
_ENTRY = re.compile(
    rf"^(?P<title>.*?[^\s.．。·•・‧…‥⋯_—–\-~～,，:*])(?P<leader>{_LEADER}*)"
    rf"(?:[（(〔\[【<〈]\s*(?P<bracketed>{_DIGIT}(?:[\s.]?{_DIGIT})*|{_ROMAN}|[{_NUMERALS}]+)\s*"
    rf"[)）〕\]】>〉]|(?P<bare>{_DIGIT}(?:\s?{_DIGIT})*|(?<![A-Za-z]){_ROMAN}"
    rf"|(?<=[.．·•・…⋯_]{{2}})[{_NUMERALS}]+))\s*[.。]?\s*$"
)
_NO_PAGE = re.compile(r"[（(]\s*[)）]\s*$")
_BROKEN_ENTRY = re.compile(r"(?:\.{3,}|…+|·{3,})\s*\S{0,6}\s*$|[（(]\S{0,5}[)）]?\s*$")
_LOOKS_LIKE = str.maketrans("lI|OoQ○SZB", "1110000528")
_LONGEST_ENTRY = 90
_STRAY_LINES = 3
_LEAST_ENTRIES = 3


@dataclass(frozen=True, slots=True)
class Contents:
    """A table of contents that was read: lines [start, end) of the text hold it."""

    start: int
    end: int
    entries: tuple[ContentsEntry, ...]
    problems: tuple[Problem, ...]


def split_heading(text: str) -> tuple[Form, str | None, str]:
    """Return the form of a heading's number, the number as printed, and the title, on one line."""
    line = close_up(unicodedata.normalize("NFC", text))
    for form, pattern in _FORMS:
        match = pattern.match(line)
        if match:
            number = re.sub(
                r"\s+", "" if form is not Form.CHAPTER or "第" in line else " ", match[1]
            )
            return form, number, line[match.end() :].lstrip(" :：、.．")
    return Form.NONE, None, line


def is_part(title: str) -> bool:
    """Whether a heading is the usual name of a piece of front or back matter."""
    folded = letters_of(title)
    return len(folded) <= 40 and _FRONT_OR_BACK.fullmatch(folded) is not None


def read_page(token: str, *, roman: bool) -> str | None:
    """Return the printed label that a page number in a table stands for, or None where unclear.

    Letters are taken for the digits they look like (``l7`` is 17) where the rest is
    digits or the letter can be nothing else. ``roman`` says that the neighbours are
    roman, which decides a lone ``I``.
    """
    folded = re.sub(r"[\s.]", "", token)
    plain = unicodedata.normalize("NFKC", folded.replace("〇", "0"))
    if re.fullmatch(r"[ivx]+|[IVX]+", plain) and (roman or plain != "I"):
        return plain.lower() if plain.islower() else plain
    if all(character in _NUMERALS for character in folded):
        value = chinese_number(folded)
        return str(value) if value else None
    digits = plain.translate(_LOOKS_LIKE)
    sure = sum(c.isdigit() for c in plain)
    if not digits.isdigit() or (sure == 0 and plain not in {"l", "I", "|", "lO", "ll", "lo"}):
        return None
    if any(c in "SZB" for c in plain) and sure < 2:
        return None
    return str(int(digits)) if int(digits) > 0 else None


def find_contents(lines: Sequence[str]) -> Contents | None:
    """Return the table of contents among the lines of a text, or None where there is none.

    It begins at a line that says so, or without one at five entries on end.
    """
    for start, line in enumerate(lines):
        if is_contents_head(line):
            end = _end_of_table(lines, start + 1) or _end_of_list(lines, start + 1)
            if end is not None:
                return _read_table(lines, start, start + 1, end)
    for start, line in enumerate(lines):
        if _strong_entry(line):
            end = _end_of_table(lines, start)
            if end is not None and sum(map(_strong_entry, lines[start:end])) >= 5:
                return _read_table(lines, start, start, end)
            if end is not None:
                continue
    return None


def with_roman_numbers(entries: Sequence[ContentsEntry]) -> tuple[ContentsEntry, ...]:
    """Return entries in which Roman numerals that count up are numbers of chapters.

    They are level 1, and what stands below them moves up with them.
    """
    counted: dict[int, ContentsEntry] = {}
    last = 0
    for k, entry in enumerate(entries):
        match = _ROMAN_HEAD.fullmatch(entry.title) if entry.number is None else None
        value = roman_number(match[1]) if match else None
        # The first may stand in one line with the head of its column.
        if match and value and value in ({1, 2} if not counted else {last + 1}):
            last = value
            number = entry.title[: match.start(2)].rstrip()
            counted[k] = replace(entry, number=number, title=match[2], level=1)
    if len(counted) < _COUNTED:
        return tuple(entries)
    moved, up, floor = [], 0, 0
    for k, entry in enumerate(entries):
        if k in counted:
            up, floor = entry.level - 1, entry.level
            moved.append(counted[k])
        else:
            up = up if entry.level > floor else 0
            moved.append(replace(entry, level=entry.level - up))
    return tuple(moved)


def roman_value(number: str) -> int | None:
    """Return the value of a Roman numeral that ends the number of a chapter, or None."""
    match = _ROMAN_END.search(number)
    return roman_number(match[1]) if match else None


def assign_levels(entries: Sequence[tuple[Form, str | None, str, int]]) -> list[int]:
    """Return the level of each entry, given its form, number, title and indent.

    Chapters and parts are level 1; the forms of number below them come in the order in
    which they nest in print. A title without a number under a numbered chapter is a
    section of it.
    """
    deeper = sorted({form for form, *_ in entries if Form.NODE <= form < Form.NONE})
    chapters = any(form is Form.CHAPTER for form, *_ in entries)
    below = 2 if chapters else 1
    levels: list[int] = []
    inside = False
    least = min((indent for *_, indent in entries), default=0)
    for form, number, title, indent in entries:
        if form in (Form.CHAPTER, Form.APPENDIX) or (number is None and is_part(title)):
            level, inside = 1, form is Form.CHAPTER
        elif form is Form.NONE:
            level = 2 if inside or indent > least else 1
        else:
            level = below + deeper.index(form)
            if form is Form.DOT and number is not None:
                level += max(0, len(re.findall(r"\d+", number)) - (2 if chapters else 1))
        levels.append(level)
    return levels


def _strong_entry(line: str) -> bool:
    match = _ENTRY.match(line)
    if match is None or len(line) > _LONGEST_ENTRY:
        return False
    leader = match["leader"]
    dotted = len(re.findall(r"[.．·•・‧…‥⋯_]", leader)) >= 2 or "…" in leader
    return dotted or ("\t" in leader or "  " in leader or match["bracketed"] is not None)


def _end_of_table(lines: Sequence[str], start: int) -> int | None:
    last, stray, bracketed = None, 0, False
    for index in range(start, len(lines)):
        line = lines[index].strip()
        if not line:
            continue
        strong = _strong_entry(line)
        weak = not bracketed and len(line) <= _LONGEST_ENTRY and _ENTRY.match(line) is not None
        close = last is not None and index - last <= 1 and _BROKEN_ENTRY.search(line)
        if strong or weak or (close and len(line) <= _LONGEST_ENTRY):
            bracketed = bracketed or strong
            last, stray = index, 0
            continue
        stray += 1
        if stray > _STRAY_LINES or len(line) > _LONGEST_ENTRY:
            break
    return None if last is None else last + 1


def _end_of_list(lines: Sequence[str], start: int) -> int | None:
    """Return where a table without pages ends: its lines stand again, in order, as headings."""
    last, below = None, start
    places: dict[str, list[int]] = {}
    for index in range(start, len(lines)):
        places.setdefault(letters_of(lines[index]), []).append(index)
    count = stray = 0
    for index in range(start, len(lines)):
        line = lines[index].strip()
        if not line:
            continue
        again = [k for k in places[letters_of(line)] if k > max(below, index)]
        if again and len(line) <= _LONGEST_ENTRY and not ends_sentence(line):
            last, below, stray, count = index, again[0], 0, count + 1
            continue
        stray += 1
        if stray > 1 or index >= below > start:
            break
    return None if last is None or count < _LEAST_ENTRIES else last + 1


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    token: str | None
    indent: int


def _read_table(lines: Sequence[str], start: int, first: int, end: int) -> Contents:
    raw = _join_broken(lines[first:end])
    parts = [(*split_heading(line.text), line.indent) for line in raw]
    problems: list[Problem] = []
    entries: list[ContentsEntry] = []
    roman = False
    for line, (_, number, title, _), level in zip(raw, parts, assign_levels(parts), strict=True):
        page = None if line.token is None else read_page(line.token, roman=roman)
        roman = page is not None and not page.isdigit()
        entry = ContentsEntry(number, title, level, page)
        if not title and number:
            entry = replace(entry, number=None, title=number)
        if page is None and line.token is not None:
            problems.append(
                Problem(
                    "contents_page_unreadable",
                    f"The contents give {entry.heading} the page “{line.token}”, "
                    "which cannot be read.",
                )
            )
        entries.append(entry)
    return Contents(start, end, with_roman_numbers(entries), tuple(problems))


def _join_broken(lines: Sequence[str]) -> list[_Line]:
    """Return the entries of a table, each on one line; one without a page begins the next."""
    joined: list[_Line] = []
    pending, indent = "", 0
    for line in lines:
        text = _NO_PAGE.sub("", line.strip()).strip()
        if not text:
            continue
        match = _ENTRY.match(text) if len(text) <= _LONGEST_ENTRY else None
        title = match["title"].strip() if match else re.sub(rf"{_LEADER}+$", "", text)
        broken = match is None and _BROKEN_ENTRY.search(text) is not None
        form, *_ = split_heading(title)
        own = form is not Form.NONE or is_part(title)
        if pending and own:
            joined.append(_Line(pending, None, indent))
            pending = ""
        if not pending:
            indent = len(line) - len(line.lstrip())
        pending = f"{pending} {title}" if pending else title
        if match:
            joined.append(_Line(pending, match["bracketed"] or match["bare"], indent))
            pending = ""
        elif broken:
            token = text.split()[-1] if text.split() else ""
            head = re.split(r"(?:\.{3,}|…+|·{3,}|[（(](?=\S{0,5}[)）]?$))", title)[0].strip()
            joined.append(_Line(head or title, token, indent))
            pending = ""
    if pending:
        joined.append(_Line(pending, None, indent))
    return joined
