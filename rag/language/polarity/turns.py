"""Whether a claim turns round what a text says: its negations, contraries and roles; pure.

The tables are about languages, never about a book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.language.tables import Pattern, stop_words
from rag.language.text import HAN, fold, is_han
from rag.language.words import clauses, stem, tokens, units, without_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOT_NEGATIONS = Pattern("{polarity.no_negation}")
_NEGATION = Pattern("{polarity.negation}")
_TERM = Pattern("{polarity.terms}")
"""Terms that have a negation in them: no difference where both texts have the term."""
_END_OF = Pattern("{polarity.ends}")
"""Verbs that end what they are said of: they may say what a negation says (不再, no longer)."""
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


def denies(clause: str, terms: frozenset[str] = frozenset()) -> bool:
    """Return whether a clause negates something, or tells of its end."""
    return bool(negations(clause, terms) or ends(clause))


def ends(clause: str) -> bool:
    """Return whether a clause says that something ends; what is counted (22 stops) ends nothing."""
    return bool(_END_OF.search(without_numbers(clause)))


def same_sense(one: str, two: str) -> bool:
    """Return whether two clauses both deny, or neither does; what ends is denied (不再, 停止)."""
    denials = [(bool(negations(text)), ends(text)) for text in (one, two)]
    return denials[0] == denials[1] or (all(map(any, denials)) and not any(map(all, denials)))


def _about(scope: frozenset[str], there: Sequence[str]) -> list[str]:
    """Return the clauses that hold half of a scope's units or more."""
    return [text for text in there if scope and 2 * len(scope & tokens(text)) >= len(scope)]


_PASSIVE = Pattern("{polarity.passive}")
_PARTICLE = Pattern("{polarity.particles}")


def turned_round(claim: str, text: str) -> bool:
    """Return whether what stands before and behind the same word has changed places.

    The word is any that both texts have (责备, dismissed) or a particle (向, 被). Where one
    of the two is in the passive voice and the other is not, nothing is known.
    """
    if bool(_PASSIVE.search(fold(claim))) != bool(_PASSIVE.search(fold(text))):
        return False
    return any(
        _crossed(one, two) for one in _halves(claim) for two in _halves(text) if one[0] == two[0]
    )


Halves = tuple[str, frozenset[str], frozenset[str]]


def _halves(text: str) -> list[Halves]:
    """Return each unit and particle of a text with the units before and behind it."""
    items = units(text)
    middles = [(unit.token, unit.start, unit.end) for unit in items]
    middles += [(m[0], m.start(), m.end()) for m in _PARTICLE.finditer(fold(text))]
    return [
        (
            token,
            frozenset(unit.token for unit in items if unit.end <= start),
            frozenset(unit.token for unit in items if unit.start >= end),
        )
        for token, start, end in middles
    ]


def _crossed(one: Halves, two: Halves) -> bool:
    """Return whether a unit before the middle is behind it in the other, and one vice versa."""
    _, left, right = one
    _, other_left, other_right = two
    forth = (left - right) & (other_right - other_left)
    back = (right - left) & (other_left - other_right)
    # Who did it is what it was done to in the other, and who did it there is not named.
    demoted = back and left and not left & (other_left | other_right)
    return bool((forth and back) or demoted)


def swapped(pairs: Sequence[tuple[str, str]]) -> bool:
    """Return whether of two exchanges each brings what the other took away."""
    return any(
        tokens(said) & tokens(other_stands) and tokens(other_said) & tokens(stands)
        for k, (said, stands) in enumerate(pairs)
        for other_said, other_stands in pairs[:k]
    )


def exchanged(claim: str, text: str) -> list[tuple[str, str]]:
    """Return what a clause has in the place of something else in a text's clause.

    Each is a stretch of the claim of two to six Chinese characters, or one or two words, and
    what stands in the text between the same neighbours. One negation for another is none.
    """
    one, two = _parts(claim), _parts(text)
    found = []
    matcher = SequenceMatcher(None, [p[0] for p in one], [p[0] for p in two], autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "replace":
            continue
        here, there = one[a:b], two[c:d]
        if b == len(one) and claim[here[0][1]].isupper() and text[there[0][1]].isupper():
            there = there[: len(here)]  # the text goes on where the claim ends
        if all(is_han(part[0]) for part in (*here, *there)):
            fits = 2 <= len(here) <= 6 and 2 <= len(there) <= 6
        else:
            fits = len(here) == len(there) <= 2
        said = claim[here[0][1] : here[-1][2]]
        stands = text[there[0][1] : there[-1][2]]
        if fits and not (denies(said) and denies(stands)):
            found.append((said, stands))
    return found


def _parts(text: str) -> list[tuple[str, int, int]]:
    """Return the characters of Chinese and the stems of other words that say something."""
    return [
        (stem(piece[0]) if len(piece[0]) > 1 else piece[0], piece.start(), piece.end())
        for piece in re.finditer(rf"[{HAN}]|(?:(?![{HAN}])[^\W\d_]){{2,}}", without_numbers(text))
        if piece[0] not in stop_words("claim")
    ]
