"""Text made comparable for search, without moving a single character.

``fold`` gives a string of the same length, so an offset in the folded text is an
offset in the text itself: what is found folded is shown as printed. Chinese is
searched by overlapping pairs of characters, with no dictionary, because a dictionary
splits the names it does not know.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rag.types import Span

if TYPE_CHECKING:
    from opencc import OpenCC

_HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Ranges of the characters that are written without spaces between words."""

_GAP = r"\s\u00ad\u200b-\u200f\u2060\ufeff"
"""White space and invisible characters, which no search looks at."""

_LETTER = rf"(?:(?![{_HAN}])[^\W_])"
"""A letter or digit of a script that puts spaces between words."""

_IS_HAN = re.compile(f"[{_HAN}]")
_UNITS = re.compile(f"(?P<han>[{_HAN}][{_HAN}{_GAP}]*)|(?P<word>{_LETTER}+)")
_PIECES = re.compile(f"(?P<word>{_LETTER}+)|[^{_GAP}]")
_GAPS = re.compile(rf"[{_GAP}]+")

_ALIKE = {
    **dict.fromkeys("‐‑‒–—―−─━﹘﹣〜", "-"),
    **dict.fromkeys("“”„‟«»「」『』〝〞", '"'),
    **dict.fromkeys("‘’‚‛‹›′", "'"),
    **dict.fromkeys("•‧∙⋅・", "·"),
    "ё": "е",
}
"""Characters that printers and keyboards use for one another."""


@cache
def _simplifier() -> OpenCC:
    from opencc import OpenCC  # noqa: PLC0415 -- loads dictionaries, only when something is searched

    return OpenCC("t2s")


@cache
def _traditionaliser() -> OpenCC:
    from opencc import OpenCC  # noqa: PLC0415 -- as above

    return OpenCC("s2t")


def is_traditional(text: str) -> bool:
    """Return whether Chinese is written in Traditional characters rather than Simplified.

    Only characters that differ between the two count; without any the answer is False.
    """
    return sum(_leaning(character) for character in _IS_HAN.findall(text)) > 0


@cache
def _leaning(character: str) -> int:
    """Return 1 for a character that only Traditional Chinese has, -1 for only Simplified."""
    traditional: bool = _simplifier().convert(character) != character
    simplified: bool = _traditionaliser().convert(character) != character
    return traditional - simplified


def _fold_character(character: str) -> str:
    """Return the one character that ``character`` is searched as."""
    chinese = _IS_HAN.match(character)
    for changed in (
        unicodedata.normalize("NFKC", character),
        _simplifier().convert(character) if chinese else character,
        character.casefold(),
    ):
        # The first change that fits in one character is followed to its end, so that
        # folding twice is folding once.
        if len(changed) == 1 and changed != character:
            return _fold_character(changed)
    return _ALIKE.get(character, character)


class _Table(dict[int, str]):
    """A table for ``str.translate`` that is filled with the characters it meets."""

    def __missing__(self, codepoint: int) -> str:
        folded = self[codepoint] = _fold_character(chr(codepoint))
        return folded


_TABLE = _Table()


def fold(text: str) -> str:
    """Return the text as it is searched, of the same length as ``text``.

    Traditional characters become Simplified one by one (OpenCC), full-width forms
    half-width, capitals small, and dashes, quotation marks and middle dots one kind
    each. A change that would need more or fewer characters is not made. Folding twice
    is folding once.
    """
    return text.translate(_TABLE)


def bigrams(text: str) -> list[str]:
    """Return the tokens of a text for search, in reading order, repetitions kept.

    Chinese gives overlapping pairs of characters, and a lone character itself; white
    space inside it is ignored. Words of other scripts and numbers are tokens as they
    stand. Punctuation gives nothing. The tokens are folded, and hold letters and
    digits only.
    """
    tokens = []
    for unit in _UNITS.finditer(fold(text)):
        if unit["word"]:
            tokens.append(unit["word"])
            continue
        han = _GAPS.sub("", unit["han"])
        tokens += [han[i : i + 2] for i in range(len(han) - 1)] or [han]
    return tokens


@lru_cache(maxsize=16384)
def token_set(text: str) -> frozenset[str]:
    """Return the tokens of a text as a set; kept, since the same passages are weighed often."""
    return frozenset(bigrams(text))


def find_exact(text: str, words: str) -> list[Span]:
    """Return where ``text`` has ``words`` word for word, as spans of the original text.

    Both are folded, and white space is ignored, save that it may not join two words
    or numbers, and that a word or number is found whole only: ``5月`` is not in
    ``15月``. Spans do not overlap; words that are empty are nowhere.
    """
    pattern, after_word = "", False
    for piece in _PIECES.finditer(fold(words)):
        word = piece["word"] is not None
        if not pattern:
            pattern = f"(?<!{_LETTER})" if word else ""
        else:
            pattern += f"[{_GAP}]+" if word and after_word else f"[{_GAP}]*"
        pattern += re.escape(piece[0])
        after_word = word
    if not pattern:
        return []
    if after_word:
        pattern += f"(?!{_LETTER})"
    return [Span(found.start(), found.end()) for found in re.finditer(pattern, fold(text))]
