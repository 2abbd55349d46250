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
            _best_chain(run, piece, model) if run.units else _Chain([0], [], [], [], 0.0)
            for run, piece in zip(runs, pieces, strict=True)
        ]
    # Lengths were scored a line; a character is the same in every model.
    pages = sum(len(chain.numbers) for chain in chains)
    likelihood = sum(chain.total for chain in chains) - pages * float(np.log(model.width))
    return likelihood, pieces, chains


def _best_chain(run: Run, pieces: Pieces, model: PageModel) -> _Chain:
    count = len(pieces.lines)
    anchors = _anchor_scores(run, pieces)
    visits = _visit_scores(run, anchors.shape[1])
    labels = anchors.shape[1]
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
    forward[0] = best[0] = _first_number(run, labels)
    before = np.zeros((count + 1, labels), dtype=np.int64)
    came = np.zeros((count + 1, labels), dtype=np.int64)
    ended = np.full((count + 1, labels), -np.inf)
    for j in range(1, count + 1):
        begin = window[j]
        scores = segments[j][:, None]
        ended[j] = _log_sum(forward[begin:j] - anchors[begin:j] + scores)
        ended[j] += anchors[j] + visits
        options = best[begin:j] - anchors[begin:j] + scores
        chosen = np.argmax(options, axis=0)
        before[j] = chosen + begin
        top = options[chosen, np.arange(labels)] + anchors[j] + visits
        if j == count:
            best[j] = top
            break
        steps = model.steps(labels, chapter=pieces.opens_chapter(j))
        forward[j], _ = _step(ended[j], steps)
        best[j], came[j] = _step(top, steps, best=True)

    total = float(_log_sum(ended[count][:, None])[0])
    backward = np.full((count + 1, labels), -np.inf)
    after = np.full((count + 1, labels), -np.inf)
    after[count] = 0.0
    for j in range(count, 0, -1):
        if j < count:
            after[j] = _step_back(backward[j], model.steps(labels, chapter=pieces.opens_chapter(j)))
        begin = window[j]
        arriving = segments[j][:, None] + (anchors[j] + visits + after[j]) - anchors[begin:j]
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
        gain = anchors[j, label] - anchors[i, label] + visits[label]
        arc = forward[i, label] + score + gain + after[j, label]
        sure.append(float(np.exp(min(arc - total, 0.0))))
        around = slice(max(label - 1, 0), label + 2)
        here = forward[i] + backward[i]
        near.append(
            float(np.exp(min(_log_sum(here[around, None])[0] - _log_sum(here[:, None])[0], 0)))
        )
    return _Chain(breaks, numbers, sure, near, total)


def _anchor_scores(run: Run, pieces: Pieces) -> Array:
    """For each place and number, the score of all headings before the place having it."""
    if not run.numbered:
        return np.zeros((len(pieces.lines) + 1, 1))
    given = [unit.page for unit in run.units if unit.page is not None]
    estimate = int(sum(pieces.lines) / 8) + 12
    labels = max([*given, 1]) + min(estimate, 400) + 2
    scores = np.zeros((len(pieces.lines) + 1, labels))
    wrong = np.log(_MISREAD / labels)
    for place, unit in enumerate(pieces.unit):
        page = run.units[unit].page
        scores[place + 1] = scores[place]
        if page is not None and pieces.begins(place):
            gain = np.full(labels, wrong)
            gain[page] = np.log(1 - _MISREAD)
            scores[place + 1] += gain
    return scores


def _visit_scores(run: Run, labels: int) -> Array:
    """Return for each number the score of a page that has it, whatever is on it.

    Where the contents put a heading on a page and the text lacks it, the page is more
    likely gone than read without its heading.
    """
    scores = np.zeros(labels)
    for number in run.missing if run.numbered else ():
        if number < labels:
            scores[number] = np.log(_OVERLOOKED)
    return scores


def _first_number(run: Run, labels: int) -> Array:
    if not run.numbered:
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
        if not run.numbered:
            status, shown = PageStatus.UNKNOWN, None
            reasons = ("outside any numbering that the contents give",)
        elif chain.sure[k] >= SURE:
            status, shown = PageStatus.EXACT, number
        elif chain.near[k] >= LIKELY:
            status, shown = PageStatus.APPROXIMATE, number
        else:
            status, shown = PageStatus.UNKNOWN, None
        if run.numbered:
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
