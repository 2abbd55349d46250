"""Pages that are known, with their blocks -> a Book.

What has pages of its own (paged Markdown, PDF, OCR, EPUB with a page list, DOCX) becomes a
row of leaves; ``bind`` makes one text of them, and pages, sections and footnotes over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Book, BookRecord, ContentsEntry, PageStatus, Problem, Span


class Role(Enum):
    """What a block is."""

    TEXT = auto()
    HEADING = auto()
    NOTE = auto()
    CONTENTS = auto()


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the mark of a note stood in a block's text: behind character ``at`` - 1.

    ``key`` is what its note has, ``sign`` the mark as printed.
    """

    at: int
    key: str
    sign: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or note as it stands on one page, or what of it does.

    ``text`` is without the marks of notes, which are in ``marks``. ``level`` is a heading's
    (1 a chapter or part of the book). ``continues`` says that it is the rest of the last
    block of its role, which the page before cut. A note has its printed ``sign``, and the
    ``key`` of its mark. ``doubts`` are characters read with little confidence.
    """

    role: Role
    text: str
    level: int = 0
    continues: bool = False
    marks: tuple[Mark, ...] = ()
    sign: str = ""
    key: str = ""
    doubts: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One printed page: its label and how sure it is, and its blocks in reading order."""

    label: str | None
    status: PageStatus
    reasons: tuple[str, ...]
    blocks: tuple[Block, ...]
    image: str | None = None


def bind(
    leaves: Sequence[Leaf],
    record: BookRecord,
    outline: Sequence[ContentsEntry],
    problems: Sequence[Problem],
) -> Book:
    """Return the book that the leaves make.

    ``outline`` is the printed or declared table of contents; where it is empty, the
    headings make it, with the labels of their pages. A mark without a note and a note
    without a mark are problems.
    """
    raise NotImplementedError
