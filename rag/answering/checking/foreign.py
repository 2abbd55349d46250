"""Whether a claim in another language than the text can be borne out by code at all; pure.

Words cannot be compared then. Numbers, names, negation and what excludes what can, in one
sentence of the text; a claim that leaves a doubt in any of them is for a reader to judge.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.answering.checking.actors import TITLE, Told, first_place, others, referent
from rag.answering.checking.alignment import causes, out_of_order, parts
from rag.language import split_sentences, units, without_numbers
from rag.language.names import has_name, name_pattern
from rag.language.numbers import Kind, Quantity, comparable, equal, quantities
from rag.language.polarity import negations
from rag.language.tables import Pattern
from rag.language.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST_YEAR = 1000
_COMPARES = Pattern("{claims.compares}")
"""What compares two things, of which words of another language do not tell which is which."""
_IN = Pattern("{claims.at_place}")
"""What stands before a place, which may stand anywhere in a clause."""
_APART = 0.4
"""A name this share of a clause away from its place in the claim may do what it suffered."""


def refuted(
    claim: str,
    sentence: str,
    before: str,
    names: Sequence[tuple[str, ...]],
    aliases: Sequence[Sequence[str]],
) -> bool:
    """Return whether a number, a name or a cause sets a claim apart from a sentence."""
    stated = [item for item in quantities(claim) if not item.weak]
    there = quantities(sentence)
    if not all(states(there, item) for item in stated) or _COMPARES.search(without_numbers(claim)):
        return True
    if out_of_order(claim, sentence, foreign=True) or causes(claim, [sentence]):
        return True
    absent = [group for group in names if not has_name(group, sentence)]
    opening = next(iter(parts(sentence)), sentence)
    if len(absent) == 1 and absent[0] == referent(Told(opening, sentence, before), aliases):
        return False
    return bool(absent) and (
        not all(has_name(group, before) for group in absent)
        or others(before + sentence, names, aliases)
    )


def states(there: Sequence[Quantity], item: Quantity) -> bool:
    """Return whether a number is among others."""
    return any(comparable(item, other) and equal(item, other) for other in there)


def rivals(item: Quantity, stated: Sequence[Quantity], there: Sequence[Quantity]) -> bool:
    """Return whether a sentence has numbers that could be meant, and a claim has not."""
    year = item.kind is Kind.YEAR or (item.kind is Kind.BARE and item.value >= _FIRST_YEAR)
    return any(
        comparable(item, other)
        and not other.weak
        and not states(stated, other)
        and not (year and other.value < _FIRST_YEAR)
        for other in there
    )


def placed(clause: str, part: str, names: Sequence[tuple[str, ...]]) -> bool:
    """Return whether names stand in a clause as they do in the other: in order, and where."""
    clause, bare = (
        re.sub("0+，?", "", without_numbers(text)).strip() for text in (clause, TITLE.sub("", part))
    )
    names = [
        group
        for group in names
        if first_place(bare, group) < len(bare)
        and not _IN.search(fold(clause)[: first_place(clause, group)])
    ]
    one = [first_place(clause, group) / len(clause) for group in names]
    two = [first_place(bare, group) / len(bare) for group in names]
    if sorted(range(len(one)), key=one.__getitem__) != sorted(range(len(two)), key=two.__getitem__):
        return False
    return all(
        abs(a - b) < _APART and not (_opens(clause, group) and _suffers(part, group))
        for group, a, b in zip(names, one, two, strict=True)
    )


def _opens(clause: str, spellings: Sequence[str]) -> bool:
    """Return whether nothing that says much stands before a name in a clause."""
    folded = fold(clause)
    return any(
        not units(clause[: match.start()])
        for name in spellings
        for match in name_pattern(fold(name)).finditer(folded)
    )


def _suffers(part: str, spellings: Sequence[str]) -> bool:
    """Return whether a name stands in a Chinese clause behind a word for him to whom it is done."""
    folded = fold(part)
    return any(
        folded[max(0, match.start() - 1) : match.start()] in set("向被由对给把将替受请")
        for name in spellings
        for match in name_pattern(fold(name)).finditer(folded)
    )


def with_others(claim: str, cited: Sequence[str], names: Sequence[Sequence[str]]) -> bool:
    """Return whether a number stands where less of the claim stands than beside another.

    What is counted are the other numbers and the known names of the claim, sentence by
    sentence, names of the sentence before too (他 is one of them). This needs no words, and
    so shows a shifted year in a foreign claim.
    """
    stated = [item for item in quantities(claim) if not item.weak]
    texts = split_sentences(cited)
    sentences = [
        (before + text, quantities(text)) for before, text in zip(["", *texts], texts, strict=False)
    ]
    for item in stated:
        if item.kind is Kind.NUMBER and item.unit is None:
            continue
        others = [other for other in stated if other is not item]
        with_it, without = 0, 0
        for text, numbers in sentences:
            alike = [found for found in numbers if comparable(item, found) and not found.weak]
            company = shared(others, names, text, numbers)
            if any(equal(item, found) for found in alike):
                with_it = max(with_it, company)
            elif any(not any(equal(other, found) for other in others) for found in alike):
                without = max(without, company)
        if without > with_it:
            return True
    return False


def shared(
    stated: Sequence[Quantity],
    names: Sequence[Sequence[str]],
    text: str,
    numbers: Sequence[Quantity],
) -> int:
    """Return how many numbers and names of a claim a text has; ``numbers`` are the text's."""
    found = sum(any(comparable(a, b) and equal(a, b) for b in numbers) for a in stated)
    return found + sum(has_name(spellings, text) for spellings in names)


def invents_denial(claim: str, cited: Sequence[str]) -> bool:
    """Return whether a claim denies something and no sentence of the texts denies anything."""
    return bool(negations(claim)) and not any(map(negations, split_sentences(cited)))
