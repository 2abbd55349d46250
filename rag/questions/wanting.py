"""What a question wants: a sentence of the book, or something of another kind; pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Want(StrEnum):
    """What a question wants to be answered with."""

    PASSAGE = "passage"
    """With the sentences that say it; ``Kind`` and ``Manner`` say which and how many."""
    EVENTS = "events"
    """With what happened in a year, on a date, in a span of years."""
    WHO = "who"
    """With who a person is."""
    WHAT = "what"
    """With what a thing or a term is."""
    YES_NO = "yes_no"
    """With the sentence that decides, and whether it affirms or denies."""
    SUMMARY = "summary"
    """With what the book, or a part of it, is about."""
    NAMES = "names"
    """With the persons, places, institutions, treaties or works that the book names."""
    CITING = "citing"
    """With how the book, or a page of it, is cited."""
    LAST = "last"
    """With something about the last answer: more, its page, its source, another language."""
    GREETING = "greeting"
    """With a greeting."""
    THANKS = "thanks"
    """With a word in return."""
    SELF = "self"
    """With what can be asked here."""
    TASK = "task"
    """With work that is not this one's: an essay, a translation, homework."""


Sense = Callable[[str], Want]
"""What tells from a question's words what it wants."""
