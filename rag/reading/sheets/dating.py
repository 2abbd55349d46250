"""The pages that the printed contents give, against those that are printed or declared."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from rag.language.numbers import page_label, page_number
from rag.reading.outline import number_runs
from rag.reading.sheets.folios import DECLARED, UNNUMBERED, Numbered
from rag.types import ContentsEntry, PageStatus, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAST = 3
_AGREEING = 0.85
BY_CONTENTS = "no number is printed on it; all headings about it agree with the contents"
BY_MOST = "no number is printed on it; most headings about it agree with the contents"
AFTER_CONTENTS = "no number is printed on it; it is counted on from the last heading"


def date_by_contents(
    labels: Sequence[Numbered],
    entries: Sequence[ContentsEntry],
    starts: Sequence[tuple[int, int]],
) -> tuple[list[Numbered], list[Problem]]:
    """Return the labels, checked by the printed contents or, where there are none, made by them.

    ``starts`` are the entries that were found as headings, each with its page (a place among
    ``labels``). Declared labels that most headings contradict are not believed. Where no page
    has a number, the headings of a numbering that all lie equally far from the pages that
    the contents give date those between them; where only most do, these are approximate.
    """
    dated = list(labels)
    if any(label.printed for label in labels):
        return dated, []
    known = [
        (page, entries[entry].page) for entry, page in starts if entries[entry].page is not None
    ]
    declared = [(page, given) for page, given in known if labels[page].reason == DECLARED]
    wrong = [(page, given) for page, given in declared if labels[page].label != given]
    if 2 * len(wrong) < max(len(declared), 1) and declared:
        return dated, []
    problems = []
    if wrong:
        page, given = wrong[0]
        problems.append(
            Problem(
                "labels_disagree",
                f"The file declares page {labels[page].label} where the printed contents give "
                f"page {given}, and {len(wrong)} of {len(declared)} headings disagree so; the "
                "declared numbers are not taken.",
                given,
            )
        )
        dated = [Numbered(None, PageStatus.UNKNOWN, UNNUMBERED) for _ in labels]
    elif any(label.label is not None for label in labels):
        return dated, []
    runs = number_runs(entries)
    groups: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    for entry, page in starts:
        value = page_number(entries[entry].page or "")
        if value is not None:
            groups[runs[entry].run, runs[entry].style].append((page, value[0]))
    bounds = sorted(min(page for page, _ in found) for found in groups.values())
    for (_, style), found in groups.items():
        offsets = Counter(number - page for page, number in found)
        offset, agreeing = offsets.most_common(1)[0]
        if agreeing < max(_LEAST, _AGREEING * len(found)):
            continue
        fitting = [page for page, number in found if number - page == offset]
        first, last = min(fitting), max(fitting)
        end = min((b for b in bounds if b > last), default=len(labels))
        for page in range(first, end):
            exact = page <= last and agreeing == len(found)
            status = PageStatus.EXACT if exact else PageStatus.APPROXIMATE
            reason = BY_CONTENTS if exact else BY_MOST if page <= last else AFTER_CONTENTS
            dated[page] = Numbered(page_label(page + offset, style), status, reason)
    return dated, problems
