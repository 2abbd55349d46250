"""The words of a book, as what is typed is held against them; pure.

A book is its own dictionary: what stands in it often is likelier meant than what stands in it
seldom, and what does not stand in it at all may have been typed amiss.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.language import cut_chinese, stem
from rag.language.sounding import syllables_of
from rag.language.tables import words
from rag.language.text import CYRILLIC, HAN, LATIN, fold, has_han

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rag.types import Book

_GAP = r"\s\u00ad\u200b-\u200f\u2060\ufeff"
_RUN = re.compile(rf"[{HAN}](?:(?!\n[{_GAP}]*\n)[{HAN}{_GAP}])*")
"""Chinese with white space in it, of which an empty line is none."""
_GAPS = re.compile(f"[{_GAP}]+")
_WORD = re.compile(f"[{LATIN}]+|[{CYRILLIC}]+")
_AROUND = 4
"""Characters beside a stretch of the book that show where its words end."""
_LOOKED_AT = 5
"""Places of a stretch that are looked at."""
_UNSEEN, _NEW = 0.1, 1e-5
"""How likely a character follows another that it never follows in the book: a share of how often
it stands there at all, and what is left for one that does not."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of a book.

    ``text`` holds its Chinese, folded and without gaps, a bar between what punctuation parts;
    ``pairs`` and ``signs`` count its pairs of characters and its characters, ``sounds`` are
    these by their syllables without tones. ``names`` are the names that its record knows,
    folded. ``letters`` counts its words in Latin and Cyrillic letters, names of the record
    among them, and ``stems`` are theirs.
    """

    text: str
    pairs: Mapping[str, int]
    signs: Mapping[str, int]
    sounds: Mapping[str, str]
    names: frozenset[str]
    letters: Mapping[str, int]
    stems: frozenset[str]
    total: int

    def has(self, words: str) -> bool:
        """Return whether Chinese stands in the book just so."""
        return words in self.text

    def follows(self, before: str, sign: str) -> float:
        """Return the logarithm of how likely a character follows another."""
        alone = (self.signs.get(sign, 0) + 0.5) / (self.total + 1)
        count = self.pairs.get(before + sign, 0)
        if not count:
            return math.log(_UNSEEN * alone + _NEW)
        return math.log(count / (self.signs.get(before, 0) + 1))

    def is_unit(self, words: str) -> bool:
        """Return whether a stretch of the book begins and ends where its words do."""
        if words in self.names:
            return True
        seen = whole = 0
        at = self.text.find(words)
        while at >= 0 and seen < _LOOKED_AT:
            start = max(0, at - _AROUND)
            bounds = {0}
            for word in cut_chinese(self.text[start : at + len(words) + _AROUND]):
                bounds.add(max(bounds) + len(word))
            seen += 1
            whole += {at - start, at - start + len(words)} <= bounds
            at = self.text.find(words, at + 1)
        return whole * 2 >= seen > 0


def lexicon_of(book: Book) -> Lexicon:
    """Return the words of a book; kept, as they take a second of a long one."""
    entries = tuple(entry.title for entry in book.contents)
    return _lexicon(book.text, entries, book.record.aliases)


@lru_cache(maxsize=16)
def _lexicon(text: str, titles: tuple[str, ...], aliases: tuple[tuple[str, ...], ...]) -> Lexicon:
    names = [fold(name) for group in aliases for name in group]
    whole = fold("\n\n".join((text, *titles)))
    runs = [*_runs(whole), *(run for name in names for run in _runs(name))]
    pairs: Counter[str] = Counter()
    signs: Counter[str] = Counter()
    for run in runs:
        signs.update(run)
        pairs.update(map("".join, pairwise(run)))
    sounds: dict[str, list[str]] = {}
    for sign in signs:
        for syllable in syllables_of(sign):
            sounds.setdefault(syllable, []).append(sign)
    letters = Counter(_WORD.findall(whole))
    letters.update(word for name in names for word in _WORD.findall(name))
    return Lexicon(
        text="|".join(runs),
        pairs=pairs,
        signs=signs,
        sounds={syllable: "".join(those) for syllable, those in sounds.items()},
        names=frozenset(name for name in names if has_han(name)),
        letters=letters,
        stems=frozenset(map(stem, letters)),
        total=signs.total(),
    )


def _runs(folded: str) -> Iterator[str]:
    """Yield the stretches of Chinese between punctuation, without the gaps in them."""
    for run in _RUN.findall(folded):
        yield _GAPS.sub("", run)


@cache
def asking_signs() -> tuple[frozenset[str], frozenset[str]]:
    """Return the characters, and the pairs of them, that only make a question."""
    patterns = [*words("asking.asks"), *words("asking.time"), *words("asking.number")]
    runs = [*_literal(patterns), *_chosen(patterns)]
    signs = {sign for run in runs for sign in run} | {"是"}
    return frozenset(signs), frozenset(pair for run in runs for pair in map("".join, pairwise(run)))


def _literal(patterns: Iterable[str]) -> list[str]:
    """Return the Chinese of patterns that stands in them as it is."""
    plain = (re.sub(r"\[[^\]]*\]", "|", pattern) for pattern in patterns)
    return [run for text in plain for run in re.findall(f"[{HAN}]+", fold(text))]


def _chosen(patterns: Iterable[str]) -> list[str]:
    """Return the pairs of patterns whose second character is one of several."""
    classes = re.findall(rf"([{HAN}])\??\[([{HAN}]+)\]", fold(" ".join(patterns)))
    return [first + second for first, several in classes for second in several]
