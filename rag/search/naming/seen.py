"""What recognisers of names share: sentences, and the names that stand in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types import NameKind


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a book: where it begins in the text, its words, and the same folded."""

    start: int
    text: str
    folded: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A name at ``[start, end)`` of a book's text; ``name`` is its basic form."""

    start: int
    end: int
    name: str
    kind: NameKind


@dataclass(frozen=True, slots=True)
class Same:
    """Two names that the text itself says are of one person or thing, the fuller first."""

    name: str
    other: str
