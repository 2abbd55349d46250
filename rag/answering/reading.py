"""What a reader says of the best passages, put together with all else that is known.

A reader sees question and passage together, where all other signs are taken of each apart. It
looks at the passages of the best sentences, which costs some 20 milliseconds each on two cores;
then every sentence is weighed anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.evidence import fitted
from rag.language.text import is_traditional, simplifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.evidence import Evidence
    from rag.models import Reader
    from rag.questions import Question
    from rag.search import Found

READER_OF = "zh"
"""The language of the passages that the reader has learned from; questions were put in three."""
PASSAGES_READ = 3
"""Passages that the reader looks at: those of the best sentences. With five, no more first
sentences were right; with one, fewer of questions in another language than the book's."""


def read(
    reader: Reader, question: Question, evidence: Sequence[Evidence], *, foreign: bool
) -> list[Evidence]:
    """Return sentences weighed with what a reader says of their passages, best first.

    ``evidence`` is weighed, best first; ``foreign`` is as the search has it. A passage that is not
    read counts as the worst that is.
    """
    fit = fitted().fits[foreign, True]
    stored = {item.found.passage.id: item.found.stored for item in evidence}
    readings = {
        key: reader.read(_put(question, one.passage.text), one.passage.text, one.sentences)
        for key, one in list(stored.items())[:PASSAGES_READ]
    }
    worst = min((one.answers for one in readings.values()), default=0.0)
    weighed = []
    for item in evidence:
        reading, stands = readings.get(item.found.passage.id), item.found.stored.sentences
        points = reading.sentences[stands.index(item.span)] if reading else 0.0
        weighed.append(item.read(reading.answers if reading else worst, points, fit))
    return sorted(weighed, key=lambda item: -item.score)


def _put(question: Question, passage: str) -> str:
    """Return a question as it is put to a passage: without a part of the book that it names.

    To one in Simplified characters it is put in these.
    """
    words = question.sought.words
    if is_traditional(words) and not is_traditional(passage):
        return str(simplifier().convert(words))
    return words


def in_order(found: Sequence[Found], evidence: Sequence[Evidence]) -> tuple[Found, ...]:
    """Return passages by their best sentences; ``evidence`` is weighed, best first."""
    by_id = {item.passage.id: item for item in found}
    best = dict.fromkeys(item.found.passage.id for item in evidence)
    return tuple(by_id[key] for key in [*best, *(by_id.keys() - best.keys())])
