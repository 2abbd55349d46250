"""Whether a claim turns round what a text says: what it denies; pure.

The tables are about languages, never about a book.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.language.tables import Pattern
from rag.language.text import fold, is_han
from rag.language.words import clauses, tokens, units, without_numbers

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

_NOT_NEGATIONS = Pattern("{polarity.no_negation}")
_NEGATION = Pattern("{polarity.negation}")
_TERM = Pattern("{polarity.terms}")
"""Terms that have a negation in them: no difference where both texts have the term."""
_END_OF = Pattern("{polarity.ends}")
"""Verbs that end what they are said of: they may say what a negation says (不再, no longer)."""
_SUPPOSES = Pattern("{polarity.supposes}")
_SCOPE_HAN, _SCOPE_WORDS = 9, 48
"""Characters behind a negation word in which that which it negates begins."""


@dataclass(frozen=True, slots=True)
class Negated:
    """A negation: the units behind it in its clause, and the clause itself.

    ``head`` is the word right behind it, None in Chinese, where an object may come between.
    """

    scope: frozenset[str]
    clause: str
    head: str | None


@lru_cache(maxsize=4096)
def negations(text: str, terms: frozenset[str] = frozenset()) -> tuple[Negated, ...]:
    """Return the negations of a text, clause by clause; 不仅 and its like are none.

    ``terms`` are folded terms whose own negation is none either.
    """
    found = []
    for clause in clauses(text):
        folded = _NOT_NEGATIONS.sub(_blank, fold(clause))
        folded = _TERM.sub(lambda part: _blank(part) if part[0] in terms else part[0], folded)
        for word in _NEGATION.finditer(folded):
            han = is_han(word[0])
            behind = clause[word.end() : word.end() + (_SCOPE_HAN if han else _SCOPE_WORDS)]
            before = clause[max(0, word.start() - _SCOPE_HAN) : word.start()]
            scope = tokens(behind) or tokens(before)
            head = None if han else next((unit.token for unit in units(behind)), None)
            found.append(Negated(scope, clause, head))
    return tuple(dict.fromkeys(found))


def _blank(part: re.Match[str]) -> str:
    return "\0" * len(part[0])


def turned_negation(claim: str, texts: Sequence[str]) -> bool | None:
    """Return whether a claim negates what the texts affirm, or the other way round.

    None where a negation of the claim is about nothing that the texts say.
    """
    there = [clause for text in texts for clause in clauses(text)]
    terms = frozenset(_TERM.findall(fold(claim))) & frozenset(_TERM.findall(fold("\n".join(texts))))
    doubt = False
    for item in negations(claim, terms):
        about = _about(item.scope, there)
        if not about:
            doubt = True
        elif not any(denies(clause, terms) for clause in about):
            like = max(there, key=lambda text: len(tokens(text) & tokens(item.clause)))
            if not denies(like, terms):
                return True
            doubt = True
    for text in texts:
        for item in negations(text, terms):
            if not item.scope:
                continue
            affirmed = [
                c
                for c in _about(item.scope, clauses(claim))
                if not denies(c, terms) and (item.head is None or item.head in tokens(c))
            ]
            elsewhere = [c for c in there if item.scope & tokens(c) and not negations(c, terms)]
            for clause in affirmed:
                here = len(tokens(clause) & tokens(item.clause))
                if not any(len(tokens(clause) & tokens(other)) > here for other in elsewhere):
                    return True
    return None if doubt else False


def supposes(text: str) -> bool:
    """Return whether a text tells of what somebody wished, said, feared or planned.

    What stands behind such a word did not, by that, happen.
    """
    return bool(_SUPPOSES.search(fold(text)))


def denies(clause: str, terms: frozenset[str] = frozenset()) -> bool:
    """Return whether a clause negates something, or tells of its end."""
    return bool(negations(clause, terms) or ends(clause))


def ends(clause: str) -> bool:
    """Return whether a clause says that something ends; what is counted (22 stops) ends nothing."""
    return bool(_END_OF.search(without_numbers(clause)))


def _about(scope: frozenset[str], there: Sequence[str]) -> list[str]:
    """Return the clauses that hold half of a scope's units or more."""
    return [text for text in there if scope and 2 * len(scope & tokens(text)) >= len(scope)]
