"""What a book says against what a question takes for granted; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language import tokens
from rag.language.polarity import negations, turned_negation

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 2
"""Sentences that say otherwise."""


def saying_otherwise(question: str, content: str, sentences: Sequence[str]) -> list[int]:
    """Return which sentences affirm what a question takes for denied, two at most.

    为什么永宁港没有开埠 is no question of a book in which it was opened. ``content`` is the
    question without the words that make it one; ``sentences`` are in its language, and the
    likeliest to answer it: where one of them bears it out, none says otherwise.
    """
    denied = negations(question)
    scope = frozenset[str]().union(*(item.scope for item in denied))
    subject = tokens(content) - scope
    speaking = [
        number
        for number, text in enumerate(sentences)
        if (there := tokens(text)) & scope and there & subject
    ]
    if not speaking or turned_negation(question, [sentences[at] for at in speaking]) is not True:
        return []
    return [at for at in speaking if turned_negation(question, [sentences[at]])][:_MOST]
