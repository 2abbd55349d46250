"""Pages as a person corrects them: what he says of labels, over what was read or inferred.

A correction is tied to its page by the page's index and by how it begins, so that in a file
that has changed it finds the page again, wherever it went; where it does not, that is a
problem of the book and nothing is guessed.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import replace
from difflib import SequenceMatcher
from functools import partial
from typing import TYPE_CHECKING

from rag.language.numbers import page_label, page_number
from rag.language.text import letters_of
from rag.types import (
    Book,
    ContentsEntry,
    Correction,
    CorrectionError,
    NotInLibraryError,
    Page,
    PageStatus,
    Problem,
    page_at,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LOST, IMPOSSIBLE, DISAGREE = "correction_lost", "correction_impossible", "corrections_disagree"
"""The kinds of problems that corrections can have."""
BY_HAND = "set by hand"

_LETTERS = 24
"""How many letters of a page's beginning tell it from others."""
_WINDOW = 240
_ALIKE = 0.8
"""Share of letters that the beginning of a page read anew has in common with the old."""


def correct(book: Book, corrections: Sequence[Correction]) -> Book:
    """Return a book with its pages, contents and problems as corrected.

    A label that was set stands, whatever the offsets; of two for one page the later one
    wins, offsets add up. An offset leaves alone what bears no number.
    """
    if not corrections:
        return book
    named: dict[int, str | None] = {}
    shifts: Counter[int] = Counter()
    problems: list[Problem] = []
    for correction, found in zip(corrections, settled(book, corrections), strict=True):
        if found is None:
            problems.append(_lost(correction))
        elif found.shift is None and found.first is not None:
            named[found.first] = found.label
        else:
            last = len(book.pages) - 1 if found.last is None else found.last
            for index in range(found.first or 0, last + 1):
                shifts[index] += found.shift or 0
    pages = []
    for page in book.pages:
        if page.index in named:
            label = named[page.index]
            pages.append(replace(page, label=label, status=PageStatus.EXACT, reasons=(BY_HAND,)))
            continue
        pages.append(_shifted(page, shifts[page.index]))
        if page.label is not None and pages[-1].label is None:
            problems.append(
                Problem(
                    IMPOSSIBLE,
                    f"An offset of {shifts[page.index]:+} would bring page {page.label}, with "
                    f"the index {page.index}, below 1, so that it has no number.",
                )
            )
    problems += _disagreements(book.pages, pages)
    return replace(
        book,
        pages=tuple(pages),
        contents=_redated_contents(book, pages),
        problems=(*_redated_problems(book, pages), *problems),
    )


def settled(book: Book, corrections: Iterable[Correction]) -> list[Correction | None]:
    """Return each correction with the indexes its pages have in this book; None if they are lost.

    One without beginnings is taken at its index, and gets them.
    """
    beginnings = [_beginning(book, page) for page in book.pages]
    return [_settled(correction, beginnings) for correction in corrections]


def anchored(
    book: Book, corrections: Sequence[Correction], earlier: Sequence[Correction]
) -> tuple[Correction, ...]:
    """Return corrections that were given by index alone, with how their pages begin.

    One that was given before keeps the beginnings that it had then; a page that is not
    there has none.
    """
    known = {_bare(correction): correction for correction in earlier}
    found = settled(book, corrections)
    return tuple(
        known.get(correction, at or correction)
        for correction, at in zip(corrections, found, strict=True)
    )


def revised(
    book: Book, earlier: Sequence[Correction], new: Sequence[Correction]
) -> list[Correction]:
    """Return the earlier corrections of a book, as it was read, with new ones.

    Each is tied to its pages; those of which the pages are not found stay as they are. Raises
    NotInLibraryError where the book has no such page, CorrectionError where an offset would
    bring a number below 1.
    """
    last = len(book.pages) - 1
    for correction in new:
        for index in (correction.first, correction.last):
            if index is not None and not 0 <= index <= last:
                raise NotInLibraryError(
                    f"The book {book.id} has no page with the index {index}; "
                    f"they go from 0 to {last} (see 'rag pages {book.id}')."
                )
        if correction.last is not None and correction.last < (correction.first or 0):
            raise CorrectionError("An offset must not end before the page that it begins with.")
    kept = [at or one for one, at in zip(earlier, settled(book, earlier), strict=True)]
    result = merged(kept, [one for one in settled(book, new) if one is not None])
    corrected = correct(book, (*book.record.corrections, *result))
    for problem in corrected.problems:
        if problem.kind == IMPOSSIBLE and any(one.shift is not None for one in new):
            raise CorrectionError(f"{problem.text} Say which pages it is for (--from, --to).")
    return result


def merged(corrections: Iterable[Correction], new: Iterable[Correction]) -> list[Correction]:
    """Return corrections with new ones: a set label replaces another, like offsets add up."""
    kept = list(corrections)
    for correction in new:
        same = next((one for one in kept if _speak_of_the_same(one, correction)), None)
        if same is not None:
            kept.remove(same)
        if correction.shift is None:
            kept.append(correction)
            continue
        shift = correction.shift + (same.shift or 0 if same else 0)
        if shift:
            kept.append(replace(correction, shift=shift))
    return kept


def _speak_of_the_same(one: Correction, other: Correction) -> bool:
    sets = (one.shift is None, other.shift is None)
    return sets[0] == sets[1] and (one.first, one.last) == (other.first, other.last)


def _bare(correction: Correction) -> Correction:
    return replace(correction, begins=None, ends=None)


def _settled(correction: Correction, beginnings: Sequence[str]) -> Correction | None:
    find = partial(_find, beginnings)
    first = find(correction.first, correction.begins)
    last = find(correction.last, correction.ends)
    if first == -1 or last == -1 or (first is not None and last is not None and last < first):
        return None
    return replace(
        correction,
        first=first,
        last=last,
        begins=None if first is None else correction.begins or beginnings[first],
        ends=None if last is None else correction.ends or beginnings[last],
    )


def _find(beginnings: Sequence[str], index: int | None, begins: str | None) -> int | None:
    """Return the index of a page; None where none is meant, -1 where it is not found."""
    if index is None:
        return None
    there = 0 <= index < len(beginnings)
    if begins is None or (there and beginnings[index] == begins):
        return index if there else -1
    same = [k for k, beginning in enumerate(beginnings) if beginning == begins]
    if not same:
        same = [k for k, beginning in enumerate(beginnings) if _alike(beginning, begins)]
    if index in same:
        return index
    return same[0] if len(same) == 1 else -1


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _beginning(book: Book, page: Page) -> str:
    """Return the first letters from where a page begins, behind a space where it is blank."""
    letters = letters_of(book.text[page.start : min(page.start + _WINDOW, book.body_end)])[
        :_LETTERS
    ]
    return letters if book.text[page.start : page.end].strip() else f" {letters}"


def _shifted(page: Page, shift: int) -> Page:
    """Return a page whose number is so much higher; one that would be below 1 is no number."""
    if not shift or page.label is None:
        return page
    number = _number(page.label)
    if number is None:
        return page
    before, value, style = number
    if value + shift < 1:
        return replace(page, label=None, status=PageStatus.UNKNOWN)
    label = before + page_label(value + shift, style)
    return replace(page, label=label, reasons=(*page.reasons, f"offset of {shift:+} set by hand"))


def _number(label: str) -> tuple[str, int, str] | None:
    """Return what stands before the number of a label, the number, and its style."""
    matched = re.fullmatch(r"(.*?)([0-9]+)", label)
    before, digits = (matched[1], matched[2]) if matched else ("", label)
    number = page_number(digits)
    return None if number is None else (before, *number)


def _lost(correction: Correction) -> Problem:
    if correction.shift is not None:
        what = f"an offset of {correction.shift:+}"
    else:
        what = f"the label {correction.label!r}" if correction.label else "no label"
    pages = [str(index) for index in (correction.first, correction.last) if index is not None]
    return Problem(
        LOST,
        f"A correction ({what} for the page with the index {' to '.join(pages)}) was not "
        "applied: no page begins as that one did; look at the page map and set it again.",
    )


def _disagreements(before: Sequence[Page], after: Sequence[Page]) -> list[Problem]:
    """Return a problem for each page that a correction put at odds with the page before it.

    In one numbering numbers rise. A new numbering begins with 1 after higher numbers, or
    where one began before the correction.
    """
    problems = []
    last: dict[tuple[str, str], int] = {}
    for k, page in enumerate(after):
        number = None if page.label is None else _number(page.label)
        if number is None:
            continue
        key = (number[0], number[2])
        earlier = last.get(key)
        last[key] = k
        if earlier is None or (number[1] == 1 and after[earlier].label != page.label):
            continue
        touched = page != before[k] or after[earlier] != before[earlier]
        if touched and _falls(after[earlier], page) and not _falls(before[earlier], before[k]):
            problems.append(
                Problem(
                    DISAGREE,
                    f"By the corrections the page with the index {page.index} is page "
                    f"{page.label}, after page {after[earlier].label} with the index "
                    f"{after[earlier].index}: one of them is wrong.",
                    page.label,
                )
            )
    return problems


def _falls(one: Page, other: Page) -> bool:
    """Return whether the second of two pages of one numbering has no higher number."""
    first, second = (None if page.label is None else _number(page.label) for page in (one, other))
    if first is None or second is None:
        return False
    return (first[0], first[2]) == (second[0], second[2]) and second[1] <= first[1]


def _redated_contents(book: Book, pages: Sequence[Page]) -> tuple[ContentsEntry, ...]:
    """Return the outline, with the new label where an entry stood on a page that has one."""
    if not pages:
        return book.contents
    starts: dict[str, deque[int]] = {}
    above: tuple[str | None, ...] = (None,) * 4
    for section in book.sections:
        path = (section.part, section.chapter, section.section, section.subsection)
        level = next((k for k, names in enumerate(zip(path, above, strict=True))
                      if names[0] != names[1]), len(path))  # fmt: skip
        for name in path[level:]:
            if name:
                starts.setdefault(name, deque()).append(section.start)
        above = path
    contents = []
    for entry in book.contents:
        here = starts.get(entry.heading)
        page = page_at(book, here.popleft()) if here else None
        if page is not None and page.label == entry.page:
            contents.append(replace(entry, page=pages[page.index].label))
        else:
            contents.append(entry)
    return tuple(contents)


def _redated_problems(book: Book, pages: Sequence[Page]) -> tuple[Problem, ...]:
    """Return the problems with the new labels of their pages.

    Where a label stood on several pages of which some have changed, none is given.
    """
    now: dict[str | None, set[str | None]] = {}
    for old, new in zip(book.pages, pages, strict=True):
        now.setdefault(old.label, set()).add(new.label)
    problems = []
    for problem in book.problems:
        labels = now.get(problem.page, {problem.page}) if problem.page else {None}
        label = next(iter(labels)) if len(labels) == 1 else None
        problems.append(replace(problem, page=label))
    return tuple(problems)
