"""The checks of a sentence against what it cites, one after the other; pure.

Each compares facts, sees that they stand in what is cited, and where one does not says what
stands in its place. A check can only lower a verdict. What a sentence means, none of them knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.checking.facts import DATED, dates
from rag.language import best_sentences
from rag.language.names import has_name, has_title, known_names, strange_capitals
from rag.language.numbers import Bound, Kind, comparable, equal, quantities
from rag.language.polarity import negations, turned_negation
from rag.language.sounding import listen
from rag.language.text import HAN, find_exact, fold, has_han
from rag.types import Reason, ReasonKind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.answering.checking.facts import Ground, Stated
    from rag.language.numbers import Quantity

_ROUNDED = 20
"""A rounded number is off by one part in so many at most."""
_LONGEST_NAME = 6
"""Characters of a name in Chinese at most."""
_GAP = re.compile(r"…+|\.{3,}|\[[^\]]*\]|\n")
_ENDS = " \t，。；：、！？,.;:!?—-“”‘’「」『』«»\"'"


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, what it rests on, and what is known beside both.

    ``nearest`` is the text's sentence that is most like it; ``others`` are the other texts
    that there are, ``aliases`` the spellings of each known name. ``foreign`` says that it is in
    another language than the texts.
    """

    said: Stated
    ground: Ground
    nearest: str
    others: tuple[str, ...]
    aliases: tuple[tuple[str, ...], ...]
    foreign: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found of one fact: the verdict that it allows at most, and why.

    ``counts`` says that it is a fact which stands in the text or not.
    """

    verdict: Verdict
    reason: Reason
    counts: bool = True


def quotations(case: Case) -> Iterator[Finding]:
    """See that quotations stand word for word in one passage; what is left out leaves a gap.

    One that is translated has other words than the passage's, and cannot be compared.
    """
    for quote in case.said.quotations if not case.foreign else ():
        pieces = [piece for part in _GAP.split(quote) if (piece := part.strip(_ENDS))]
        there = any(all(find_exact(text, piece) for piece in pieces) for text in case.ground.texts)
        yield _finding(there, ReasonKind.QUOTATION, quote)


def numbers(case: Case) -> Iterator[Finding]:
    """See that numbers are in the passages: value, what is counted, and how exactly."""
    for item in case.said.numbers:
        kind = ReasonKind.DATE if item.kind in DATED else ReasonKind.NUMBER
        verdict = _number(item, case.ground.numbers)
        stands = "" if verdict is Verdict.SUPPORTED else _instead(item, case)
        yield Finding(verdict, Reason(kind, case.said.words_of(item), stands))


def _number(item: Quantity, there: Sequence[Quantity]) -> Verdict:
    if item.kind is Kind.UNREADABLE:
        return Verdict.UNSUPPORTED
    alike = [other for other in there if comparable(item, other)]
    same = [other for other in alike if equal(item, other)]
    if not same:
        rounded = item.bound is not Bound.EXACT and any(_rounds(item, other) for other in alike)
        return Verdict.PARTLY if rounded else Verdict.UNSUPPORTED
    bounds = {other.bound for other in same}
    if item.bound in bounds or item.bound is Bound.ABOUT:
        return Verdict.SUPPORTED
    if bounds in ({Bound.ABOVE}, {Bound.BELOW}) and item.bound is not Bound.EXACT:
        return Verdict.UNSUPPORTED  # more than three hundred where the book says nearly
    return Verdict.PARTLY


def _rounds(item: Quantity, other: Quantity) -> bool:
    """Return whether an inexact number says rightly, but roughly, what another does."""
    if item.kind is not Kind.NUMBER or abs(item.value - other.value) * _ROUNDED > other.value:
        return False
    if item.bound is Bound.ABOVE:
        return other.value > item.value
    return item.bound is Bound.ABOUT or other.value < item.value


def _instead(item: Quantity, case: Case) -> str:
    """Return the one number of the nearest sentence that could stand in the place of another."""
    stated = case.said.numbers
    rivals = [
        other
        for other in quantities(case.nearest)
        if comparable(item, other)
        and not other.weak
        and not any(comparable(one, other) and equal(one, other) for one in stated)
    ]
    words = list(dict.fromkeys(case.nearest[one.start : one.end].strip() for one in rivals))
    return words[0] if len(words) == 1 else ""


def pairs(case: Case) -> Iterator[Finding]:
    """See that a month belongs to its year, and a day to its month, as in the passages."""
    if not dates(case.said.numbers, inherit=False) <= case.ground.dates:
        parts = [item for item in case.said.numbers if item.kind in DATED]
        words = case.said.text[parts[0].start : parts[-1].end]
        yield Finding(Verdict.PARTLY, Reason(ReasonKind.DATE, words), counts=False)


def names(case: Case) -> Iterator[Finding]:
    """See that known names are in the passages, in any spelling, and titles as they stand."""
    for spellings in case.said.names:
        there = has_name(spellings, case.ground.whole)
        said = next((one for one in spellings if has_name([one], case.said.text)), spellings[0])
        stands = "" if there else _other_name(case)
        yield _finding(there, ReasonKind.NAME, said, stands)
    for title in case.said.titles:
        known = [group for group in case.said.names if title in group]
        there = has_title(title, case.ground.texts)
        if not any(has_name(group, case.ground.whole) for group in known):
            yield _finding(there, ReasonKind.NAME, f"《{title}》")


def _other_name(case: Case) -> str:
    """Return the one known name of the nearest sentence that the case's has not."""
    mine = case.said.names
    found = [group for group in known_names(case.nearest, case.aliases) if group not in mine]
    if len(found) != 1:
        return ""
    return next((one for one in found[0] if has_name([one], case.nearest)), "")


def capitals(case: Case) -> Iterator[Finding]:
    """See that other words with a capital are in the passages, or sound like a name there.

    One that is in no passage's language may be spelt in a way that nobody hears: that leaves
    a doubt.
    """
    sure, doubtful = strange_capitals(
        case.said.text, case.ground.whole, case.said.names, others=case.others
    )
    if case.foreign:
        heard = _heard(sure, case) if sure else set()
        for word in dict.fromkeys(sure):
            there = fold(word) in heard
            verdict = Verdict.SUPPORTED if there else Verdict.PARTLY
            yield Finding(verdict, Reason(ReasonKind.NAME, word))
        return
    for word in dict.fromkeys(sure):
        yield _finding(there=False, kind=ReasonKind.NAME, said=word)
    for word in dict.fromkeys(doubtful):
        yield Finding(Verdict.PARTLY, Reason(ReasonKind.NAME, word), counts=False)


def _heard(words: Sequence[str], case: Case) -> set[str]:
    """Return the folded words that sound like a name in the Chinese text."""
    if not has_han(case.ground.whole):
        return set()
    runs = re.findall(f"[{HAN}]{{2,}}", fold(case.ground.whole))
    pieces = dict.fromkeys(
        run[k : k + n]
        for run in runs
        for n in range(2, _LONGEST_NAME + 1)
        for k in range(len(run) - n + 1)
    )
    return {word for one in listen(tuple(words), tuple(pieces)) for word in one.words}


def denials(case: Case) -> Iterator[Finding]:
    """See that what the passages affirm is not denied, nor the other way round."""
    if case.foreign:
        if negations(case.said.text) and not any(map(negations, case.ground.sentences)):
            yield _denial(Verdict.UNSUPPORTED, case)
        return
    turned = turned_negation(case.said.text, best_sentences(case.said.text, case.ground.texts))
    if turned or turned is None:
        yield _denial(Verdict.UNSUPPORTED if turned else Verdict.PARTLY, case)


def _denial(verdict: Verdict, case: Case) -> Finding:
    denied = [item.clause.strip() for item in negations(case.said.text)]
    there = [] if denied else [item.clause.strip() for item in negations(case.nearest)]
    said, stands = (parts[0] if parts else "" for parts in (denied, there))
    return Finding(verdict, Reason(ReasonKind.DENIAL, said, stands), counts=False)


def _finding(there: bool, kind: ReasonKind, said: str, stands: str = "") -> Finding:  # noqa: FBT001 -- what was found
    return Finding(Verdict.SUPPORTED if there else Verdict.UNSUPPORTED, Reason(kind, said, stands))


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    quotations,
    numbers,
    pairs,
    names,
    capitals,
    denials,
)
"""Every check, the weightiest first."""
