"""Whether a sentence is nearly a quotation: what a text says, in its own words and order; pure.

What is left out of the text may change its meaning: where a number, a name, a denial or a wish
stands in what was passed over, the sentence is no quotation any more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.language import clauses, split_sentences, stem, tagged
from rag.language.names import same_word
from rag.language.numbers import quantities
from rag.language.polarity import negations, supposes
from rag.language.tables import Pattern, stop_words
from rag.language.text import HAN, fold, has_han, is_han

if TYPE_CHECKING:
    from collections.abc import Sequence

DENSE = 0.6
"""Share of the stretch of a text that a sentence which quotes it has, at least."""
_LIGHT = Pattern("{claims.light}")
"""Chinese words that a sentence may add or leave out without saying more."""
_SIGN = re.compile(rf"[{HAN}]|(?:(?![{HAN}])[^\W\d_])+")
_REPORTS = Pattern("{claims.reports}")
_BREAK = re.compile("[，。；：！？,;:!?()（）\n]|\\.\\s")
_CLAUSE_END = re.compile(r"[，,；;：:。.]\s*$")
_CAPITAL = re.compile(r"(?<![\w’'-])[A-ZÀ-ÞА-ЯЁ]\w+")


@dataclass(frozen=True, slots=True)
class Sign:
    """A character of Chinese, a stem, or the value of a number; where it stands."""

    token: str
    start: int
    end: int


@lru_cache(maxsize=8192)
def signs(text: str) -> tuple[Sign, ...]:
    """Return what a text says in signs that can be laid beside another's, in order."""
    numbers = [item for item in quantities(text) if not item.weak]
    rest = fold(text)
    for item in numbers:
        rest = f"{rest[: item.start]}{' ' * (item.end - item.start)}{rest[item.end :]}"
    rest = _LIGHT.sub(lambda part: " " * len(part[0]), rest)
    found = [Sign(f"#{item.value}", item.start, item.end) for item in numbers]
    found += [
        Sign(piece[0] if is_han(piece[0]) else stem(piece[0]), piece.start(), piece.end())
        for piece in _SIGN.finditer(rest)
        if piece[0] not in stop_words("light")
    ]
    return tuple(sorted(found, key=lambda sign: sign.start))


def quoted_from(text: str, sentences: Sequence[str]) -> bool:
    """Return whether a text is nearly a quotation of one or two neighbouring sentences."""
    said = signs(text)
    if not said:
        return False
    grounds = [*sentences, *(f"{one}{two}" for one, two in pairwise(sentences))]
    return any(_quotes(text, said, ground) for ground in grounds)


def _quotes(text: str, said: Sequence[Sign], ground: str) -> bool:
    there = signs(ground)
    for last in range(len(said) - 1, len(there)):
        if not same_word(said[-1].token, there[last].token):
            continue
        at = _backwards(said, there, last)
        if not at or len(at) < DENSE * (last - at[0] + 1):
            continue
        joints = [
            (text[one.end : two.start], ground[there[a].end : there[b].start])
            for (one, two), (a, b) in zip(pairwise(said), pairwise(at), strict=True)
        ]
        before = ground[: there[at[0]].start]
        if not any(_parts(*joint) for joint in joints) and _is_told(text, before):
            return True
    return False


def _backwards(said: Sequence[Sign], there: Sequence[Sign], last: int) -> list[int]:
    """Return where each sign stands, in order, the last one at ``last``; empty if one does not."""
    at = [last]
    for sign in reversed(said[:-1]):
        place = next(
            (k for k in range(at[0] - 1, -1, -1) if same_word(sign.token, there[k].token)), None
        )
        if place is None:
            return []
        at.insert(0, place)
    return at


def _parts(said: str, stretch: str) -> bool:
    """Return whether a stretch between two signs may not be passed over as ``said`` does."""
    if _BREAK.search(stretch) and not _BREAK.search(said):
        return True
    return bool(
        len(stretch) > len(said)
        and (
            negations(stretch)
            or supposes(stretch)
            or any(not item.weak for item in quantities(stretch))
            or _CAPITAL.search(stretch)
            or (has_han(stretch) and any(kind.startswith("nr") for _, kind in tagged(stretch)))
        )
    )


def _is_told(text: str, before: str) -> bool:
    """Return whether what stands before, in the sentence, leaves what is quoted as told.

    It does not where it denies it, or says that it was only said, wished or feared.
    """
    lead = split_sentences([before])[-1] if before.strip() else ""
    if supposes(lead) or _REPORTS.search(fold(lead)):
        return supposes(text) or bool(_REPORTS.search(fold(text)))
    last = clauses(lead)[-1:]
    return _CLAUSE_END.search(lead) is not None or not any(map(negations, last))


def strange_words(text: str, grounds: Sequence[str]) -> str:
    """Return the longest stretch of a text of which no word stands in other texts; "" for none."""
    there = {sign.token for ground in grounds for sign in signs(ground)}
    longest, start, last = "", -1, -1
    for sign in signs(text):
        if sign.token.startswith("#") or any(same_word(sign.token, other) for other in there):
            start = -1
            continue
        if start < 0 or _BREAK.search(text[last : sign.start]):
            start = sign.start
        last = sign.end
        longest = max(longest, text[start:last], key=len)
    return longest
