"""How a page mark writes its number, and which marks in a text are those of pages; pure."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from rag.language.numbers import folio_number
from rag.language.text import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_LABEL = 20
"""Characters of a mark, at most."""
_WORD = r"(?:pages?|pagina|p[áa]g|pg|pp?|seite|s|стр|страница|с|folio|fol|f)"
_LABEL = re.compile(rf"(?:{_WORD}(?=[\s._:\-\d])|第)?[\s._:-]*(\S.*?)[\s.]*[页頁]?", re.IGNORECASE)
_ROUND = "[](){}|<>«»‹›〔〕【】-–—·•~* \t\n\r\xa0\u3000"
_PARTED = re.compile(r"(?<=[\])}|])\s*(?=[\[({|])|\s*[,;/]\s*|\s*\n\s*")
_NUMBER = r"(?:\d{1,4}|[ivxlc]{1,8}|[IVXLC]{1,8})"
_WRITTEN = (
    re.compile(
        rf"[\[{{|〔［【]\s*(?:(?:{_WORD})(?![^\W\d_])\.?\s*({_NUMBER})|第\s*(\d{{1,4}})\s*[页頁])"
        r"\s*[\]}|〕］】]",
        re.IGNORECASE,
    ),
    re.compile(r"\{(\d{1,4})()\}"),
)
"""Marks in running text: with a word for page in brackets, or a number in braces.

A number in other brackets is the mark of a note or a year as often as a page.
"""
RISING = 0.8
_STEP = 3
_LEAST_WRITTEN = 3
SHORTEST_PAGE = 150.0
"""Widths of a Chinese character that a page holds at least."""


def bare_label(text: str) -> str:
    """Return the label of a page without brackets and the word for page.

    ``Page 12``, ``[Pg 12]``, ``{12}`` and ``第12页`` are 12.
    """
    plain = unicodedata.normalize("NFKC", text).strip(_ROUND)
    match = _LABEL.fullmatch(plain)
    return match[1] if match else plain or text.strip()


def labels_in(text: str) -> tuple[str, ...]:
    """Return the labels of a text that is nothing but page marks, or none where it is more.

    What is not written as pages are numbered is no label: ``[Pg 13] [Pg 14]`` has two,
    ``see below`` has none.
    """
    if len(text) > 2 * LONGEST_LABEL:
        return ()
    parts = [part for part in _PARTED.split(text.strip()) if part.strip(_ROUND)]
    labels = tuple(bare_label(part) for part in parts)
    return labels if all(map(folio_number, labels)) else ()


def rises(labels: Sequence[str], share: float = RISING) -> bool:
    """Whether labels count up by one or hardly more, or begin again, as pages do."""
    steps = []
    for one, other in pairwise(map(folio_number, labels)):
        if one is None or other is None:
            return False
        steps.append(other[0] <= 2 if one[1] != other[1] else 0 < other[0] - one[0] <= _STEP)
    return sum(steps) >= share * len(steps)


def written_marks(texts: Iterable[str]) -> re.Pattern[str] | None:
    """Return how page marks are written in running text, or None where there are none.

    Their numbers must count up, and leave room for pages between them. The number of a match
    is its first group that holds one.
    """
    lines = list(texts)
    for form in _WRITTEN:
        labels: list[str] = []
        lengths: list[float] = [0.0]
        for line in lines:
            end = 0
            for match in form.finditer(line):
                labels.append(match[1] or match[2])
                lengths[-1] += cells(line[end : match.start()])
                lengths.append(0.0)
                end = match.end()
            lengths[-1] += cells(line[end:])
        several = len(labels) >= _LEAST_WRITTEN and rises(labels)
        if several and median(lengths[1:-1]) >= SHORTEST_PAGE:
            return form
    return None
