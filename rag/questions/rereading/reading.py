"""A question as it was typed to the question as it was meant, for the books asked; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.text import fold, has_han, language_of, traditional
from rag.questions.asking import bare_words
from rag.questions.rereading import characters, letters, pinyin
from rag.questions.rereading.lexicon import lexicons_of
from rag.types import Language, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.questions.rereading.lexicon import Lexicon
    from rag.types import Book

_QUOTED = re.compile(r"[“\"「『«„].+?[”\"」』»“]")
"""What is quoted is meant as it stands."""

_LONGEST = 200
"""Characters of the longest question that is read otherwise; what is longer was pasted."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it is read, and the words in it that were typed otherwise."""

    text: str
    words: tuple[str, ...] = ()


def reread(asked: str, books: Sequence[Book]) -> Reading:
    """Return a question with what was typed amiss read as words of the books.

    What stands in any of the books, is a word of its language, or stands in quotation marks
    is left as it was typed, and so is what is too long for a question.
    """
    if len(asked) > _LONGEST:
        return Reading(asked)
    known = lexicons_of(books)
    if not has_han(asked):
        for book in known:
            if book.text and (read := pinyin.whole_question(asked, book)):
                return Reading(read, (read,))
    places: dict[tuple[int, int], tuple[Span, str]] = {}
    for span, read in _found(asked, known):
        if not any(span.start < end and start < span.end for start, end in places):
            places[span.start, span.end] = span, read
    text, words = asked, []
    for span, read in sorted(places.values(), key=lambda item: -item[0].start):
        shown = _as_typed(asked, span, read)
        text = text[: span.start] + shown + text[span.end :]
        words.append(shown)
    return Reading(text, tuple(reversed(words)))


def _found(asked: str, books: Sequence[Lexicon]) -> list[tuple[Span, str]]:
    """Return the places of a question that are read as words of one of the books."""
    plain = _QUOTED.sub(lambda quoted: "|" * len(quoted.group()), asked)
    folded = fold(plain)
    found = letters.readings_of(plain, books)
    if has_han(asked):
        found += characters.readings_of(fold(bare_words(plain)), books)
        for match in pinyin.WORDS.finditer(plain):
            read = (pinyin.some_words(match.group(), book) for book in books)
            found += [(Span(match.start(), match.end()), one) for one in read if one]
    return [
        (span, read)
        for span, read in found
        if not any(_stands(folded[span.start : span.end], book) for book in books)
    ]


def _stands(typed: str, book: Lexicon) -> bool:
    """Return whether what was typed stands in a book."""
    return book.has(typed) if has_han(typed) else typed in book.letters


def _as_typed(asked: str, span: Span, read: str) -> str:
    """Return a reading with the characters that are as they were typed, in the script typed."""
    typed = asked[span.start : span.end]
    if language_of(asked) is Language.ZH_HANT:
        read = traditional(read)
    if not has_han(typed) or len(typed) != len(read):
        return read
    return "".join(
        own if fold(own) == fold(other) else other for own, other in zip(typed, read, strict=True)
    )
