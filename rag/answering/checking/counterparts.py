"""The words of a claim beside those of a text in another language; pure.

Which word of one language means what a word of another does, is measured elsewhere and
handed in. Here it is asked which words of a clause a part of the text has nothing like, and
whether who does something in the one suffers it in the other. The tables are about
languages, never about a book.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.language import irregular, without_numbers
from rag.language.names import has_name, name_pattern, without_names
from rag.language.numbers import LATIN_UNITS
from rag.language.polarity import counterpart
from rag.language.tables import Pattern, stop_words
from rag.language.text import HAN, fold, is_han

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Lexicon = Mapping[str, Mapping[str, float]]
"""For each folded word of a claim the folded words of the cited texts that mean something
alike, with the cosines of the two words' vectors, 0 to 1; what is not there is unlike."""

ALIKE = 0.46
"""Cosine from which on two words mean something alike."""
STRANGE = 0.4
"""Cosine below which a word of a claim has no counterpart at all."""
_STRANGE_VERB = 0.42
"""The same of a verb: what is done is the heart of a claim."""
_MOST_UNLIKE = 0.6
"""Share of a clause's words that may be in between."""
_LEADS = 0.55
"""Cosine from which on two words are taken for each other where their order is compared."""
_TABLED = 0.6
"""The likeness of two words that a table has side by side."""
_LEAD_WEIGHT = 0.75
"""How much of a word counts that only stands before the part."""
_BETTER = 0.1
"""How much liker what stands before a part must be to be taken for what is meant."""
_JOINS = Pattern("{claims.joins}")
"""Chinese words at the head of a part that name nothing."""
_ENOUGH = 4
"""Words of a clause of which one may have no counterpart."""
_SHORTEST = 3
_WORD = re.compile(rf"[{HAN}]+|(?:(?![{HAN}])[^\W\d_])+(?:['’-][^\W\d_]+)*")
_VERB = Pattern("{claims.verbs}")
_FINITE = Pattern("{claims.verbs}|{claims.auxiliaries}")
_PASSIVE = Pattern("{claims.passive_verbs}")
_AGENT = re.compile(r"\bby (?:the |a |an )?(?:[a-z]+ ){0,2}$")
_PLACED = Pattern(r"\b{claims.placed}(?: the)?\s$")
"""What stands before a name that may stand anywhere in a clause."""
_PRONOUN = re.compile("[他她它]")
_TO = re.compile("[把向对给在从将替就往到至]$")
_WITH = re.compile("[与同和跟及、]$")
"""What stands in Chinese before something that a verb behind it is done to, or at."""
_BY = re.compile("[被由受遭]$|为(?=[^，]{1,6}所)$")
"""What stands in Chinese before him by whom the verb behind it is done."""


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word of a clause that says something, and where it begins there."""

    text: str
    start: int


@lru_cache(maxsize=4096)
def content(
    clause: str, names: tuple[tuple[str, ...], ...], known: frozenset[str]
) -> tuple[Word, ...]:
    """Return the words of a clause that say something: no names, numbers, units, light words.

    ``known`` are the words of a claim as the lexicon has them: Chinese is cut as they are.
    """
    bare = fold(without_names(without_numbers(clause), names))
    found = []
    for run in _WORD.finditer(bare):
        pieces = _pieces(run[0], known) if is_han(run[0]) else [(run[0], 0)]
        found += [Word(word, run.start() + offset) for word, offset in pieces if _says(word, known)]
    return tuple(found)


def _is_verb(word: str) -> bool:
    return word in irregular() or _VERB.fullmatch(word) is not None


def tells(clause: str) -> bool:
    """Return whether a clause has a word that may be a verb of what happened."""
    return any(
        word in irregular() or _FINITE.fullmatch(word)
        for word in re.findall(r"[^\W\d_]+", fold(clause))
    )


def _says(word: str, known: frozenset[str]) -> bool:
    if is_han(word):
        return word in known
    return (
        len(word) >= _SHORTEST
        and word not in stop_words("slight")
        and not LATIN_UNITS.match(word)
        and not word.startswith("0")
    )


def _pieces(run: str, known: frozenset[str]) -> Iterable[tuple[str, int]]:
    """Return a run of Chinese as known words of two or more characters, and their offsets."""
    at = 0
    while at < len(run):
        longest = max((k for k in range(2, 8) if run[at : at + k] in known), default=0)
        if longest:
            yield run[at : at + longest], at
        at += longest or 1


def nearest(word: str, text: str, lexicon: Lexicon) -> tuple[float, int]:
    """Return how like a word is to the likest one in a folded text, and where that stands.

    (0, -1) where nothing there is alike.
    """
    found = [
        (cosine, place)
        for other, cosine in lexicon.get(word, {}).items()
        if other not in stop_words("slight") and (place := _place(other, text)) >= 0
    ]
    best = max(found, default=(0.0, -1))
    if best[0] < _TABLED and (place := counterpart(word, text)) >= 0:
        return _TABLED, place
    return best


def _place(word: str, text: str) -> int:
    if is_han(word):
        return text.find(word)
    match = name_pattern(word).search(text)
    return match.start() if match else -1


def likeness(words: Sequence[Word], part: str, lead: str, lexicon: Lexicon) -> float:
    """Return how many of the words a part of a text has something like, each by how like it is.

    What only stands before the part, in ``lead``, counts a little less.
    """
    folded, before = fold(part), fold(lead)
    return sum(
        cosine
        for word in words
        if (
            cosine := max(
                nearest(word.text, folded, lexicon)[0],
                _LEAD_WEIGHT * nearest(word.text, before, lexicon)[0],
            )
        )
        >= STRANGE
    )


def strange(
    words: Sequence[Word], part: str, lead: str, rest: str, lexicon: Lexicon, *, numbers: int
) -> bool:
    """Return whether words of a clause have nothing like them in a part or before it.

    What is told there, before the part in ``lead``, names what the part is about; what stands
    in the ``rest`` of the sentence is told of something else. The clause has so many
    ``numbers`` beside the words. One may have nothing alike where every word of the part is
    like one of the others: then there is none in whose place it could stand.
    """
    own, before, behind = fold(part), fold(lead), fold(rest)
    here = [nearest(word.text, own, lexicon) for word in words]
    led = [
        nearest(word.text, before, lexicon)[0]
        if not _is_verb(word.text) and max(cosine, STRANGE) + _BETTER <= led
        else 0.0
        for word, (cosine, _) in zip(words, here, strict=True)
        for led in (nearest(word.text, before, lexicon)[0],)
    ]
    if 2 * sum(map(bool, led)) > len(words) + numbers or (any(led) and _has_topic(own, here, led)):
        return True
    if any(
        nearest(word.text, behind, lexicon)[0] >= max(ALIKE, cosine + 2 * _BETTER, other)
        for word, (cosine, _), other in zip(words, here, led, strict=True)
    ):
        return True
    every = [max(cosine, other) for (cosine, _), other in zip(here, led, strict=True)]
    lost = [
        word
        for word, cosine in zip(words, every, strict=True)
        if cosine < (_STRANGE_VERB if _is_verb(word.text) else STRANGE)
    ]
    unlike = sum(cosine < ALIKE for cosine in every)
    if len(lost) > 1 or any(_is_verb(word.text) for word in lost):
        return True
    if lost and (len(every) < _ENOUGH or _left_over(words, fold(part), lexicon)):
        return True
    return unlike > max(1, _MOST_UNLIKE * len(every))


def _has_topic(part: str, here: Sequence[tuple[float, int]], led: Sequence[float]) -> bool:
    """Return whether a part opens with something else than what a clause takes from before it."""
    places = [
        place
        for (cosine, place), other in zip(here, led, strict=True)
        if cosine >= STRANGE and not other
    ]
    head = _JOINS.sub(" ", without_numbers(part[: min(places, default=len(part))]))
    return bool(re.search(f"[{HAN}]{{2,}}", head))


def _left_over(words: Sequence[Word], part: str, lexicon: Lexicon) -> bool:
    """Return whether a part has a run of Chinese that is like no word, and is no numeral."""
    rest = without_numbers(part)
    for word in words:
        for other, cosine in lexicon.get(word.text, {}).items():
            if cosine >= STRANGE:
                rest = rest.replace(other, " ")
    return bool(re.search(f"[{HAN}]{{2,}}", rest))


def verb_place(words: Sequence[Word], part: str, lexicon: Lexicon) -> tuple[Word, int] | None:
    """Return the verb of a clause whose counterpart in a part is surest, and where that stands."""
    there = fold(part)
    found = []
    for word in words:
        cosine, at = nearest(word.text, there, lexicon)
        if cosine >= _LEADS and _is_verb(word.text):
            found.append((cosine, word.start, at, word))
    if not found:
        return None
    _, _, at, word = max(found, key=lambda item: item[:2])
    return word, at


def crossed(
    clause: str,
    part: str,
    names: Sequence[tuple[str, ...]],
    words: Sequence[Word],
    lexicon: Lexicon,
    *,
    lead: str,
) -> bool | None:
    """Return whether who does something in a clause suffers it in a Chinese part, or the like.

    A verb of the clause is laid beside its counterpart; what stands before it in the one
    may not stand behind it in the other. What is said to be done to somebody (把, 向) is behind
    the verb wherever it stands, and who it is done by (被, 由) before it. None where no verb
    has a counterpart. What ``lead``, before the part, has more like is not looked at.
    """
    there, folded = fold(part), fold(clause)
    found = verb_place(words, there, lexicon)
    if found is None:
        return None
    verb, at = found
    passive = bool(_PASSIVE.search(folded))
    for group in names:
        mine, theirs = _first(folded, group), _first(there, group)
        before = folded[: mine.start()] if mine else ""
        if mine is None:
            continue
        side = _side(there, theirs.start(), at) if theirs else "absent"
        if theirs is None and (has_name(group, part) or _PRONOUN.search(there[at:])):
            continue
        if mine.start() < verb.start:
            wrong = side == "by" if passive else side == "behind"
            wrong = wrong and not _PLACED.search(before)
        elif passive:
            agent = bool(_AGENT.search(before))
            wrong = side in ("behind", "absent") if agent else side == "by"
        else:
            wrong = side in ("before", "by", "absent") and not _PLACED.search(before)
        if wrong:
            return True
    return any(
        word.start < verb.start
        and not passive
        and not _is_verb(word.text)
        and not _PLACED.search(folded[: word.start])
        and nearest(word.text, fold(lead), lexicon)[0] <= nearest(word.text, there, lexicon)[0]
        and not _is_shared(word, words, there, lexicon)
        and _is_behind(word, there, at, lexicon)
        for word in words
    )


def _is_shared(word: Word, words: Sequence[Word], part: str, lexicon: Lexicon) -> bool:
    """Return whether another word of the clause has the same counterpart: 供水 of two."""
    place = nearest(word.text, part, lexicon)[1]
    return any(other != word and nearest(other.text, part, lexicon)[1] == place for other in words)


def _is_behind(word: Word, part: str, verb: int, lexicon: Lexicon) -> bool:
    """Return whether the counterpart of a word stands behind a verb, and nowhere before it."""
    cosine, place = nearest(word.text, part, lexicon)
    if cosine < _LEADS or place == verb:
        return False
    ahead = nearest(word.text, part[:verb], lexicon)[0]
    return _side(part, place, verb) == "behind" and ahead < STRANGE


def _first(text: str, group: Sequence[str]) -> re.Match[str] | None:
    found = [match for name in group if (match := name_pattern(fold(name)).search(text))]
    return min(found, key=re.Match.start, default=None)


def _side(part: str, place: int, verb: int) -> str:
    """Return on which side of a verb something in a Chinese part is: before, by, behind, none."""
    if place > verb:
        return "behind"
    if _BY.search(part[:place]):
        return "by"
    if _TO.search(part[:place]):
        return "behind"
    if _WITH.search(part[:place]):
        return "none"
    return "none" if re.search("[被由受遭]", part[place:verb]) else "before"
