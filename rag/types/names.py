"""The names of a book as an index gives them: each with every page that it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types.answers import Citation
    from rag.types.book import Place, Span


class NameKind(StrEnum):
    """What a name is of."""

    PERSON = "persons"
    PLACE = "places"
    INSTITUTION = "institutions"
    TREATY = "treaties"
    WORK = "works"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A page of a name: its place, where in the text it first stands there, and how often."""

    place: Place
    span: Span
    count: int


@dataclass(frozen=True, slots=True)
class IndexedName:
    """A name of a book with its pages.

    ``also`` are other spellings that stand in the book, the commonest first. ``count`` is how
    often it stands there in any of them. ``main`` cites the sentence that tells most of it;
    ``pages`` are all its pages in reading order, that of ``main`` among them.
    """

    name: str
    kind: NameKind
    also: tuple[str, ...]
    count: int
    main: Citation
    pages: tuple[Occurrence, ...]

    @property
    def pages_main_first(self) -> tuple[Occurrence, ...]:
        """The pages, the one of ``main`` before the others."""
        start = self.main.start or 0
        end = start + len(self.main.quote)
        first = [one for one in self.pages if start <= one.span.start < end][:1]
        main = first or [one for one in self.pages if one.place == self.main.place][:1]
        return (*main, *(one for one in self.pages if one not in main))
