"""Pages and marks of notes of a Word document, counted as Word counts them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.reading.flow import Turn, local
from rag.reading.formats.docx.numbers import number_text
from rag.reading.formats.docx.styles import child, value
from rag.types import PageStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element

_LAID_OUT = "the page on which Word last laid it out"
_NOT_LAID_OUT = "the file does not say where Word last ended its pages"


@dataclass(frozen=True, slots=True)
class Numbering:
    """How notes are numbered: the format, the first number, and what begins them again."""

    kind: str
    start: int = 1
    restart: str = "continuous"


FOOTNOTES = Numbering("decimal")
ENDNOTES = Numbering("lowerRoman")


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a document: how it begins, how its pages and its notes are numbered."""

    begins: str
    start: int | None
    kind: str
    footnotes: Numbering
    endnotes: Numbering


def numbering_of(element: _Element | None, usual: Numbering) -> Numbering:
    """Return the numbering of notes that a ``footnotePr`` or ``endnotePr`` gives."""
    start = value(child(element, "numStart"))
    return replace(
        usual,
        kind=value(child(element, "numFmt")) or usual.kind,
        start=int(start) if start.isdigit() else usual.start,
        restart=value(child(element, "numRestart")) or usual.restart,
    )


def parts_of(body: _Element, footnotes: Numbering, endnotes: Numbering) -> list[Part]:
    """Return the sections of a document in order; ``footnotes`` and ``endnotes`` are usual."""
    parts = []
    for element in body.iter():
        above = element.getparent()
        changed = above is not None and local(above) == "sectprchange"
        if local(element) == "sectpr" and not changed:
            pages = child(element, "pgNumType")
            start = value(pages, "start")
            parts.append(
                Part(
                    begins=value(child(element, "type")) or "nextPage",
                    start=int(start) if start.isdigit() else None,
                    kind=value(pages, "fmt") or "decimal",
                    footnotes=numbering_of(child(element, "footnotePr"), footnotes),
                    endnotes=numbering_of(child(element, "endnotePr"), endnotes),
                )
            )
    return parts or [Part("nextPage", None, "decimal", footnotes, endnotes)]


@dataclass(slots=True)
class Counter:
    """Where a document stands: its section, its page, and the last numbers of its notes.

    ``laid_out`` says that the file has the ends of pages as Word last laid them out;
    ``forced`` that a page has just been begun by a break, which such an end then repeats.
    """

    parts: Sequence[Part]
    laid_out: bool
    part: int = 0
    number: int = 1
    page: int = 0
    forced: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    since: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Stand on the first page of the first section."""
        self.number = 1 if self.parts[0].start is None else self.parts[0].start

    def here(self, at: int) -> Turn:
        """Return the turn to the page that is open, before character ``at``."""
        if not self.laid_out:
            return Turn(at, None, PageStatus.UNKNOWN, _NOT_LAID_OUT)
        label = number_text(self.number, self.parts[self.part].kind) or None
        status = PageStatus.UNKNOWN if label is None else PageStatus.APPROXIMATE
        return Turn(at, label, status, _LAID_OUT)

    def turn(self, at: int, *, forced: bool) -> Turn | None:
        """Begin a page at a break, or where Word last ended one; None where that is the same."""
        if self.forced and not forced:
            self.forced = False
            return None
        self.forced = forced
        self.number += 1
        self.page += 1
        return self.here(at)

    def next_part(self) -> Turn | None:
        """Go on to the next section; return the turn to its first page, if it begins one."""
        self.part = min(self.part + 1, len(self.parts) - 1)
        part = self.parts[self.part]
        if part.begins in {"continuous", "nextColumn"}:
            return None
        self.number += 1
        self.number += (part.begins, self.number % 2) in {("evenPage", 1), ("oddPage", 0)}
        self.number = self.number if part.start is None else part.start
        self.page += 1
        self.forced = True
        return self.here(0)

    def sign(self, kind: str) -> str:
        """Return the number of the next footnote or endnote as it is printed."""
        part = self.parts[self.part]
        numbering = part.footnotes if kind == "footnote" else part.endnotes
        restarts = {"eachSect": (self.part, 0), "eachPage": (0, self.page)}
        place = restarts.get(numbering.restart, (0, 0))
        if self.since.setdefault(kind, place) != place or kind not in self.counts:
            self.since[kind] = place
            self.counts[kind] = numbering.start - 1
        self.counts[kind] += 1
        return number_text(self.counts[kind], numbering.kind)
