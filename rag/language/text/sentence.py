"""Where the sentences of a text begin and end; pure.

What stands between two marks that belong together is one thing: a stop in a title, in brackets
or in a quotation ends no sentence, as long as the pair is short enough to be one. A quotation
ends its sentence with its own stop where words led up to it; where it opens the sentence, the
words that name its speaker still belong to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from typing import TYPE_CHECKING

from rag.language.tables import Pattern, stop_words
from rag.language.text.abbreviated import is_abbreviation
from rag.language.text.pairs import BRACKETS, CLOSING, OPENING, TITLES, Pair, pairs
from rag.language.text.typography import cells
from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

_LONGEST_PAIR = 100.0
"""Widths of a Chinese character between two marks that are still read as one thing.

A quotation that is longer is read sentence by sentence, and a mark whose partner was misread
swallows no more than this.
"""
_LONGEST_SPEAKER = 16.0
_NEAR = 40
"""Characters before a point in which its word is looked for."""
_STOP = re.compile(r"[。！？!?]+|(?:\.[ \xa0])*\.+|…+")
_LOWER = re.compile(r"\s*[a-zà-öø-ÿа-яё]")
_LOWER_WITHIN = re.compile(rf"\s+[{re.escape(OPENING)}][a-zà-öø-ÿа-яё]")
_GOES_ON = re.compile(r"\s*(?:[，、；：,;:.]|[—–](?!\s+[^\W\d_a-zà-öø-ÿа-яё])|-\s*[a-zà-öø-ÿа-яё])")
_NEXT_WORD = re.compile(rf"\s+(?:[—–-]\s*)?[{re.escape(OPENING)}]*(\w[\w’'-]*)(\.?)\s*(\d?)")
_CLAUSE = re.compile(r"\s*([^，。：；！？…,:;!?“”「」『』\n]{0,32})([，：]?)(.?)")
_SPOKEN = Pattern("{sentences.speaks}$")
_PARTING = re.compile(rf"[\s{re.escape(OPENING)}—–]")
_LEADS = "：:，,、"
_CAPTION = re.compile(r"([^\W\d_]+)\.\s*\d+")
_LIST = 2
"""Digits of the number of an item in a list."""
_NUMBER = re.compile(r"[§№]?\s*(?:\d+(?:\.\d+)*|[IVXLCivxlc]+|[^\W\d_])")
_FULL_WORD = re.compile(r"[a-z’'-]{5,}|[а-яё-]+[аеёиоуыэюяьй]")
"""A word that no abbreviation looks like: Russian ones end before a vowel."""


def sentences(text: str, known: AbstractSet[str] = frozenset()) -> list[Span]:
    """Return the sentences of a text in order, without the white space around them.

    A sentence ends at a stop with the closing marks behind it, and at a line's end: a line of
    verse or of a list is one. ``known`` are the abbreviations of the book that the text is of
    (``abbreviations``). A text without a stop is one sentence; white space alone is none.
    """
    spans: list[Span] = []
    first = 0
    for line in text.split("\n"):
        start = 0
        for end in _Line(line, known).ends():
            spans.extend(_trimmed(text, first + start, first + end))
            start = end
        spans.extend(_trimmed(text, first + start, first + len(line)))
        first += len(line) + 1
    return spans


class _Line:
    """A line, with the pairs of marks in it that are read as one thing, in order."""

    def __init__(self, line: str, known: AbstractSet[str]) -> None:
        """Find the pairs of a line; of those that hold others, only the outer ones are kept."""
        self.line = line
        self.known = known
        self.length = len(line.rstrip())
        short = [
            pair
            for pair in pairs(line)
            if pair.closing - pair.opening <= 2 * _LONGEST_PAIR
            and cells(line[pair.opening + 1 : pair.closing]) <= _LONGEST_PAIR
        ]
        self.pairs: list[Pair] = []
        for pair in sorted(short, key=lambda pair: pair.opening):
            if not self.pairs or pair.opening > self.pairs[-1].closing:
                self.pairs.append(pair)
        self.closings = [pair.closing for pair in self.pairs]

    def ends(self) -> Iterator[int]:
        """Give the offsets at which sentences end."""
        start = 0
        for stop in _STOP.finditer(self.line):
            end = stop.end()
            while end < len(self.line) and self.line[end] in CLOSING:
                end += 1
            within = self._around(stop.start())
            if within is not None and within.closing >= end:
                continue
            if self._is_end(start, stop, end, within):
                yield end
                start = end

    def _around(self, offset: int) -> Pair | None:
        """Return the pair that an offset stands in."""
        place = bisect_left(self.closings, offset)
        found = self.pairs[place] if place < len(self.pairs) else None
        return found if found is not None and found.opening < offset else None

    def _is_end(self, start: int, stop: re.Match[str], end: int, closed: Pair | None) -> bool:
        """Whether a sentence that began at ``start`` ends behind a stop.

        ``closed`` is the pair that is closed between the stop and ``end``.
        """
        line = self.line
        if end >= self.length:
            return True
        if _LOWER.match(line, end) or _GOES_ON.match(line, end):
            return False
        wide = stop[0][0] in "。！？!?"
        if not wide and (_LOWER_WITHIN.match(line, end) or not _NEXT_WORD.match(line, end)):
            return False
        if closed is not None:
            return self._is_end_of_pair(start, stop, end, closed)
        if wide:
            return True
        if "…" in stop[0] or len(stop[0]) > 1:
            following = _NEXT_WORD.match(line, end)  # leaders, else, of a table of contents
            return following is not None and following[1][0].isalpha()
        return self._is_full_stop(start, stop.start(), end)

    def _is_end_of_pair(self, start: int, stop: re.Match[str], end: int, closed: Pair) -> bool:
        """Whether a sentence ends where a pair of marks is closed behind a stop."""
        mark = self.line[closed.opening]
        before = self.line[max(start, closed.opening - _NEAR) : closed.opening].rstrip()
        if mark in TITLES:
            return False
        if mark in BRACKETS:
            return not before
        if self._is_aside(end):
            return False
        if not before:
            return not _names_speaker(self.line, end)
        leads = before[-1] in _LEADS or not before[-1].isalnum()
        return leads or stop[0][-1] in "。." or self.line[end].isspace()

    def _is_aside(self, end: int) -> bool:
        """Whether brackets that hold no sentence of their own begin behind an end."""
        offset = end + (self.line[end] in " \xa0\u3000")
        pair = self._around(offset + 1)
        if pair is None or pair.opening != offset or self.line[offset] not in BRACKETS:
            return False
        return self.line[pair.closing - 1] not in "。！？!?."

    def _is_full_stop(self, start: int, at: int, end: int) -> bool:
        """Whether one point that stands at ``at`` ends a sentence, and is of no abbreviation."""
        before = self.line[max(start, at - _NEAR) : at]
        word = _PARTING.split(before)[-1]
        following = _NEXT_WORD.match(self.line, end)
        if following is None or before[-1:] in CLOSING:
            return following is not None and bool(before)
        head, point, number = following.groups()
        if head[0].isdigit():
            listed = bool(point) and len(head) <= _LIST and word[-1:].isalpha()
            full = listed or _FULL_WORD.fullmatch(word) is not None
            return full and not is_abbreviation(word, self.known)
        if before.strip() == word and _NUMBER.fullmatch(word):
            return False
        if len(head) == 1 and point and number:
            return False  # "Т. 2. С. 15": the next part of a reference
        if not word[-1:].isalpha():
            caption = _CAPTION.fullmatch(before.strip())
            return bool(word) and not (caption and is_abbreviation(caption[1], self.known))
        starts = not point and head.casefold() in _starters()
        if word == "I":
            behind = before.split()[-2:-1]
            return starts or bool(behind and behind[0].islower())
        return starts or not is_abbreviation(word, self.known)


def _names_speaker(line: str, end: int) -> bool:
    """Whether what follows a quotation that opens a sentence says who speaks, or goes on to quote.

    ``他说。`` does, and ``知府喊道，“``; a new sentence does not.
    """
    found = _CLAUSE.match(line, end)
    if found is None or not found[1] or cells(found[1]) > _LONGEST_SPEAKER:
        return False
    quotes_on = bool(found[2]) and found[3] in OPENING
    return quotes_on or _SPOKEN.search(found[1]) is not None


@cache
def _starters() -> frozenset[str]:
    """Return the small words that have a capital for no other reason than their place."""
    return stop_words("opening")


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if left < right:
        yield Span(start + left, start + right)
