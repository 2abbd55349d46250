"""Words in Latin and Cyrillic letters that were misspelt, read as words of a book; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.language import is_spelt, stem
from rag.language.names import name_pattern
from rag.language.tables import stop_words
from rag.language.text import CYRILLIC, LATIN
from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.questions.rereading.lexicon import Lexicon

_WORD = re.compile(f"[{LATIN}]{{5,}}|[{CYRILLIC}]{{5,}}")
_TWO_FROM = 8
"""Letters of a word from which on two of them may be wrong."""
_CYRILLIC = re.compile(f"[{CYRILLIC}]")
_ENDING = 3
"""Letters of the longest ending of a Russian name."""


def readings_of(typed: str, books: Sequence[Lexicon]) -> list[tuple[Span, str]]:
    """Return words of a question that neither a book nor the language has, as they are read.

    Each is read as the book's word nearest to it: one letter is wrong, left out, put in or
    changes places with the next, in a long word two, and the first is right. Of Russian,
    whose forms no list has, only names are read so.
    """
    found = []
    for match in _WORD.finditer(typed):
        word = match.group().lower().replace("ё", "е")
        russian = _CYRILLIC.match(word) is not None
        if russian and not match.group()[0].isupper():
            continue
        known = any(
            word in book.letters or (russian and stem(word) in book.stems) for book in books
        )
        if known or is_word(word):
            continue
        for book in books:
            near = _nearest(word, book, russian=russian)
            if near:
                read = near.capitalize() if match.group()[0].isupper() else near
                found.append((Span(match.start(), match.end()), read))
    return found


def is_word(word: str) -> bool:
    """Return whether a word in small letters is one of English or Russian, or a small one."""
    if word in stop_words("question") or word in stop_words("verb"):
        return True
    return is_spelt(word, "ru" if _CYRILLIC.match(word) else "en")


def _nearest(word: str, book: Lexicon, *, russian: bool) -> str | None:
    """Return the word of the book that is nearest, of several the one that it has oftenest."""
    most = 2 if len(word) >= _TWO_FROM else 1
    same = [other for other in book.letters if other[0] == word[0] and len(other) > 3]
    forms = {form: other for other in same for form in _forms(word, other, russian=russian)}
    near = process.extract(word, list(forms), scorer=OSA.distance, score_cutoff=most, limit=None)
    if not near:
        return None
    return min(near, key=lambda item: (item[1], -book.letters[forms[item[0]]]))[0]


def _forms(word: str, other: str, *, russian: bool) -> Iterable[str]:
    """Return a word of the book as it is, and a Russian name with the ending that was typed."""
    yield other
    extra = len(word) - len(other)
    if not russian or not extra or abs(extra) > _ENDING:
        return
    if extra < 0:
        yield other[:extra]
    elif name_pattern(other).fullmatch(other + word[-extra:]):
        yield other + word[-extra:]
