"""How well each sentence answers a question, and whether any does; pure.

Everything is measured against chance: a cosine counts by how far it stands above the
cosines of the question with sentences of the same books taken at large, so that the
figures mean the same for every encoder, book and language.

What a sign weighs was fitted: for sentences by maximum likelihood of those that hold the answer
among those of one question (a conditional logit, McFadden 1974), for the confidence by logistic
regression of whether the first sentence holds it. ``evidence.toml`` has the weights, and says
which ``rag.evaluation.fitting`` makes anew, from which books.
"""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.language.tables import Pattern
from rag.language.text import token_set
from rag.questions import Kind
from rag.types import PassageKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.search import Found, Search, Wording
    from rag.types import Span

_TIME = Pattern(
    r"\d{3,4}\s*年|[一二三四五六七八九〇零]{4}年|世纪|世紀|年代|[\d一二三四五六七八九十]\s*[月日]"
    r"|(?<!\d)(?:1\d{3}|20\d{2})(?!\d)|{numbers.century}|\b(?!may\b){numbers.months}\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|[一二两三四五六七八九十百千万亿]{2}|[一二两三四五六七八九十百千万亿][余多]?"
    r"[个名种次倍人年条架艘辆座家天间里斤元吨尺岁月日亩位项份册卷章国户批]|半|%"
)


SIGNS = (
    "nearness",
    "passage",
    "coverage",
    "rank",
    "kind",
    "length",
    "footnote",
    "worded",
    "context",
    "passage_worded",
    "answers",
    "points",
)
"""What a sentence is weighed by: its own nearness and its passage's, and so on as ``Evidence`` and
``Found`` have them; then what a reader says of its passage and of it among its passage's."""
GROUNDS = ("level", "margin", "lead", "answers")
"""What is said of an answer rests on: nothing, the margin of the whole, how far the first sentence
is before the others (the logarithm of the odds of its being the one), and how far a reader finds
its passage to answer."""


SPEAKS = ("level", "margin", "lead", "answers", "most", *SIGNS[:-2])
"""What a reader's word that the books speak of the matter rests on: the grounds of an answer, how
far it finds the best of the passages to answer, and the signs of the first sentence."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What was fitted for questions in the books' language or in others, with a reader or without.

    ``sentence`` are weights by ``SIGNS``; ``confidence``, that the first sentence answers, and
    ``state``, that the books do so at all, by ``GROUNDS``. From ``worth`` on, as its chance of
    being the one that answers, a further sentence is quoted; from ``answered`` on, as a chance of
    the state, what is quoted is called an answer. Without a reader there is no state: it alone
    may find that what seems to answer does not. ``speaks`` are weights by ``SPEAKS`` of whether the
    books speak of the matter at all; where there are none, the margin alone decides that.
    """

    sentence: tuple[float, ...]
    confidence: tuple[float, ...]
    worth: float
    state: tuple[float, ...] = ()
    answered: float = 0.0
    speaks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Fitted:
    """All that was fitted.

    ``fits`` by whether the question is foreign and whether a reader has read for it; ``margin`` has
    weights for whether a book speaks of what is asked, by whether the question is foreign.
    """

    fits: Mapping[tuple[bool, bool], Fit]
    margin: Mapping[bool, Mapping[str, float]]


FAMILIES = {False: "own", True: "foreign"}
WAYS = {False: "plain", True: "read"}
"""How the groups are called in the file."""


@cache
def fitted() -> Fitted:
    """Return what ``evidence.toml`` holds."""
    return parse_fitted(Path(__file__).with_name("evidence.toml").read_text(encoding="utf-8"))


def parse_fitted(text: str) -> Fitted:
    """Return what a file of weights says; KeyError where it lacks one."""
    held = tomllib.loads(text)
    fits = {
        (foreign, read): _parse_fit(held[family][way], read=read)
        for foreign, family in FAMILIES.items()
        for read, way in WAYS.items()
    }
    margins = {foreign: held[family]["margin"] for foreign, family in FAMILIES.items()}
    return Fitted(fits, margins)


def _parse_fit(held: Mapping[str, Any], *, read: bool) -> Fit:
    """Return one group of a file of weights; only one with a reader has a state."""
    fit = Fit(
        tuple(float(held["sentence"][name]) for name in SIGNS),
        tuple(float(held["confidence"][name]) for name in GROUNDS),
        float(held["worth"]),
    )
    if not read:
        return fit
    state = tuple(float(held["state"][name]) for name in GROUNDS)
    speaks = tuple(float(held["speaks"][name]) for name in SPEAKS) if "speaks" in held else ()
    return replace(fit, state=state, answered=float(held["answered"]), speaks=speaks)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a found passage: ``span`` is relative to the passage's text.

    ``signs`` are its values by ``SIGNS``, and ``score`` is their sum, weighed. ``context`` is the
    share of the question's words that it has with the sentence before it, in whatever words it
    says them; ``kind`` says whether it has the kind of thing asked for, ``lacks`` whether one was
    asked for that it has not.
    """

    found: Found
    span: Span
    signs: tuple[float, ...]
    score: float
    lacks: bool = False

    @property
    def text(self) -> str:
        """The sentence, word for word."""
        return self.found.passage.text[self.span.start : self.span.end]

    def sign(self, name: str) -> float:
        """Return one of its signs."""
        return self.signs[SIGNS.index(name)]

    def read(self, answers: float, points: float, fit: Fit) -> Evidence:
        """Return it with what a reader says, weighed anew."""
        signs = (*self.signs[:-2], answers, points)
        return replace(self, signs=signs, score=_sum(fit.sentence, signs))


def _sum(weights: Sequence[float], signs: Sequence[float]) -> float:
    return sum(weight * sign for weight, sign in zip(weights, signs, strict=True))


def weigh_sentences(search: Search, kind: Kind) -> list[Evidence]:
    """Return every sentence of the found passages, the likeliest answer first."""
    by = fitted().fits[search.foreign, False].sentence
    evidence = []
    for found in search.found:
        spans = found.stored.sentences
        texts = [found.passage.text[span.start : span.end] for span in spans]
        own, context = _worded(search.wording, texts)
        covered = _covered(search, texts)
        each = zip(spans, texts, found.sentences.tolist(), own, context, covered, strict=True)
        for span, text, nearness, worded, with_last, coverage in each:
            fits = has_kind(text, kind)
            signs = (
                nearness,
                found.nearness,
                coverage,
                found.rank,
                float(fits),
                math.log(len(text)),
                float(found.passage.kind is PassageKind.FOOTNOTE),
                worded,
                with_last,
                found.worded,
                0.0,
                0.0,
            )
            lacks = kind in (Kind.TIME, Kind.NUMBER) and not fits
            evidence.append(Evidence(found, span, signs, _sum(by, signs), lacks))
    evidence.sort(key=lambda item: -item.score)
    return evidence


def _covered(search: Search, texts: Sequence[str]) -> list[float]:
    """Return how much of a question's terms each sentence covers.

    Of a question in another language only names and numbers are known as terms, and a name
    stands as a rule in the sentence before: half of what that one covers counts too.
    """
    own = [search.terms.coverage(token_set(text)) for text in texts]
    if not search.foreign:
        return own
    return [max(one, (last + one) / 2) for last, one in pairwise([*own[:1], *own])]


def _worded(wording: Wording, texts: Sequence[str]) -> tuple[list[float], list[float]]:
    """Return how much of a question each sentence covers, alone and with the one before it."""
    rows = wording.coverage([token_set(text) for text in texts])
    both = np.maximum(rows, np.concatenate([rows[:1], rows[:-1]]))
    return rows.sum(axis=1).tolist(), both.sum(axis=1).tolist()


def has_kind(text: str, kind: Kind) -> bool:
    """Return whether a sentence holds the kind of thing that is asked for: a time, a number."""
    if kind is Kind.TIME:
        return bool(_TIME.search(text))
    return kind is Kind.NUMBER and bool(_NUMBER.search(text))


MOST_SENTENCES = 3
"""A reader asked one thing: three sentences are the most that still read as one answer."""


def shares_of(scores: Sequence[float]) -> list[float]:
    """Return the chance of each of some sentences to be the one that answers, if one does.

    The scores are those of a conditional logit, so that they are logarithms of odds.
    """
    best = max(scores)
    odds = [math.exp(score - best) for score in scores]
    return [each / sum(odds) for each in odds]


def lead_of(scores: Sequence[float]) -> float:
    """Return the logarithm of the odds of the first of some sentences to be the one."""
    first = shares_of(scores)[0]
    return math.log(first / (1 - first + 1e-3))


def choose(evidence: Sequence[Evidence], worth: float) -> list[Evidence]:
    """Return the one to three sentences that answer: the best one, then the others as they stand.

    A further one is quoted where its chance of being the one that answers is ``worth``. A reader in
    a hurry reads the first.
    """
    shares = shares_of([item.score for item in evidence])
    chosen: list[Evidence] = []
    for item, share in zip(evidence, shares, strict=True):
        if len(chosen) == MOST_SENTENCES or (chosen and share < worth):
            break
        if item.text not in {other.text for other in chosen}:
            chosen.append(item)
    others = sorted(
        chosen[1:],
        key=lambda item: (item.found.passage.book_id, item.found.passage.start, item.span.start),
    )
    return [chosen[0], *others]


def confidence(evidence: Sequence[Evidence], above: float, fit: Fit) -> float:
    """Return the chance that the first of some sentences answers, 0 to 1.

    ``above`` is the margin of the whole.
    """
    return _chance(fit.confidence, evidence, above)


def is_surely(evidence: Sequence[Evidence], above: float, fit: Fit) -> bool:
    """Return whether some sentences, best first, are sure enough to be called an answer."""
    return _chance(fit.state, evidence, above) >= fit.answered


def speaks_of_it(evidence: Sequence[Evidence], above: float, fit: Fit) -> bool:
    """Return whether books speak of the matter at all, from sentences that are weighed, best first.

    ``above`` is the margin of the whole.
    """
    if not evidence or not fit.speaks:
        return above > 0
    signs = [item.signs for item in evidence]
    return _sum(fit.speaks, speaking(above, [item.score for item in evidence], signs)) > 0


def speaking(
    above: float, scores: Sequence[float], signs: Sequence[Sequence[float]]
) -> tuple[float, ...]:
    """Return what it rests on that books speak of a matter (``SPEAKS``).

    ``scores`` and ``signs`` are those of the sentences, best first.
    """
    answers = SIGNS.index("answers")
    most = max(float(each[answers]) for each in signs)
    return (*grounds_of(above, scores, signs[0]), most, *(float(one) for one in signs[0][:answers]))


def _chance(weights: Sequence[float], evidence: Sequence[Evidence], above: float) -> float:
    """Return a chance that rests on the grounds for an answer."""
    grounds = grounds_of(above, [item.score for item in evidence], evidence[0].signs)
    return 1 / (1 + math.exp(-_sum(weights, grounds)))


def grounds_of(above: float, scores: Sequence[float], first: Sequence[float]) -> tuple[float, ...]:
    """Return what an answer rests on (``GROUNDS``).

    ``scores`` are those of its sentences, best first, and ``first`` the signs of the best.
    """
    return 1.0, above, lead_of(scores), float(first[SIGNS.index("answers")])


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a question being answered.

    ``nearness`` is that of the nearest sentence of all, ``likeness`` the companion's cosine
    of the sentence most like the question; ``coverage`` the share of the question's terms in
    the best passage, ``unseen`` the share that stands nowhere in the books; ``named`` the
    coverage from -0.5 to 0.5, drawn towards 0 where there is little to look for. The others
    are of the sentence that would be quoted first: its nearness (``first``), the share of the
    question's words in it with the sentence before (``context``) and in its passage
    (``worded``), and whether it lacks the time or number asked for. ``size`` is the logarithm
    of the number of passages: the more there are, the nearer is the nearest by chance.
    """

    nearness: float
    likeness: float
    coverage: float
    unseen: float
    named: float
    first: float
    context: float
    worded: float
    lacks: bool
    size: float

    @classmethod
    def of(cls, search: Search, evidence: Sequence[Evidence]) -> Signs:
        """Return the signs of a search and its weighed sentences."""
        coverage = max(found.coverage for found in search.found)
        words = search.terms.rare_words
        best = evidence[0]
        return cls(
            nearness=max(item.sign("nearness") for item in evidence),
            likeness=max(found.likeness for found in search.found),
            coverage=coverage,
            unseen=search.terms.unseen,
            named=(coverage - 0.5) * words / (words + 2.0),
            first=best.sign("nearness"),
            context=best.sign("context"),
            worded=best.found.worded,
            lacks=best.lacks,
            size=math.log(min(max(search.passages, 1), _LARGE)),
        )


_LARGE = 400
"""Passages of a book beyond which its size makes no more difference: not measured on larger."""


def is_answered(search: Search, evidence: Sequence[Evidence]) -> bool:
    """Return whether the evidence is good enough to answer with.

    Of a question that is not in the books' language only names and numbers can be looked
    for as they stand, and nearness says most. The thresholds are set where about three of a
    hundred questions that can be answered are refused.
    """
    return bool(evidence) and margin(search, evidence) > 0


def margin(search: Search, evidence: Sequence[Evidence]) -> float:
    """Return how far evidence, of which there is some, is above what an answer needs.

    The unit is that of the logarithm of the odds.
    """
    signs = Signs.of(search, evidence)
    by = fitted().margin[search.foreign]
    return sum(
        weight * (1.0 if name == "level" else float(getattr(signs, name)))
        for name, weight in by.items()
    )


_OWN_WEIGHT = 0.4
"""Weight of the margin of a follow-up's own words beside that of the whole."""
_MOST_ASTRAY = 2.0
"""The most that counts of how much nearer those words are elsewhere: few of them are near to much.

Both were set on 292 answerable questions that name somebody or something, 128 near misses and 185
questions of another book, put as follow-ups that have taken the name over. Where the whole has a
margin, as many of the answerable pass as with the own words' margin alone (.97 in the book's
language, .93 in others); of those of another book .35 and .57, before .55 and .78; of the near
misses .95 and .79, before .95 and .93."""


def bears_out(whole: float, own: float, astray: float) -> bool:
    """Return whether a follow-up is answered, from the margins of the whole and of its own words.

    What an earlier question carries over is in the book; a follow-up that asks something else of
    it is known by its own words: they are not there, or point elsewhere than to the passage that
    is best for all of it (``astray`` is by how many spreads above chance they are nearer there).
    """
    return whole > 0 and whole + _OWN_WEIGHT * own > min(astray, _MOST_ASTRAY)
