"""How well each sentence answers a question, and whether any does; pure.

Everything is measured against chance: a cosine counts by how far it stands above the
cosines of the question with sentences of the same books taken at large, so that the
figures mean the same for every encoder, book and language.

Weights were fitted on reading-comprehension questions in Chinese, English and Russian
over a Chinese text: those of sentences by maximum likelihood of the sentence that holds
the answer among those of one question (a conditional logit, McFadden 1974), those of the
decision by logistic regression between questions asked with, and without, the paragraph
that answers them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.asking import Kind
from rag.folding import token_set
from rag.types import PassageKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.retrieval import Found, Search
    from rag.types import Span

_TIME = re.compile(
    r"\d{3,4}\s*年|[一二三四五六七八九〇零]{4}年|世纪|世紀|年代|[\d一二三四五六七八九十]\s*[月日]"
    r"|(?<!\d)(?:1\d{3}|20\d{2})(?!\d)|century|век|январ|феврал|март|апрел|ма[йя]\b|июн|июл|август|сентябр|октябр"
    r"|ноябр|декабр|january|february|march|april|june|july|august|september|october|november"
    r"|december",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|[一二两三四五六七八九十百千万亿]{2}|[一二两三四五六七八九十百千万亿][余多]?"
    r"[个名种次倍人年条架艘辆座家天间里斤元吨尺岁月日亩位项份册卷章国户批]|半|%"
)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign adds to a sentence's score."""

    nearness: float = 1.5
    passage: float = 1.0
    coverage: float = 2.0
    rank: float = 2.0
    kind: float = 1.5
    length: float = 0.6
    footnote: float = -1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a found passage: ``span`` is relative to the passage's text.

    ``nearness`` counts spreads above chance, ``coverage`` is the share of the question's
    terms in the sentence, ``kind`` says whether it has the kind of thing asked for.
    """

    found: Found
    span: Span
    nearness: float
    coverage: float
    kind: bool
    score: float

    @property
    def text(self) -> str:
        """The sentence, word for word."""
        return self.found.passage.text[self.span.start : self.span.end]


def weigh_sentences(search: Search, kind: Kind, weights: Weights | None = None) -> list[Evidence]:
    """Return every sentence of the found passages, the likeliest answer first."""
    by = weights or Weights()
    evidence = []
    for found in search.found:
        near = found.sentences.tolist()
        for span, nearness in zip(found.stored.sentences, near, strict=True):
            text = found.passage.text[span.start : span.end]
            coverage = search.terms.coverage(token_set(text))
            fits = has_kind(text, kind)
            score = (
                by.nearness * nearness
                + by.passage * found.nearness
                + by.coverage * coverage
                + by.rank * found.rank
                + by.kind * fits
                + by.length * math.log(len(text))
                + by.footnote * (found.passage.kind is PassageKind.FOOTNOTE)
            )
            evidence.append(Evidence(found, span, nearness, coverage, fits, score))
    evidence.sort(key=lambda item: -item.score)
    return evidence


def has_kind(text: str, kind: Kind) -> bool:
    """Return whether a sentence holds the kind of thing that is asked for: a time, a number."""
    if kind is Kind.TIME:
        return bool(_TIME.search(text))
    return kind is Kind.NUMBER and bool(_NUMBER.search(text))


MOST_SENTENCES = 3
"""A reader asked one thing: three sentences are the most that still read as one answer."""
_MARGIN = 8.0
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
    """What speaks for a question being answered: the best of it over all that was found.

    ``nearness`` is that of the best sentence, ``likeness`` the companion's cosine of the
    sentence most like the question; ``coverage`` the share of the question's terms in the
    best passage, ``unseen`` the share that stands nowhere in the books; ``named`` the
    coverage from -0.5 to 0.5, drawn towards 0 where there is little to look for.
    """

    nearness: float
    likeness: float
    coverage: float
    unseen: float
    named: float

    @classmethod
    def of(cls, search: Search, evidence: Sequence[Evidence]) -> Signs:
        """Return the signs of a search and its weighed sentences."""
        coverage = max(found.coverage for found in search.found)
        words = search.terms.rare_words
        return cls(
            nearness=max(item.nearness for item in evidence),
            likeness=max(found.likeness for found in search.found),
            coverage=coverage,
            unseen=search.terms.unseen,
            named=(coverage - 0.5) * words / (words + 2.0),
        )


def is_answered(search: Search, evidence: Sequence[Evidence], *, foreign: bool) -> bool:
    """Return whether the evidence is good enough to answer with.

    ``foreign`` says that the question is not in the books' language: then only names and
    numbers can be looked for as words, and nearness says most. The thresholds are set
    where about three of a hundred questions that can be answered are refused.
    """
    return bool(evidence) and margin(search, evidence, foreign=foreign) > 0


def margin(search: Search, evidence: Sequence[Evidence], *, foreign: bool) -> float:
    """Return how far evidence, of which there is some, is above what an answer needs.

    The unit is that of the logarithm of the odds.
    """
    signs = Signs.of(search, evidence)
    if foreign:
        return 0.47 * signs.nearness + 7.3 * signs.likeness + 8.9 * signs.named - 4.2
    words = 13.5 * signs.coverage + 6.5 * signs.unseen
    return 0.54 * signs.nearness + 3.6 * signs.likeness + words - 11.2


_OWN_WEIGHT = 0.5
_OWN_LEAST = 0.9


def bears_out(whole: float, own: float) -> bool:
    """Return whether a follow-up is answered, from the margins of the whole and of its own words.

    What an earlier question carries over is in the book; a follow-up that asks something
    else of it must find its own words there too.
    """
    return whole > 0 and whole + _OWN_WEIGHT * own > _OWN_LEAST
