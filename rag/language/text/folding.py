"""Text made comparable for search, without moving a single character.

``fold`` gives a string of the same length, so an offset in the folded text is an
offset in the text itself: what is found folded is shown as printed. Chinese is
searched by overlapping pairs of characters, with no dictionary, because a dictionary
splits the names it does not know.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rag.language.text.letters import unified
from rag.language.text.scripts import UNSPACED, simplifier
from rag.types import Span

_GAP = r"\s\u00ad\u200b-\u200f\u2060\ufeff"
"""White space and invisible characters, which no search looks at."""

_LETTER = rf"(?:(?![{UNSPACED}])[^\W_])"
"""A letter or digit of a script that puts spaces between words."""

_UNSPACED = re.compile(f"[{UNSPACED}]")
_UNITS = re.compile(f"(?P<han>[{UNSPACED}][{UNSPACED}{_GAP}]*)|(?P<word>{_LETTER}+)")
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


def _fold_character(character: str) -> str:
    """Return the one character that ``character`` is searched as."""
    chinese = _UNSPACED.match(character)
    for changed in (
        unified(character),
        unicodedata.normalize("NFKC", character),
        simplifier().convert(character) if chinese else character,
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

    Radicals become the characters that they look like, Traditional characters Simplified
    one by one (OpenCC), full-width forms half-width, capitals small, and dashes, quotation
    marks and middle dots one kind each. A change that would need more or fewer characters
    is not made. Folding twice is folding once.
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
