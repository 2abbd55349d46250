"""What a page is made of: what stands on it and at its ends, and how likely it is.

A page holds ``height`` lines of ``width`` full-width characters; a heading, the rule above
footnotes and each line of a footnote take a share of lines. How the numbers of a book's
model are learnt from the book itself: ``page_measure``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum, IntEnum, auto

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Cause(IntEnum):
    """What stands at a place where a page may end."""

    MID = 0
    """A block that stops in mid-sentence."""
    NOTE = 1
    """Footnotes."""
    CHAPTER = 2
    """The next block is the heading of a chapter or part."""
    SECTION = 3
    """The next block is the heading of a section."""
    CLOSED = 4
    """A block that ends as a paragraph ends."""
    WEAK = 5
    """A block whose last mark may close a paragraph and may not."""
    SHORT = 6
    """A block too short to have been cut, that closes nothing."""
    HEADING = 7
    """A heading: text should follow on its page."""
    INNER = 8
    """The inside of a block."""


class PageMark(IntEnum):
    """What a scan's text has between two blocks of what stands at the ends of pages."""

    NONE = 0
    FOLIO = 1
    """A number standing alone, which may be the page's and may not."""
    HEAD = 2
    """A running head."""
    FEED = 3
    """A form feed."""


class Side(Enum):
    """On which side of a page's end a number stands."""

    FOOT = auto()
    """Before the end: it is the number of the page that ends."""
    HEAD = auto()
    """Behind it: the number of the page that begins."""
    EITHER = auto()


@dataclass(frozen=True, slots=True)
class Folio:
    """A number between two blocks, which may be a page's: as the scan has it, so it may err."""

    number: int
    side: Side = Side.EITHER


@dataclass(frozen=True, slots=True)
class Unit:
    """A block of running text as a page holds it.

    ``wide`` counts its full-width characters, ``narrow`` its Latin letters, digits and
    spaces; ``level`` is 0 for text, else the level of the heading; ``indented`` says that
    a paragraph begins here; ``end`` is how its text ends (MID, CLOSED, WEAK or SHORT);
    ``notes`` are the widths of the footnotes that follow it; ``mark`` is the page mark
    that follows it, and ``folios`` are the numbers there; ``page`` is the number that the
    contents give for a heading. ``small`` says that it is set as notes are, ``plate`` that
    it may be all that stands on a page outside the numbering.
    """

    wide: int
    narrow: int = 0
    level: int = 0
    indented: bool = True
    end: Cause = Cause.CLOSED
    notes: tuple[float, ...] = ()
    mark: PageMark = PageMark.NONE
    folios: tuple[Folio, ...] = ()
    page: int | None = None
    small: bool = False
    plate: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch that begins on a new page: numbered in one sequence, or not at all.

    ``missing`` are the numbers on which the contents have headings that the text lacks;
    ``folios`` are the numbers that stand before the first unit.
    """

    units: tuple[Unit, ...]
    numbered: bool = True
    missing: tuple[int, ...] = ()
    folios: tuple[Folio, ...] = ()


@dataclass(frozen=True, slots=True)
class Pieces:
    """A run cut at every place where a page may end, and what each place is worth.

    Piece ``k`` lies in unit ``unit[k]``, ``offset[k]`` cells into it, and takes
    ``lines[k]``; ``broken[k]`` is the score of a break behind it, ``unbroken[k]`` of none.
    ``folios`` are the numbers that stand at a place.
    """

    unit: list[int]
    offset: list[float]
    lines: list[float]
    causes: list[Cause]
    levels: list[int]
    marks: list[PageMark] = field(default_factory=list)
    plates: list[bool] = field(default_factory=list)
    folios: dict[int, tuple[Folio, ...]] = field(default_factory=dict)
    broken: list[float] = field(default_factory=list)
    unbroken: list[float] = field(default_factory=list)

    def cause(self, place: int) -> Cause:
        """Return what stands at a place, that is behind piece ``place - 1``."""
        return self.causes[place - 1]

    def mark(self, place: int) -> PageMark:
        """Return the page mark at a place."""
        return self.marks[place - 1]

    def begins(self, place: int) -> bool:
        """Whether piece ``place`` begins its unit."""
        return self.offset[place] == 0

    def opens_chapter(self, place: int) -> bool:
        """Whether a chapter or part begins at a place."""
        return place < len(self.levels) and self.levels[place] == 1 and self.begins(place)


NOTE_WIDTH = 1.15
BROKEN_PRIOR = {
    Cause.MID: 12.0,
    Cause.NOTE: 6.0,
    Cause.CHAPTER: 1.0,
    Cause.SECTION: 0.6,
    Cause.CLOSED: 5.0,
    Cause.WEAK: 0.6,
    Cause.SHORT: 0.06,
    Cause.HEADING: 0.05,
    Cause.INNER: 0.02,
}
UNBROKEN_PRIOR = {
    Cause.MID: 0.1,
    Cause.NOTE: 0.02,
    Cause.CHAPTER: 0.4,
    Cause.SECTION: 6.0,
    Cause.CLOSED: 60.0,
    Cause.WEAK: 1.2,
    Cause.SHORT: 2.0,
    Cause.HEADING: 8.0,
    Cause.INNER: 30.0,
}
MARKED_PRIOR = {
    PageMark.NONE: 10.0,
    PageMark.FOLIO: 2.0,
    PageMark.HEAD: 2.0,
    PageMark.FEED: 2.0,
}
UNMARKED_PRIOR = {
    PageMark.NONE: 100.0,
    PageMark.FOLIO: 0.5,
    PageMark.HEAD: 0.02,
    PageMark.FEED: 0.02,
}


@dataclass(frozen=True, slots=True)
class PageModel:
    """The measure of a page in lines, and how likely each cause is at a break and elsewhere."""

    width: float
    height: float
    spread: float
    narrow: float = 0.5
    filled: float = 0.5
    chapter: float = 7.0
    section: float = 3.0
    below: float = 2.0
    rule: float = 1.0
    note: float = 0.9
    skip: float = 0.001
    blank: float = 0.02
    folio: float = 0.6
    joined: bool = False
    broken: tuple[float, ...] = ()
    unbroken: tuple[float, ...] = ()
    marked: tuple[float, ...] = ()
    unmarked: tuple[float, ...] = ()

    def cells(self, unit: Unit) -> float:
        """Return the width of a unit in full-width characters."""
        return unit.wide + self.narrow * unit.narrow

    def fill(self, cells: float) -> float:
        """How many times likelier a last line this full is at a cut than anywhere.

        What a page cuts fills its last line; justified punctuation blurs that by a little
        for every line.
        """
        lines = cells / self.width
        off = (lines - round(lines)) * self.width
        blur = 0.6 + 0.12 * lines
        near = math.exp(-0.5 * (off / blur) ** 2) / (blur * math.sqrt(2 * math.pi))
        return self.filled * near * self.width + 1 - self.filled

    def unit_lines(self, unit: Unit) -> float:
        """Return the lines that a unit takes, without its notes."""
        if unit.small:
            return max(self.note * math.ceil((self.cells(unit) + 2) / self.note_width), 0.1)
        if unit.level:
            share = (self.chapter, self.section, self.below)[min(unit.level, 3) - 1]
            return share + max(0.0, math.ceil(self.cells(unit) / self.width) - 1)
        return max(1.0, math.ceil((self.cells(unit) + 2 * unit.indented) / self.width - 0.04))

    def note_lines(self, unit: Unit) -> float:
        """Return the lines that the footnotes under a unit take."""
        if not unit.notes:
            return 0.0
        lines = (math.ceil((n + 2) / self.note_width) for n in unit.notes)
        return self.rule + self.note * sum(lines)

    @property
    def note_width(self) -> float:
        """How many full-width characters a line of a note holds."""
        return self.width * NOTE_WIDTH

    def length_scores(self, lines: Array, cause: Cause) -> Array:
        """Return the log density of a page of so many lines, given what stands at its end."""
        excess = (lines - self.height) / self.spread
        full = np.exp(-0.5 * excess**2) / (self.spread * math.sqrt(2 * math.pi))
        tail = 0.2 * self.height
        short = np.where(lines < self.height, np.exp((lines - self.height) / tail) / tail, 0.0)
        any_length = np.where(lines < self.height + 2 * self.spread, 1 / self.height, 0.0)
        if cause is Cause.CHAPTER:
            density = 0.3 * full + 0.7 * any_length
        elif cause is Cause.SECTION:
            density = 0.72 * full + 0.23 * short + 0.05 * any_length
        else:
            density = 0.95 * full + 0.04 * short + 0.01 * any_length
        return np.asarray(np.log(density + 1e-6 / self.height))

    def steps(self, labels: int, pieces: Pieces, place: int) -> Array:
        """Return the log scores of a number that stays, goes up by one, two …, or jumps ahead.

        The page before ends at a place. A plate mostly has no number of its own.
        """
        chapter = pieces.opens_chapter(place)
        skip = max(self.skip, self.blank) if chapter else self.skip
        stay = 0.7 if pieces.plates[place] else 1e-4
        costs = [stay, 1 - max(skip, stay), *(skip * 0.5 ** (k - 1) for k in range(2, 9)), 0.0]
        costs[-1] = (1e-3 if chapter else 1e-5) / max(labels, 1)
        return np.asarray(np.log(np.array(costs)))


def cut(run: Run, model: PageModel) -> Pieces:
    """Return a run cut at every place where a page may end."""
    pieces = Pieces([], [], [], [], [])
    if run.folios:
        pieces.folios[0] = run.folios
    for index, unit in enumerate(run.units):
        following = run.units[index + 1] if index + 1 < len(run.units) else None
        lines = model.unit_lines(unit)
        longest = model.height * (0.25 if model.joined else 1.1)
        parts = 1 if unit.level or lines <= longest else math.ceil(lines / 3)
        for part in range(parts):
            last = part == parts - 1
            pieces.unit.append(index)
            pieces.offset.append(model.cells(unit) * part / parts)
            pieces.lines.append(lines / parts + (model.note_lines(unit) if last else 0.0))
            pieces.levels.append(unit.level)
            pieces.plates.append(unit.plate)
            pieces.causes.append(_cause(unit, following) if last else Cause.INNER)
            pieces.marks.append(unit.mark if last else PageMark.NONE)
        if unit.folios:
            pieces.folios[len(pieces.lines)] = unit.folios
    ends = list(zip(pieces.causes, pieces.marks, strict=True))
    pieces.broken.extend(model.broken[cause] + model.marked[mark] for cause, mark in ends)
    for place, cells in enumerate(_cut_widths(run, model, pieces)):
        if cells:
            likelier = sum(model.fill(width) for width in cells) / len(cells)
            pieces.broken[place] += math.log(likelier)
    pieces.unbroken.extend(model.unbroken[cause] + model.unmarked[mark] for cause, mark in ends)
    if pieces.broken:
        pieces.broken[-1] = 0.0
    return pieces


def _cut_widths(run: Run, model: PageModel, pieces: Pieces) -> list[list[float]]:
    """For each piece that stops in mid-sentence, how wide it may be from where it began.

    Where what stands before it may be of the same page or not, there are two answers.
    """
    widths: list[list[float]] = []
    open_widths: list[float] = [0.0]
    for place, index in enumerate(pieces.unit):
        unit = run.units[index]
        if pieces.causes[place] is Cause.INNER:
            widths.append([])
            continue
        own = model.cells(unit) + 2 * unit.indented
        starts = [0.0] if unit.indented else [0.0, *open_widths[-1:]]
        here = [own + start for start in starts]
        cut = unit.end is Cause.MID and not unit.level
        widths.append(list(dict.fromkeys(here)) if cut else [])
        sure = pieces.causes[place] is Cause.NOTE or unit.mark > PageMark.FOLIO
        open_widths = [] if sure or not cut else here
    return widths


def _cause(unit: Unit, following: Unit | None) -> Cause:
    if unit.notes:
        return Cause.NOTE
    if following is not None and following.level == 1:
        return Cause.CHAPTER
    if unit.level:
        return Cause.HEADING
    if following is not None and following.level == 2 and unit.end is not Cause.MID:
        return Cause.SECTION
    return unit.end
