"""Whether a sentence that a model wrote stands in what it cites; pure, without a model.

Facts are compared one by one. Meaning is not: SUPPORTED is what is nearly a quotation, or what a
judge has found to be borne out; what is said in other words, or in another language, is PARTLY
where all its facts stand. Every verdict comes with its reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.checking.checks import CHECKS, Case, Finding
from rag.answering.checking.claims import Claim
from rag.answering.checking.facts import ground_of, stated
from rag.answering.checking.wording import quoted_from, strange_words
from rag.language import best_sentences, covered, tokens, weight
from rag.language.names import without_names
from rag.types import Facts, Reason, ReasonKind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_IN_CLAIM = 800
"""Characters of the longest claim that is looked at: a page of a book has some 700."""
NEAR = 5.0
"""Spreads above chance from which a claim is near what it cites, in the passage's language."""
OVERLAP = 0.35
"""Share of a claim's words that the likeliest sentences have at least, where they are not near."""
CLOSE = 0.7
"""The same of a passage that a model did not cite, to be shown in place of one that it did."""
NEAR_FOREIGN = 3.0
"""Spreads above chance, of such a passage in another language."""
_FACTS_FOREIGN = 2
"""Facts of a claim that it has then, at least: a year alone stands in many passages."""
BORNE_OUT = 0.5
"""How likely a judge must find it that a text bears a sentence out."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, why it is not SUPPORTED, and how many facts stand in what is cited."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    facts: Facts | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against a sentence: it is shown, and all its facts stand."""
        stand = self.facts is not None and self.facts.found == self.facts.stated
        return stand and self.verdict is not Verdict.UNSUPPORTED

    def lowered(self, verdict: Verdict, reason: Reason) -> Judgement:
        """Return this with a verdict that is no better than another, and why."""
        worst = _worst((self.verdict, verdict))
        return Judgement(worst, (reason, *self.reasons), self.facts)


def verify(
    claim: Claim,
    passages: Sequence[str],
    *,
    aliases: Sequence[Sequence[str]] = (),
    nearness: float | None = None,
    foreign: bool = False,
    entailed: float | None = None,
) -> Judgement:
    """Return whether a claim stands in the passages that it cites, and why if not.

    ``passages[n - 1]`` is what number n was given as; ``aliases`` are the spellings of each
    known name. ``nearness`` is the encoder's nearness of claim and cited passage in spreads
    above chance, None where it was not measured. ``foreign`` says that the claim is in another
    language than the passages. ``entailed`` is how likely a judge finds that they bear it out.
    """
    numbers = claim.citations
    if (
        len(claim.text) > MOST_IN_CLAIM
        or not numbers
        or any(not 1 <= number <= len(passages) for number in numbers)
    ):
        return Judgement(Verdict.UNSUPPORTED, (Reason(ReasonKind.CITATION),))
    cited = tuple(passages[number - 1] for number in numbers)
    if not all(any(map(str.isalnum, text)) for text in cited):
        return Judgement(Verdict.UNSUPPORTED, (Reason(ReasonKind.CITATION),))
    known = tuple(map(tuple, aliases))
    case = Case(
        stated(claim.text, known),
        ground_of(cited),
        _nearest(claim.text, cited, foreign=foreign, known=known),
        tuple(passages),
        known,
        foreign,
    )
    facts = [finding for check in CHECKS for finding in check(case)]
    meant = _meant(case, nearness, entailed)
    counted = [one for one in facts if one.counts]
    return Judgement(
        _worst(one.verdict for one in (*facts, *meant)),
        _reasons([*facts, *meant]),
        Facts(sum(one.verdict is Verdict.SUPPORTED for one in counted), len(counted)),
    )


def found_elsewhere(
    claim: Claim,
    passages: Sequence[str],
    nearness: Sequence[float],
    *,
    aliases: Sequence[Sequence[str]] = (),
    foreign: bool = False,
) -> tuple[int, Judgement] | None:
    """Return the number of a passage that bears out a claim which cites others, and how.

    That is one in which all its facts stand, and nearly all its words, or, where it is in
    another language, to which it is near: ``nearness[n - 1]`` is that of passage n. The verdict
    is PARTLY at most, since it cites another. None where there is no such passage.
    """
    shares = [0.0 if foreign else _share(claim.text, (text,)) for text in passages]
    ranked = sorted(zip(shares, nearness, range(1, len(passages) + 1), strict=True), reverse=True)
    for share, near, number in ranked:
        if number in claim.citations or (near < NEAR_FOREIGN if foreign else share < CLOSE):
            continue
        found = verify(
            Claim(claim.text, (number,)), passages, aliases=aliases, nearness=near, foreign=foreign
        )
        told = found.facts.stated if found.facts else 0
        if found.holds and (told >= _FACTS_FOREIGN or not foreign):
            return number, found.lowered(Verdict.PARTLY, Reason(ReasonKind.ELSEWHERE))
    return None


def _reasons(findings: Sequence[Finding]) -> tuple[Reason, ...]:
    """Return why a verdict is not SUPPORTED, the weightiest first, none twice."""
    worst = _worst(one.verdict for one in findings)
    amiss = [one for one in findings if one.verdict is not Verdict.SUPPORTED]
    if worst is Verdict.UNSUPPORTED:  # that words differ too says nothing more
        amiss = [one for one in amiss if one.counts or one.verdict is worst]
    amiss.sort(key=lambda one: -list(Verdict).index(one.verdict))
    return tuple(dict.fromkeys(one.reason for one in amiss))


def _meant(case: Case, nearness: float | None, entailed: float | None) -> list[Finding]:
    """Return what is known of a claim's meaning: what a judge says, or how it is worded."""
    text = case.said.text
    strange = "" if case.foreign else strange_words(text, case.ground.texts)
    found = []
    if not case.foreign and not _is_about(case, nearness):
        found.append(_amiss(Verdict.UNSUPPORTED, ReasonKind.WORDS, strange))
    if entailed is not None:
        if entailed < BORNE_OUT:
            found.append(_amiss(Verdict.PARTLY, ReasonKind.MEANING))
    elif case.foreign:
        found.append(_amiss(Verdict.PARTLY, ReasonKind.LANGUAGE))
    elif not quoted_from(text, case.ground.sentences):
        found.append(_amiss(Verdict.PARTLY, ReasonKind.WORDS, strange))
    return found


def _amiss(verdict: Verdict, kind: ReasonKind, said: str = "") -> Finding:
    return Finding(verdict, Reason(kind, said), counts=False)


def _is_about(case: Case, nearness: float | None) -> bool:
    """Return whether a claim is about what it cites: by its words, or by the encoder."""
    if nearness is not None and nearness >= NEAR:
        return True
    bare = without_names(case.said.text, case.said.names)
    if not weight(bare):  # a name or a date alone, or nothing, says nothing of either
        return any(map(str.isdecimal, bare))
    return _share(bare, case.ground.texts) >= OVERLAP


def _share(text: str, cited: Sequence[str]) -> float:
    """Return how much of a text its likeliest sentences have, 0 to 1."""
    best = best_sentences(text, cited)
    return covered(text, frozenset[str]().union(*(tokens(sentence) for sentence in best)))


def _nearest(
    text: str, cited: tuple[str, ...], *, foreign: bool, known: tuple[tuple[str, ...], ...]
) -> str:
    """Return the sentence that is most like a text: by its words, or by its numbers and names."""
    if not foreign:
        return next(iter(best_sentences(text, cited, 1)), "")
    said = stated(text, known)

    def shared(sentence: str) -> int:
        there = stated(sentence, known)
        values = {item.value for item in there.numbers}
        return sum(item.value in values for item in said.numbers) + sum(
            group in there.names for group in said.names
        )

    return max(ground_of(cited).sentences, key=shared, default="")


def _worst(found: Iterable[Verdict]) -> Verdict:
    return max(found, key=list(Verdict).index, default=Verdict.SUPPORTED)
