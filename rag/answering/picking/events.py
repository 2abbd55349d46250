"""What happened in a year, on a date, in a span of years; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.picking.picked import Picked, Quote
from rag.language.dates import years_of
from rag.types import Span

if TYPE_CHECKING:
    from rag.answering.picking.picked import Sources
    from rag.questions import Question


def pick_events(question: Question, sources: Sources) -> Picked | None:
    """Return the sentences that the books date to the years asked for, the earliest first.

    None where no year is named.
    """
    years = years_of(question.text)
    if not years:
        return None
    quotes = [
        Quote(one.record.id, one.passage_id, Span(one.start, one.end))
        for event in sources.chronicle.events(question.book_ids, min(years), max(years))
        if (one := event.citation).passage_id and one.start is not None and one.end is not None
    ]
    return Picked(tuple(dict.fromkeys(quotes)))
