"""The words of a question, and the words of a book that mean the same or nearly; adapters.

A reader asks in other words than the book's, and often in another language. The companion
encoder puts words of sixteen languages side by side, so the vocabulary of a book, encoded
once, is a dictionary from any of them into just the words that the book uses: war finds
战争 and 战乱, treaty 条约. How much of a question a text covers is then a matter of weights:
each word of the question counts by how rare its meaning is in the book, and is covered as
far as the nearest of the text's words means the same. Names in letters are looked up by
their sound too (``rag.language.sounding.listening``): of most of them the vectors know nothing.

Source: query translation by weighted alternatives, Pirkola, "The Effects of Query
Structure and Dictionary Setups in Dictionary-Based Cross-Language Information Retrieval",
SIGIR 1998; the dictionary is induced from word vectors as in Vulić and Moens, "Monolingual
and Cross-Lingual Information Retrieval Models Based on (Bilingual) Word Embeddings",
SIGIR 2015.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rag.language import cut_chinese, is_chinese_word, kinds_of
from rag.language.sounding import listen, names, transliterating
from rag.language.tables import stop_words
from rag.language.text import bigrams, fold, has_han
from rag.questions import inverse_frequency
from rag.types import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from rag.models import Companion

LEAST, FULL = 0.5, 0.85
"""Cosines of two words from which on they mean something alike, and the same."""
SURE, SPREAD = 0.6, 0.1
"""A word has a translation from this cosine on; what is this much farther is another one."""
KNOWN, KNOWN_NAME = 0.7, 0.8
"""From this cosine with a word on, or with a name that Chinese writes by its sound, the
meaning of a word is known: how it sounds then only bears that out."""
FORMS = 12
"""Words of a book that a word of a question may stand for."""
TRANSLATIONS = 3
"""Of them, those that are searched for."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHORTEST = {True: 2, False: 3}
"""Letters of the shortest word: in Chinese, and in scripts with spaces."""
_NAMES = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz", "x"})
"""The kinds of words, as jieba calls them, that names are; x is what its dictionary lacks."""


@dataclass(frozen=True, slots=True)
class Gloss:
    """A word of a question: its weight, and what it may be in the book, the nearest first.

    A form is the set of tokens that a text must hold, and how much of the meaning it
    covers, from 0 to 1. ``translations`` are the tokens of the nearest forms.
    """

    word: str
    weight: float
    forms: tuple[tuple[frozenset[str], float], ...]
    translations: tuple[str, ...]

    def covered(self, tokens: frozenset[str]) -> float:
        """Return how much of the word's meaning a text with these tokens covers, 0 to 1."""
        return next((strength for form, strength in self.forms if form <= tokens), 0.0)


@dataclass(frozen=True, slots=True)
class Wording:
    """The content words of a question, glossed."""

    glosses: tuple[Gloss, ...] = ()

    @property
    def weight(self) -> float:
        """The weight of all words together."""
        return sum(gloss.weight for gloss in self.glosses)

    @property
    def translations(self) -> tuple[str, ...]:
        """The tokens to search for in place of the words."""
        return tuple(dict.fromkeys(token for gloss in self.glosses for token in gloss.translations))

    def coverage(self, texts: Sequence[frozenset[str]]) -> NDArray[np.float32]:
        """Return how much of each word each text covers, by weight; shape (texts, words).

        A row's sum is the share of the question that the text covers, 0 to 1; the sum of
        the greater of two rows is what both texts together do.
        """
        if not self.glosses:
            return np.zeros((len(texts), 0), np.float32)
        weights = [gloss.weight / self.weight for gloss in self.glosses]
        rows = [
            [
                share * gloss.covered(text)
                for gloss, share in zip(self.glosses, weights, strict=True)
            ]
            for text in texts
        ]
        return np.array(rows, np.float32).reshape(len(texts), len(self.glosses))


def vocabulary(
    texts: Iterable[str], companion: Companion, step: Callable[[int], None] | None = None
) -> Vocabulary:
    """Return the vocabulary of a book's passages, encoded.

    ``step`` is called with the number of words that were encoded since its last call.
    """
    counts: dict[str, int] = {}
    for text in texts:
        for word in set(words(text)):
            counts[word] = counts.get(word, 0) + 1
    known = tuple(sorted(counts))
    numbers = np.array([counts[word] for word in known], np.int32)
    return Vocabulary(known, numbers, companion.encode(known, step))


def words(text: str) -> list[str]:
    """Return the words of a text as they are searched, in order, repetitions kept.

    Chinese is cut by a dictionary and a hidden Markov model (jieba); where that cuts a name
    amiss, the pieces are words that no question asks for, and the name is still found by
    its pairs of characters. Words of one Chinese character, or of fewer than three letters,
    are left out, and so are numbers.
    """
    return [word for word in cut(text) if len(word) >= _SHORTEST[bool(has_han(word))]]


def cut(text: str) -> list[str]:
    """Return all words of a text, folded and in order, short ones too; no numbers."""
    return [
        word
        for run in _WORD.findall(fold(text))
        for word in (cut_chinese(run) if has_han(run) else [run])
    ]


def gloss(
    content: str, vocabularies: Sequence[Vocabulary], passages: int, companion: Companion
) -> Wording:
    """Return the content words of a question with what each may be in the books.

    ``content`` holds them as ``rag.questions.content_words`` gives them; ``passages`` is how
    many the books have together.
    """
    known = [one for one in vocabularies if one.words]
    heard = by_sound(content, known)
    parts = {part for name in heard for part in name.split()}
    bare = stop_words("search")
    asked = [word for word in dict.fromkeys(words(content)) if word not in bare | parts]
    alone = _alone(content)
    asked += [*heard, *alone]
    if not asked or not known:
        return Wording()
    vectors = companion.encode(asked)
    near = [_nearest(one, vectors) for one in known]
    glosses = []
    for index, word in enumerate(asked):
        found = [item for rows in near for item in rows[index]]
        if word in alone:
            found = [item for item in found if word in item[0] and item[2] >= KNOWN]
            if not found:
                continue
        glosses.append(_gloss(word, _told(found, heard.get(word, [])), passages))
    return Wording(tuple(glosses))


def _alone(content: str) -> list[str]:
    """Return the words of one Chinese character that a question is about: 赔 of 赔了多少.

    Books say them in words of two, and only such a word is looked for.
    """
    small = stop_words("question") | stop_words("claim") | stop_words("slight")
    return [
        word
        for word in dict.fromkeys(cut(content))
        if len(word) == 1 and has_han(word) and word not in small
    ]


Near = tuple[str, int, float]
"""A word of a book, in how many passages it stands, and its cosine with a word asked for."""


def by_sound(content: str, vocabularies: Sequence[Vocabulary]) -> dict[str, list[Near]]:
    """Return the names in letters of a question, each with the books' words that sound like it.

    How surely a word is meant is said as the cosine that says as much. Only words that are
    names themselves count.
    """
    found: dict[str, list[Near]] = {}
    for known in vocabularies:
        for name in names(content, stop_words("search")):
            for one in listen(name, known.words):
                rows = found.setdefault(" ".join(one.words), [])
                rows += [
                    (
                        form,
                        int(known.counts[known.words.index(form)]),
                        LEAST + strength * (FULL - LEAST),
                    )
                    for form, strength in one.forms
                    if _is_name(form)
                ]
    whole = [f" {name} " for name, rows in found.items() if rows]
    return {
        name: rows
        for name, rows in found.items()
        if rows and sum(f" {name} " in other for other in whole) == 1  # no part of a longer one
    }


def _told(near: list[Near], heard: list[Near]) -> list[Near]:
    """Return what a word may be in the books by its meaning and by its sound together.

    Where its meaning is well known, words that only sound like it are others.
    """
    if heard and any(_is_known(*item) for item in near):
        alike = {form for form, _, cosine in near if cosine >= SURE}
        heard = [item for item in heard if item[0] in alike]
    sounding = {form for form, _, _ in heard}
    return heard + [item for item in near if item[0] not in sounding]


def _is_known(form: str, _count: int, cosine: float) -> bool:
    """Return whether a Chinese word says for sure what a word near to it means."""
    if cosine < KNOWN or not has_han(form):
        return False
    return cosine >= KNOWN_NAME or not transliterating().keys() >= set(form)


@lru_cache(maxsize=4096)
def _is_name(word: str) -> bool:
    """Return whether a Chinese word is a name, as far as jieba's dictionary tells.

    A word of one piece that it lacks was made a word by its text: most of those are names.
    """
    if len(word) > 2 and transliterating().keys() >= set(word):
        return True
    kinds = kinds_of(word)
    unknown = len(kinds) == 1 and not is_chinese_word(word)
    return unknown or not _NAMES.isdisjoint(kinds)


def _nearest(known: Vocabulary, vectors: NDArray[np.float32]) -> list[list[Near]]:
    """Return for each word the book's nearest ones that mean something alike, in any order."""
    found = []
    most = min(FORMS, len(known.words))
    for cosines in vectors @ known.vectors.T:
        best = np.argpartition(-cosines, most - 1)[:most].tolist()
        found.append(
            [
                (known.words[row], int(known.counts[row]), float(cosines[row]))
                for row in best
                if cosines[row] >= LEAST
            ]
        )
    return found


def _gloss(word: str, found: list[Near], passages: int) -> Gloss:
    found.sort(key=lambda item: -item[2])
    least = max(SURE, found[0][2] - SPREAD) if found else SURE
    meant = [item for item in found if item[2] >= least]
    # The books together: a word that two of them have stands in the passages of both.
    counts: dict[str, int] = {}
    for form, count, _ in meant:
        counts[form] = counts.get(form, 0) + count
    weight = inverse_frequency(max(counts.values(), default=0), passages)
    forms = {form: min((cosine - LEAST) / (FULL - LEAST), 1.0) for form, _, cosine in found[::-1]}
    searched = list(dict.fromkeys(form for form, _, _ in meant))[:TRANSLATIONS]
    return Gloss(
        word,
        weight,
        tuple((frozenset(bigrams(form)), strength) for form, strength in reversed(forms.items())),
        tuple(dict.fromkeys(token for form in searched for token in bigrams(form))),
    )
