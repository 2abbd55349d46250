"""What finds a known name in a text, in any case or number; pure."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.language.text import CYRILLIC, has_han

_CYRILLIC = re.compile(f"[{CYRILLIC}]")


_LETTER = r"[^\W_]"


_ENGLISH_ENDING = r"(?:'s|'|(?:e?s)'?)?"
"""What a plural or a possessive adds."""


_RUSSIAN_ENDING = "[аеиоуыэюяйьвгмх]{0,3}"
"""What a case or a number adds to a stem: the letters of -ого, -ами, -ией and their like."""


_INFLECTED = 4
"""Letters of the shortest Russian word that is taken to have an ending."""


@lru_cache(maxsize=8192)
def name_pattern(name: str) -> re.Pattern[str]:
    """Return what finds a folded name in a folded text, in any case or number."""
    if has_han(name):
        return re.compile(re.escape(name))
    words = r"[\s-]+".join(_word_pattern(word) for word in re.split(r"[\s-]+", name) if word)
    return re.compile(rf"(?<!{_LETTER}){words or '(?!)'}(?!{_LETTER})")


def _word_pattern(word: str) -> str:
    """Return what finds one word of a name, in any case or number.

    A Russian word is cut to its stem: without the vowel, й or ь that ends it, or both
    letters of an adjective's ending. A vowel that comes and goes inside a stem (отец,
    отца) is not followed.
    """
    if not _CYRILLIC.search(word):
        changed = re.sub(r"([^aeiou'])y$", r"\1(?:y|ies)", re.escape(word))
        return changed + _ENGLISH_ENDING
    if len(word) < _INFLECTED:
        return re.escape(word)
    stem = re.sub(r"(?:[иыо]й|[ая]я|[ое]е|[ыи]е|[аеиоуыэюяйь])$", "", word)
    return re.escape(stem) + _RUSSIAN_ENDING
