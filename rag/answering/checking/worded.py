"""Whether a claim in another language than the text stands in it, word by word; pure.

Each clause of the claim is laid beside the part of a sentence that says most of it: its words
beside words that mean the same, its numbers, its known names. The tables are about languages,
never about a book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.checking.actors import Told, first_place, others, same_actor
from rag.answering.checking.alignment import parts
from rag.answering.checking.counterparts import (
    Lexicon,
    Word,
    content,
    crossed,
    likeness,
    nearest,
    strange,
    tells,
)
from rag.answering.checking.foreign import placed, refuted, rivals, shared, states, with_others
from rag.language import clauses, split_sentences
from rag.language.names import has_name, known_names
from rag.language.numbers import Quantity, quantities
from rag.language.polarity import contrary, same_sense, supposes, unmatched
from rag.language.tables import Pattern
from rag.language.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

NEAR_WORDED = 2.0
"""Spreads above chance from which a claim is about what it cites, if its words agree."""
_NUMBER_WEIGHT, _NAME_WEIGHT, _LEAD_WEIGHT, _PART_WEIGHT = 1.5, 1.0, 0.7, 0.6
"""How many words a number, a name, and a name before the part count for where two clauses are
compared, and how many words more there must be for one more part of a sentence."""
_EXCUSED = 0.56
"""Likeness from which on a word stands for one that no table sets beside it."""
_AND = re.compile(r"(?<=hundred) and\b|(?<=thousand) and\b|(?<=million) and\b")
_IDIOM = Pattern("{claims.idioms}", re.IGNORECASE)
"""Words that no single one of another language stands for."""
_BE = Pattern(r"\b{claims.being}\b")
_REPORTS = Pattern(r"{claims.reports}$")
"""How a part of a sentence ends that tells who says what the next one says."""
_LONGEST = 3
"""Parts of a sentence that one clause of another language may render."""


def worded(
    claim: str,
    cited: Sequence[str],
    aliases: Sequence[Sequence[str]],
    lexicon: Lexicon,
    nearness: float | None,
) -> bool:
    """Return whether the sentence that is most like a claim bears it out, word by word.

    ``lexicon`` says which words of the texts mean what words of the claim do; ``nearness`` is
    the encoder's, None where it was not measured.
    """
    names = known_names(claim, aliases)
    if nearness is None or nearness < NEAR_WORDED or with_others(claim, cited, names):
        return False
    sentences = split_sentences(cited)
    told = _Clause.of(claim, names, lexicon)
    best = max(range(len(sentences)), key=lambda k: told.share(sentences[k], "", lexicon))
    sentence, before = sentences[best], sentences[best - 1] if best else ""
    if refuted(claim, sentence, before, names, aliases):
        return False
    return all(
        _clause_stands(
            _Clause.of(text, names, lexicon), (before, sentence), claim, aliases, lexicon
        )
        for text in _told(claim)
    )


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause of a claim: its numbers, the known names in it, and its other words."""

    text: str
    numbers: tuple[Quantity, ...]
    names: tuple[tuple[str, ...], ...]
    words: tuple[Word, ...]

    @classmethod
    def of(cls, text: str, names: Sequence[tuple[str, ...]], lexicon: Lexicon) -> _Clause:
        """Return a clause of a claim that has these known names."""
        mine = tuple(group for group in names if has_name(group, text))
        words = content(text, tuple(names), frozenset(lexicon))
        return cls(text, tuple(item for item in quantities(text) if not item.weak), mine, words)

    def share(self, text: str, lead: str, lexicon: Lexicon) -> float:
        """Return how much of the clause a text says, in words, what stands before it included."""
        numbers = shared(self.numbers, (), text, quantities(text))
        names = shared((), self.names, text, ())
        led = shared((), self.names, lead + text, ()) - names
        alike = likeness(self.words, text, lead, lexicon)
        return _NUMBER_WEIGHT * numbers + _NAME_WEIGHT * names + _LEAD_WEIGHT * led + alike


def _told(claim: str) -> list[str]:
    """Return the clauses of a claim; one that tells nothing is joined to the one before it."""
    found: list[str] = []
    for text in clauses(_AND.sub(lambda part: " " * len(part[0]), claim)):
        if found and not (tells(text) and tells(found[-1])):
            found[-1] += f", {text}"
        else:
            found.append(text)
    return found


def _clause_stands(
    clause: _Clause,
    context: tuple[str, str],
    claim: str,
    aliases: Sequence[Sequence[str]],
    lexicon: Lexicon,
) -> bool:
    """Return whether a part of a sentence, or a few in a row, says what a clause says.

    ``context`` is the sentence before it and the sentence.
    """
    before, sentence = context
    every = parts(sentence) or [sentence]
    rows = [
        (
            clause.share("，".join(every[k : k + n]), "，".join(every[:k]), lexicon)
            - _PART_WEIGHT * n,
            -n,
            k,
        )
        for n in range(1, _LONGEST + 1)
        for k in range(len(every) - n + 1)
    ]
    _, length, first = max(rows)
    several = every[first : first - length]
    part, lead = "，".join(several), "，".join(every[:first])
    own = max(several, key=lambda text: clause.share(text, "", lexicon))
    told = part
    if first and _REPORTS.search(every[first - 1]) and own == every[first]:
        own, told = f"{every[first - 1]}，{own}", f"{every[first - 1]}，{part}"
    if not _numbered(clause, several, sentence, claim) or not same_sense(clause.text, part):
        return False
    if supposes(part) and not supposes(claim):
        return False
    rest = "，".join(every[first - length :])
    if strange(clause.words, told, lead, rest, lexicon, numbers=len(clause.numbers)) or _unmatched(
        clause, part, lexicon
    ):
        return False
    if contrary(_plain(clause.text), own):
        return False
    turned = crossed(clause.text, own, clause.names, clause.words, lexicon, lead=lead)
    if turned or (turned is None and not placed(clause.text, own, clause.names)):
        return False
    if length < -1 and others(part, known_names(claim, aliases), aliases):
        return False
    reach = lead + (part if "," in clause.text else own)
    if any(not has_name(g, reach) and _is_late(clause.text, g) for g in clause.names):
        return False
    return same_actor(clause.text, claim, Told(own, sentence, before), aliases)


def _numbered(clause: _Clause, several: Sequence[str], sentence: str, claim: str) -> bool:
    """Return whether the numbers of a clause that could be mistaken stand in its parts."""
    stated = [item for item in quantities(claim) if not item.weak]
    here, there = quantities("，".join(several)), quantities(sentence)
    alone = len(several) == 1
    rivalled = [item for item in clause.numbers if rivals(item, stated, there)]
    return all(
        states(here, item) and (alone or not rivals(item, stated, here)) for item in rivalled
    )


def _unmatched(clause: _Clause, part: str, lexicon: Lexicon) -> bool:
    folded = fold(part)
    return unmatched(
        _plain(clause.text), part, lambda word: nearest(word, folded, lexicon)[0] >= _EXCUSED
    )


def _plain(clause: str) -> str:
    """Return a clause without words that mean nothing of what they look like."""
    return _IDIOM.sub(" ", clause)


def _is_late(clause: str, spellings: Sequence[str]) -> bool:
    """Return whether something is told in a clause before it comes to a name."""
    before = fold(clause)[: first_place(clause, spellings)]
    return tells(before) or bool(_BE.search(before))
