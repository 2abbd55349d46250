"""Answers out of several places: reasons, courses of events, lists, and two sides compared; pure.

Nothing here decides whether a question is answered: only how much of what was found, and
in what order, is quoted for one that is.

The figures were measured on reading-comprehension questions and on the cases of the tests.
The weights of sentences are those of a conditional logit (``rag.answering.evidence``), so
that a difference of scores means the same for every question. Where the sentence that
answers is not the best one, it is within 3 of it in nine of ten questions in each language.
A sentence beside the best one belongs to the answer in six of ten cases, whatever its score
down to 8 below; one of another passage in three of ten down to 2 below, in one of seven
down to 4, hardly ever further down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from rag.answering.evidence import is_answered, weigh_sentences
from rag.language.names import name_pattern
from rag.language.tables import Pattern
from rag.language.text import fold, has_han, token_set
from rag.questions import Kind, Manner
from rag.types import PassageKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rag.answering.evidence import Evidence
    from rag.questions import Compared, Sought
    from rag.search import Found, Search

MOST_GATHERED = 5
"""Sentences of an answer out of several places."""
MARGIN = 4.0
"""How far below the best sentence's score another may be."""
_BESIDE = 4.0
"""How much further, beside the best sentence."""
_CAUSE = 1.0
"""What a word of causes adds, for a question that asks why, at one of the best or beside it."""
_BEST = 3
"""How many are the best for that."""
_THIRD = 0.35
"""How much of what the best sentence names of a question the member of a list names at least:
with as much, a seventh of what is gathered goes, and of answers one in fifty."""
_SAME = 0.87
"""Cosine of two sentences that say the same: restatements have 0.83 to 0.96 (median 0.92), of
pairs of different sentences of one passage one in a thousand is above 0.85."""
_CAUSES = Pattern("{listing.causes}")
_NUMBERS = re.compile(r"\d+|[一二两三四五六七八九十百千万亿〇零]{2,}|[二两三四五六七八九十]")
"""Numbers; a lone 一 is in too many words to be one."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its words, what was found for it, and its sentences, best first.

    ``evidence`` is empty where the book says nothing of it. ``own`` is what its own words alone
    find.
    """

    words: str
    found: tuple[Found, ...]
    evidence: tuple[Evidence, ...]
    own: Search

    def named(self, text: str) -> bool:
        """Return whether a text names the side, in whatever words the book names it."""
        folded = fold(text)
        names = (term for term in self.own.terms.terms if term.name)
        inflected = {
            token
            for term in names
            for spelling in term.spellings
            for token in spelling
            if not has_han(token) and name_pattern(token).search(folded)
        }
        tokens = token_set(text) | inflected
        worded = float(self.own.wording.coverage([tokens]).sum())
        return max(self.own.terms.coverage(tokens), worded) >= _NAMED


def gather(evidence: Sequence[Evidence], manner: Manner) -> list[Evidence]:
    """Return the one to five sentences of several places that answer together.

    The best comes first, the others as the book has them: a reader in a hurry reads the
    first, and of the questions whose words ask why, how or which, the best sentence answers
    twice as many as the first of those chosen in the book. A course of events that is asked
    for as such is told wholly in the book's order. ``evidence`` is weighed, best first.
    """
    best = evidence[0]
    weighed = sorted(evidence[1:], key=lambda item: -_worth(item, evidence, manner))
    chosen = [best]
    for item in weighed:
        if len(chosen) == MOST_GATHERED or _worth(item, evidence, manner) < best.score - MARGIN:
            break
        foreign = manner is Manner.LIST and _named(item) < _THIRD * _named(best)
        if item.found.passage.kind is PassageKind.TEXT and not foreign and not _said(item, chosen):
            chosen.append(item)
    if manner is Manner.COURSE:
        return in_order(chosen)
    return [best, *in_order(chosen[1:])]


def _named(item: Evidence) -> float:
    """Return the share of a question's words that a sentence has, in whatever words."""
    return max(item.sign("coverage"), item.sign("worded"))


def _worth(item: Evidence, evidence: Sequence[Evidence], manner: Manner) -> float:
    """Return a sentence's score with what its neighbours and its words of causes add."""
    worth = item.score
    if _distance(item, evidence[0]) == 1:
        worth += _BESIDE
    if (
        manner is Manner.WHY
        and any(_distance(item, other) <= 1 for other in evidence[:_BEST])
        and _CAUSES.search(fold(item.text))
    ):
        worth += _CAUSE
    return worth


def _place(item: Evidence) -> tuple[str, int]:
    """Return a sentence's passage and its number there, from 0."""
    return item.found.passage.id, item.found.stored.sentences.index(item.span)


def _distance(one: Evidence, other: Evidence) -> float:
    """Return how many sentences of a passage two are apart; infinity in different passages."""
    (passage, number), (another, place) = _place(one), _place(other)
    return abs(number - place) if passage == another else float("inf")


def _said(item: Evidence, chosen: Iterable[Evidence]) -> bool:
    """Return whether a sentence says again what one of the chosen says.

    One that has another number or year says something else, however alike they are.
    """
    numbers = set(_NUMBERS.findall(fold(item.text)))
    for other in chosen:
        if item.text == other.text:
            return True
        added = numbers - set(_NUMBERS.findall(fold(other.text)))
        if not added and _cosine(item, other) > _SAME:
            return True
    return False


def _cosine(one: Evidence, other: Evidence) -> float:
    """Return the cosine of two sentences by their stored vectors."""
    first, second = (
        item.found.stored.sentence_vectors[_place(item)[1]].astype(np.float32)
        for item in (one, other)
    )
    return float(first @ second) / max(float(np.linalg.norm(first) * np.linalg.norm(second)), 1e-9)


def in_order(chosen: Iterable[Evidence]) -> list[Evidence]:
    """Return sentences as the books have them, which keeps those of a section together."""
    return sorted(
        chosen,
        key=lambda item: (item.found.passage.book_id, item.found.passage.start, item.span.start),
    )


# Two sides

_OF_A_SIDE = 2
_NAMES = 3.0
"""What it adds that a sentence names its side, over one that follows such a sentence."""
_NAMED = 0.75
"""Share of a side's words from which on a sentence names it."""
_OTHERS = 5.0
"""What it takes from a sentence of one side that it wholly names the other."""


def find_sides(
    compared: Sequence[Compared], search: Callable[[Sought], Search]
) -> tuple[Side, ...]:
    """Return both sides of a comparison with their evidence; nothing where neither is there.

    ``search`` finds passages for what is looked for. A side is there if its own words alone
    would be answered; its sentences are those that name it, or follow one that does.
    """
    own = [search(side.alone) for side in compared]
    there = [is_answered(one, weigh_sentences(one, Kind.OTHER)) for one in own]
    if not any(there):
        return ()
    found: list[Side] = []
    for number, side in enumerate(compared):
        both = search(side.shared) if side.shared else own[number]
        evidence = _of_side(both, own[number], own[1 - number]) if there[number] else ()
        passages = both.found if there[number] else ()
        found.append(Side(side.alone.words, passages, evidence, own[number]))
    return tuple(found) if any(side.evidence for side in found) else ()


def _of_side(both: Search, own: Search, other: Search) -> tuple[Evidence, ...]:
    """Return the sentences that are about a side, the likeliest first."""
    evidence = weigh_sentences(both, Kind.OTHER)
    shares = [own.terms.coverage(token_set(item.text)) for item in evidence]
    enough = max(shares, default=0.0) / 2
    naming = {_place(item) for item, share in zip(evidence, shares, strict=True) if share >= enough}
    about: list[Evidence] = []
    for item in evidence:
        passage, number = _place(item)
        if not {(passage, number), (passage, number - 1)} & naming:
            continue
        worth = _NAMES * ((passage, number) in naming)
        worth -= _OTHERS * other.terms.coverage(token_set(item.text))
        about.append(replace(item, score=item.score + worth))
    return tuple(sorted(about, key=lambda item: -item.score))


def gather_sides(sides: Sequence[Side], evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return what is said of both sides, then the best sentences of each, in the sides' order.

    ``evidence`` are the sentences for the whole question, best first. Of those that name both
    sides the best goes before all others; of its own each side has one or two, and the best
    for the whole question goes before the other.
    """
    chosen = _of_both(sides, evidence)
    for side in sides:
        mine: list[Evidence] = []
        for item in side.evidence:
            far = bool(mine) and item.score < mine[0].score - MARGIN
            if len(mine) == _OF_A_SIDE or far:
                break
            if not _said(item, [*chosen, *mine]):
                mine.append(item)
        chosen += sorted(mine, key=lambda item: _place(item) != _place(evidence[0]))
    return chosen


def _of_both(sides: Sequence[Side], evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the best sentence that names every side, in a list; nothing where none does."""
    if len(sides) == 1 or not all(side.evidence for side in sides):
        return []
    of_sides = (item for side in sides for item in side.evidence)
    likely = [*evidence, *sorted(of_sides, key=lambda item: -item.score)]
    both = (item for item in likely if all(side.named(item.text) for side in sides))
    return list(islice(both, 1))


def mix(found: Sequence[Found], sides: Sequence[Side], limit: int) -> tuple[Found, ...]:
    """Return the passages of both sides and of the whole question in turn, none twice.

    They are ``limit`` in number, or as many as it takes to have one of each side.
    """
    rows = [*(side.found for side in sides), found]
    longest = max(map(len, rows), default=0)
    turns = [row[place] for place in range(longest) for row in rows if place < len(row)]
    mixed = {item.passage.id: item for item in reversed(turns)}
    order = dict.fromkeys(item.passage.id for item in turns)
    return tuple(mixed[key] for key in list(order)[: max(limit, len(sides))])
