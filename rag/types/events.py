"""Dated events of a book, and the moments they are dated by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types.answers import Citation
    from rag.types.book import Span


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as far as it is known: a day, a month, a year, or a decade by its first year."""

    year: int
    month: int | None = None
    day: int | None = None
    decade: bool = False

    def __str__(self) -> str:
        """``1937-07-07``, ``1937-07``, ``1937``; ``1930s`` for a decade."""
        if self.decade:
            return f"{self.year}s"
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return "-".join(parts)

    @property
    def order(self) -> tuple[int, int, int]:
        """Where it begins; a year begins before its months."""
        return self.year, self.month or 0, self.day or 0


@dataclass(frozen=True, slots=True)
class Event:
    """A sentence of a book that is dated.

    ``citation`` holds the sentence word for word, with its place; ``words`` is where in
    ``Book.text`` the date is written. ``until`` is the end of a range. ``inferred``: a part
    of the date (its year, or more) is taken over from what stands before.
    """

    moment: Moment
    until: Moment | None
    inferred: bool
    words: Span
    citation: Citation

    @property
    def date(self) -> str:
        """``1937-07-07``, ``1937-07``, ``1937``, or ``1930s`` for a decade."""
        return str(self.moment)

    @property
    def written(self) -> str:
        """The date as the sentence has it."""
        start = self.citation.start or 0
        return self.citation.quote[self.words.start - start : self.words.end - start]
