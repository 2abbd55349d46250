"""What the library and its checks report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types.book import BookRecord, ContentsEntry, Correction, Problem


@dataclass(frozen=True, slots=True)
class BookSummary:
    """What the library says of one of its books; ``corrections`` are its record's and others'.

    ``source`` is the URI of the file it was last added from, and ``added`` when that was (ISO
    8601, UTC), if that is known. ``exact``, ``approximate`` and ``unknown`` are how many of its
    pages are how sure; ``edited`` are the fields of its record that were set by hand.
    """

    record: BookRecord
    pages: int
    sections: int
    passages: int
    footnotes: int
    contents: tuple[ContentsEntry, ...] = ()
    problems: tuple[Problem, ...] = ()
    digest: str = ""
    corrections: tuple[Correction, ...] = ()
    source: str | None = None
    added: str | None = None
    exact: int = 0
    approximate: int = 0
    unknown: int = 0
    edited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding one file. ``status``: added, unchanged or replaced.

    ``replaced_title`` is the title of what went, where something did.
    """

    id: str
    title: str
    status: str
    pages: int
    sections: int
    passages: int
    footnotes: int
    problems: tuple[Problem, ...] = field(default=())
    seconds: float = 0.0
    replaced_title: str | None = None

    @property
    def pages_per_second(self) -> float:
        """Pages read and indexed a second, all work included; 0 where nothing was done."""
        return self.pages / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Shelf:
    """A set of books that has a name; ``books`` are ids, of which some may be gone."""

    name: str
    books: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a health check: what was looked at, whether it is well, and in words."""

    name: str
    ok: bool
    text: str
