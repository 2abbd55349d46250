"""Questions that want something else than a sentence that says it, a module a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.picking.deciding import pick_decision, pick_side
from rag.answering.picking.events import pick_events, pick_span
from rag.answering.picking.identity import pick_identity, pick_person
from rag.answering.picking.lists import pick_list, pick_member
from rag.answering.picking.mentioned import name_line, pick_names
from rag.answering.picking.picked import Heading, Picked, Quote, Sources, escape, quoted
from rag.answering.picking.pointing import words_that_answer
from rag.answering.picking.summary import Summary, is_of_body, pick_summary
from rag.questions import Want

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.questions import Question

__all__ = [
    "Heading",
    "Picked",
    "Quote",
    "Sources",
    "Summary",
    "escape",
    "is_of_body",
    "name_line",
    "pick",
    "pick_list",
    "quoted",
    "words_that_answer",
]

_PICKERS: dict[Want, Callable[[Question, Sources], Picked | None]] = {
    Want.EVENTS: pick_events,
    Want.WHO: pick_identity,
    Want.WHAT: pick_identity,
    Want.YES_NO: pick_decision,
    Want.SUMMARY: pick_summary,
    Want.NAMES: pick_names,
}


def pick(question: Question, sources: Sources) -> Picked | None:
    """Return what answers a question of a kind of its own.

    None for one that is answered as any other: by the sentences that say it.
    """
    picker = _PICKERS.get(question.want)
    if picker:
        return picker(question, sources)
    for otherwise in (pick_member, pick_span, pick_person, pick_side):
        picked = otherwise(question, sources)
        if picked:
            return picked
    return None
