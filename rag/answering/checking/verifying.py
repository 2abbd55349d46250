"""Whether a sentence that a model wrote stands in what it cites; pure, without a model.

Every check can only lower the verdict. Numbers, quotations, names and negations are
compared one by one; of the rest it is asked how much of it the cited passages say, in
words or, where an encoder has measured it, in meaning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.answering.checking.alignment import strays
from rag.answering.checking.claims import Claim, parse_composed
from rag.answering.checking.dates import dates
from rag.answering.checking.foreign import invents_denial
from rag.answering.checking.worded import worded
from rag.language import best_sentences, clauses, covered, tokens, uncovered_runs, weight
from rag.language.names import (
    has_name,
    has_title,
    known_names,
    looks_like_name,
    may_be_name,
    strange_capitals,
    titles,
    without_names,
)
from rag.language.numbers import Bound, Kind, Quantity, comparable, equal, quantities
from rag.language.polarity import contrasts, exchanged, swapped, turned_negation, turned_round
from rag.language.text import find_exact, fold
from rag.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.answering.checking.counterparts import Lexicon

__all__ = ["Claim", "parse_composed", "verify"]

MOST_IN_CLAIM = 800
"""Characters of the longest claim that is looked at: a page of a book has some 700."""
NEAR_FLOOR = 2.0
"""Spreads above chance below which a claim is not about what it cites."""
NEAR_SAME = 5.0
"""The same in the passage's own language, where chance is nearer."""
NEAR_ALIGNED = 3.0
"""The same where every word of the claim is laid beside one of a sentence."""
_OVERLAP_GOOD = 0.55
_OVERLAP_LEAST = 0.35
_OVERLAP_WITH_MEANING = 0.45
_CLAUSE_LEAST = 0.34
_CLAUSE_WEIGHT = 5
"""A shorter clause (因此, in 1937) need not be borne out by itself."""
_CLAUSE_ALIKE = 0.5
_ROUNDED = 20
"""A rounded number is off by one part in so many at most."""
_NAME_ALIKE = 0.62
"""Likeness from which on two words of two languages are taken for the same name."""
_QUOTED = 4
"""Characters of the shortest quotation; shorter ones are words set apart."""

_QUOTATION = re.compile(
    r"“([^“”]*)(?:”|$)|„([^„“”]*)(?:[“”]|$)|「([^「」]*)(?:」|$)|『([^『』]*)(?:』|$)"
    r"|«([^«»]*)(?:»|$)|\"([^\"]*)(?:\"|$)|(?<!\w)‘([^‘]*?)(?:’(?!\w)|$)|〝([^〝〞]*)(?:〞|$)"
)
_GAP = re.compile(r"…+|\.{3,}|\[[^\]]*\]|\n")
_ENDS = " \t，。；：、！？,.;:!?—-“”‘’「」『』«»\"'"


def verify(
    claim: Claim,
    passages: Sequence[str],
    *,
    aliases: Sequence[Sequence[str]] = (),
    nearness: float | None = None,
    lexicon: Lexicon | None = None,
) -> Verdict:
    """Return whether a claim stands in the passages that it cites.

    ``passages[n - 1]`` is what number n was given as; ``aliases`` are the spellings of each
    known name. ``nearness`` is the encoder's nearness of claim and cited passage in spreads
    above chance, None where it was not measured. A claim in another language than the passages
    comes with a ``lexicon``: which words of the passages mean what words of the claim do.
    """
    numbers = claim.citations
    if (
        len(claim.text) > MOST_IN_CLAIM
        or not numbers
        or any(not 1 <= number <= len(passages) for number in numbers)
    ):
        return Verdict.UNSUPPORTED
    cited = [passages[number - 1] for number in numbers]
    if not all(any(map(str.isalnum, text)) for text in cited):
        return Verdict.UNSUPPORTED
    seen = fold("\n".join((claim.text, *cited)))
    aliases = [group for group in aliases if any(fold(name)[:2] in seen for name in group)]
    names = known_names(claim.text, aliases)
    bare = without_names(claim.text, names)
    verdicts = [
        _quotations(claim.text, cited),
        _numbers(claim.text, bare, cited),
        _names(claim.text, cited, passages, names, lexicon),
    ]
    if lexicon is not None:
        if invents_denial(claim.text, cited):
            verdicts.append(Verdict.UNSUPPORTED)
        if not worded(claim.text, cited, aliases, lexicon, nearness):
            verdicts.append(Verdict.PARTLY)
    else:
        verdicts.append(_turns(claim.text, cited, aliases))
        overlap = _overlap(bare, cited, nearness)
        if strays(claim.text, cited, aliases):
            verdicts += [overlap, Verdict.PARTLY]
        elif overlap is Verdict.UNSUPPORTED or (nearness or 0.0) < NEAR_ALIGNED:
            verdicts.append(overlap)
    if nearness is not None and nearness < NEAR_FLOOR:
        verdicts.append(Verdict.PARTLY)
    return _worst(verdicts)


def _is_near(nearness: float | None) -> bool:
    """Return whether the encoder finds a claim near to what it cites, in the same language."""
    return nearness is not None and nearness >= NEAR_SAME


def _worst(found: Iterable[Verdict]) -> Verdict:
    return max(found, key=list(Verdict).index, default=Verdict.SUPPORTED)


def _quotations(claim: str, cited: Sequence[str]) -> Verdict:
    """Quotations stand word for word in one passage; what is left out leaves a gap."""
    for match in _QUOTATION.finditer(claim):
        quote = next((group for group in match.groups() if group is not None), "")
        pieces = [piece.strip(_ENDS) for piece in _GAP.split(quote)]
        pieces = [piece for piece in pieces if piece]
        if sum(map(str.isalnum, quote)) < _QUOTED:
            continue
        if not any(all(find_exact(text, piece) for piece in pieces) for text in cited):
            return Verdict.UNSUPPORTED
    return Verdict.SUPPORTED


def _numbers(claim: str, bare: str, cited: Sequence[str]) -> Verdict:
    """Every number of the claim is in the passages, with the same neighbours.

    ``bare`` is the claim without its known names.
    """
    stated = [item for item in quantities(claim) if not item.weak]
    there = [quantities(text) for text in cited]
    flat = [item for items in there for item in items]
    verdict = _worst(_number(item, flat) for item in stated)
    if verdict is Verdict.UNSUPPORTED:
        return verdict
    pairs: set[tuple[Kind, int, int]] = set().union(
        *(dates(items, inherit=True) for items in there)
    )
    if not dates(stated, inherit=False) <= pairs:
        return Verdict.PARTLY
    if _elsewhere(bare, cited):
        return Verdict.PARTLY
    return verdict


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


def _elsewhere(claim: str, cited: Sequence[str]) -> bool:
    """Return whether a number of the claim stands in the passages with something else.

    So it does where the clause most like the claim's has another number of the kind in its
    place, and the clauses that have this one are much less like it.
    """
    there = [clause for text in cited for clause in clauses(text)]
    for clause in clauses(claim):
        wanted = tokens(clause)
        stated = [item for item in quantities(clause) if not item.weak]
        if not stated or not wanted:
            continue
        for item in stated:
            with_it, without = 0.0, 0.0
            for other in there:
                likeness = covered(clause, tokens(other))
                alike = [found for found in quantities(other) if comparable(item, found)]
                if any(equal(item, found) for found in alike):
                    with_it = max(with_it, likeness)
                elif any(not found.weak for found in alike):
                    without = max(without, likeness)
            if without >= _CLAUSE_ALIKE and with_it + 0.2 <= without:
                return True
    return False


def _names(
    claim: str,
    cited: Sequence[str],
    passages: Sequence[str],
    names: Sequence[Sequence[str]],
    lexicon: Lexicon | None,
) -> Verdict:
    """Known names, capitalised words and titles of the claim are in the passages."""
    whole = "\n".join(cited)
    if not all(has_name(spellings, whole) for spellings in names):
        return Verdict.UNSUPPORTED
    for title in titles(claim):
        known = [group for group in names if title in group]
        if not has_title(title, cited) and not any(has_name(group, whole) for group in known):
            return Verdict.UNSUPPORTED
    sure, doubtful = strange_capitals(claim, whole, names, others=passages)
    if lexicon is not None:
        sure = [word for word in sure if _most(lexicon, word) < _NAME_ALIKE]
    if sure:
        return Verdict.UNSUPPORTED if lexicon is None else Verdict.PARTLY
    return Verdict.PARTLY if doubtful and lexicon is None else Verdict.SUPPORTED


def _most(lexicon: Lexicon, word: str) -> float:
    return max(lexicon.get(fold(word), {}).values(), default=0.0)


def _turns(claim: str, cited: Sequence[str], aliases: Sequence[Sequence[str]]) -> Verdict:
    """See that the claim does not say the contrary of the sentences it is most like."""
    best = best_sentences(claim, cited)
    turned = turned_negation(claim, best)
    if turned:
        return Verdict.UNSUPPORTED
    if turned is None:
        return Verdict.PARTLY
    there = [clause for text in best for clause in clauses(text)]
    if best and covered(claim, tokens(best[0])) >= _CLAUSE_ALIKE and contrasts(claim, best[0]):
        return Verdict.PARTLY
    whole = fold("\n".join(cited))
    words = tokens(whole)
    exchanges: list[tuple[str, str]] = []
    for clause in clauses(claim):
        like = [other for other in there if covered(clause, tokens(other)) >= _CLAUSE_ALIKE]
        like.sort(key=lambda other: -covered(clause, tokens(other)))
        if like and (contrasts(clause, like[0]) or turned_round(clause, like[0])):
            return Verdict.PARTLY
        pairs = exchanged(clause, like[0]) if like else []
        exchanges += pairs
        for said, stands in pairs:
            if any(has_name(group, stands) for group in known_names(said, aliases)):
                continue
            strange = fold(said) not in whole and not tokens(said) <= words
            if strange or (may_be_name(said, aliases) and may_be_name(stands, aliases)):
                return Verdict.PARTLY
    return Verdict.PARTLY if swapped(exchanges) else Verdict.SUPPORTED


def _overlap(claim: str, cited: Sequence[str], nearness: float | None) -> Verdict:
    """How much of the claim its few likeliest sentences say, and whether a clause is added."""
    if not weight(claim):  # a name or a date alone, or nothing, says nothing of either
        return Verdict.PARTLY if any(map(str.isdecimal, claim)) else Verdict.UNSUPPORTED
    best = best_sentences(claim, cited)
    known = frozenset().union(*(tokens(text) for text in best))
    overlap = covered(claim, known)
    near = _is_near(nearness)
    added = any(
        weight(clause) >= _CLAUSE_WEIGHT and covered(clause, known) < _CLAUSE_LEAST
        for clause in clauses(claim)
    )
    folded = fold(claim)
    named = any(
        looks_like_name(run, folded[max(0, folded.find(run) - 2) : folded.find(run)])
        for run in uncovered_runs(claim, known)
        if not any(run in fold(text) for text in cited)
    )
    if overlap < _OVERLAP_LEAST and not near:
        return Verdict.UNSUPPORTED
    good = overlap >= _OVERLAP_GOOD or (near and overlap >= _OVERLAP_WITH_MEANING)
    return Verdict.SUPPORTED if good and not added and not named else Verdict.PARTLY
