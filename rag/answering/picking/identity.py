"""Who somebody is, what something is: the sentence that says it, before where it is named only."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.answering.evidence import weigh_sentences
from rag.answering.picking.naming import Named, Signs, signs_of, subject_of
from rag.answering.picking.picked import EVIDENCE, Picked, quoted, sections_of
from rag.language import tagged
from rag.language.names import looks_like_name
from rag.language.tables import Pattern
from rag.language.text import fold
from rag.questions import Kind, Want
from rag.search import known_words
from rag.types import PassageKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.answering.evidence import Evidence
    from rag.answering.picking.picked import Sources
    from rag.questions import Question
    from rag.search import Found
    from rag.types import Passage

_WHO = Pattern("{following.who}", re.IGNORECASE)
_PASSAGES = 300
"""Passages that are looked through for a name, of those that have most of it."""
_NAMING = 24
"""Passages that name it whose sentences are weighed: the first ones of the books."""
_MOST = 3
"""Sentences that are quoted."""
_BESIDE_BEST = 1.5
"""How far below the best one another may be that says who or what it is, too."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign adds for a sentence that names somebody or something."""

    copula: float = 3.0
    named: float = 3.0
    beside: float = 3.0
    titled: float = 2.5
    head: float = 0.5
    quoted: float = 1.0
    first: float = 2.0
    footnote: float = -1.0
    score: float = 0.3


_WEIGHTS = {Want.WHO: Weights(), Want.WHAT: Weights(titled=0.0, footnote=0.0, head=1.0)}


@dataclass(frozen=True, slots=True)
class _Naming:
    """A sentence that names what is asked for, with its signs and its worth.

    ``rank`` is its place among those of the text, from 0; that of a footnote is behind all.
    """

    item: Evidence
    signs: Signs
    worth: float
    rank: int


def pick_identity(question: Question, sources: Sources) -> Picked | None:
    """Return the sentences that say who or what something is, the best first.

    Where none does, those that name a person are near to it, the first naming before others.
    Nothing for the bare name of a person whom the books do not name; None for a thing that no
    sentence says anything of, or that is asked after in words that the books do not have.
    """
    subject = subject_of(question.text)
    if not subject:
        return None
    books = sources.library.books(question.book_ids)
    named = Named.of(subject, [group for book in books for group in book.record.aliases])
    passages = _passages(named, question, sources)
    if not passages:
        unknown = question.want is Want.WHO and not question.foreign and _is_bare_name(subject)
        return Picked(()) if unknown else None
    search = sources.search(question, within=sections_of(passages), limit=2 * _NAMING)
    namings = _weighed(named, weigh_sentences(search, Kind.OTHER), _WEIGHTS[question.want])
    saying = [one for one in namings if one.signs.says]
    near = not saying
    if near and (question.want is Want.WHAT or not namings):
        return None
    told = saying or sorted(namings, key=lambda one: one.rank)
    chosen = [one.item for one in told[:_MOST] if one.worth >= told[0].worth - _BESIDE_BEST]
    found = _found([*chosen, *(one.item for one in namings)])
    return Picked(tuple(map(quoted, chosen)), found=found, near=near)


def _is_bare_name(subject: str) -> bool:
    """Return whether what is asked after is a Chinese name, without an office or another word."""
    name = fold(subject)
    kinds = ((word, kind) for word, kind in tagged(name) if len(word) > 1)
    return looks_like_name(name, "") and all(kind.startswith("nr") for _, kind in kinds)


def pick_person(question: Question, sources: Sources) -> Picked | None:
    """Return the sentences that say who somebody is, for a question whose words ask just that.

    None for any other, and where no sentence says it: then it is a question of fact.
    """
    if question.want is not Want.PASSAGE or not _WHO.search(question.text):
        return None
    picked = pick_identity(replace(question, want=Want.WHO), sources)
    return None if picked is None or picked.near else picked


def _passages(named: Named, question: Question, sources: Sources) -> list[Passage]:
    """Return the passages of a question's books that name something, the first ones."""
    known = known_words(sources.library, question.book_ids)
    tokens = named.tokens(word for one in known for word in one.words)
    hits = sources.library.search_words(tokens, question.book_ids, _PASSAGES)
    part = question.part.sections if question.part else None
    found = [
        stored.passage
        for stored in sources.library.stored([key for key, _ in hits if key not in sources.without])
        if part is None or stored.passage.section in part.get(stored.passage.book_id, ())
        if named.places(fold(stored.passage.text))
    ]
    return sorted(found, key=lambda one: (one.book_id, one.start))[:_NAMING]


def _weighed(named: Named, evidence: Sequence[Evidence], by: Weights) -> list[_Naming]:
    """Return the sentences that name something, best first."""
    there = [(item, places) for item in evidence if (places := named.places(fold(item.text)))]
    if not there:
        return []
    best = max(item.score for item, _ in there)
    in_order = sorted(
        (item for item, _ in there if item.found.passage.kind is PassageKind.TEXT),
        key=lambda item: (item.found.passage.book_id, item.found.passage.start, item.span.start),
    )
    rank = {quoted(item): place for place, item in enumerate(in_order)}
    namings = []
    for item, places in there:
        signs, worth = max(
            ((signs, _worth(signs, by)) for signs in _all_signs(item.text, places)),
            key=lambda pair: pair[1],
        )
        worth += by.score * (item.score - best)
        place = rank.get(quoted(item), len(rank))
        worth += by.first / (1 + place)
        worth += by.footnote * (item.found.passage.kind is PassageKind.FOOTNOTE)
        namings.append(_Naming(item, signs, worth, place))
    return sorted(namings, key=lambda one: -one.worth)


def _all_signs(text: str, places: Iterable[tuple[int, int]]) -> list[Signs]:
    return [signs_of(text, start, end) for start, end in places]


def _worth(signs: Signs, by: Weights) -> float:
    return (
        by.copula * signs.copula
        + by.named * signs.named
        + by.beside * signs.beside
        + by.titled * signs.titled
        + by.head * signs.head
        + by.quoted * signs.quoted
    )


def _found(items: Iterable[Evidence]) -> tuple[Found, ...]:
    """Return the passages of sentences, each once, as many as a question brings."""
    by_id = {item.found.passage.id: item.found for item in items}
    return tuple(by_id.values())[:EVIDENCE]
