"""What is printed on a sheet of paper, as lines with their places, before it is understood.

Made from a PDF's text layer or by OCR. Lengths are in points (1/72 inch) from the upper
left corner of the sheet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types import Span


CLOSING = tuple("，。、；：！？）》」』】〕〉")
"""Signs whose right half is empty."""

OPENING = tuple("（《「『【〔〈")
"""Signs whose left half is empty."""


@dataclass(frozen=True, slots=True)
class Part:
    """What of a line stands between two wide gaps, or between one and its end.

    ``start`` is where it begins in the line's text; the rest is as for a line.
    """

    start: int
    left: float
    right: float
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line, or a part of one that stands apart.

    ``size`` is that of most of its characters; ``raised`` are its characters that are set
    higher and smaller, as the marks of footnotes are; ``doubts`` are those that were read
    with little confidence. Spans are of ``text``. ``bold`` says that most are of a bold font.
    ``parts`` are given where there are gaps in it so wide that they may part columns.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    raised: tuple[Span, ...] = ()
    doubts: tuple[Span, ...] = ()
    bold: bool = False
    parts: tuple[Part, ...] = ()

    def moved(self, across: float, down: float = 0.0) -> Line:
        """Return the line so many points farther to the right and below."""
        parts = tuple(
            replace(part, left=part.left + across, right=part.right + across) for part in self.parts
        )
        return replace(
            self,
            left=self.left + across,
            right=self.right + across,
            top=self.top + down,
            bottom=self.bottom + down,
            parts=parts,
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One side of paper as the file has it: one printed page, or two side by side.

    ``label`` is the page number that the file declares, ``image`` the file of its picture
    relative to the folder of pictures; ``unreadable`` says in one sentence why it has no lines,
    where it should have.
    """

    width: float
    height: float
    lines: tuple[Line, ...]
    label: str | None = None
    image: str | None = None
    unreadable: str | None = None


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of a file's own outline: level 1 is the highest; ``sheet`` counts from 0."""

    title: str
    level: int
    sheet: int
    top: float | None = None
