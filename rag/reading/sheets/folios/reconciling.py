"""Printed folios and declared labels of all pages -> which page each one is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from rag.language.numbers import page_number
from rag.reading.sheets.folios.runs import Folio, Run, Seen, find_runs, shows
from rag.types import PageStatus, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Folio", "Numbered", "Seen", "reconcile"]

_SURE_LABELS = 0.9
_MOST_LEADING = 2

PRINTED = "the number is printed on the page"
BETWEEN = "its neighbours on both sides are numbered, and it is counted between them"
LEADING = "it is the first page before the numbered ones, and counted by them"
DECLARED = "the file declares the number"
CONTRADICTED = "another number is printed on the page"
LONE = "one number alone, where the numbering breaks, is all that it rests on"
UNNUMBERED = "no number is printed or declared"


@dataclass(frozen=True, slots=True)
class Numbered:
    """The label of a page, how sure it is, and why; ``printed`` where its folio says so."""

    label: str | None
    status: PageStatus
    reason: str
    printed: bool = False


def reconcile(pages: Sequence[Seen]) -> tuple[list[Numbered], list[Problem]]:
    """Return the label of each page, and what disagrees.

    Where the labels that the file declares and the printed numbers differ, what is printed
    wins. A page without a number of its own is exact between two that agree; else it has none.
    """
    found = find_runs(pages)
    runs, pages, problems = found.runs, found.pages, list(found.problems)
    unnumbered = Numbered(None, PageStatus.UNKNOWN, UNNUMBERED)
    labels = [unnumbered for _ in pages]
    for run in runs:
        for page in range(run.first, run.last + 1):
            labels[page] = _within(run, pages[page], page)
    for before, after in pairwise(runs):
        if before.style == after.style:
            _doubt_lone_ends(labels, before, after)
    for run in runs:
        _drop_lone_ends(labels, pages, run)
    free = 0
    for run in runs:
        _lead(labels, pages, run, free)
        free = run.last + 1
    problems += [
        Problem(
            "folio_unlikely",
            f"Another number is printed where page {label.label} is expected.",
            label.label,
        )
        for label in labels
        if label.reason == CONTRADICTED
    ]
    return _with_declared(labels, pages, problems)


def _within(run: Run, page: Seen, k: int) -> Numbered:
    if shows(page, run.style, k + run.offset):
        return Numbered(run.label(k), PageStatus.EXACT, PRINTED, printed=True)
    if page.folios and any(f.style == run.style for f in page.folios):
        return Numbered(run.label(k), PageStatus.APPROXIMATE, CONTRADICTED)
    return Numbered(run.label(k), PageStatus.EXACT, BETWEEN)


def _doubt_lone_ends(labels: list[Numbered], before: Run, after: Run) -> None:
    """Call the ends of two numberings uncertain, where one number alone stands at their break.

    A misprinted number may by chance be the one that the numbering beyond the break has.
    """
    for ends in (
        range(before.last, before.first - 1, -1),
        range(after.first, after.last + 1),
    ):
        first, *rest = ends
        silent = list(takewhile(lambda k: not labels[k].printed, rest))
        for k in [first, *silent] if silent else []:
            labels[k] = Numbered(labels[k].label, PageStatus.APPROXIMATE, LONE)


def _drop_lone_ends(labels: list[Numbered], pages: Sequence[Seen], run: Run) -> None:
    """Take the label from a number alone at an end of a numbering, behind pages with others.

    Some number on a page of front matter may by chance be the one that the numbering would
    have there, had it begun so early.
    """
    for ends in (range(run.first, run.last + 1), range(run.last, run.first - 1, -1)):
        first, *rest = ends
        between = list(takewhile(lambda k: not labels[k].printed, rest))
        if between and any(pages[k].folios for k in between):
            for k in [first, *between]:
                labels[k] = Numbered(None, PageStatus.UNKNOWN, LONE)


def _lead(labels: list[Numbered], pages: Sequence[Seen], run: Run, free: int) -> None:
    """Give the one or two pages before the first number of a numbering theirs."""
    count = run.first + run.offset - 1
    first = run.first - count
    if not 0 < count <= _MOST_LEADING or first < free or not pages[first].opens:
        return
    for k in range(first, run.first):
        if not pages[k].folios:
            labels[k] = Numbered(run.label(k), PageStatus.EXACT, LEADING)


def _with_declared(
    labels: list[Numbered], pages: Sequence[Seen], problems: list[Problem]
) -> tuple[list[Numbered], list[Problem]]:
    """Return the labels completed from what the file declares, where that can be believed."""
    both = [k for k, page in enumerate(pages) if page.declared and labels[k].printed]
    wrong = [k for k in both if pages[k].declared != labels[k].label]
    if wrong:
        k = wrong[0]
        problems.append(
            Problem(
                "labels_disagree",
                f"The file declares another number than is printed on {len(wrong)} of {len(both)} "
                f"pages, first “{pages[k].declared}” for page {labels[k].label}; what is printed "
                "is taken.",
                labels[k].label,
            )
        )
    if _only_counted(labels, pages):
        problems.append(
            Problem(
                "labels_unconfirmed",
                "The file numbers its sheets from 1 on and nothing printed on them confirms that "
                "these are the pages, so they are not taken for them.",
            )
        )
    believed = _believed(labels, pages)
    result = []
    for label, page, sure in zip(labels, pages, believed, strict=True):
        if not sure or page.declared is None or label.printed:
            result.append(label)
        elif label.label in (None, page.declared):
            result.append(Numbered(page.declared, PageStatus.EXACT, DECLARED))
        else:
            result.append(
                Numbered(None, PageStatus.UNKNOWN, f"it is counted as {label.label}, and the file "
                         f"declares {page.declared}")
            )  # fmt: skip
    return result, problems


def _believed(labels: Sequence[Numbered], pages: Sequence[Seen]) -> list[bool]:
    """Return for each page whether the label that the file declares can be believed.

    A stretch of declared labels is as good as its agreement with the printed numbers in it;
    without any in it, as good as that of the whole file.
    """
    stretches: list[list[int]] = []
    previous: tuple[str, int] | None = None
    for k, page in enumerate(pages):
        value = page_number(page.declared) if page.declared else None
        key = (value[1], value[0] - k) if value else None
        if not stretches or key != previous or key is None:
            stretches.append([])
        stretches[-1].append(k)
        previous = key

    def agreement(inside: Sequence[int]) -> float | None:
        both = [k for k in inside if pages[k].declared and labels[k].printed]
        agreeing = sum(pages[k].declared == labels[k].label for k in both)
        return agreeing / len(both) if both else None

    whole = agreement(range(len(pages)))
    believed = [False] * len(pages)
    if _only_counted(labels, pages):
        return believed
    for stretch in stretches:
        if any(_repeated(pages, k) for k in stretch):
            continue
        own = agreement(stretch)
        share = own if own is not None else whole
        for k in stretch:
            believed[k] = share is None or share >= _SURE_LABELS
    return believed


def _repeated(pages: Sequence[Seen], k: int) -> bool:
    """Whether the page next to this one is declared to be the same."""
    label = pages[k].declared
    near = [*pages[max(k - 1, 0) : k], *pages[k + 1 : k + 2]]
    return label is not None and any(other.declared == label for other in near)


def _only_counted(labels: Sequence[Numbered], pages: Sequence[Seen]) -> bool:
    """Whether a file declares no more than the count of its sheets, and none shows a number."""
    counted = all(page.declared == str(k) for k, page in enumerate(pages, 1))
    return bool(pages) and counted and not any(label.printed for label in labels)
