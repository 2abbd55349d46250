"""Pages that are known, with their blocks -> a Book.

What has pages of its own (paged Markdown, PDF, OCR, EPUB with a page list, DOCX) becomes a
row of leaves; ``bind`` makes one text of them, and pages, sections and footnotes over it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.language.text import joint, narrow_count
from rag.reading.binding.binder import Laid, PageStart, Placed, Role, make_book
from rag.reading.binding.matching import match_headings
from rag.reading.outline import headings_missing, outlined
from rag.types import Footnote, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Book, BookRecord, ContentsEntry, PageStatus

_WORD_GOES_ON = "\u00ad"
_AROUND = 12


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

    ``text`` is one line, without the marks of notes, which are in ``marks``. ``level`` is a
    heading's (1 a chapter or part of the book). ``continues`` says that it is the rest of the
    last block of its role, which the page before cut; where it cut a word, the block before
    ends with a soft hyphen (U+00AD). A note has its printed ``sign``, and the
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


@dataclass(frozen=True, slots=True)
class _Placed:
    """A block with its leaf and where it begins in the book's text."""

    block: Block
    leaf: int
    start: int
    joined: bool

    @property
    def end(self) -> int:
        """Where it ends, as far as it is not joined."""
        return self.start + len(self.block.text)


def trimmed(text: str, marks: Sequence[Mark], following: str = "") -> Block:
    """Return a block of running text without white space at its ends.

    ``following`` is what follows a mark of a page that stands in the middle of the
    paragraph: the block then ends so that ``bind`` joins the two as they were written.
    """
    left, right = text.strip(), following.lstrip()
    lead = len(text) - len(text.lstrip())
    if left and right:
        if text[-1:].isspace() or following[:1].isspace():
            left += " " if narrow_count(left[-1] + right[0]) else ""
        elif joint(left, right):
            left += _WORD_GOES_ON
    return Block(
        Role.TEXT,
        left,
        marks=tuple(replace(m, at=min(max(m.at - lead, 0), len(left))) for m in marks),
    )


def bind(
    leaves: Sequence[Leaf],
    record: BookRecord,
    outline: Sequence[ContentsEntry],
    problems: Sequence[Problem],
) -> Book:
    """Return the book that the leaves make.

    ``outline`` is the printed or declared table of contents: headings that it names take its
    form and level. Where it is empty, the headings make it, with the labels of their pages as
    far as those are exact. A block that continues is joined to the one it continues; if that
    one ends with a soft hyphen, the page cut a word, and the hyphen goes. A leaf without
    running text is a page without characters. A note belongs to the leaf on which it begins,
    and to the first mark of its key that no note before it took.

    Added to ``problems``: marks without a note, notes without a mark, headings of the outline
    that the leaves lack, and headings that stand on another page than the outline gives.
    """
    text, placed = _lay_out(leaves, 0, notes=False)
    texts = [item.block.text if item.block.role is Role.HEADING else None for item in placed]
    matched = match_headings(texts, [item.block.level for item in placed], outline)
    headings, entries = outlined(matched, outline)
    beneath, notes = _lay_out(leaves, len(text), notes=True)
    footnotes, unnoted = _footnotes(leaves, placed, notes, text)
    laid = Laid(
        text=text,
        blocks=[Placed(item.block.role, item.start, item.end) for item in placed],
        pages=_pages(leaves, placed, len(text)),
        headings=headings,
        beneath=beneath,
        footnotes=footnotes,
        doubts=[
            Span(item.start + doubt.start, item.start + doubt.end)
            for item in (*placed, *notes)
            for doubt in item.block.doubts
        ],
    )
    missing = headings_missing(entries, {h.entry for h in headings if h.entry is not None})
    return make_book(record, laid, entries, [*problems, *missing], unnoted)


def _lay_out(leaves: Sequence[Leaf], at: int, *, notes: bool) -> tuple[str, list[_Placed]]:
    """Return the running text, or the notes, one a line, and where each block begins.

    ``at`` is the offset at which the text begins.
    """
    parts: list[str] = []
    placed: list[_Placed] = []
    length = at
    for number, leaf in enumerate(leaves):
        for block in leaf.blocks:
            if not block.text or (block.role is Role.NOTE) is not notes:
                continue
            joined = block.continues and bool(placed) and placed[-1].block.role is block.role
            if joined:
                link = joint(parts[-1], block.text)
                if parts[-1].endswith(_WORD_GOES_ON):
                    parts[-1] = parts[-1][:-1]
                    length -= 1
            elif parts:
                link = "\n"
            else:
                link = ""
            parts += [link, block.text.replace("\n", " ")]
            length += len(link)
            placed.append(_Placed(block, number, length, joined))
            length += len(block.text)
    if parts:
        parts.append("\n")
    return "".join(parts), placed


def _pages(leaves: Sequence[Leaf], placed: Sequence[_Placed], length: int) -> list[PageStart]:
    """Return where the pages begin; one without running text does where the next does."""
    starts = {item.leaf: item.start for item in reversed(placed)}
    pages: list[PageStart] = []
    start = length
    for k in reversed(range(len(leaves))):
        leaf, start = leaves[k], starts.get(k, start)
        pages.append(PageStart(start, leaf.label, leaf.status, leaf.reasons, leaf.image))
    return pages[::-1]


def _footnotes(
    leaves: Sequence[Leaf], placed: Sequence[_Placed], notes: Sequence[_Placed], text: str
) -> tuple[list[Footnote], list[Problem]]:
    """Return the notes in order, each tied to its mark, and the marks without a note."""
    marks: dict[str, deque[tuple[Mark, int, int]]] = defaultdict(deque)
    for item in placed:
        for mark in item.block.marks:
            marks[mark.key].append((mark, item.start + mark.at, item.leaf))
    footnotes: list[Footnote] = []
    for k, item in enumerate(notes):
        if item.joined:
            continue
        last = k
        while last + 1 < len(notes) and notes[last + 1].joined:
            last += 1
        waiting = marks.get(item.block.key)
        tied = waiting.popleft() if waiting else None
        sign = item.block.sign or (tied[0].sign if tied else "")
        anchor = tied[1] if tied else None
        footnotes.append(Footnote(sign, item.start, notes[last].end, item.leaf, anchor))
    keys = {item.block.key for item in notes}
    unnoted = [
        Problem(
            "mark_without_note",
            f"The mark {mark.sign} has no footnote: …{text[max(at - _AROUND, 0) : at]}{mark.sign}",
            leaves[leaf].label,
        )
        for key, waiting in marks.items()
        if key not in keys
        for mark, at, leaf in waiting
    ]
    return footnotes, unnoted
