"""The page that a reader means by what he types: 128, 第128页, p. 12, xii, 十六; pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from rag.language.numbers import SMALL_HAN, folio_number
from rag.language.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Page

LONGEST = 60
"""Characters of what is typed that are looked at."""
# A number in any numerals, or a word: what a label is made of. Between them stands what no
# label needs. Words for "page" are told by this, that no label of the book is like them.
_PIECES = re.compile(rf"[0-9]+|[{SMALL_HAN}]+|[^\W\d_{SMALL_HAN}]+")


def pages_meant(pages: Sequence[Page], typed: str) -> list[int]:
    """Return the indexes of the pages whose printed label is what was typed, in order.

    The longest part of it that is a label counts: the whole, else some of its numbers and
    words that stand together. What is spelt like a label goes before what is the same number
    in other numerals. Empty where no part of it is a label.
    """
    text = unicodedata.normalize("NFKC", typed[:LONGEST]).strip()
    labels: dict[str, list[int]] = {}
    numbers: dict[tuple[int, str], list[int]] = {}
    for page in pages:
        if page.label:
            labels.setdefault(_plain(page.label), []).append(page.index)
            number = _number(page.label)
            if number:
                numbers.setdefault(number, []).append(page.index)
    for part in _parts(text):
        found = labels.get(_plain(part)) or numbers.get(_number(part) or (0, ""))
        if found:
            exact = [index for index in found if pages[index].label == part]
            return exact or found
    return []


def _parts(text: str) -> list[str]:
    """Return the parts of a text that may be a label, the longest first."""
    pieces = list(_PIECES.finditer(text))[:12]
    spans = {
        (first.start(), last.end()) for index, first in enumerate(pieces) for last in pieces[index:]
    }
    ordered = sorted(spans, key=lambda span: (span[0] - span[1], span[0]))
    return [text, *(text[start:end] for start, end in ordered)]


def _plain(label: str) -> str:
    """Return a label as it is compared: in small letters and plain signs, without spaces."""
    return "".join(fold(unicodedata.normalize("NFKC", label)).split())


def _number(label: str) -> tuple[int, str] | None:
    """Return the number of a label, and what kind it is of: Arabic and Chinese are one kind."""
    number = folio_number(unicodedata.normalize("NFKC", label).strip())
    return number and (number[0], number[1].replace("一", "1"))
