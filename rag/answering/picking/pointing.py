"""The words of a sentence that answer: the time or the number that a question asks for; pure.

A sentence that answers when something was states a date that the question has not; one that answers
how many, a number. Where there is one such, it is what was asked for. Persons and places are not
pointed at: of the names that a tagger finds beside those of the question too few were the answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.language import tagged
from rag.language.dates import read_dates
from rag.language.numbers import Kind as Counted
from rag.language.numbers import quantities
from rag.language.text import fold, has_han
from rag.questions import Kind
from rag.types import Span

if TYPE_CHECKING:
    from fractions import Fraction

    from rag.questions import Question

_COUNTED = frozenset({Counted.NUMBER, Counted.BARE, Counted.SHARE})
_UNIT = ("q", "n")
"""What a Chinese number counts by or counts, as jieba calls such words."""
_AHEAD = 8
"""Characters behind a Chinese number in which what it counts is looked for."""
_WORD = re.compile(r"\s[^\W\d_]+")


def words_that_answer(question: Question, sentence: str) -> Span | None:
    """Return where in a sentence stands what a question asks for, None where that is not known.

    ``sentence`` is one that answers it.
    """
    if question.kind is Kind.TIME:
        spans = _times(sentence)
    elif question.kind is Kind.NUMBER:
        spans = _numbers(sentence)
    else:
        return None
    asked = _values(question.text)
    new = [span for span in spans if not _values(sentence[span.start : span.end]) <= asked]
    return new[0] if len(new) == 1 else None


def _values(text: str) -> set[Fraction]:
    return {one.value for one in quantities(text)}


def _times(sentence: str) -> list[Span]:
    return [Span(one.start, one.end) for one in read_dates(fold(sentence))]


def _numbers(sentence: str) -> list[Span]:
    """Return the numbers of a sentence that are no part of a date, each with what it counts."""
    dates = _times(sentence)
    return [
        Span(one.start, _behind(sentence, one.end))
        for one in quantities(sentence)
        if one.kind in _COUNTED
        and not one.weak
        and not any(date.start <= one.start < date.end for date in dates)
    ]


def _behind(sentence: str, end: int) -> int:
    """Return where a number ends with the word behind it: 六天, nine sailors."""
    after = sentence[end : end + _AHEAD]
    if has_han(after[:1]):
        word, kind = tagged(after)[0]
        return end + len(word) if kind.startswith(_UNIT) else end
    match = _WORD.match(sentence, end)
    return match.end() if match else end
