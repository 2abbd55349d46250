"""Where the sentences of a text begin and end; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator


_CLOSERS = "”’」』）)】〕》〉»]\"'"


_END = re.compile(
    rf"[。！？!?]+[{re.escape(_CLOSERS)}]*"  # Chinese full stops; ! and ? of any script
    rf"|(?:(?<=[^\W\d_][^\W\d_])|(?<=[^\W\d_]['’][^\W\d_]))\.[{re.escape(_CLOSERS)}]*(?=\s+[\"“«(\[]?[^\W\d_a-zа-яё])"
    rf"|(?<=[\d)\]»”\"])\.(?=\s+[\"“«(\[]?[^\W\d_a-zа-яё])"  # a Latin or Cyrillic full stop
    r"|…+(?=\s*\n)"
    r"|\n+"
)


_NUMBERED = re.compile(r"\s*\d{1,2}")
"""A number that begins a line: what stands behind its stop is what it counts."""
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[^\W\d_]|[A-ZА-ЯЁ][a-zа-яё]{0,2}|vol|pp|no|cf|см|стр|гг"
    r"|[Pp]rof|[Cc]apt|Messrs|[Пп]роф|[Аа]кад|[Гг]ен)$"
)


def sentences(text: str) -> list[Span]:
    """Return the sentences of a text in order, without the white space around them.

    A sentence ends at 。！？!? with the closing marks behind it, at a full stop before a
    capital letter (not behind an initial, a short abbreviation, or a number that begins
    the sentence), and at a line's end. A text without any of these is one sentence; white
    space alone is none.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if match.group().startswith(".") and (
            _ABBREVIATION.search(text[max(start, match.start() - 6) : match.start()])
            or _NUMBERED.fullmatch(text, start, match.start())
        ):
            continue
        spans.extend(_trimmed(text, start, match.end()))
        start = match.end()
    spans.extend(_trimmed(text, start, len(text)))
    return spans


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if left < right:
        yield Span(start + left, start + right)
