"""How well each sentence answers a question, and whether any does; pure.

Everything is measured against chance: a cosine counts by how far it stands above the
cosines of the question with sentences of the same books taken at large, so that the
figures mean the same for every encoder, book and language.

Weights were fitted on reading-comprehension questions in Chinese, English and Russian
over a Chinese text: those of sentences by maximum likelihood of the sentence that holds
the answer among those of one question (a conditional logit, McFadden 1974), those of the
decision by logistic regression between questions asked with, and without, the paragraph
that answers them, of the whole text and of sixths of it, and questions on other subjects.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rag.language.tables import Pattern
from rag.language.text import token_set
from rag.questions import Kind
from rag.types import PassageKind

if TYPE_CHECKING:
    from collections.abc import Sequence

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


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign adds to a sentence's score."""

    nearness: float
    passage: float
    coverage: float
    rank: float
    kind: float
    length: float
    footnote: float
    worded: float
    context: float
    passage_worded: float


OWN = Weights(0.6, 1.1, 1.35, 0.7, 1.4, 0.6, -0.3, 0.95, 3.0, 2.1)
"""For a question in the books' language."""
FOREIGN = Weights(1.1, 1.0, 1.6, 1.2, 1.2, 0.7, -0.3, 3.1, 2.9, 2.3)
"""For one in another language."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a found passage: ``span`` is relative to the passage's text.

    ``nearness`` counts spreads above chance, ``coverage`` is the share of the question's
    terms in the sentence, ``worded`` that of its words in whatever words the sentence says
    them, ``context`` the same with the sentence before it; ``kind`` says whether it has the
    kind of thing asked for, ``lacks`` whether one was asked for that it has not.
    """

    found: Found
    span: Span
    nearness: float
    coverage: float
    kind: bool
    score: float
    worded: float = 0.0
    context: float = 0.0
    lacks: bool = False

    @property
    def text(self) -> str:
        """The sentence, word for word."""
        return self.found.passage.text[self.span.start : self.span.end]


def weigh_sentences(search: Search, kind: Kind) -> list[Evidence]:
    """Return every sentence of the found passages, the likeliest answer first."""
    by = FOREIGN if search.foreign else OWN
    evidence = []
    for found in search.found:
        spans = found.stored.sentences
        texts = [found.passage.text[span.start : span.end] for span in spans]
        own, context = _worded(search.wording, texts)
        covered = _covered(search, texts)
        signs = zip(spans, texts, found.sentences.tolist(), own, context, covered, strict=True)
        for span, text, nearness, worded, with_last, coverage in signs:
            fits = has_kind(text, kind)
            score = (
                by.nearness * nearness
                + by.passage * found.nearness
                + by.coverage * coverage
                + by.rank * found.rank
                + by.kind * fits
                + by.length * math.log(len(text))
                + by.footnote * (found.passage.kind is PassageKind.FOOTNOTE)
                + by.worded * worded
                + by.context * with_last
                + by.passage_worded * found.worded
            )
            lacks = kind in (Kind.TIME, Kind.NUMBER) and not fits
            evidence.append(
                Evidence(found, span, nearness, coverage, fits, score, worded, with_last, lacks)
            )
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
_MARGIN = 6.0
"""A sentence whose score is this far below the best one's adds nothing."""


def choose(evidence: Sequence[Evidence], most: int = MOST_SENTENCES) -> list[Evidence]:
    """Return the one to three sentences that answer: the best one, then the others as they stand.

    A reader in a hurry reads the first.
    """
    best = evidence[0].score
    chosen: list[Evidence] = []
    for item in evidence:
        if len(chosen) == most or item.score < best - _MARGIN:
            break
        if item.text not in {other.text for other in chosen}:
            chosen.append(item)
    others = sorted(
        chosen[1:],
        key=lambda item: (item.found.passage.book_id, item.found.passage.start, item.span.start),
    )
    return [chosen[0], *others]


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
            nearness=max(item.nearness for item in evidence),
            likeness=max(found.likeness for found in search.found),
            coverage=coverage,
            unseen=search.terms.unseen,
            named=(coverage - 0.5) * words / (words + 2.0),
            first=best.nearness,
            context=best.context,
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
    if search.foreign:
        near = 0.33 * signs.nearness + 0.3 * signs.first + 4.2 * signs.likeness
        words = 5.7 * signs.named + 0.4 * signs.worded + 1.8 * signs.context
        return near + words - 0.8 * signs.lacks - 0.13 * signs.size - 3.5
    near = 0.42 * signs.nearness + 0.2 * signs.first + 2.2 * signs.likeness
    words = 9.75 * signs.coverage + 5.25 * signs.unseen
    meant = 1.35 * signs.worded + 0.8 * signs.context
    return near + words + meant - 0.75 * signs.lacks - 0.25 * signs.size - 9.3


_OWN_WEIGHT = 0.6
_OWN_LEAST = 0.65


def bears_out(whole: float, own: float) -> bool:
    """Return whether a follow-up is answered, from the margins of the whole and of its own words.

    What an earlier question carries over is in the book; a follow-up that asks something
    else of it must find its own words there too.
    """
    return whole > 0 and whole + _OWN_WEIGHT * own > _OWN_LEAST
