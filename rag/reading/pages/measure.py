"""The measure of a book's page, and how its pages end: learnt from the book itself.

The measure is fitted to the stretches between breaks that are almost sure, then again to
the pages found with it (expectation-maximisation in its hard form, as for Viterbi
training: Juang and Rabiner 1990).
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from itertools import pairwise, product
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.reading.pages.model import (
    BROKEN_PRIOR,
    MARKED_PRIOR,
    NOTE_WIDTH,
    UNBROKEN_PRIOR,
    UNMARKED_PRIOR,
    Cause,
    PageMark,
    PageModel,
    Pieces,
    Run,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Array = NDArray[np.float64]
Kind = TypeVar("Kind", Cause, PageMark)


def first_models(runs: Sequence[Run]) -> list[PageModel]:
    """Return measures to begin with: by breaks that are almost sure, and by the contents.

    Numbers that stand alone are taken for breaks in one and not in another. Of those that
    say the same one is returned.
    """
    shown = [run for run in runs if run.numbered is any(other.numbered for other in runs)]
    units = [unit for run in shown for unit in run.units]
    cut_short = sum(unit.end is Cause.MID for unit in units)
    model = PageModel(
        27.0,
        27.0,
        1.5,
        joined=cut_short < 0.02 * len(units),
        broken=_logs(Counter(), BROKEN_PRIOR),
        unbroken=_logs(Counter(), UNBROKEN_PRIOR),
        marked=_logs(Counter(), MARKED_PRIOR),
        unmarked=_logs(Counter(), UNMARKED_PRIOR),
    )
    models = [_fit(model, _stretches(shown, PageMark.HEAD))]
    if any(unit.folios for unit in units):
        models.append(_fit(model, _stretches(shown, PageMark.FOLIO)))
    usual = _size_by_contents(runs)
    if usual is not None:
        models.append(_fit(model, _stretches(shown, PageMark.HEAD), usual))
    return _different(models)


def other_models(runs: Sequence[Run], models: Sequence[PageModel]) -> list[PageModel]:
    """Return measures to begin with where those of ``models`` do not explain a book well.

    Only where the contents tell one from another; else there are none.
    """
    if _size_by_contents(runs) is None:
        return []
    shown = [run for run in runs if run.numbered]
    stretches = _stretches(shown, PageMark.HEAD)
    sizes = [model.width * model.height for model in models]
    tried = [_fit(models[0], stretches, size * by) for size in sizes for by in _OTHER_SIZES]
    return _different([*models, *tried])[len(models) :]


def _different(models: Sequence[PageModel]) -> list[PageModel]:
    different: list[PageModel] = []
    for trial in models:
        size = trial.width * trial.height
        sizes = [other.width * other.height for other in different]
        if all(max(size, other) > _ALIKE * min(size, other) for other in sizes):
            different.append(trial)
    return different


def _stretches(runs: Sequence[Run], least: PageMark) -> list[list[Unit]]:
    """Return what stands between the places where a page ends almost for sure."""
    stretches: list[list[Unit]] = []
    for run in runs:
        stretch: list[Unit] = []
        for unit in run.units:
            stretch.append(unit)
            if unit.end is Cause.MID or unit.notes or unit.mark >= least:
                stretches.append(stretch)
                stretch = []
    return stretches


def learn(
    runs: Sequence[Run],
    pieces: Sequence[Pieces],
    chains: Sequence[tuple[list[int], list[int]]],
    agreement: tuple[int, int],
    model: PageModel,
) -> PageModel:
    """Return the model fitted anew to the pages found: (breaks, numbers) of each run.

    ``agreement`` is how many of the numbers standing alone are their page's, and of how
    many. Runs without a numbering (title pages, the contents) tell nothing where others have one.
    """
    stretches: list[list[Unit]] = []
    broken: Counter[Cause] = Counter()
    unbroken: Counter[Cause] = Counter()
    marked: Counter[PageMark] = Counter()
    unmarked: Counter[PageMark] = Counter()
    skips = steps = blanks = chapters = 0
    numbered = any(run.numbered for run in runs)
    for run, piece, (breaks, numbers) in zip(runs, pieces, chains, strict=True):
        if run.numbered is not numbered:
            continue
        at = set(breaks)
        for place in range(1, len(piece.lines)):
            (broken if place in at else unbroken)[piece.cause(place)] += 1
            if piece.cause(place) is not Cause.INNER or place in at:
                (marked if place in at else unmarked)[piece.mark(place)] += 1
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
    agree, numbers_alone = agreement
    # A number left out where a chapter begins may be a blank leaf or a missing page. Taken
    # for a blank leaf once, it must not make blank leaves likely, so one does not count.
    blank = (max(blanks - 1, 0) + 0.1) / (chapters + 5)
    skip = (skips + 0.04) / (steps + 40)
    counted = replace(
        model,
        skip=skip,
        blank=blank,
        broken=_logs(broken, BROKEN_PRIOR),
        unbroken=_logs(unbroken, UNBROKEN_PRIOR),
        marked=_logs(marked, MARKED_PRIOR),
        unmarked=_logs(unmarked, UNMARKED_PRIOR),
        folio=(agree + 1) / (numbers_alone + 4),
    )
    return _fit(counted, stretches)


def _logs(counts: Counter[Kind], prior: Mapping[Kind, float]) -> tuple[float, ...]:
    """Return the log probability of each value of a kind, counts added to a prior."""
    sums = [prior[kind] + (0 if kind is Cause.INNER else counts[kind]) for kind in sorted(prior)]
    total = sum(sums)
    return tuple(math.log(one / total) for one in sums)


_WIDTHS = range(14, 46)
_ALIKE = 1.15
_OTHER_SIZES = (1.25, 0.8, 1.55)
_ENOUGH = 600
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
    usable = usable[:: math.ceil(len(usable) / _ENOUGH)] if usable else []
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
        sum(math.ceil((n + 2) / (model.width * NOTE_WIDTH)) for u in stretch for n in u.notes),
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
