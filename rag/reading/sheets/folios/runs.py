"""The numberings that the numbers on pages make.

What stands where a folio may stand can be a chapter's number, a year, a number in the
margin or a slip of OCR. A numbering is a stretch of pages whose numbers count up by one a
page: a style and a constant difference between number and place. The stretches that account
best for all that was seen are found by dynamic programming (Viterbi's algorithm, with the
numberings as states, see G. D. Forney, The Viterbi Algorithm, Proc. IEEE 61, 1973); one is
believed where some 85 % of its pages that show a number show the expected one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.language.numbers import page_label
from rag.types import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_AGREEING = 0.85
_COVERED = 0.5
_BELIEVED = 0.5
_LEAST = 3
_DECLARED = 0.9
_SWITCH = 0.8
_SILENT, _SILENT_IN_NONE, _OTHER, _OTHER_IN_NONE = 0.25, 0.2, 1.0, 0.9
_NEAR = 2
_MOST_MISSING = 5
_OWN_PLACE = 0.2


@dataclass(frozen=True, slots=True)
class Folio:
    """A number that may be a page's own: its value, style (``1``, ``i``, ``I``) and place."""

    number: int
    style: str
    place: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows of its number: possible folios, and the label that the file declares.

    ``opens`` says that it begins with a heading, ``blank`` that nothing is printed on it.
    """

    folios: tuple[Folio, ...]
    declared: str | None = None
    opens: bool = False
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Pages [first, last] that number and place tie together; both ends show their number."""

    first: int
    last: int
    style: str
    offset: int

    def label(self, page: int) -> str:
        """Return the label of one of its pages."""
        return page_label(page + self.offset, self.style)


_State = tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Numberings:
    """The numberings that can be believed, in order, and what is ambiguous.

    ``pages`` show only the numbers of places where folios stand.
    """

    runs: tuple[Run, ...]
    pages: tuple[Seen, ...]
    problems: tuple[Problem, ...]


def find_runs(pages: Sequence[Seen]) -> Numberings:
    """Return the numberings that the numbers on pages make."""
    groups = _believed_places(pages)
    here = _only(pages, groups)
    runs = _trusted_runs(_runs(here, _states(here)), here)
    kept = _only(pages, groups | _agreeing_places(pages, runs))
    runs, problems = _unrivalled(_trusted_runs(_runs(kept, _states(kept)), kept), kept)
    return Numberings(tuple(runs), tuple(kept), tuple(problems))


def shows(page: Seen, style: str, number: int) -> bool:
    """Whether a page shows a number."""
    return any(f.style == style and f.number == number for f in page.folios)


def _believed_places(pages: Sequence[Seen]) -> set[str]:
    """Return the places where most numbers count on.

    A place is the head or the foot, in the middle or at a side; numbers at sides change
    from left to right.
    """
    believed = set()
    for group in {_group(f) for page in pages for f in page.folios}:
        here = _only(pages, {group})
        seen = sum(bool(page.folios) for page in here)
        counted = 0
        for run in _runs(here, _states(here)):
            shown, *_ = _counts(run, here)
            # Two numbers are enough for a text of few pages, where no others stand.
            few = shown == seen and 4 * shown >= len(pages)
            if (shown >= _LEAST or few) and _trusted(run, here):
                counted += shown
        if counted >= _BELIEVED * seen:
            believed.add(group)
    return believed


def _agreeing_places(pages: Sequence[Seen], runs: Sequence[Run]) -> set[str]:
    """Return the places whose numbers, few as they are, agree with the runs they stand in.

    So do those at the foot of pages that begin a chapter, where others have theirs at the head.
    """
    agreeing: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for run in runs:
        for k in range(max(run.first - _NEAR, 0), run.last + 1):
            right = {_group(f) for f in pages[k].folios if f.number == k + run.offset}
            agreeing.update(right)
            seen.update({_group(f) for f in pages[k].folios})
    return {group for group, n in seen.items() if agreeing[group] >= max(2, _AGREEING * n)}


def _only(pages: Sequence[Seen], groups: Collection[str]) -> list[Seen]:
    """Return the pages with the numbers of some places only."""
    return [
        replace(page, folios=tuple(f for f in page.folios if _group(f) in groups)) for page in pages
    ]


def _group(folio: Folio) -> str:
    return folio.place.replace("left", "side").replace("right", "side")


def _states(pages: Sequence[Seen]) -> list[_State]:
    """Return for each page the numbering it belongs to, or None."""
    support = Counter(
        key
        for k, page in enumerate(pages)
        for key in {(f.style, f.number - k) for f in page.folios}
    )
    states: list[_State] = [None, *sorted(key for key, n in support.items() if n >= 2)]
    cost = [_cost(state, pages[0], 0) for state in states] if pages else []
    back: list[list[int]] = []
    for k, page in enumerate(pages[1:], 1):
        cheapest = min(range(len(states)), key=cost.__getitem__)
        row, total = [], []
        for n, state in enumerate(states):
            changed = cost[cheapest] + _SWITCH * (
                (states[cheapest] is not None) + (state is not None)
            )
            stay = cost[n] <= changed
            row.append(n if stay else cheapest)
            total.append((cost[n] if stay else changed) + _cost(state, page, k))
        back.append(row)
        cost = total
    if not pages:
        return []
    at = min(range(len(states)), key=cost.__getitem__)
    path = [at]
    for row in reversed(back):
        at = row[at]
        path.append(at)
    return [states[n] for n in reversed(path)]


def _cost(state: _State, page: Seen, k: int) -> float:
    if state is None:
        return _OTHER_IN_NONE if page.folios else _SILENT_IN_NONE
    if not page.folios:
        return _SILENT
    return 0.0 if shows(page, state[0], k + state[1]) else _OTHER


def _runs(pages: Sequence[Seen], states: Sequence[_State]) -> list[Run]:
    """Return the stretches of one numbering, each from its first to its last own number."""
    runs: list[Run] = []
    for k, state in enumerate(states):
        if state is None or not shows(pages[k], state[0], k + state[1]):
            continue
        last = runs[-1] if runs else None
        if last and (last.style, last.offset) == state and None not in states[last.last : k]:
            runs[-1] = replace(last, last=k)
        else:
            runs.append(Run(k, k, *state))
    return runs


def _counts(run: Run, pages: Sequence[Seen]) -> tuple[int, int, int]:
    """Return how many pages of a run show its number, show another there, and show none."""
    inside = range(run.first, run.last + 1)
    shown = [k for k in inside if shows(pages[k], run.style, k + run.offset)]
    places = Counter(
        f.place
        for k in shown
        for f in pages[k].folios
        if f.style == run.style and f.number == k + run.offset
    )
    own = {place for place, n in places.items() if n >= _OWN_PLACE * len(shown)}
    other = sum(k not in shown and any(f.place in own for f in pages[k].folios) for k in inside)
    blank = sum(pages[k].blank for k in inside)
    return len(shown), other, len(inside) - len(shown) - other - blank


def _trusted_runs(runs: Sequence[Run], pages: Sequence[Seen]) -> list[Run]:
    """Return the runs that are believed: the sure ones, and short ones that lie between them."""
    sure = [_trusted(run, pages) for run in runs]
    trusted = []
    for n, run in enumerate(runs):
        before = next((runs[m] for m in range(n - 1, -1, -1) if sure[m]), None)
        after = next((runs[m] for m in range(n + 1, len(runs)) if sure[m]), None)
        if sure[n] or _fits_between(run, before, after, pages):
            trusted.append(run)
    return trusted


def _trusted(run: Run, pages: Sequence[Seen]) -> bool:
    """Whether enough of the pages of a run show its numbers."""
    shown, other, silent = _counts(run, pages)
    if shown < 3:
        small = run.style != "1" or run.first + run.offset <= 3
        return shown == 2 and not other and not silent and small
    agreeing = shown / (shown + other)
    return agreeing >= _AGREEING and shown >= _COVERED * (shown + other + silent)


def _fits_between(run: Run, before: Run | None, after: Run | None, pages: Sequence[Seen]) -> bool:
    """Whether a short run counts on where plates or missing pages broke a numbering."""
    shown, other, silent = _counts(run, pages)
    first, last = run.first + run.offset, run.last + run.offset
    if other or silent or before is None or before.style != run.style:
        return False
    ended = before.last + before.offset
    if after is not None and after.style == run.style:
        begins = after.first + after.offset
        return (
            ended < first
            and last < begins
            and (shown > 1 or first == ended + 1 or last == begins - 1)
        )
    return shown > 1 and ended < first <= ended + _MOST_MISSING


def _unrivalled(runs: list[Run], pages: Sequence[Seen]) -> tuple[list[Run], list[Problem]]:
    """Return the runs beside which no other numbering stands on as many of their pages.

    Between two, the one that the file declares is right, and the one that only counts the
    sheets of the file is wrong.
    """
    kept: list[Run] = []
    problems: list[Problem] = []
    for run in runs:
        inside = range(run.first, run.last + 1)
        others = Counter(
            key for k in inside for key in {(f.style, f.number - k) for f in pages[k].folios}
        )
        own = others.pop((run.style, run.offset))
        rivals = [key for key, n in others.items() if n >= _AGREEING * own and n >= 3]
        if not rivals:
            kept.append(run)
            continue
        options = [(run.style, run.offset), *rivals]
        declared = [key for key in options if _declared_share(key, pages, inside) >= _DECLARED]
        others_than_sheets = [key for key in options if key != ("1", 1)]
        chosen = declared if len(declared) == 1 else others_than_sheets
        if len(chosen) == 1:
            kept.append(Run(run.first, run.last, *chosen[0]))
        else:
            problems.append(
                Problem(
                    "folios_ambiguous",
                    f"From sheet {run.first + 1} to {run.last + 1} the pages show more than one "
                    "numbering, so none is taken.",
                )
            )
    return kept, problems


def _declared_share(key: tuple[str, int], pages: Sequence[Seen], inside: range) -> float:
    agreeing = sum(pages[k].declared == page_label(k + key[1], key[0]) for k in inside)
    return agreeing / len(inside)
