"""Lines -> one text: what stood between them, and words that were cut, put right."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.text import CJK, joint
from rag.reading.binding import Mark
from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.reading.sheets.model import Line

SOFT_HYPHEN = "\u00ad"

_WIDE = re.compile(rf"[{CJK}“”‘’…]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_HYPHEN = re.compile(r"([^\W\d_]+)[-‐\u00ad]$")
_FIRST_WORD = re.compile(r"^[^\W\d_]+")
_NO_SPACE_BEHIND = "-‐–—/([{“‘" + SOFT_HYPHEN


@dataclass(frozen=True, slots=True)
class Cut:
    """Characters [start, end) of a line that are the mark of a note; with no key, it just goes."""

    start: int
    end: int
    key: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a book, in small letters: whole ones, and those with a hyphen."""

    counts: Counter[str]

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Words:
        """Return the words that stand whole on the lines."""
        counts: Counter[str] = Counter()
        for line in lines:
            if line.text.isascii() or not _WIDE.search(line.text):
                counts.update(w.casefold() for w in _WORD.findall(line.text)[:-1])
        return cls(counts)

    def hyphened(self, left: str, right: str) -> bool:
        """Whether the hyphen at which a line was broken between two halves belongs to the word.

        It does where the book has the word with a hyphen more often than without one, and
        before capitals.
        """
        if right[:1].isupper() and not left.isupper():
            return True
        one, other = left.casefold(), right.casefold()
        return self.counts[f"{one}-{other}"] > self.counts[one + other]


def compose(
    lines: Sequence[Line], cuts: Sequence[Sequence[Cut]], words: Words
) -> tuple[str, tuple[Mark, ...], tuple[Span, ...]]:
    """Return the text that lines make, the marks cut out of it, and what of it is doubtful."""
    text = ""
    marks: list[Mark] = []
    doubts: list[Span] = []
    for line, gone in zip(lines, cuts, strict=True):
        kept, places = _without(line.text, gone)
        lead = len(kept) - len(kept.lstrip())
        text, link = _link(text, kept.strip(), words)
        base = len(text) + len(link) - lead
        text += link + kept.strip()
        for cut, at in zip(gone, _targets(gone, places), strict=True):
            if cut.key:
                marks.append(Mark(min(max(base + at, 0), len(text)), cut.key, cut.sign))
        for doubt in line.doubts:
            start, end = (base + places[edge] for edge in (doubt.start, doubt.end))
            if 0 <= start < end <= len(text):
                doubts.append(Span(start, end))
    return text, tuple(marks), tuple(doubts)


def cut_word(text: str, following: str, words: Words) -> str:
    """Return the text of a page as a page before ``following``: cut words end soft."""
    match = _HYPHEN.search(text)
    first = _FIRST_WORD.match(following)
    if match is None or first is None:
        return text
    if words.hyphened(match[1], first[0]):
        return text + SOFT_HYPHEN
    return text[:-1] + SOFT_HYPHEN


def _link(text: str, right: str, words: Words) -> tuple[str, str]:
    """Return the text before a line, without the hyphen that broke a word, and what joins them."""
    if not text or not right:
        return text, ""
    match = _HYPHEN.search(text)
    first = _FIRST_WORD.match(right)
    if match is not None and first is not None:
        if words.hyphened(match[1], first[0]):
            return text[:-1] + "-", ""
        return text[:-1], ""
    if _WIDE.search(text[-12:]) and _WIDE.search(right[:12]):
        return text, joint(text, right)
    wide = _WIDE.match(text[-1]) or _WIDE.match(right[0])
    return text, "" if wide or text[-1] in _NO_SPACE_BEHIND else " "


def _without(text: str, cuts: Sequence[Cut]) -> tuple[str, list[int]]:
    """Return a line without its marks, and for each offset in it the offset in what is left."""
    kept = ""
    places: list[int] = []
    for at, character in enumerate(text):
        places.append(len(kept))
        inside = any(cut.start <= at < cut.end for cut in cuts)
        before_mark = character == " " and any(cut.start == at + 1 for cut in cuts)
        if not inside and not before_mark:
            kept += character
    places.append(len(kept))
    return kept, places


def _targets(cuts: Sequence[Cut], places: Sequence[int]) -> list[int]:
    return [places[cut.start] for cut in cuts]
