"""Characters that were typed for others of their sound or shape; pure.

Of all ways to read a stretch of a question, the one is meant that the book
makes likeliest together with how easily what was typed is typed for it. Only characters beside
a pair that stands nowhere in the book are read otherwise, only as ones that sound or look like
them, and only where what comes of it is a unit of the book's words.

Source: for sounds and shapes, Liu et al., "Visually and Phonologically Similar Characters in
Incorrect Chinese Words", ACM TALIP 2011.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from unicodedata import numeric

from rag.language import cut_chinese, is_chinese_word, parts_of_characters
from rag.language.sounding import syllables_of
from rag.language.tables import stop_words
from rag.language.text import HAN
from rag.questions.rereading.channel import likeliest
from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.questions.rereading.lexicon import Lexicon

_RUN = re.compile(f"[{HAN}]{{2,}}")
_SOUND, _NEAR_SOUND, _SHAPE = -4.0, -6.0, -5.5
"""Logarithms of how likely a character is typed for one of its sound, of nearly its sound,
or of its shape; most are typed by their sound."""
_GAIN = 3.0
"""How much likelier a reading must be than what was typed."""
_SHORTEST = 3
"""Characters of the shortest unit that is read otherwise."""
_LONGEST = 16
"""Characters of the longest unit."""
_PART = 120
"""In how many characters a part may stand and still make those that have it look alike."""


def readings_of(bare: str, books: Sequence[Lexicon]) -> list[tuple[Span, str]]:
    """Return stretches of a question, each with what of a book it is read as.

    ``bare`` is the question, folded, with bars for the words that only make it one; a stretch
    and what it is read as are of one length.
    """
    found: list[tuple[Span, str]] = []
    for run in _RUN.finditer(bare):
        typed = run.group()
        pairs = [
            any(typed[at : at + 2] in book.pairs for book in books) for at in range(len(typed) - 1)
        ]
        if all(pairs):
            continue
        sure = [one and other for one, other in zip([True, *pairs], [*pairs, True], strict=True)]
        for book in books:
            read = _likeliest(typed, sure, book)
            for span in _units(typed, read, book):
                start = run.start() + span.start
                place = Span(start, start + span.end - span.start)
                found.append((place, read[span.start : span.end]))
    return found


def _likeliest(typed: str, sure: Sequence[bool], book: Lexicon) -> str:
    """Return the likeliest reading of a stretch; as it is typed where none is much likelier.

    Characters that are ``sure`` are as they were typed, and so are numerals: who asks for the
    fifth of four asks for nothing that is there.
    """
    as_typed = [{sign: 0.0} for sign in typed]
    choices = [
        own if known or _is_numeral(sign) else own | _alike(sign, book)
        for sign, own, known in zip(typed, as_typed, sure, strict=True)
    ]
    worth, read = likeliest(choices, book)
    return read if worth >= likeliest(as_typed, book)[0] + _GAIN else typed


def _is_numeral(sign: str) -> bool:
    return numeric(sign, None) is not None


def _units(typed: str, read: str, book: Lexicon) -> list[Span]:
    """Return the longest units of the book around the characters that are read otherwise."""
    words = _words(typed)
    units: list[Span] = []
    for at in (at for at in range(len(typed)) if typed[at] != read[at]):
        if any(unit.start <= at < unit.end for unit in units):
            continue
        for unit in _around(at, read, book):
            apart = all(unit.end <= other.start or other.end <= unit.start for other in units)
            if apart and _may_be_read(unit, typed, read, words, book):
                units.append(unit)
                break
    return units


def _around(at: int, read: str, book: Lexicon) -> list[Span]:
    """Return the stretches around a place that stand in the book, the longest first."""
    spans = [
        Span(start, end)
        for start in range(max(0, at - _LONGEST), at + 1)
        for end in range(at + 1, min(len(read), start + _LONGEST) + 1)
        if (end - start >= _SHORTEST or read[start:end] in book.names) and book.has(read[start:end])
    ]
    return sorted(spans, key=lambda span: span.start - span.end)


def _may_be_read(unit: Span, typed: str, read: str, words: Sequence[Span], book: Lexicon) -> bool:
    """Return whether a stretch may be read otherwise than it was typed.

    It is a unit of the book, holds the whole of every word of the language that it takes the
    place of, and more characters that stay than are changed: a numeral, which stands before
    anything, is none of them. Small words are no mistakes save in a name.
    """
    there = read[unit.start : unit.end]
    changed = [at for at in range(unit.start, unit.end) if typed[at] != read[at]]
    stay = sum(
        typed[at] == read[at] and not _is_numeral(read[at]) for at in range(unit.start, unit.end)
    )
    if stay <= len(changed) and there not in book.names:
        return False
    for word in words:
        touched = any(word.start <= at < word.end for at in changed)
        if touched and not (unit.start <= word.start and word.end <= unit.end):
            return False
    small = any({typed[at], read[at]} & _small() for at in changed)
    if small and not any(there in name for name in book.names):
        return False
    return book.is_unit(there)


def _words(typed: str) -> list[Span]:
    """Return where words of the language with two characters or more stand in a stretch."""
    spans, start = [], 0
    for word in cut_chinese(typed):
        if len(word) > 1 and is_chinese_word(word):
            spans.append(Span(start, start + len(word)))
        start += len(word)
    return spans


def _alike(sign: str, book: Lexicon) -> dict[str, float]:
    """Return the characters that one may have been typed for, of a book, and how likely."""
    found: dict[str, float] = {}
    for syllable in syllables_of(sign):
        found |= dict.fromkeys(book.sounds.get(syllable, ""), _SOUND)
    for syllable in {near for one in syllables_of(sign) for near in _nearly(one)}:
        for other in book.sounds.get(syllable, ""):
            found.setdefault(other, _NEAR_SOUND)
    for other in _looking_like(sign):
        if other in book.signs:
            found[other] = max(found.get(other, _SHAPE), _SHAPE)
    found.pop(sign, None)
    return {other: worth for other, worth in found.items() if not _is_numeral(other)}


@cache
def _small() -> frozenset[str]:
    """Return the characters that are small words: what is typed for them says nothing else."""
    return stop_words("claim") | stop_words("slight")


def _nearly(syllable: str) -> set[str]:
    """Return the syllables that many speakers do not tell from one: zh and z, n and ng."""
    first = re.sub("^([zcs])h", r"\1", syllable)
    first = first if first != syllable else re.sub("^([zcs])(?!h)", r"\1h", syllable)
    last = re.sub("(?<=[aei]n)g$", "", syllable)
    last = last if last != syllable else re.sub("(?<=[aei]n)$", "g", syllable)
    return {first, last} - {syllable}


@lru_cache(maxsize=4096)
def _looking_like(sign: str) -> tuple[str, ...]:
    """Return the characters that look like one: it with a part more or less, or one part changed.

    Parts that many characters have do not make them alike.
    """
    made, parts = _composed()
    own = made.get(sign, ())
    found = dict.fromkeys(parts.get(sign, ()) if len(parts.get(sign, ())) <= _PART else ())
    found |= dict.fromkeys(part for part in own if part in made)
    for part in own:
        if len(parts[part]) <= _PART:
            found |= dict.fromkeys(other for other in parts[part] if len(made[other]) == len(own))
    found |= dict.fromkeys(_same_parts().get(tuple(sorted(own)), ()))
    found.pop(sign, None)
    return tuple(found)


@cache
def _composed() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, list[str]]]:
    """Return the parts of every common character, and the characters that have each part."""
    made = parts_of_characters()
    holding: dict[str, list[str]] = {}
    for sign, parts in made.items():
        for part in dict.fromkeys(parts):
            holding.setdefault(part, []).append(sign)
    return made, holding


@cache
def _same_parts() -> Mapping[tuple[str, ...], list[str]]:
    """Return the characters that are put together from the same parts, by these."""
    kinds = Counter(tuple(sorted(parts)) for parts in _composed()[0].values())
    same: dict[tuple[str, ...], list[str]] = {}
    for sign, parts in _composed()[0].items():
        key = tuple(sorted(parts))
        if kinds[key] > 1:
            same.setdefault(key, []).append(sign)
    return same
