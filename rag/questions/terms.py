"""What a question is about, as terms with weights, and how much of it a text covers; pure.

A term is a token of the question (``rag.language.text.folding.bigrams``) or a name of it that the
book's record knows under several spellings: 斯大林 and Stalin are one term, and
a text covers it with any of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.names import name_pattern
from rag.language.text import bigrams, fold, has_han
from rag.questions.asking import content_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rag.language.dates import Respelt

_STEM = 2
"""Letters at the beginning of a name that no ending changes."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a question names: it is covered by any one of ``spellings``.

    A spelling is the set of its tokens, which a text must all hold. ``name`` says that
    the term is a known name rather than a token of the question.
    """

    spellings: tuple[frozenset[str], ...]
    name: bool = False


def find_terms(
    question: str, aliases: Iterable[Sequence[str]], numbers: Iterable[Respelt] = ()
) -> list[Term]:
    """Return the terms of a question: known names first, then the tokens of its other words.

    ``numbers`` are its years and numbers that are also written otherwise; each is one term,
    covered by any of its forms.

    Longer names go before shorter ones that stand inside them, and what a name covers
    gives no tokens of its own. Names of other scripts than Chinese are found as whole
    words, with the endings of their case and number. A lone Chinese character is no name,
    because texts are searched by pairs, and its other spellings are then no term. Words
    that only make it a question (``rag.questions.asking.content_words``) may stand in a name.
    """
    rest = fold(question)
    names = sorted(
        (
            (fold(name), group)
            for group in aliases
            for name in group
            if all(map(_is_name, group)) or not has_han(name)
        ),
        key=lambda item: -len(item[0]),
    )
    terms: list[Term] = []
    for name, group in names:
        if name[:_STEM] not in rest:  # thousands of names; few patterns are worth making
            continue
        pattern = name_pattern(name)
        if not pattern.search(rest):
            continue
        rest = pattern.sub("|", rest)
        if all(map(_is_name, group)):
            spellings = dict.fromkeys(frozenset(bigrams(other)) for other in group)
            kept = tuple(spelling for spelling in spellings if spelling)
            terms.extend([Term(kept, name=True)] if kept else [])
    for number in numbers:
        if number.surface in rest:
            rest = rest.replace(number.surface, "|")
            forms = dict.fromkeys(frozenset(bigrams(form)) - {"年"} for form in number.forms)
            terms.append(Term(tuple(forms), name=True))
    tokens = dict.fromkeys(bigrams(content_words(rest)))
    terms.extend(Term((frozenset([token]),)) for token in tokens)
    return list(dict.fromkeys(terms))


def _is_name(name: str) -> bool:
    return len(name) > 1 or not has_han(name)


def all_tokens(terms: Iterable[Term]) -> list[str]:
    """Return every token of the terms' spellings, each once, in order."""
    return list(
        dict.fromkeys(
            token for term in terms for spelling in term.spellings for token in sorted(spelling)
        )
    )


def stand_in(terms: Sequence[Term], tokens: frozenset[str]) -> bool:
    """Return whether a text with these tokens has all terms, each in some spelling.

    Chinese is asked in pairs of characters, and words need not stand as they were put
    together: that each character stands in a pair that is there is enough.
    """
    missing = [term for term in terms if not any(one <= tokens for one in term.spellings)]
    there = {
        character
        for term in terms
        if term not in missing
        for token in all_tokens([term])
        for character in token
        if has_han(character)
    }
    return len(missing) < len(terms) and all(
        not term.name and there.issuperset(*term.spellings[0]) for term in missing
    )


def inverse_frequency(count: int, total: int) -> float:
    """Return the weight of a token that stands in ``count`` of ``total`` passages.

    Source: the idf of BM25, Robertson and Zaragoza, "The Probabilistic Relevance
    Framework", 2009, equation 3.3, kept above zero as Lucene does.
    """
    return math.log(1.0 + (total - count + 0.5) / (count + 0.5))


@dataclass(frozen=True, slots=True)
class Weighed:
    """Terms with their weights, and in how many of all passages each token stands."""

    terms: tuple[Term, ...]
    weights: tuple[float, ...]
    counts: Mapping[str, int]
    passages: int

    @property
    def rare_words(self) -> float:
        """The weight of all terms together, in that of a word that stands in one passage."""
        return self.total / inverse_frequency(1, max(self.passages, 2))

    @property
    def total(self) -> float:
        """The weight of all terms together."""
        return sum(self.weights)

    def coverage(self, tokens: frozenset[str]) -> float:
        """Return the share of the weight that a text with these tokens covers, 0 to 1."""
        if not self.total:
            return 0.0
        return self._covered(lambda spelling: spelling <= tokens) / self.total

    @property
    def unseen(self) -> float:
        """The share of the weight whose every spelling has a token found nowhere, 0 to 1."""
        if not self.total:
            return 0.0
        seen = self._covered(lambda spelling: all(self.counts.get(token) for token in spelling))
        return 1.0 - seen / self.total

    def _covered(self, holds: Callable[[frozenset[str]], bool]) -> float:
        return sum(
            weight
            for term, weight in zip(self.terms, self.weights, strict=True)
            if any(holds(spelling) for spelling in term.spellings)
        )


def weigh(terms: Sequence[Term], counts: Mapping[str, int], total: int) -> Weighed:
    """Return the terms weighed by how rare they are in ``total`` passages.

    A name weighs what its heaviest spelling found in the passages weighs, or, found
    nowhere, what its lightest one would.
    """

    def weight(spelling: frozenset[str]) -> float:
        return sum(inverse_frequency(counts.get(token, 0), total) for token in spelling)

    weights = []
    for term in terms:
        found = [spelling for spelling in term.spellings if all(counts.get(t) for t in spelling)]
        weights.append(max(map(weight, found)) if found else min(map(weight, term.spellings)))
    return Weighed(tuple(terms), tuple(weights), counts, total)
