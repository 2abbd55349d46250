"""The words of a book, as what is typed is held against them; pure.

A book is its own dictionary: what stands in it often is likelier meant than what stands in it
seldom, and what does not stand in it at all may have been typed amiss.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Self

import numpy as np

from rag.language import cut_chinese, stem
from rag.language.sounding import syllables_of
from rag.language.tables import words
from rag.language.text import CYRILLIC, HAN, LATIN, fold, has_han

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.types import Book

_GAP = r"\s\u00ad\u200b-\u200f\u2060\ufeff"
_RUN = re.compile(rf"[{HAN}](?:(?!\n[{_GAP}]*\n)[{HAN}{_GAP}])*")
"""Chinese with white space in it, of which an empty line is none."""
_GAPS = re.compile(f"[{_GAP}]+")
_WORD = re.compile(f"[{LATIN}]+|[{CYRILLIC}]+")
_THREE = 0.7
"""How far three characters are believed, where they stand in the book, over their last two."""
_BITS = 21
"""Bits of a character."""
_AROUND = 4
"""Characters beside a stretch of the book that show where its words end."""
_LOOKED_AT = 5
"""Places of a stretch that are looked at."""
_UNSEEN, _NEW = 0.1, 1e-5
"""How likely a character follows another that it never follows in the book: a share of how often
it stands there at all, and what is left for one that does not."""

FEW_BOOKS = 8
"""Books of which each is looked into by itself; the words of more of them are one together."""
MOST = 40_000_000
"""Characters of books that are read as a dictionary; asked of more, a question stays as typed."""


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often so many characters follow one another; ``codes`` are in order."""

    length: int
    codes: NDArray[np.int64]
    numbers: NDArray[np.int32]

    @classmethod
    def of(cls, text: str, length: int) -> Self:
        """Return what follows one another in a text that is longer."""
        signs = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.int64)
        codes = signs[: len(signs) - length + 1]
        for at in range(1, length):
            codes = codes << _BITS | signs[at : len(signs) - length + 1 + at]
        found, numbers = np.unique(codes, return_counts=True)
        return cls(length, found, numbers.astype(np.int32))

    def counts(self, before: str, signs: Sequence[str]) -> NDArray[np.int32]:
        """Return how often each of some characters follows others."""
        first = 0
        for sign in before:
            first = (first | ord(sign)) << _BITS
        codes = np.array([first | ord(sign) for sign in signs], np.int64)
        at = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        counted: NDArray[np.int32] = np.where(self.codes[at] == codes, self.numbers[at], 0)
        return counted

    def __contains__(self, said: str) -> bool:
        """Return whether characters follow one another anywhere."""
        return bool(self.counts(said[:-1], said[-1:])[0])


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of a book.

    ``text`` holds its Chinese, folded and without gaps, a bar between what punctuation parts;
    ``threes``, ``pairs`` and ``signs`` count its threes, its pairs and its characters,
    ``sounds`` are these by their syllables without tones. ``names`` are the names that its
    record knows, folded. ``letters`` counts its words in Latin and Cyrillic letters, names of
    the record among them, and ``stems`` are theirs.
    """

    text: str
    pairs: _Counts
    threes: _Counts
    signs: Mapping[str, int]
    sounds: Mapping[str, str]
    names: frozenset[str]
    letters: Mapping[str, int]
    stems: frozenset[str]
    total: int

    def has(self, words: str) -> bool:
        """Return whether Chinese stands in the book just so."""
        threes = (words[at : at + 3] for at in range(len(words) - 2))
        return all(three in self.threes for three in threes) and words in self.text

    def follows(self, before: str, signs: Sequence[str]) -> NDArray[np.float64]:
        """Return the logarithms of how likely each of some characters follows one or two others.

        ``before`` are the two that it follows, or the one.
        """
        last_but_one, last = before[:-1], before[-1]
        alone = np.array([self.signs.get(sign, 0) for sign in signs]) / (self.total + 1)
        pairs = self.pairs.counts(last, signs)
        likely = np.where(pairs > 0, pairs / (self.signs.get(last, 0) + 1), _UNSEEN * alone + _NEW)
        if len(before) > 1:
            threes = self.threes.counts(before, signs) / (
                self.pairs.counts(last_but_one, [last])[0] + 1
            )
            likely = np.where(threes > 0, _THREE * threes + (1 - _THREE) * likely, likely)
        return np.log(likely)

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


def lexicons_of(books: Sequence[Book]) -> list[Lexicon]:
    """Return the words of books: of a few each one's, of many those of all together.

    They are kept, as they take a second of a long book, and of a large library many.
    """
    if len(books) <= FEW_BOOKS:
        return [
            _lexicon(book.text, tuple(entry.title for entry in book.contents), book.record.aliases)
            for book in books
        ]
    if sum(len(book.text) for book in books) > MOST:
        return []
    return [_lexicon_of_all(tuple(map(_Words, books)))]


class _Words:
    """A book by the words in it: another is the same where these are the same objects."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def __hash__(self) -> int:
        """Return a number that books of the same words have in common."""
        return hash(self.book.text)

    def __eq__(self, other: object) -> bool:
        """Return whether another has the same text, contents and names."""
        if not isinstance(other, _Words):
            return NotImplemented
        one, another = self.book, other.book
        return one is another or (
            (one.text, one.contents, one.record.aliases)
            == (another.text, another.contents, another.record.aliases)
        )


@lru_cache(maxsize=4)
def _lexicon_of_all(books: tuple[_Words, ...]) -> Lexicon:
    """Return the words of books as if they were one."""
    titles = tuple(entry.title for one in books for entry in one.book.contents)
    aliases = tuple(group for one in books for group in one.book.record.aliases)
    return _made("\n\n".join(one.book.text for one in books), titles, aliases)


@lru_cache(maxsize=64)
def _lexicon(text: str, titles: tuple[str, ...], aliases: tuple[tuple[str, ...], ...]) -> Lexicon:
    return _made(text, titles, aliases)


def _made(text: str, titles: tuple[str, ...], aliases: tuple[tuple[str, ...], ...]) -> Lexicon:
    whole = fold("\n\n".join((text, *titles)))
    names = _there(aliases, whole)
    runs = [*_runs(whole), *(run for name in names for run in _runs(name))]
    joined = "|".join(["", "", *runs, "", ""])
    signs = Counter("".join(runs))
    sounds: dict[str, list[str]] = {}
    for sign in signs:
        for syllable in syllables_of(sign):
            sounds.setdefault(syllable, []).append(sign)
    letters = Counter(_WORD.findall(whole))
    letters.update(word for name in names for word in _WORD.findall(name))
    return Lexicon(
        text=joined,
        pairs=_Counts.of(joined, 2),
        threes=_Counts.of(joined, 3),
        signs=signs,
        sounds={syllable: "".join(those) for syllable, those in sounds.items()},
        names=frozenset(name for name in names if has_han(name)),
        letters=letters,
        stems=frozenset(map(stem, letters)),
        total=signs.total(),
    )


def _there(aliases: Iterable[Sequence[str]], whole: str) -> list[str]:
    """Return the names, folded and in all their spellings, of whom or what a text speaks of."""
    plain = _GAPS.sub("", whole)
    groups = ([fold(name) for name in group] for group in aliases)
    return [name for group in groups if any(_GAPS.sub("", one) in plain for one in group)
            for name in group]  # fmt: skip


def _runs(folded: str) -> Iterator[str]:
    """Yield the stretches of Chinese between punctuation, without the gaps in them."""
    for run in _RUN.findall(folded):
        yield _GAPS.sub("", run)


@cache
def asking_signs() -> tuple[frozenset[str], frozenset[str]]:
    """Return the characters, and the pairs of them, that only make a question."""
    patterns = [*words("asking.asks"), *words("asking.time"), *words("asking.number")]
    runs = [*_literal(patterns), *_chosen(patterns)]
    begun = [*runs, *("是" + run for run in runs)]
    pairs = frozenset(pair for run in begun for pair in map("".join, pairwise(run)))
    return frozenset(sign for run in begun for sign in run), pairs


def _literal(patterns: Iterable[str]) -> list[str]:
    """Return the Chinese of patterns that stands in them as it is."""
    plain = (re.sub(r"\[[^\]]*\]", "|", pattern) for pattern in patterns)
    return [run for text in plain for run in re.findall(f"[{HAN}]+", fold(text))]


def _chosen(patterns: Iterable[str]) -> list[str]:
    """Return the pairs of patterns whose second character is one of several."""
    classes = re.findall(rf"([{HAN}])\??\[([{HAN}]+)\]", fold(" ".join(patterns)))
    return [first + second for first, several in classes for second in several]
