"""A question of yes or no, or of two sides, as what it asks whether; pure."""

from __future__ import annotations

from dataclasses import dataclass

from rag.language.tables import Pattern, each
from rag.language.text import fold, has_han

_AROUND = " \t\"'“”？?。.！!，,；;"
_LONGEST_SIDE = 40
"""Characters of a side; what is longer is a clause of another question."""
_IS = Pattern("是|在")


@dataclass(frozen=True, slots=True)
class Whether:
    """What a question asks whether: ``claim`` as it would be said.

    ``sides`` are the two of which one is asked for, none where it asks for yes or no.
    """

    claim: str
    sides: tuple[str, str] | None = None


def whether(question: str) -> Whether:
    """Return what a question asks whether, its words as they stand.

    Words that only ask are left out (是否, did, ли); the verb stays where the question has it.
    """
    text = question.strip(_AROUND)
    sides = _sides(text)
    if sides:
        return Whether(text, sides)
    for pattern in each("deciding.asks"):
        match = pattern.search(fold(text))
        while match:
            kept = text[slice(*match.span("v"))] if "v" in pattern.groupindex else ""
            gap = "" if has_han(text) else " "
            text = f"{text[: match.start()]}{kept}{gap}{text[match.end() :]}".strip(_AROUND)
            match = pattern.search(fold(text))
    return Whether(" ".join(text.split()))


def is_choice(question: str) -> bool:
    """Return whether a question can only be one of two sides: 还是, or a verb before its "or"."""
    text = question.strip(_AROUND)
    if _sides(text) is None:
        return False
    return has_han(text) or any(pattern.search(fold(text)) for pattern in each("deciding.asks"))


def _sides(text: str) -> tuple[str, str] | None:
    """Return the two sides that a question sets before the reader, None where it does not.

    The other one ends it; the first is as much of what stands before as is like it: the same
    number of words, or in Chinese what stands behind 是, or as many characters.
    """
    for pattern in each("deciding.either"):
        match = pattern.search(fold(text))
        if not match:
            continue
        one, other = text[: match.start()].strip(), text[match.end() :].strip(_AROUND)
        if not one or not other:
            continue
        if has_han(other):
            being = [found.end() for found in _IS.finditer(fold(one))]
            other = other.removeprefix("是")
            one = one[being[-1] :] if being else one[-len(other) :]
        else:
            words, like = one.split()[-len(other.split()) :], other.split()[0]
            same = [place for place, word in enumerate(words) if word == like]
            one = " ".join(words[same[-1] if same else 0 :])
        if 0 < len(one) <= _LONGEST_SIDE and 0 < len(other) <= _LONGEST_SIDE:
            return one.strip(_AROUND), other
    return None
