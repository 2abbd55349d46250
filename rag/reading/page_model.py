"""The measure of a book's page, and how its pages end: learnt from the book itself.

A page holds ``height`` lines of ``width`` full-width characters; a heading, the rule above
footnotes and each line of a footnote take a share of lines. The measure is fitted to
the stretches between breaks that are almost sure, then again to the pages found with it
(expectation-maximisation in its hard form, as for Viterbi training).
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = NDArray[np.float64]


class Cause(IntEnum):
    """What stands at a place where a page may end."""

    MID = 0
    """A block that stops in mid-sentence."""
    NOTE = 1
    """Footnotes."""
    MARK = 2
    """A form feed, a running head or a page number standing alone."""
    CHAPTER = 3
    """The next block is the heading of a chapter or part."""
    SECTION = 4
    """The next block is the heading of a section."""
    CLOSED = 5
    """A block that ends as a paragraph ends."""
    WEAK = 6
    """A block whose last mark may close a paragraph and may not."""
    SHORT = 7
    """A block too short to have been cut, that closes nothing."""
    HEADING = 8
    """A heading: text should follow on its page."""
    INNER = 9
    """The inside of a block."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A block of running text as a page holds it.

    ``wide`` counts its full-width characters, ``narrow`` its Latin letters, digits and
    spaces; ``level`` is 0 for text, else the level of the heading; ``indented`` says that
    a paragraph begins here; ``end`` is how its text ends (MID, CLOSED, WEAK or SHORT);
    ``notes`` are the widths of the footnotes that follow it; ``mark`` says that a page
    mark follows it; ``page`` is the number that the contents give for a heading.
    """

    wide: int
    narrow: int = 0
    level: int = 0
    indented: bool = True
    end: Cause = Cause.CLOSED
    notes: tuple[float, ...] = ()
    mark: bool = False
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch that begins on a new page: numbered in one sequence, or not at all.

    ``missing`` are the numbers on which the contents have headings that the text lacks.
    """

    units: tuple[Unit, ...]
    numbered: bool = True
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Pieces:
    """A run cut at every place where a page may end, and what each place is worth.

    Piece ``k`` lies in unit ``unit[k]``, ``offset[k]`` cells into it, and takes
    ``lines[k]``; ``broken[k]`` is the score of a break behind it, ``unbroken[k]`` of none.
    """

    unit: list[int]
    offset: list[float]
    lines: list[float]
    causes: list[Cause]
    levels: list[int]
    broken: list[float] = field(default_factory=list)
    unbroken: list[float] = field(default_factory=list)

    def cause(self, place: int) -> Cause:
        """Return what stands at a place, that is behind piece ``place - 1``."""
        return self.causes[place - 1]

    def begins(self, place: int) -> bool:
        """Whether piece ``place`` begins its unit."""
        return self.offset[place] == 0

    def opens_chapter(self, place: int) -> bool:
        """Whether a chapter or part begins at a place."""
        return place < len(self.levels) and self.levels[place] == 1 and self.begins(place)


_BROKEN_PRIOR = {
    Cause.MID: 12.0,
    Cause.NOTE: 6.0,
    Cause.MARK: 4.0,
    Cause.CHAPTER: 1.0,
    Cause.SECTION: 0.6,
    Cause.CLOSED: 5.0,
    Cause.WEAK: 0.6,
    Cause.SHORT: 0.06,
    Cause.HEADING: 0.05,
    Cause.INNER: 0.02,
}
_UNBROKEN_PRIOR = {
    Cause.MID: 0.1,
    Cause.NOTE: 0.02,
    Cause.MARK: 0.02,
    Cause.CHAPTER: 0.4,
    Cause.SECTION: 6.0,
    Cause.CLOSED: 60.0,
    Cause.WEAK: 1.2,
    Cause.SHORT: 2.0,
    Cause.HEADING: 8.0,
    Cause.INNER: 30.0,
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
    joined: bool = False
    broken: tuple[float, ...] = ()
    unbroken: tuple[float, ...] = ()

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
        if unit.level:
            share = (self.chapter, self.section, self.below)[min(unit.level, 3) - 1]
            return share + max(0.0, math.ceil(self.cells(unit) / self.width) - 1)
        return max(1.0, math.ceil((self.cells(unit) + 2 * unit.indented) / self.width - 0.04))

    def note_lines(self, unit: Unit) -> float:
        """Return the lines that the footnotes under a unit take."""
        if not unit.notes:
            return 0.0
        width = self.width * 1.15
        return self.rule + sum(self.note * math.ceil((n + 2) / width) for n in unit.notes)

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

    def steps(self, labels: int, *, chapter: bool) -> Array:
        """Return the log scores of a number that stays, goes up by one, two …, or jumps ahead."""
        skip = max(self.skip, self.blank) if chapter else self.skip
        costs = [1e-4, 1 - skip, *(skip * 0.5 ** (k - 1) for k in range(2, 9)), 0.0]
        costs[-1] = (1e-3 if chapter else 1e-5) / max(labels, 1)
        return np.asarray(np.log(np.array(costs)))


def first_models(runs: Sequence[Run]) -> list[PageModel]:
    """Return measures to begin with: by breaks that are almost sure, and by the contents.

    One is returned where both say the same.
    """
    stretches: list[list[Unit]] = []
    boundaries = cut_short = 0
    numbered = any(run.numbered for run in runs)
    for run in (run for run in runs if run.numbered is numbered):
        stretch: list[Unit] = []
        for unit in run.units:
            stretch.append(unit)
            boundaries += 1
            cut_short += unit.end is Cause.MID
            if unit.end is Cause.MID or unit.notes or unit.mark:
                stretches.append(stretch)
                stretch = []
    joined = cut_short < 0.02 * boundaries
    model = PageModel(
        27.0,
        27.0,
        1.5,
        joined=joined,
        broken=_logs(Counter(), _BROKEN_PRIOR),
        unbroken=_logs(Counter(), _UNBROKEN_PRIOR),
    )
    models = [_fit(model, stretches)]
    usual = _size_by_contents(runs)
    if usual is not None:
        models.append(_fit(model, stretches, usual))
    sizes = [trial.width * trial.height for trial in models]
    return models if max(sizes) > _ALIKE * min(sizes) else models[:1]


def learn(
    runs: Sequence[Run],
    pieces: Sequence[Pieces],
    chains: Sequence[tuple[list[int], list[int]]],
    model: PageModel,
) -> PageModel:
    """Return the model fitted anew to the pages found: (breaks, numbers) of each run.

    Runs without a numbering (title pages, the contents) tell nothing where others have one.
    """
    stretches: list[list[Unit]] = []
    broken: Counter[Cause] = Counter()
    unbroken: Counter[Cause] = Counter()
    skips = steps = blanks = chapters = 0
    numbered = any(run.numbered for run in runs)
    for run, piece, (breaks, numbers) in zip(runs, pieces, chains, strict=True):
        if run.numbered is not numbered:
            continue
        at = set(breaks)
        for place in range(1, len(piece.lines)):
            (broken if place in at else unbroken)[piece.cause(place)] += 1
        for i, j in pairwise(breaks):
            whole = piece.begins(i) and (j == len(piece.lines) or piece.begins(j))
            ends_short = j == len(piece.lines) or piece.cause(j) in (Cause.CHAPTER, Cause.SECTION)
            if whole and not ends_short:
                stretches.append(list(run.units[piece.unit[i] : piece.unit[j - 1] + 1]))
        if run.numbered:
            for (a, b), place in zip(pairwise(numbers), breaks[1:-1], strict=True):
                if piece.opens_chapter(place):
                    chapters += 1
                    blanks += b != a + 1
                else:
                    steps += 1
                    skips += b != a + 1
    skip = (skips + 0.15) / (steps + 150)
    counted = replace(
        model,
        skip=skip,
        blank=(blanks + 0.1) / (chapters + 5),
        broken=_logs(broken, _BROKEN_PRIOR),
        unbroken=_logs(unbroken, _UNBROKEN_PRIOR),
    )
    return _fit(counted, stretches)


def cut(run: Run, model: PageModel) -> Pieces:
    """Return a run cut at every place where a page may end."""
    pieces = Pieces([], [], [], [], [])
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
            pieces.causes.append(_cause(unit, following) if last else Cause.INNER)
    pieces.broken.extend(model.broken[cause] for cause in pieces.causes)
    for place, cells in enumerate(_cut_widths(run, model, pieces)):
        if cells:
            likelier = sum(model.fill(width) for width in cells) / len(cells)
            pieces.broken[place] += math.log(likelier)
    pieces.unbroken.extend(model.unbroken[cause] for cause in pieces.causes)
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
        sure = pieces.causes[place] in (Cause.NOTE, Cause.MARK)
        open_widths = [] if sure or not cut else here
    return widths


def _cause(unit: Unit, following: Unit | None) -> Cause:
    if unit.mark:
        return Cause.MARK
    if unit.notes:
        return Cause.NOTE
    if following is not None and following.level == 1:
        return Cause.CHAPTER
    if unit.level:
        return Cause.HEADING
    if following is not None and following.level == 2 and unit.end is not Cause.MID:
        return Cause.SECTION
    return unit.end


def _logs(counts: Counter[Cause], prior: dict[Cause, float]) -> tuple[float, ...]:
    """Return the log probability of each cause, counts added to a prior."""
    sums = {cause: prior[cause] + (0 if cause is Cause.INNER else counts[cause]) for cause in Cause}
    total = sum(sums.values())
    return tuple(math.log(sums[cause] / total) for cause in Cause)


_WIDTHS = range(14, 46)
_ALIKE = 1.15
_NARROW = (0.5, 1.0)
_PRIOR_SHARES = np.array([7.0, 3.0, 2.0, 1.0, 0.9])


def _fit(
    model: PageModel, stretches: Sequence[Sequence[Unit]], usual: float | None = None
) -> PageModel:
    """Return the width, height and shares that make the stretches most alike in height.

    For each width of a line (and of a Latin letter), height and shares come from least
    squares with a pull towards usual shares. The likeliest width wins: stretches
    alike in height, and what a page cuts filling its last line. ``usual`` is about how much
    a page holds, where that is known.
    """
    usable = [s for s in stretches if s]
    plain = [s for s in usable if not any(u.level == 1 for u in s)]
    if not plain:
        return model
    if usual is None:
        usual = _usual_size(np.array([_size(s) for s in plain]))
    near = [s for s in usable if 0.7 * usual < _size(s) + _headings_size(s, model) < 1.3 * usual]
    if len(near) < 8:
        height = max(usual / model.width, 8.0)
        return replace(model, height=height, spread=max(0.1 * height, 0.8))
    best: tuple[float, PageModel] | None = None
    for width, narrow in product(_WIDTHS, _NARROW):
        trial = replace(model, width=float(width), narrow=narrow)
        text = np.array([sum(trial.unit_lines(u) for u in s if not u.level) for s in near])
        shares = np.array([_shares(s, trial) for s in near], dtype=np.float64)
        trial = _filled(_least_squares(trial, text, shares), near)
        likelihood = -len(near) * math.log(trial.spread * width) + sum(
            math.log(trial.fill(cells)) for cells in _cut_ends(near, trial)
        )
        if best is None or likelihood > best[0]:
            best = likelihood, trial
    return best[1] if best else model


def _size(stretch: Sequence[Unit]) -> float:
    return sum(u.wide + 0.5 * u.narrow + sum(u.notes) for u in stretch)


def _headings_size(stretch: Sequence[Unit], model: PageModel) -> float:
    return model.width * sum(5.0 for u in stretch if u.level == 1)


def _shares(stretch: Sequence[Unit], model: PageModel) -> list[float]:
    """Return what takes a share of a stretch besides text: headings by level, rule, note lines."""
    return [
        sum(u.level == 1 for u in stretch),
        sum(u.level == 2 for u in stretch),
        sum(u.level > 2 for u in stretch),
        float(any(u.notes for u in stretch)),
        sum(math.ceil((n + 2) / (model.width * 1.15)) for u in stretch for n in u.notes),
    ]


def _cut_ends(stretches: Sequence[Sequence[Unit]], model: PageModel) -> list[float]:
    """Return the widths of the blocks at the ends of stretches that stop in mid-sentence."""
    return [
        model.cells(s[-1]) + 2 * s[-1].indented
        for s in stretches
        if s[-1].end is Cause.MID and not s[-1].level
    ]


def _filled(model: PageModel, stretches: Sequence[Sequence[Unit]]) -> PageModel:
    """Return the model with the share of cuts that fill their line (two steps of EM)."""
    ends = _cut_ends(stretches, model)
    if len(ends) < 5:
        return replace(model, filled=0.0)
    for _ in range(3):
        share = sum(1 - (1 - model.filled) / max(model.fill(cells), 1e-9) for cells in ends) / len(
            ends
        )
        model = replace(model, filled=min(max(share, 0.02), 0.97))
    return model


def _least_squares(model: PageModel, text: Array, shares: Array) -> PageModel:
    """Height and shares such that text + shares x weights = height, outliers left out."""
    count = len(_PRIOR_SHARES)
    keep = np.ones(len(text), dtype=bool)
    height, weights, residual = float(np.median(text)), _PRIOR_SHARES, np.zeros(len(text))
    # Shares count in lines of the usual 27; the pull is weak against a few real pages.
    pull = 1.0
    for _ in range(4):
        design = np.column_stack([np.ones(int(keep.sum())), -shares[keep]])
        prior = np.column_stack([np.zeros(count), -pull * np.eye(count)])
        solved = np.linalg.lstsq(
            np.vstack([design, prior]),
            np.concatenate([text[keep], -pull * _PRIOR_SHARES]),
            rcond=None,
        )[0]
        height, weights = float(solved[0]), np.clip(solved[1:], 0.0, 20.0)
        residual = text + shares @ weights - height
        middle = float(np.median(np.abs(residual)))
        keep = np.abs(residual) <= max(3.5 * middle, 1.2)
    spread = float(np.sqrt(np.mean(residual[keep] ** 2)))
    spread = math.hypot(spread, 3.0 / math.sqrt(len(text)))
    chapter, section, below, rule, note = (float(w) for w in weights)
    return replace(
        model,
        height=height,
        spread=max(spread, 0.55),
        chapter=max(chapter, 1.0),
        section=max(section, 1.0),
        below=max(below, 1.0),
        rule=rule,
        note=max(note, 0.4),
    )


def _size_by_contents(runs: Sequence[Run]) -> float | None:
    """Return how much a page holds by the contents: text between headings over pages.

    The median over pairs of headings of one chapter bears misread numbers and missing pages.
    """
    rates: list[float] = []
    for run in runs:
        size = 0.0
        places: list[tuple[float, int]] = []
        for unit in run.units:
            if unit.level == 1:
                places.clear()
            if unit.page is not None:
                rates += [(size - at) / (unit.page - n) for at, n in places if unit.page > n + 1]
                places.append((size, unit.page))
            size += _size([unit])
    return float(np.median(rates)) if len(rates) >= 3 else None


def _usual_size(sizes: Array) -> float:
    """Return the size about which most stretches lie: the middle of the densest fifth-wide band."""
    ordered = np.sort(sizes[sizes > 60])
    if not len(ordered):
        return float(np.max(sizes))
    counts = [int(np.sum((ordered >= s * 0.85) & (ordered <= s * 1.15))) for s in ordered]
    top = max(counts)
    return float(np.median([s for s, c in zip(ordered, counts, strict=True) if c >= 0.95 * top]))
