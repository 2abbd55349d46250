"""What a question wants: a sentence of the book, or something of another kind; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
    """With something about the last answer; ``About`` says what."""
    GREETING = "greeting"
    """With a greeting."""
    THANKS = "thanks"
    """With a word in return."""
    SELF = "self"
    """With what can be asked here."""
    TASK = "task"
    """With work that is not this one's: an essay, a translation, homework."""


class About(StrEnum):
    """What is wanted about the last answer."""

    MORE = "more"
    """What else there is."""
    THEN = "then"
    """What came after it."""
    PAGE = "page"
    """Where it stands in the book."""
    SOURCE = "source"
    """Who says so: its page, its quotation, the notes that hang on it."""
    ENGLISH = "english"
    """The same in English."""
    RUSSIAN = "russian"
    """The same in Russian."""
    CHINESE = "chinese"
    """The same in Chinese."""
    YES = "yes"
    """What was offered with it."""


@dataclass(frozen=True, slots=True)
class Sensed:
    """What a question was found to want; ``about`` is what of the last answer, where that is it."""

    want: Want
    about: About | None = None


Sense = Callable[[str], Sensed]
"""What tells from a question's words what it wants."""
