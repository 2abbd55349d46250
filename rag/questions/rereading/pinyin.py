"""A question in pinyin, or a word of one, read as the Chinese that a book has; pure.

As an input method does it: of all characters that have the syllables typed, those are meant
that follow one another likeliest, in the book and in the words that questions are made of.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING

from rag.language.sounding import pinyin_cuts, syllables_of
from rag.language.text import has_han
from rag.questions.asking import content_words
from rag.questions.rereading.channel import likeliest
from rag.questions.rereading.letters import is_word
from rag.questions.rereading.lexicon import asking_signs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.questions.rereading.lexicon import Lexicon

    Syllables = tuple[str, ...]

_LETTERS = "(?:[a-zü\u0300-\u036f]|(?<=[a-z\u0300-\u036f])[1-5'’])+"
_PARTS = re.compile(rf"{_LETTERS}|\d+", re.IGNORECASE)
WORDS = re.compile(rf"{_LETTERS}(?:\s+{_LETTERS})*", re.IGNORECASE)
_TONE = re.compile("[\u0300-\u0304\u0306\u0307\u0309-\u036f1-5]")
"""Marks over letters but the diaeresis, and digits, all of which tell tones."""
_MOST = 40
"""Syllables of a question that is read so."""
_CUTS = 4
"""Ways to cut a word into syllables that are tried; the one with fewer syllables first."""
_GOES_ON, _BEGINS = -2.0, -5.0
"""How likely it is at least, by its logarithm, that a word of questions goes on as it does, and
that one begins."""
_OWN = 0.5
"""The share of the syllables that are not a question's words which must be words of the book."""


def whole_question(typed: str, book: Lexicon) -> str | None:
    """Return the Chinese that a question in pinyin stands for; None where it is none.

    It is one where every word can be cut into syllables, most of its letters are in words
    that no other language has, not all of which stand in the book just so, and most of what
    it asks about stands in the book.
    """
    plain = unicodedata.normalize("NFD", typed)
    parts = _PARTS.findall(plain)
    words = [part for part in parts if not part.isdigit()]
    if any(sign.isalpha() for sign in _PARTS.sub("", plain)):
        return None
    if all(word[0].isupper() for word in words):
        return None  # a name in letters, which is looked for by its sound
    strange = [word for word in map(_bare, words) if not is_word(word)]
    if sum(map(len, strange)) * 2 < sum(map(len, words)):
        return None
    if all(word in book.letters for word in strange):
        return None
    best: tuple[float, str] | None = None
    for syllables in _cut([_bare(part) for part in parts]):
        found = _read(syllables, book)
        if found and (best is None or found > best):
            best = found
    return best[1] if best and _stands(best[1], book) else None


def some_words(typed: str, book: Lexicon) -> str | None:
    """Return the Chinese that words in letters within a Chinese question stand for, or None."""
    bare = [_bare(word) for word in unicodedata.normalize("NFD", typed).split()]
    if any(word in book.letters for word in bare) or is_word("".join(bare)):
        return None
    found = [_read(cut, book) for cut in _cut(bare)]
    read = max((item for item in found if item), default=None)
    return read[1] if read and book.has(read[1]) and book.is_unit(read[1]) else None


def _read(syllables: Syllables, book: Lexicon) -> tuple[float, str] | None:
    """Return the characters that syllables likeliest stand for, with how likely, if any do."""
    asked = asking_signs()[0]
    choices = [
        dict.fromkeys([*book.sounds.get(one, ""), *_asked_by(one, asked)], 0.0)
        if one.isalpha()
        else {one: 0.0}
        for one in syllables
    ]
    return likeliest(choices, book, _asked) if all(choices) else None


def _asked(before: str, sign: str) -> float:
    """Return how likely a question goes on with a character at least, as a logarithm."""
    signs, pairs = asking_signs()
    if before + sign in pairs:
        return _GOES_ON
    return _BEGINS if sign in signs else -math.inf


def _asked_by(syllable: str, signs: frozenset[str]) -> list[str]:
    return [sign for sign in signs if syllable in syllables_of(sign)]


def _stands(read: str, book: Lexicon) -> bool:
    """Return whether most of what a reading asks about stands in the book, in pairs at least."""
    runs = [run for run in re.split(r"[|\d]+", content_words(read)) if has_han(run)]
    held = 0
    for run in runs:
        pairs = [run[at : at + 2] in book.pairs for at in range(len(run) - 1)]
        within = [False, *pairs], [*pairs, False]
        held += sum(one or other for one, other in zip(*within, strict=True))
    return held >= 2 and held >= _OWN * sum(map(len, runs))


def _bare(word: str) -> str:
    """Return a word in pinyin in small letters, without its tones; ü is v. A number stays."""
    if word.isdigit():
        return word
    return _TONE.sub("", word.lower().replace("u\u0308", "v").replace("’", "'"))


def _cut(words: Sequence[str]) -> list[Syllables]:
    """Return ways to cut all words into syllables; none where one cannot be cut."""
    ways: list[Syllables] = [()]
    for word in words:
        cuts = [tuple(word)] if word.isdigit() else sorted(pinyin_cuts(word), key=len)[:_CUTS]
        ways = [(*way, *cut) for way in ways for cut in cuts][:_CUTS]
    return [way for way in ways if 1 < len(way) <= _MOST]
