"""What a site puts round a book: its licence, and its own name in the title; pure.

Project Gutenberg's texts stand between two lines of stars that say so, in every format.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.flow.pieces import Piece

_START = re.compile(
    r"\s*\*{3}\s*START\b.{0,160}\*{3}\s*$|\s*\*END\*?.{0,60}SMALL PRINT", re.IGNORECASE
)
_END = re.compile(
    r"\s*(?:\*{3}\s*END\b.{0,160}\*{3}|End of (?:the )?Project Gutenberg.{0,160})\s*$",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"(?:the\s+)?project\s+gutenberg(?:['’]s)?(?:\s+e-?(?:book|text))?(?:\s+of)?[\s,:]+",
    re.IGNORECASE,
)


def within_licence(lines: Sequence[str]) -> tuple[int, int]:
    """Return which lines stand between those that begin and end a book within its licence."""
    first = next((k + 1 for k, line in enumerate(lines) if _START.match(line)), 0)
    last = next((k for k in range(first, len(lines)) if _END.match(lines[k])), len(lines))
    return first, last


def without_licence(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, as many as there were; those of a licence are empty."""
    first, last = within_licence([piece.text for piece in pieces])
    return [
        piece if first <= k < last else replace(piece, text="", marks=(), turns=())
        for k, piece in enumerate(pieces)
    ]


def bare_title(title: str) -> str:
    """Return a title without the name of the site before it."""
    return _SITE.sub("", title, count=1) if _SITE.match(title) else title
