"""Places in a book, worded as a style words them.

A page that is approximate is never worded like one that is exact; of one that is unknown,
chapter and section are said instead, and the number of the paragraph in them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.numbers import chinese_number, roman_number, spelt_number
from rag.types import PageStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.citing.styles import Wording
    from rag.types import Place

_NUMBERED = re.compile(r"([A-Za-z]?)([0-9]+)")
_ROMAN = re.compile(r"(?=.)m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_NUMBER_ONLY = re.compile(r"第[^\W_]{1,4}[编編卷篇部章节節]")
"""A Chinese heading that is a number alone: 第三章第二节 has no comma."""
_CHAPTER = re.compile(r"chapter\s+(\w+)(?!\w)", re.IGNORECASE)
_SHORT = re.compile(r"[^\W\d_]{1,4}")
_LABEL = re.compile(r"[A-Za-z0-9.-]*[0-9][A-Za-z0-9.-]*")
"""A label that is set like a number, though it cannot be counted on from: 12a, A-3."""
_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


@dataclass(frozen=True, slots=True)
class Locator:
    """A worded place; ``bare`` says that it is nothing but numbers of pages."""

    text: str
    bare: bool


@dataclass(frozen=True, slots=True)
class _Group:
    """What several places have in common but for their pages."""

    part: str | None
    headings: tuple[str, ...]
    status: PageStatus
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Labels in a row, worded; ``numbered`` says they are numbers, ``several`` more than one."""

    text: str
    numbered: bool
    several: bool


def locate_in_words(
    places: Iterable[Place], wording: Wording, *, headings: bool = False
) -> Locator | None:
    """Return places of one book in a style's words, merged; None where there is nothing to say.

    Pages of one numbering are sorted, and those in a row become a range; exact pages and
    approximate ones never share one. ``headings`` names chapter and section beside a page.
    """
    groups: dict[_Group, list[str]] = {}
    counted: dict[_Group, list[int]] = {}
    for place in places:
        known = place.status is not PageStatus.UNKNOWN and bool(place.pages)
        named = (place.chapter, place.section) if headings or not known else ()
        group = _Group(
            place.part,
            tuple(item for item in named if item),
            place.status if known else PageStatus.UNKNOWN,
            place.notes,
        )
        groups.setdefault(group, []).extend(place.pages if known else ())
        counted.setdefault(group, []).extend(() if known else place.paragraphs)
    only_pages = all(_is_plain(group, wording) for group in groups)
    pieces = [
        worded
        for group, labels in groups.items()
        if (worded := _word(group, labels, counted[group], wording, full=not only_pages))
    ]
    if not pieces:
        return None
    return Locator(
        wording.joint.join(pieces), bare=only_pages and not any(group.part for group in groups)
    )


def _is_plain(group: _Group, wording: Wording) -> bool:
    """Return whether bare numbers can say a group: 45, 前言3, but not 附录一 大事记300."""
    short = wording.part_joint or not group.part or _SHORT.fullmatch(group.part)
    return group.status is PageStatus.EXACT and not group.headings and bool(short)


def _word(
    group: _Group,
    labels: Sequence[str],
    paragraphs: Sequence[int],
    wording: Wording,
    *,
    full: bool,
) -> str:
    stretches = _stretches(labels, wording)
    numbered = [item for item in stretches if item.numbered]
    pages = [item.text for item in stretches if not item.numbered]
    if numbered:
        several = len(numbered) > 1 or numbered[0].several
        form = (wording.full if full else wording.bare)[several]
        pages.insert(0, form.format(wording.between_pages.join(item.text for item in numbered)))
    if group.status is PageStatus.APPROXIMATE:
        pages = [wording.approximate.format(item) for item in pages]
    headings = group.headings
    if paragraphs and not group.notes:
        runs = _stretches([str(number) for number in paragraphs], wording)
        several = len(runs) > 1 or runs[0].several
        said = wording.between_pages.join(item.text for item in runs)
        pages = [wording.paragraph[several].format(said)]
        headings = tuple(_numbered_chapter(heading, wording) for heading in headings)
    text = _with_notes(wording.joint.join(pages), group.notes, wording)
    part = group.part if group.part and not text.startswith(group.part) else None
    if part and not full and text:
        return part + wording.part_joint + text
    if len(headings) > 1 and all(_NUMBER_ONLY.fullmatch(item) for item in headings):
        headings = ("".join(headings),)
    return wording.joint.join(item for item in (part, *headings, text) if item)


def _numbered_chapter(heading: str, wording: Wording) -> str:
    """Return a numbered Chapter as a style cites it (chap. 3), any other heading as printed."""
    found = _CHAPTER.match(heading) if wording.chapter else None
    if found is None:
        return heading
    said = found[1]
    number = chinese_number(said) or roman_number(said) or spelt_number(said.lower())
    return wording.chapter.format(number) if number else heading


def _with_notes(pages: str, notes: Sequence[str], wording: Wording) -> str:
    if not notes:
        return pages
    marks = wording.between_pages.join(
        mark if wording.printed_marks else _plain_mark(mark) for mark in dict.fromkeys(notes)
    )
    form = (wording.note if pages else wording.note_alone)[len(set(notes)) > 1]
    return form.format(pages=pages, marks=marks)


def _plain_mark(mark: str) -> str:
    """Return ``1`` for ``①`` and for ``[1]``, and other marks as they are."""
    mark = mark.strip("[]()（）〔〕") or mark
    number = unicodedata.numeric(mark, None) if len(mark) == 1 else None
    return mark if number is None else str(int(number))


def _stretches(labels: Sequence[str], wording: Wording) -> list[_Stretch]:
    """Return labels as ranges, numbering by numbering; what is no number stands alone."""
    numberings: dict[str, dict[int, str]] = {}
    alone = []
    for label in dict.fromkeys(labels):
        read = _number(label)
        if read is None:
            numbered = bool(_LABEL.fullmatch(label))
            alone.append(_Stretch(label, numbered=numbered, several=False))
        else:
            numberings.setdefault(read[0], {})[read[1]] = label
    found = []
    for numbering, known in numberings.items():
        rows: list[list[int]] = []
        for number in sorted(known):
            if rows and rows[-1][-1] == number - 1:
                rows[-1].append(number)
            else:
                rows.append([number])
        for row in rows:
            text = known[row[0]]
            if len(row) > 1:
                last = known[row[-1]]
                if numbering == "":
                    last = _shorten(row[0], row[-1], last, wording.shortening)
                text += wording.dash + last
            found.append(_Stretch(text, numbered=True, several=len(row) > 1))
    return found + alone


def _number(label: str) -> tuple[str, int] | None:
    """Return the numbering that a label belongs to and its number; None for other labels."""
    label = unicodedata.normalize("NFKC", label)
    if found := _NUMBERED.fullmatch(label):
        return found[1], int(found[2])
    lower = label.lower()
    if label in (lower, label.upper()) and _ROMAN.fullmatch(lower):
        values = [_DIGITS[letter] for letter in lower]
        signed = zip(values, [*values[1:], 0], strict=True)
        total = sum(-value if value < after else value for value, after in signed)
        return ("i" if label == lower else "I"), total
    return None


def _shorten(first: int, last: int, label: str, rule: str) -> str:
    """Return the second number of a range as a style abbreviates it.

    Chicago 9.63: nothing below 100 or from a multiple of 100; what changes from 101 to 109
    (and 201 to 209, ...); else two digits, or more where more change. MLA: two digits at
    least, above 99.
    """
    if rule == "none" or first < 100 or (rule == "chicago" and first % 100 == 0):
        return label
    begin, end = str(first), str(last)
    if len(begin) != len(end):
        return label
    changed = next(at for at in range(len(end)) if begin[at] != end[at])
    least = 1 if rule == "chicago" and first % 100 < 10 else 2
    return end[min(changed, len(end) - least) :]
