"""The best chain of pages through one run, and how probable each of its pages is.

A hidden semi-Markov model: its states are the numbers of pages, its durations the pieces
that a page holds. The best chain is Viterbi's (1967); probabilities come from forward and
backward sums (Rabiner 1989; with durations, Yu 2010). Only numbers in a band are weighed
(``bands``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.reading.pages.bands import Places, band, label_count, seen, trusted
from rag.reading.pages.model import Folio, PageModel, Pieces, Run, Side

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = NDArray[np.float64]

MISREAD = 0.015
"""How likely a number in the contents is wrong."""
_OVERLOOKED = 0.005
_REACH = 2.0


@dataclass(frozen=True, slots=True)
class Chain:
    """The best chain of one run: page k is [breaks[k], breaks[k + 1]) in pieces.

    ``sure`` is the probability of each page, ``near`` that its number is right within one,
    ``total`` the log likelihood of all chains; empty and 0 where they were not asked for.
    """

    breaks: list[int]
    numbers: list[int]
    sure: list[float]
    near: list[float]
    total: float
    numbered: bool


EMPTY = Chain([0], [], [], [], 0.0, numbered=False)


class Depth(IntEnum):
    """How much is found of the chains of a run."""

    BEST = 0
    TOTAL = 1
    PROBABILITIES = 2


def best_chain(run: Run, pieces: Pieces, model: PageModel, side: Side, depth: Depth) -> Chain:
    """Return the best chain of a run, with what ``depth`` asks for.

    ``side`` is where numbers stand that may stand on either. Time grows with the number
    of pieces times the numbers weighed (some 300 at most).
    """
    if not run.units:
        return EMPTY
    return _Trellis(run, pieces, model, side).chain(depth)


def folios_at(folios: Sequence[Folio], side: Side) -> tuple[list[int], list[int]]:
    """Return the numbers at a place that are of the page that ends there, and of the next.

    Of two numbers that may stand on either side the first is at the foot.
    """
    either = [folio.number for folio in folios if folio.side is Side.EITHER]
    foot = [folio.number for folio in folios if folio.side is Side.FOOT]
    head = [folio.number for folio in folios if folio.side is Side.HEAD]
    if len(either) > 1:
        return foot + either[:1], either[1:] + head
    return (foot + either, head) if side is Side.FOOT else (foot, either + head)


class _Trellis:
    """All chains of a run: the scores of every place and number in the band."""

    def __init__(self, run: Run, pieces: Pieces, model: PageModel, side: Side) -> None:
        """Lay the pieces out; nothing is summed yet."""
        self.pieces, self.model = pieces, model
        self.count = len(pieces.lines)
        self.lines = np.concatenate(([0.0], np.cumsum(pieces.lines)))
        sizes = self.lines / model.height
        given, folios = seen(run, pieces) if run.numbered else ([], [])
        sure = trusted(sorted((float(sizes[place]), n) for place, n in given + folios))
        self.numbered = run.numbered
        self.labels = label_count(given, sure, sizes) if run.numbered else 1
        self.low, self.width = band(sure, sizes, self.labels)
        self.folios = pieces.folios if self.numbered else {}
        self.side = side
        self.headings, self.row = _anchor_scores(given, self.labels, self.count)
        self.visits = _visit_scores(run, self.labels)
        stray = np.array([len(self.folios.get(p, ())) for p in range(1, self.count + 1)])
        self.stray = -np.log(self.labels)
        kept = np.array(pieces.unbroken) + stray * self.stray
        self.kept = np.concatenate(([0.0], np.cumsum(kept)))
        reach = np.searchsorted(self.lines, self.lines - model.height * _REACH, side="left")
        self.window = np.minimum(reach, np.maximum(np.arange(self.count + 1) - 1, 0))
        self.segments = [np.zeros(0), *(self._segment(j) for j in range(1, self.count + 1))]

    def _segment(self, j: int) -> Array:
        """Return the score of each page that ends at ``j``, over all its beginnings."""
        begin = self.window[j]
        scores = self.model.length_scores(self.lines[j] - self.lines[begin:j], self.pieces.cause(j))
        inner = self.kept[j - 1] - self.kept[begin:j]
        return np.asarray(scores + inner + self.pieces.broken[j - 1])

    def chain(self, depth: Depth) -> Chain:
        """Return the best chain."""
        breaks, numbers = self._best()
        found = Chain(breaks, numbers, [], [], 0.0, self.numbered)
        if depth is Depth.BEST:
            return found
        forward, total = self._forward()
        found = replace(found, total=total)
        return found if depth is Depth.TOTAL else self._with_probabilities(found, forward)

    def _best(self) -> tuple[list[int], list[int]]:
        """Return the breaks and numbers of the best chain."""
        best = np.full((self.count + 1, self.width), -np.inf)
        best[0] = self._first()
        before = np.zeros((self.count + 1, self.width), dtype=np.int32)
        came = np.zeros((self.count + 1, self.width), dtype=np.int32)
        columns = np.arange(self.width)
        for j in range(1, self.count + 1):
            options = self._arriving(best, j)
            chosen = np.argmax(options, axis=0)
            before[j] = chosen + self.window[j]
            best[j] = options[chosen, columns] + self._gain(j)
            if j < self.count:
                best[j], came[j] = _best_step(best[j], self._steps(j))
                best[j] += self._opening(j)
        return self._trace(best, before, came)

    def _forward(self) -> tuple[Array, float]:
        """Return the sums of all chains up to each place and number, and of all chains."""
        forward = np.full((self.count + 1, self.width), -np.inf)
        forward[0] = self._first()
        for j in range(1, self.count):
            ended = log_sum(self._arriving(forward, j)) + self._gain(j)
            forward[j] = _step(ended, self._steps(j)) + self._opening(j)
        ended = log_sum(self._arriving(forward, self.count)) + self._gain(self.count)
        return forward, float(log_sum(ended[:, None])[0])

    def _arriving(self, rows: Array, j: int) -> Array:
        """Return the scores of pages that end at ``j``, with what comes before them."""
        before = self._aligned(rows, self.window[j], j)
        return before + (self.segments[j][:, None] - self._earlier(j))

    def _steps(self, j: int) -> Array:
        return self.model.steps(self.labels, self.pieces, j)

    def _trace(
        self, best: Array, before: NDArray[np.int32], came: NDArray[np.int32]
    ) -> tuple[list[int], list[int]]:
        breaks, numbers = [self.count], []
        j, column = self.count, int(np.argmax(best[self.count]))
        while j > 0:
            i = int(before[j, column])
            number = column + int(self.low[j])
            numbers.append(number)
            breaks.append(i)
            column = int(came[i, number - self.low[i]])
            j = i
        return breaks[::-1], numbers[::-1]

    def _with_probabilities(self, chain: Chain, forward: Array) -> Chain:
        count = self.count
        backward = np.full((count + 1, self.width), -np.inf)
        after = np.full((count + 1, self.width), -np.inf)
        after[count] = 0.0
        for j in range(count, 0, -1):
            if j < count:
                after[j] = _step_back(backward[j] + self._opening(j), self._steps(j))
            begin = self.window[j]
            arriving = self.segments[j][:, None] + (self._gain(j) + after[j]) - self._earlier(j)
            if self.low[begin] == self.low[j]:
                backward[begin:j] = np.logaddexp(backward[begin:j], arriving)
                continue
            for i in range(begin, j):
                shift = self.low[j] - self.low[i]
                part = backward[i, shift:]
                backward[i, shift:] = np.logaddexp(part, arriving[i - begin, : len(part)])
        sure, near = [], []
        for i, j, number in zip(chain.breaks[:-1], chain.breaks[1:], chain.numbers, strict=True):
            column, at = number - self.low[i], number - self.low[j]
            score = self.segments[j][i - self.window[j]]
            given = self._gain(j)[at] - self.headings[self.row[i], number]
            arc = forward[i, column] + score + given + after[j, at]
            sure.append(float(np.exp(min(arc - chain.total, 0.0))))
            here = forward[i] + backward[i]
            around = here[max(column - 1, 0) : column + 2]
            whole = log_sum(here[:, None])[0]
            near.append(float(np.exp(min(log_sum(around[:, None])[0] - whole, 0))))
        return replace(chain, sure=sure, near=near)

    def _aligned(self, rows: Array, begin: int, end: int) -> Array:
        """Return rows [begin, end), their columns the numbers that row ``end`` has."""
        to = self.low[end]
        if self.low[begin] == to:
            return rows[begin:end]
        aligned = np.full((end - begin, self.width), -np.inf)
        for i in range(begin, end):
            shift = to - self.low[i]
            aligned[i - begin, : self.width - shift] = rows[i, shift:]
        return aligned

    def _earlier(self, j: int) -> Array:
        """Return what headings before each beginning of a page that ends at ``j`` score."""
        begin, low = self.window[j], self.low[j]
        rows = self.row[begin:j]
        if rows[0] == rows[-1]:
            return self.headings[rows[:1], low : low + self.width]
        return self.headings[rows, low : low + self.width]

    def _gain(self, j: int) -> Array:
        """Return what a page that ends at ``j`` scores by its number."""
        band = slice(self.low[j], self.low[j] + self.width)
        gain = self.headings[self.row[j], band] + self.visits[band]
        foot, head = folios_at(self.folios.get(j, ()), self.side)
        if j == self.count:
            gain = gain + len(head) * self.stray
        return gain + self._observed(foot, j) if foot else gain

    def _opening(self, i: int) -> Array | float:
        """Return what a page that begins at ``i`` scores by the numbers at its head."""
        foot, head = folios_at(self.folios.get(i, ()), self.side)
        strays = len(foot) * self.stray if i == 0 else 0.0
        return self._observed(head, i) + strays if head else strays

    def _observed(self, numbers: Sequence[int], place: int) -> Array:
        """Return the score of each page number where these numbers are read."""
        chance = (1 - self.model.folio) / self.labels
        scores = np.zeros(self.width)
        for number in numbers:
            column = number - self.low[place]
            scores += np.log(chance)
            if 0 <= column < self.width:
                scores[column] += np.log(self.model.folio + chance) - np.log(chance)
        return scores

    def _first(self) -> Array:
        if not self.numbered:
            return np.zeros(1)
        scores = np.full(self.labels, np.log(0.5 / self.labels))
        scores[0] = -np.inf
        scores[1] = np.log(0.5)
        return np.asarray(scores[self.low[0] : self.low[0] + self.width] + self._opening(0))


def _anchor_scores(
    given: Sequence[tuple[int, int]], labels: int, count: int
) -> tuple[Array, Places]:
    """Return scores for each number of all headings up to the n-th, and n for each place."""
    rows = [np.zeros(labels)]
    row = np.zeros(count + 1, dtype=np.int64)
    for place, page in given:
        gain = np.full(labels, np.log(MISREAD / labels))
        gain[page] = np.log(1 - MISREAD)
        rows.append(rows[-1] + gain)
        row[place + 1 :] = len(rows) - 1
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


def _moved(scores: Array, steps: Array, far: Array) -> Array:
    """Return the scores of the next page's number, a row for each way it may come about."""
    labels = len(scores)
    moved = np.full((len(steps), labels), -np.inf)
    for step, cost in enumerate(steps[:-1]):
        moved[step, step:] = scores[: labels - step] + cost
    moved[-1, 1:] = far[:-1] + steps[-1]
    return moved


def _step(scores: Array, steps: Array) -> Array:
    """Return the sums over all ways to the next page's number."""
    if len(scores) == 1:
        return scores
    return log_sum(_moved(scores, steps, np.logaddexp.accumulate(scores)))


def _best_step(scores: Array, steps: Array) -> tuple[Array, Places]:
    """Return the scores of the best ways to the next page's number, and the number before it."""
    labels = len(scores)
    if labels == 1:
        return scores, np.zeros(1, dtype=np.int64)
    far = np.maximum.accumulate(scores)
    where = np.maximum.accumulate(np.where(scores >= far, np.arange(labels), 0))
    moved = _moved(scores, steps, far)
    chosen = np.argmax(moved, axis=0)
    came = np.arange(labels) - chosen
    jumped = chosen == len(steps) - 1
    came[jumped] = np.concatenate(([0], where[:-1]))[jumped]
    return moved[chosen, np.arange(labels)], came


def _step_back(scores: Array, steps: Array) -> Array:
    labels = len(scores)
    if labels == 1:
        return scores.copy()
    moved = np.full((len(steps), labels), -np.inf)
    for step, cost in enumerate(steps[:-1]):
        moved[step, : labels - step] = scores[step:] + cost
    far = np.logaddexp.accumulate(scores[::-1])[::-1]
    moved[-1, :-1] = far[1:] + steps[-1]
    return log_sum(moved)


def log_sum(scores: Array) -> Array:
    """Return the logs of the sums down the columns of scores that are logs."""
    top = np.max(scores, axis=0)
    safe = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.sum(np.exp(scores - safe), axis=0)) + safe)
