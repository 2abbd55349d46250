"""How well a reading of a printed book agrees with what was printed."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from rag.types import PageStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.types import Book
    from tests.support.press.printing import Printed, Sheet

_STARS = ("*", "**", "***", "†", "‡", "※")
_FARTHEST = 4000
"""How far a piece is looked for: the next page and a table of contents lie nearer."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well a reading found what was printed, as shares of the characters or notes.

    ``lost`` are the characters of pieces that the running text does not have word for word;
    they count as wrong in their sections.
    """

    exact: float
    right_where_exact: float
    right_where_approximate: float
    sections: float
    notes: float
    lost: float = 0.0


def score(book: Book, printed: Printed, *, signs: bool = True) -> Score:
    """Return how much of what was printed a reading places right.

    ``signs`` says that the marks of notes must be the printed ones, which some formats lose.
    """
    offsets = [k for k, c in enumerate(book.text[: book.body_end]) if not c.isspace()]
    flat = "".join(book.text[k] for k in offsets)
    total = exact = exact_right = near = near_right = sections = lost = 0
    cursor = page = section = 0
    sheets = (*printed.preface, *printed.body)
    for sheet in sheets:
        for piece in sheet.pieces:
            if piece.heading:
                continue
            text = _bare(piece.text)
            total += len(text)
            at = flat.find(text, cursor, cursor + len(text) + _FARTHEST)
            if at < 0:
                lost += len(text)
                continue
            cursor = at + len(text)
            for k in offsets[at:cursor]:
                while book.pages[page].end <= k:
                    page += 1
                while book.sections[section].end <= k:
                    section += 1
                found, under = book.pages[page], book.sections[section]
                right = found.label == (sheet.label or None)
                exact += found.status is PageStatus.EXACT
                exact_right += found.status is PageStatus.EXACT and right
                near += found.status is PageStatus.APPROXIMATE
                near_right += found.status is PageStatus.APPROXIMATE and right
                sections += (under.part, under.chapter, under.section) == (
                    piece.part, piece.chapter, piece.section
                )  # fmt: skip
        if sheet.copies > 1:
            cursor = _behind_copy(flat, cursor, sheet)
    notes = sum(len(sheet.notes) for sheet in sheets)
    return Score(
        exact / total,
        exact_right / max(exact, 1),
        near_right / max(near, 1),
        sections / total,
        _tied(book, sheets, signs=signs) / notes if notes else 1.0,
        lost / total,
    )


def agreement(book: Book, printed: Printed) -> list[float]:
    """Return for each page the share of its characters that the reading has, in order.

    For what OCR reads, which is seldom word for word. A page is looked for by its label among
    the pages called exact; headings, heads and folios are left out of the count.
    """
    pages: defaultdict[str, str] = defaultdict(str)
    for page in book.pages:
        if page.status is PageStatus.EXACT and page.label:
            pages[page.label] += _bare(book.text[page.start : page.end])
    shares = []
    for sheet in (*printed.preface, *printed.body):
        wanted = _bare("".join(piece.text for piece in sheet.pieces if not piece.heading))
        matcher = SequenceMatcher(None, wanted, pages[sheet.label], autojunk=False)
        same = sum(match.size for match in matcher.get_matching_blocks())
        shares.append(same / max(len(wanted), 1))
    return shares


def _behind_copy(flat: str, cursor: int, sheet: Sheet) -> int:
    """Return where the second copy of a page ends, if the reading kept it."""
    end = cursor
    for piece in sheet.pieces:
        text = _bare(piece.text)
        at = flat.find(text, end, end + len(text) + 100)
        if not piece.heading and at >= 0:
            end = at + len(text)
    return end


def _tied(book: Book, sheets: tuple[Sheet, ...], *, signs: bool) -> int:
    """Return how many notes are whole and hang where their marks were printed.

    Marks and notes are in the same order, at the foot of pages as at the end of chapters.
    """
    written = defaultdict(list)
    for note in book.footnotes:
        if note.anchor is not None:
            key = (_ordinal(note.mark) if signs else 0, _bare(book.text[note.start : note.end]))
            written[key].append(_bare(book.text[max(note.anchor - 20, 0) : note.anchor]))
    count = 0
    for before, line in zip(_before_marks(sheets), _notes(sheets), strict=False):
        mark, text = line.lstrip("^").split(" ", 1)
        places = written[_ordinal(mark) if signs else 0, _bare(text)]
        count += any(place.endswith(before) for place in places)
    return count


def _before_marks(sheets: tuple[Sheet, ...]) -> Iterator[str]:
    """Yield the characters before each mark, in order."""
    for sheet in sheets:
        whole = "".join(piece.text for piece in sheet.pieces if not piece.heading)
        for match in re.finditer(r"\^.", whole):
            yield _bare(whole[: match.start()])[-6:]


def _notes(sheets: tuple[Sheet, ...]) -> Iterator[str]:
    for sheet in sheets:
        yield from sheet.notes


def _ordinal(mark: str) -> int:
    """Return the number that a mark stands for, whatever its kind."""
    if mark in _STARS:
        return _STARS.index(mark) + 1
    digits = re.search(r"\d+", unicodedata.normalize("NFKC", mark))
    return int(digits[0]) if digits else 0


def _bare(text: str) -> str:
    return re.sub(r"\s|\^.", "", text)
