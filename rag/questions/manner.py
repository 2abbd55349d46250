"""In what manner a question wants to be answered: by one fact, or out of several places; pure.

The tables below are about languages, never about a book. They are matched against folded
text (small letters, Simplified characters, е for ё).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rag.language.tables import Pattern, each
from rag.language.text import fold
from rag.questions.asking import Kind, kind_of


class Manner(StrEnum):
    """How a question wants to be answered, as far as its words say."""

    FACT = "fact"
    """With the sentence that says it."""
    WHY = "why"
    """With the reasons."""
    HOW = "how"
    """With what was done, and what came of it."""
    COURSE = "course"
    """With a course of events, from its beginning to its end."""
    LIST = "list"
    """With all that are asked for."""
    COMPARE = "compare"
    """With what is said of each of two sides."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The two things that a question compares, and the words that both share."""

    one: str
    other: str
    rest: str

    def questions(self) -> tuple[str, str]:
        """Return what is looked for on each side: its own words, then the shared ones."""
        return f"{self.one} {self.rest}".strip(), f"{self.other} {self.rest}".strip()


_NAMED = Pattern("{manner.named}")
"""What asks for a name or the like, whatever other words are there."""

_WHY = Pattern("{manner.why}")

_COURSE = Pattern("{manner.course}")
_HOW = Pattern("{manner.how}")

_LIST = Pattern("{manner.all}")

_MANNERS = (
    (Manner.WHY, _WHY),
    (Manner.COURSE, _COURSE),
    (Manner.HOW, _HOW),
    (Manner.LIST, _LIST),
)


def manner_of(question: str) -> Manner:
    """Return how a question wants to be answered.

    One that asks for a time, a number, a source or a name wants a fact, whatever else is in it.
    """
    if kind_of(question) is not Kind.OTHER:
        return Manner.FACT
    if sides_of(question):
        return Manner.COMPARE
    words = fold(question).strip(_AROUND)
    if _NAMED.search(words):
        return Manner.FACT
    for manner, pattern in _MANNERS:
        if pattern.search(words):
            return manner
    return Manner.FACT


# Two sides

_AROUND = " \"'?.!,:;。，、：；！？"
_LONGEST_SIDE = 40
"""Characters of a side; what is longer is no thing to compare but a clause."""

_ASKED = Pattern("{manner.asked}")
_ASKING = Pattern("{manner.asking}")
_COMPARED_WITH = Pattern("{manner.compared_with}")
_SHARED = Pattern("{manner.shared}")
"""What ends the words of both before the first side."""
_SIDE_ENDS = Pattern("{manner.side_ends}")


def sides_of(question: str) -> Sides | None:
    """Return the two sides that a question compares; None where it compares nothing."""
    question = question.strip(_AROUND)
    folded = fold(question)
    found = _chinese_sides(question, folded) or _other_sides(question, folded)
    if found is None:
        return None
    fits = all(0 < len(side) <= _LONGEST_SIDE for side in (found.one, found.other))
    return found if fits and fold(found.one) != fold(found.other) else None


def _chinese_sides(question: str, folded: str) -> Sides | None:
    """Return the sides that 与, 和, 同 or their like join, where 不同, 比较 or their like ask."""
    asking, asked = _ASKING.match(folded), _ASKED.search(folded)
    with_one = _COMPARED_WITH.match(folded)
    if with_one:
        cut = with_one.start("tail")
        ends = _end_of_side(folded, cut, len(folded))
        other = question[with_one.start("other") : with_one.end("other")]
        return Sides(question[cut:ends], other, _without_asked(question[ends:]))
    if not asking and not asked:
        return None
    start = asking.end() if asking else 0
    stop = asked.start() if asked and asked.start() > start else len(folded)
    for joint in each("manner.joints"):
        match = joint.search(folded, start + 1, stop)
        if match:
            begin = max([start, *(m.end() for m in _SHARED.finditer(folded, start, match.start()))])
            ends = _end_of_side(folded, match.end(), stop)
            rest = f"{question[start:begin]} {question[ends:stop]}"
            one, other = question[begin : match.start()], question[match.end() : ends]
            return Sides(one.strip(), other.strip(), rest.strip(f"{_AROUND}的"))
    return None


def _end_of_side(folded: str, start: int, stop: int) -> int:
    match = _SIDE_ENDS.search(folded, start + 1, stop)
    return match.start() if match else stop


def _without_asked(text: str) -> str:
    match = _ASKED.search(fold(text))
    return (text[: match.start()] if match else text).strip(f"{_AROUND}的")


def _other_sides(question: str, folded: str) -> Sides | None:
    for pattern in each("manner.sides"):
        match = pattern.search(folded)
        if match:
            said = {
                name: question[slice(*match.span(name))] if match[name] else ""
                for name in ("one", "other", "rest")
            }
            return _shared_head(said["one"], said["other"], said["rest"])
    return None


def _shared_head(one: str, other: str, rest: str) -> Sides:
    """Return the sides with what is said of both moved to the rest.

    In "A's and B's methods" it stands behind the second, in "the methods of A and B" and
    its like in Russian before the first: small words, where the second begins with a capital.
    """
    possessive = re.fullmatch(r"(.+?['’]s?)\s+(.+)", other)
    if possessive and re.search(r"['’]s?$", one):
        return Sides(one, possessive[1], f"{possessive[2]} {rest}".strip())
    head = re.match(r"(?:[^\W\dA-ZА-Я]\w*\s+)+(?=[A-ZА-Я])", one)
    if head and other[:1].isupper():
        return Sides(one[head.end() :], other, f"{head.group()} {rest}".strip())
    return Sides(one, other, rest)
