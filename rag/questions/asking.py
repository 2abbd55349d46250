"""What a question is: its language, its words, what kind of thing it asks for; pure.

The tables below are about languages, never about a book.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING

from rag.language.tables import Pattern, stop_words
from rag.language.text import HAN, mended
from rag.types import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_CHARACTERS = 2000
"""Longest question, in characters; a page of a book has some 700."""

_UNSEEN = re.compile("[\u115f\u1160\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Fillers and variation selectors: letters and marks to Unicode, nothing to the eye."""


class Kind(StrEnum):
    """What a question asks for, as far as its words say."""

    TIME = "time"
    NUMBER = "number"
    SOURCE = "source"
    OTHER = "other"


_KINDS = (
    (Kind.SOURCE, Pattern("{asking.source}", re.IGNORECASE)),
    (Kind.TIME, Pattern("{asking.time}", re.IGNORECASE)),
    (Kind.NUMBER, Pattern("{asking.number}", re.IGNORECASE)),
)

_FUNCTION_WORDS = Pattern("{asking.asks}")
_COMPOUND_OR_SIGN = Pattern(f"{{asking.compounds}}|[{HAN}]")
"""Common words that a particle helps to make, in which it is none; else any sign."""


def clean_question(text: str) -> str:
    """Return a question as it is asked: invisible characters out, white space single.

    Its letters are mended as those of books are, for it may have been copied out of a PDF.
    Raises QuestionError for one that is empty, has fewer than two letters or digits
    (one, where it is a Chinese character, is still too little to search for), or is
    longer than 2,000 characters.
    """
    if len(text) > MAX_CHARACTERS:
        raise QuestionError(
            f"The question is too long ({len(text):,} characters): "
            f"ask in at most {MAX_CHARACTERS:,}."
        )
    sound = _UNSEEN.sub("", text).encode("utf-8", "replace").decode("utf-8")
    kinds = {"Cc": " ", "Cf": ""}  # controls part words; formats, as zero widths and tags, do not
    visible = "".join(kinds.get(unicodedata.category(character), character) for character in sound)
    visible = mended(" ".join(visible.split()))
    letters = sum(character.isalnum() for character in visible)
    if letters == 0:
        raise QuestionError("The question has no words: ask about something in the book.")
    if letters == 1:
        raise QuestionError("The question is too short: use at least two characters.")
    return visible


def kind_of(question: str) -> Kind:
    """Return what the question asks for: a time, a number, or something else."""
    for kind, pattern in _KINDS:
        if pattern.search(question):
            return kind
    return Kind.OTHER


def content_words(question: str) -> str:
    """Return the question with a bar in place of each word that only makes it a question.

    The bar keeps apart what such a word kept apart: 制度的兴起 holds no pair 度兴.
    A character that is such a word by itself stays inside the common words that it helps
    to make (共和, 和平, 对外, 参与).
    """
    return _parted(question, lambda _: "|")


def bare_words(question: str) -> str:
    """Return what ``content_words`` does, each character where it stands in the question."""
    return _parted(question, lambda word: "|" * len(word))


def _parted(question: str, bar: Callable[[str], str]) -> str:
    """Return a question with what stands for a word in place of each that only makes it one."""
    small = stop_words("question")
    kept = _COMPOUND_OR_SIGN.sub(
        lambda found: bar(found.group()) if found.group() in small else found.group(),
        _FUNCTION_WORDS.sub(lambda found: bar(found.group()), question),
    )
    words = re.split(r"(\w+)", kept)
    return "".join(bar(word) if word.lower() in small else word for word in words)
