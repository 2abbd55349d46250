"""Which printed page each block of a text without page numbers stands on.

One inference over all the evidence. A book is a chain of pages; a page is a stretch of
blocks between two breaks, with a number. The chain is a hidden semi-Markov model
(Viterbi 1967 for the best chain; Rabiner 1989 and Yu 2010 for the probabilities of its
parts, by forward and backward sums; that a paragraph's breaks are chosen together and not
one by one goes back to Knuth and Plass 1981). What it weighs:

* how a block ends where a page may end: in mid-sentence, with footnotes under it, closed;
* how full the page would be: lines of so many characters, with headings and notes
  taking their share, by a measure of the page learnt from the book (``page_model``);
* the page on which the contents say a heading stands, which may be a misreading;
* that numbers go up by one, save where a leaf is blank or missing.

A page is called exact where the probability that it begins, ends and is numbered just so
is beyond ``SURE``; otherwise its number is a guess by length, or unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.reading.page_model import (
    Cause,
    PageModel,
    Pieces,
    Run,
    Unit,
    cut,
    first_models,
    learn,
)
from rag.types import PageStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Cause", "PlacedPage", "Run", "Unit", "paginate"]

SURE = 0.985
"""The least probability of a page that is called exact."""
LIKELY = 0.5
"""The least probability that a number is right within one, where it is shown as a guess."""
_MISREAD = 0.015
_OVERLOOKED = 0.005
_LARGEST = 8_000_000
"""The most places times numbers that are weighed: some 1,000 pages, 300 MB."""
_LONGEST_SKIP = 8
_ROUNDS = 4

Array = NDArray[np.float64]


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


@dataclass(frozen=True, slots=True)
class _Chain:
    """The best chain of one run: page k is [breaks[k], breaks[k + 1]) in pieces.

    ``sure`` is the probability of each page, ``near`` that its number is right within one,
    ``total`` the log likelihood of all chains.
    """

    breaks: list[int]
    numbers: list[int]
    sure: list[float]
    near: list[float]
    total: float
    numbered: bool


def paginate(runs: Sequence[Run]) -> list[list[PlacedPage]]:
    """Return the pages of each run, in order.

    A run is a stretch that begins on a new page and has one numbering, or none. The
    measure of the page is learnt from all runs together. Time grows with the number of
    blocks times the number of pages.
    """
    best: tuple[float, list[Pieces], list[_Chain]] | None = None
    for model in first_models(runs):
        likelihood, pieces, chains = _settle(runs, model)
        if best is None or likelihood > best[0]:
            best = likelihood, pieces, chains
    if best is None:
        return []
    return [
        _placed(run, piece, chain) for run, piece, chain in zip(runs, best[1], best[2], strict=True)
    ]


def _settle(runs: Sequence[Run], model: PageModel) -> tuple[float, list[Pieces], list[_Chain]]:
    """Return the likelihood, pieces and chains that a model comes to when learnt in turns."""
    pieces: list[Pieces] = []
    chains: list[_Chain] = []
    for turn in range(_ROUNDS):
        if turn:
            model = learn(runs, pieces, [(c.breaks, c.numbers) for c in chains], model)
        pieces = [cut(run, model) for run in runs]
        chains = [
            _best_chain(run, piece, model)
            if run.units
            else _Chain([0], [], [], [], 0.0, numbered=False)
            for run, piece in zip(runs, pieces, strict=True)
        ]
    # Lengths were scored a line; a character is the same in every model.
    pages = sum(len(chain.numbers) for chain in chains)
    likelihood = sum(chain.total for chain in chains) - pages * float(np.log(model.width))
    return likelihood, pieces, chains


def _best_chain(run: Run, pieces: Pieces, model: PageModel) -> _Chain:
    count = len(pieces.lines)
    labels = _label_count(run, pieces, model)
    headings, row = _anchor_scores(run, pieces, labels)
    visits = _visit_scores(run, labels)
    lines = np.concatenate(([0.0], np.cumsum(pieces.lines)))
    kept = np.concatenate(([0.0], np.cumsum(pieces.unbroken)))
    reach = model.height * 2.0
    window = np.searchsorted(lines, lines - reach, side="left")
    window = np.minimum(window, np.maximum(np.arange(count + 1) - 1, 0))

    def segment(j: int) -> Array:
        """Return the score of each page that ends at ``j``, over all its beginnings."""
        begin = window[j]
        scores = model.length_scores(lines[j] - lines[begin:j], pieces.cause(j))
        inner = kept[j - 1] - kept[begin:j]
        return np.asarray(scores + inner + pieces.broken[j - 1])

    segments = [np.zeros(0), *(segment(j) for j in range(1, count + 1))]
    forward = np.full((count + 1, labels), -np.inf)
    best = np.full((count + 1, labels), -np.inf)
    forward[0] = best[0] = _first_number(labels)
    before = np.zeros((count + 1, labels), dtype=np.int32)
    came = np.zeros((count + 1, labels), dtype=np.int32)
    total = 0.0
    for j in range(1, count + 1):
        begin = window[j]
        scores = segments[j][:, None]
        earlier = headings[row[begin:j]]
        gain = headings[row[j]] + visits
        ended = _log_sum(forward[begin:j] - earlier + scores) + gain
        options = best[begin:j] - earlier + scores
        chosen = np.argmax(options, axis=0)
        before[j] = chosen + begin
        top = options[chosen, np.arange(labels)] + gain
        if j == count:
            best[j] = top
            total = float(_log_sum(ended[:, None])[0])
            break
        steps = model.steps(labels, chapter=pieces.opens_chapter(j))
        forward[j], _ = _step(ended, steps)
        best[j], came[j] = _step(top, steps, best=True)

    backward = np.full((count + 1, labels), -np.inf)
    after = np.full((count + 1, labels), -np.inf)
    after[count] = 0.0
    for j in range(count, 0, -1):
        if j < count:
            after[j] = _step_back(backward[j], model.steps(labels, chapter=pieces.opens_chapter(j)))
        begin = window[j]
        gain = headings[row[j]] + visits
        arriving = segments[j][:, None] + (gain + after[j]) - headings[row[begin:j]]
        backward[begin:j] = np.logaddexp(backward[begin:j], arriving)

    breaks, numbers = [count], []
    j, label = count, int(np.argmax(best[count]))
    while j > 0:
        i = int(before[j, label])
        numbers.append(label)
        breaks.append(i)
        label = int(came[i, label])
        j = i
    breaks.reverse()
    numbers.reverse()
    sure, near = [], []
    for i, j, label in zip(breaks[:-1], breaks[1:], numbers, strict=True):
        score = segments[j][i - window[j]]
        given = headings[row[j], label] - headings[row[i], label] + visits[label]
        arc = forward[i, label] + score + given + after[j, label]
        sure.append(float(np.exp(min(arc - total, 0.0))))
        around = slice(max(label - 1, 0), label + 2)
        here = forward[i] + backward[i]
        near.append(
            float(np.exp(min(_log_sum(here[around, None])[0] - _log_sum(here[:, None])[0], 0)))
        )
    return _Chain(breaks, numbers, sure, near, total, numbered=labels > 1)


def _label_count(run: Run, pieces: Pieces, model: PageModel) -> int:
    """Return how many numbers, from 0, the pages of a run may have; 1 without a numbering."""
    if not run.numbered:
        return 1
    whole = sum(pieces.lines)
    given = [unit.page for unit in run.units if unit.page is not None]
    anchored = [k for k, unit in enumerate(pieces.unit) if run.units[unit].page is not None]
    tail = sum(pieces.lines[anchored[-1] :]) if anchored else whole
    room = 1.5 / model.height
    labels = int(max(max(given, default=0) + tail * room, whole * room)) + 12
    return labels if labels * len(pieces.lines) <= _LARGEST else 1


def _anchor_scores(run: Run, pieces: Pieces, labels: int) -> tuple[Array, NDArray[np.int64]]:
    """Return scores for each number of all headings up to the n-th, and n for each place."""
    rows = [np.zeros(labels)]
    row = np.zeros(len(pieces.lines) + 1, dtype=np.int64)
    wrong = np.log(_MISREAD / labels)
    for place, unit in enumerate(pieces.unit):
        page = run.units[unit].page
        if page is not None and labels > 1 and pieces.begins(place):
            gain = np.full(labels, wrong)
            gain[page] = np.log(1 - _MISREAD)
            rows.append(rows[-1] + gain)
        row[place + 1] = len(rows) - 1
    return np.array(rows), row


def _visit_scores(run: Run, labels: int) -> Array:
    """Return for each number the score of a page that has it, whatever is on it.

    Where the contents put a heading on a page and the text lacks it, the page is more
    likely gone than read without its heading.
    """
    scores = np.zeros(labels)
    for number in run.missing if labels > 1 else ():
        if number < labels:
            scores[number] = np.log(_OVERLOOKED)
    return scores


def _first_number(labels: int) -> Array:
    if labels == 1:
        return np.zeros(1)
    scores = np.full(labels, np.log(0.5 / labels))
    scores[0] = -np.inf
    scores[1] = np.log(0.5)
    return scores


def _step(scores: Array, steps: Array, *, best: bool = False) -> tuple[Array, NDArray[np.int64]]:
    """Return the scores of the next page's number, and the number before it (for the best)."""
    labels = len(scores)
    if labels == 1:
        return scores.copy(), np.zeros(1, dtype=np.int64)
    moved = np.full((len(steps), labels), -np.inf)
    for step, cost in enumerate(steps[:-1]):
        moved[step, step:] = scores[: labels - step] + cost
    if best:
        far = np.maximum.accumulate(scores)
        where = np.maximum.accumulate(np.where(scores >= far, np.arange(labels), 0))
    else:
        far = np.logaddexp.accumulate(scores)
        where = np.zeros(labels, dtype=np.int64)
    moved[-1, 1:] = far[:-1] + steps[-1]
    if not best:
        return _log_sum(moved), where
    chosen = np.argmax(moved, axis=0)
    came = np.arange(labels) - chosen
    jumped = chosen == len(steps) - 1
    came[jumped] = np.concatenate(([0], where[:-1]))[jumped]
    return moved[chosen, np.arange(labels)], came.astype(np.int64)


def _step_back(scores: Array, steps: Array) -> Array:
    labels = len(scores)
    if labels == 1:
        return scores.copy()
    moved = np.full((len(steps), labels), -np.inf)
    for step, cost in enumerate(steps[:-1]):
        moved[step, : labels - step] = scores[step:] + cost
    far = np.logaddexp.accumulate(scores[::-1])[::-1]
    moved[-1, :-1] = far[1:] + steps[-1]
    return _log_sum(moved)


def _log_sum(scores: Array) -> Array:
    top = np.max(scores, axis=0)
    safe = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.sum(np.exp(scores - safe), axis=0)) + safe)


def _placed(run: Run, pieces: Pieces, chain: _Chain) -> list[PlacedPage]:
    pages = []
    for k, number in enumerate(chain.numbers):
        i, j = chain.breaks[k], chain.breaks[k + 1]
        reasons = _reasons(run, pieces, i, j, number)
        if not chain.numbered:
            status, shown = PageStatus.UNKNOWN, None
            outside = "outside any numbering that the contents give"
            reasons = ("too long a text to be numbered",) if run.numbered else (outside,)
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


_PHRASES = {
    Cause.MID: "a sentence is cut",
    Cause.NOTE: "footnotes stand above the break",
    Cause.MARK: "a page mark stands at the break",
    Cause.CHAPTER: "a chapter begins",
    Cause.SECTION: "a section begins, and the page is full",
    Cause.CLOSED: "a paragraph ends where the page is full",
    Cause.WEAK: "a paragraph seems to end where the page is full",
    Cause.SHORT: "a short line ends where the page is full",
    Cause.HEADING: "a heading stands last on the page",
    Cause.INNER: "the page is full inside a paragraph",
}


def _reasons(run: Run, pieces: Pieces, i: int, j: int, number: int) -> tuple[str, ...]:
    begins = "the text begins" if i == 0 else _PHRASES[pieces.cause(i)]
    ends = "the text ends" if j == len(pieces.lines) else _PHRASES[pieces.cause(j)]
    given = [
        run.units[pieces.unit[place]].page
        for place in range(i, j)
        if pieces.begins(place) and run.units[pieces.unit[place]].page is not None
    ]
    found = [f"begins: {begins}", f"ends: {ends}"]
    if given and all(page == number for page in given):
        found.append("the contents give this page")
    elif given:
        found.append("the contents give another page")
    else:
        found.append("counted from the nearest page that the contents give")
    return tuple(found)
