"""A list that a book enumerates, whole: what announces it, and its members in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.evidence import weigh_sentences
from rag.answering.picking.picked import Picked, Quote, quoted, within
from rag.language import counted, member_of, members_in, run_of
from rag.language.tables import Pattern
from rag.language.text import fold
from rag.questions import Kind, Manner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.evidence import Evidence
    from rag.answering.picking.picked import Sources
    from rag.library import Library
    from rag.questions import Question

_LOOKED_AT = 6
"""Of the best sentences, those that are looked at for a list that they belong to."""
_MARGIN = 4.0
"""How far below the best sentence's score that of a list may be, where such a list is asked for."""
_COUNTED = 5.0
"""The same for one of as many members as the question counts."""
_THIRD = 1 / 3
_CAUSES = Pattern("{listing.causes}")


@dataclass(frozen=True, slots=True)
class _Listed:
    """An enumeration: its sentences, the first one's text, and how many members it has."""

    quotes: tuple[Quote, ...]
    head: str
    members: int


def pick_list(
    question: Question, evidence: Sequence[Evidence], library: Library
) -> tuple[Quote, ...]:
    """Return the sentences of the enumeration that answers, in order; empty where none does.

    It is the one that the best sentence belongs to, or a better one hides: one of as many
    members as are asked for, one of whatever kind where the question asks for several things, or
    one of reasons where it asks why. A question of fact has none, unless it counts what it
    asks for. ``evidence`` is weighed, best first, and there is some.
    """
    best = evidence[0].score
    asked = counted(question.text)
    for item in evidence[:_LOOKED_AT]:
        listed = _listed(item, library)
        if listed is None:
            continue
        if listed.members in asked:
            margin = _COUNTED
        elif question.manner is Manner.FACT:
            continue
        else:
            fits = question.manner is Manner.LIST or (
                question.manner is Manner.WHY and _gives_reasons(listed, evidence)
            )
            margin = _MARGIN if fits else 0.0
        if item.score >= best - margin:
            return listed.quotes
    return ()


def pick_member(question: Question, sources: Sources) -> Picked | None:
    """Return the sentence that is, or holds, the member of a list that a follow-up asks for.

    Such a question is read as the member's own words. None for any other question.
    """
    if not question.leans or question.own is not None:
        return None
    said = fold(question.text)
    search = sources.search(question)
    for item in weigh_sentences(search, Kind.OTHER):
        if said == fold(item.text) or said in map(fold, members_in(item.text)):
            return Picked((quoted(item),), found=search.found)
    return None


def _gives_reasons(listed: _Listed, evidence: Sequence[Evidence]) -> bool:
    """Return whether what announces a list speaks of reasons, and of the matter asked after.

    It has at least a third as much of the question's words as the best sentence has.
    """
    if not _CAUSES.search(fold(listed.head)):
        return False
    shares = {quoted(item): max(item.sign("coverage"), item.sign("worded")) for item in evidence}
    return shares.get(listed.quotes[0], 0.0) >= _THIRD * shares[quoted(evidence[0])]


def _listed(item: Evidence, library: Library) -> _Listed | None:
    """Return the enumeration that a sentence belongs to, None where it belongs to none."""
    inside = members_in(item.text)
    if inside:
        return _Listed((quoted(item),), item.text, len(inside))
    passage = item.found.passage
    text = library.book(passage.book_id).text
    ids = [
        other.id
        for other in library.passages(passage.book_id)
        if other.section == passage.section and other.kind is passage.kind
    ]
    quotes = [
        Quote(passage.book_id, stored.passage.id, within(stored.passage, span))
        for stored in library.stored(ids)
        for span in stored.sentences
    ]
    if quoted(item) not in quotes:  # the book was replaced meanwhile
        return None
    sentences = [text[quote.span.start : quote.span.end] for quote in quotes]
    lines = [text.count("\n", 0, quote.span.start) for quote in quotes]
    run = run_of(sentences, quotes.index(quoted(item)), lines)
    if not run:
        return None
    head = sentences[run[0]]
    members = len(run) - (member_of(head) is None)
    return _Listed(tuple(quotes[place] for place in run), head, members)
