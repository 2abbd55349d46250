"""Which printed page each block of a text without page numbers stands on.

One inference over all the evidence. A book is a chain of pages; a page is a stretch of
blocks between two breaks, with a number. The chain is a hidden semi-Markov model
(Viterbi 1967 for the best chain; Rabiner 1989 and Yu 2010 for the probabilities of its
parts, by forward and backward sums; that a paragraph's breaks are chosen together and not
one by one goes back to Knuth and Plass 1981). What it weighs:

* how a block ends where a page may end: in mid-sentence, with footnotes under it, closed;
* what stands there of the page's end: a form feed, a running head, a lone number;
* how full the page would be: lines of so many characters, with headings and notes
  taking their share, by a measure of the page learnt from the book (``page_measure``);
* the page on which the contents say a heading stands, which may be a misreading;
* the lone number, read on the page that ends or on the one that begins, or no page's at
  all: how far such numbers are believed is learnt from how often they agree, and where less
  than half of them do, none is;
* that numbers go up by one, save where a leaf is blank, missing or a plate.

What is unknown of the whole book (the measure to begin with, the side on which numbers
stand) is tried each way, and each way counts as much as it is likely.

A page is called exact where the probability that it begins, ends and is numbered just so
is beyond ``SURE``; otherwise its number is a guess by length, or unknown.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rag.reading.pages.chain import Chain, Depth, best_chain, folios_at
from rag.reading.pages.measure import first_models, learn, other_models
from rag.reading.pages.model import Cause, PageMark, PageModel, Pieces, Run, Side, Unit, cut
from rag.types import PageStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Cause", "PlacedPage", "Run", "Unit", "paginate"]

SURE = 0.985
"""The least probability of a page that is called exact."""
LIKELY = 0.5
"""The least probability that a number is right within one, where it is shown as a guess."""
_TRUSTED = 0.5
"""The least share of numbers standing alone that are their page's, where any is believed."""
_ROUNDS = 3
_NEGLIGIBLE = 1e-4
_STRANGE = 0.04


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """A page found: it begins ``cells`` wide into unit ``unit`` (0 at its start).

    ``number`` is None where the run is not numbered or nothing can be said; ``cause`` is
    what the break before the page rests on.
    """

    unit: int
    cells: float
    number: int | None
    status: PageStatus
    reasons: tuple[str, ...]


class _Reading(NamedTuple):
    """All runs read by one model, with numbers that may stand on either side put on one."""

    model: PageModel
    side: Side
    pieces: list[Pieces]
    chains: list[Chain]
    likelihood: float = 0.0


def paginate(runs: Sequence[Run]) -> list[list[PlacedPage]]:
    """Return the pages of each run, in order.

    A run is a stretch that begins on a new page and has one numbering, or none. The
    measure of the page is learnt from all runs together. Time and memory grow with the
    number of blocks times the numbers weighed for each (some 300).
    """
    readings = _readings(runs)
    best = readings[0]
    agree, alone = _agreement(best.pieces, best.chains, best.side)
    if agree < _TRUSTED * alone:
        runs = [_without_folios(run) for run in runs]
        readings = _readings(runs)
    return _weighed(runs, readings)


def _readings(runs: Sequence[Run]) -> list[_Reading]:
    """Return the readings by all measures to begin with, the likeliest first.

    On which side a book has its numbers is one more thing unknown.
    """
    sides = [Side.FOOT, Side.HEAD] if _two_sided(runs) else [Side.FOOT]
    models = first_models(runs)
    readings = [_settle(runs, model, side) for model in models for side in sides]
    if any(_strained(runs, reading) for reading in readings):
        others = other_models(runs, models)
        readings += [_settle(runs, model, side) for model in others for side in sides]
    if len(readings) == 1:
        return readings
    readings = [reading._replace(likelihood=_likelihood(runs, reading)) for reading in readings]
    return sorted(readings, key=lambda reading: reading.likelihood, reverse=True)


def _strained(runs: Sequence[Run], reading: _Reading) -> bool:
    """Whether much of a reading is unlikely: headings last on pages, numbers twice or wrong."""
    strange = pages = 0
    for run, pieces, chain in zip(runs, reading.pieces, reading.chains, strict=True):
        if not chain.numbered:
            continue
        pages += len(chain.numbers)
        strange += sum(b == a for a, b in pairwise(chain.numbers))
        for i, j, number in zip(chain.breaks[:-1], chain.breaks[1:], chain.numbers, strict=True):
            strange += j < len(pieces.lines) and pieces.cause(j) is Cause.HEADING
            strange += any(page != number for page in _given(run, pieces, i, j))
    return strange > _STRANGE * pages


def _given(run: Run, pieces: Pieces, i: int, j: int) -> list[int]:
    """Return the numbers that the contents give for headings on a page."""
    return [
        page
        for place in range(i, j)
        if pieces.begins(place) and (page := run.units[pieces.unit[place]].page) is not None
    ]


def _without_folios(run: Run) -> Run:
    """Return a run in which numbers standing alone say nothing."""
    units = tuple(
        replace(unit, folios=(), mark=PageMark.NONE if unit.mark is PageMark.FOLIO else unit.mark)
        for unit in run.units
    )
    return replace(run, units=units, folios=())


def _two_sided(runs: Sequence[Run]) -> bool:
    every = [folio for run in runs for folio in run.folios]
    every += [folio for run in runs for unit in run.units for folio in unit.folios]
    return any(folio.side is Side.EITHER for folio in every)


def _weighed(runs: Sequence[Run], readings: Sequence[_Reading]) -> list[list[PlacedPage]]:
    """Return the pages of the likeliest reading, their probabilities taken over all readings.

    Each reading counts as much as it is likely (model averaging: Hoeting et al. 1999).
    """
    best = readings[0]
    weights = [math.exp(reading.likelihood - best.likelihood) for reading in readings]
    told = [
        (weight / sum(weights), reading)
        for weight, reading in zip(weights, readings, strict=True)
        if weight > _NEGLIGIBLE
    ]
    pages = []
    for n, run in enumerate(runs):
        chains = [
            best_chain(run, reading.pieces[n], reading.model, reading.side, Depth.PROBABILITIES)
            for _, reading in told
        ]
        total: dict[tuple[float, ...], float] = defaultdict(float)
        for (weight, reading), chain in zip(told, chains, strict=True):
            for key, sure in zip(_keys(reading.pieces[n], chain), chain.sure, strict=True):
                total[key] += weight * sure
        keys = _keys(best.pieces[n], chains[0])
        chain = replace(chains[0], sure=[total[key] for key in keys])
        pages.append(_placed(run, best.pieces[n], chain, best.side))
    return pages


def _keys(pieces: Pieces, chain: Chain) -> list[tuple[float, ...]]:
    """Return what tells each page of a chain: where it begins and ends, and its number."""
    places = [*zip(pieces.unit, pieces.offset, strict=True), (math.inf, 0.0)]
    return [
        (*places[i], *places[j], number)
        for i, j, number in zip(chain.breaks[:-1], chain.breaks[1:], chain.numbers, strict=True)
    ]


def _settle(runs: Sequence[Run], model: PageModel, side: Side) -> _Reading:
    """Return what a model comes to when it is learnt in turns."""
    pieces = [cut(run, model) for run in runs]
    chains = _chains(runs, pieces, model, side, Depth.BEST)
    for _ in range(_ROUNDS):
        earlier = [(chain.breaks, chain.numbers) for chain in chains]
        model = learn(runs, pieces, earlier, _agreement(pieces, chains, side), model)
        pieces = [cut(run, model) for run in runs]
        chains = _chains(runs, pieces, model, side, Depth.BEST)
        if [(chain.breaks, chain.numbers) for chain in chains] == earlier:
            break
    return _Reading(model, side, pieces, chains)


def _chains(
    runs: Sequence[Run], pieces: Sequence[Pieces], model: PageModel, side: Side, depth: Depth
) -> list[Chain]:
    return [
        best_chain(run, piece, model, side, depth) for run, piece in zip(runs, pieces, strict=True)
    ]


def _likelihood(runs: Sequence[Run], reading: _Reading) -> float:
    chains = _chains(runs, reading.pieces, reading.model, reading.side, Depth.TOTAL)
    # Lengths were scored a line; a character is the same in every model.
    pages = sum(len(chain.numbers) for chain in chains)
    return sum(chain.total for chain in chains) - pages * math.log(reading.model.width)


def _agreement(pieces: Sequence[Pieces], chains: Sequence[Chain], side: Side) -> tuple[int, int]:
    """Return how many numbers standing alone are their page's, and how many there are."""
    agree = alone = 0
    for piece, chain in zip(pieces, chains, strict=True):
        if not chain.numbered:
            continue
        ends = dict(zip(chain.breaks[1:], chain.numbers, strict=True))
        begins = dict(zip(chain.breaks[:-1], chain.numbers, strict=True))
        for place, folios in piece.folios.items():
            foot, head = folios_at(folios, side)
            alone += len(folios)
            agree += sum(ends.get(place) == number for number in foot)
            agree += sum(begins.get(place) == number for number in head)
    return agree, alone


def _placed(run: Run, pieces: Pieces, chain: Chain, side: Side) -> list[PlacedPage]:
    pages = []
    for k, number in enumerate(chain.numbers):
        i, j = chain.breaks[k], chain.breaks[k + 1]
        reasons = _reasons(run, pieces, (i, j), number, side)
        if not chain.numbered:
            status, shown = PageStatus.UNKNOWN, None
            reasons = ("outside any numbering that the contents give",)
        elif k and number == chain.numbers[k - 1] and _is_plate(run, pieces, i, j):
            status, shown = PageStatus.UNKNOWN, None
        elif chain.sure[k] >= SURE:
            status, shown = PageStatus.EXACT, number
        elif chain.near[k] >= LIKELY:
            status, shown = PageStatus.APPROXIMATE, number
        else:
            status, shown = PageStatus.UNKNOWN, None
        if chain.numbered:
            reasons = (*reasons, f"probability {chain.sure[k]:.3f}")
        pages.append(PlacedPage(pieces.unit[i], pieces.offset[i], shown, status, reasons))
    return pages


def _is_plate(run: Run, pieces: Pieces, i: int, j: int) -> bool:
    return all(run.units[unit].plate for unit in pieces.unit[i:j])


_PHRASES = {
    Cause.MID: "a sentence is cut",
    Cause.NOTE: "footnotes stand above the break",
    Cause.CHAPTER: "a chapter begins",
    Cause.SECTION: "a section begins, and the page is full",
    Cause.CLOSED: "a paragraph ends where the page is full",
    Cause.WEAK: "a paragraph seems to end where the page is full",
    Cause.SHORT: "a short line ends where the page is full",
    Cause.HEADING: "a heading stands last on the page",
    Cause.INNER: "the page is full inside a paragraph",
}


_MARKS = {
    PageMark.FEED: "a form feed stands there",
    PageMark.HEAD: "a running head stands there",
    PageMark.FOLIO: "a page number stands there",
}


def _reasons(
    run: Run, pieces: Pieces, page: tuple[int, int], number: int, side: Side
) -> tuple[str, ...]:
    i, j = page
    begins = "the text begins" if i == 0 else _phrase(pieces, i)
    ends = "the text ends" if j == len(pieces.lines) else _phrase(pieces, j)
    given = _given(run, pieces, i, j)
    printed = folios_at(pieces.folios.get(j, ()), side)[0]
    printed += folios_at(pieces.folios.get(i, ()), side)[1]
    found = [f"begins: {begins}", f"ends: {ends}"]
    if printed:
        agrees = "this" if number in printed else "another"
        found.append(f"{agrees} number stands on the page")
    if given:
        agrees = "this" if all(other == number for other in given) else "another"
        found.append(f"the contents give {agrees} page")
    if not printed and not given:
        found.append("counted from the nearest page whose number is given")
    return tuple(found)


def _phrase(pieces: Pieces, place: int) -> str:
    mark = pieces.mark(place)
    cause = _PHRASES[pieces.cause(place)]
    return cause if mark is PageMark.NONE else f"{cause}, {_MARKS[mark]}"
