"""Text that flows (EPUB, HTML, DOCX) -> leaves.

A flow is a row of pieces, paragraphs and headings and notes, in which pages turn where a
mark says so. A mark is trusted as far as its neighbours bear it out.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from rag.language.numbers import page_number
from rag.language.text import CJK, is_ornament, letters_of, mended
from rag.reading.binding import Block, Leaf, Mark, Role, trimmed
from rag.reading.files import INVISIBLE, invisible_characters
from rag.reading.outline import is_part, split_heading
from rag.types import PageStatus, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

UNMARKED = "no page mark stands before it"
_SPACE = " \t\n\r\f\v\xa0\u2000-\u200a\u202f\u205f"
_GAP = re.compile(f"[{_SPACE}]+")
_IS_CJK = re.compile(f"[{CJK}]")
_AHEAD = 40
"""Characters behind a page's end that show how the page cut the text."""
_LONG = 2.2
"""How many times the usual length makes a page too long to be one."""
_LONG_AT_LEAST = 400
_FEW = 5
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a page begins in a piece: before character ``at``."""

    at: int
    label: str | None
    status: PageStatus
    reason: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, heading, line of contents or note of a flow.

    ``text`` is one line without the marks of notes; a piece without text only turns pages.
    ``stands`` says that a note is printed where it comes in the flow, and not at the foot
    of the page of its mark. ``raised`` are stretches of a paragraph that are set higher.
    """

    role: Role
    text: str
    level: int = 0
    marks: tuple[Mark, ...] = ()
    turns: tuple[Turn, ...] = ()
    sign: str = ""
    key: str = ""
    stands: bool = True
    raised: tuple[Span, ...] = ()


@dataclass(slots=True)
class Line:
    """A line as it fills; white space is held back until a word follows it.

    ``signed`` says that the sign of a note was left out at its beginning.
    """

    parts: list[str] = field(default_factory=list)
    length: int = 0
    gap: str = ""
    marks: list[Mark] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    signed: bool = False
    raised: list[Span] = field(default_factory=list)

    def write(self, text: str) -> None:
        """Add text, its white space closed up as a browser does."""
        gaps = _GAP.findall(text)
        for k, part in enumerate(_GAP.split(text)):
            if k:
                self.gap += gaps[k - 1]
            if part:
                self.put(self._joint(part) + part)

    def write_raised(self, text: str) -> None:
        """Add text that is set higher than what stands about it."""
        self.write(text)
        start = self.length - len(text.strip())
        if self.raised and self.raised[-1].end == start:
            start = self.raised.pop().start
        if start < self.length:
            self.raised.append(Span(start, self.length))

    def put(self, text: str) -> None:
        """Add text as it is; white space held back is forgotten."""
        self.parts.append(text)
        self.length += len(text)
        self.gap = ""

    def _joint(self, following: str) -> str:
        """Return what white space before a word stands for: nothing at a line's end in Chinese."""
        last = self.parts[-1][-1] if self.parts else "\t"
        if not self.gap or last == "\t":
            return ""
        chinese = _IS_CJK.match(last) and _IS_CJK.match(following[0])
        return "" if chinese and "\n" in self.gap else " "


@dataclass(slots=True)
class Read:
    """What was read of documents: the pieces, and where in them each id stands.

    ``hidden`` counts the characters that were left out because nobody sees them,
    ``invisible`` those that have no shape.
    """

    pieces: list[Piece] = field(default_factory=list)
    ids: dict[tuple[str, str], int] = field(default_factory=dict)
    hidden: int = 0
    invisible: Counter[str] = field(default_factory=Counter)

    def seen(self, text: str) -> str:
        """Return what of a text can be seen, its letters mended, and count the rest."""
        text = mended(text)
        found = INVISIBLE.findall(text)
        if not found:
            return text
        self.invisible.update(found)
        return INVISIBLE.sub("", text)

    def take(self, line: Line, level: int, *, contents: bool) -> None:
        """Add a line that is full as a piece; one without text that turns no page is none.

        Nor is a row of ornaments.

        ``level`` is a heading's, 0 for any other line; ``contents`` says that it stands in a
        table of contents.
        """
        text = "".join(line.parts)
        if is_ornament(text) and not line.marks:
            text = ""
        if not text.strip() and not line.turns:
            return
        role = Role.HEADING if level else Role.CONTENTS if contents else Role.TEXT
        self.pieces.append(
            Piece(
                role, text, level, tuple(line.marks), tuple(line.turns), raised=tuple(line.raised)
            )
        )

    def problems(self) -> list[Problem]:
        """Return what was left out because nobody sees it."""
        found = []
        if self.hidden:
            found.append(Problem("hidden_text", f"{self.hidden} hidden characters were left out."))
        if self.invisible:
            found.append(invisible_characters(self.invisible))
        return found


@dataclass(slots=True)
class _Draft:
    label: str | None
    status: PageStatus
    reasons: tuple[str, ...]
    blocks: list[Block] = field(default_factory=list)

    @property
    def length(self) -> int:
        """The number of characters of running text."""
        return sum(len(b.text) for b in self.blocks if b.role is not Role.NOTE)


def to_leaves(pieces: Sequence[Piece], reason: str = UNMARKED) -> list[Leaf]:
    """Return the pages of a flow; what comes before the first mark has no label, for a reason.

    Headings that directly follow running text and stand directly above a mark are on its
    page: no printer leaves a heading at the foot of a page.
    """
    drafts = [_Draft(None, PageStatus.UNKNOWN, (reason,))]
    places: dict[str, int] = {}
    floating: list[Piece] = []
    for piece in pieces:
        if piece.role is Role.NOTE and not piece.stands:
            floating.append(piece)
            continue
        wrote = False
        cuts = [0, *(min(turn.at, len(piece.text)) for turn in piece.turns), len(piece.text)]
        for k, (start, end) in enumerate(pairwise(cuts)):
            if k:
                _turn(drafts, piece.turns[k - 1], inside=bool(piece.text))
            block = _segment(piece, start, end, first=k == 0)
            if not block.text:
                continue
            drafts[-1].blocks.append(replace(block, continues=wrote))
            for mark in block.marks:
                places.setdefault(mark.key, len(drafts) - 1)
            wrote = True
    for piece in floating:
        place = places.get(piece.key, len(drafts) - 1)
        drafts[place].blocks.append(Block(Role.NOTE, piece.text, sign=piece.sign, key=piece.key))
    kept = [d for d in drafts if d.blocks or d.label is not None]
    return [Leaf(d.label, d.status, d.reasons, tuple(d.blocks)) for d in kept]


def _segment(piece: Piece, start: int, end: int, *, first: bool) -> Block:
    marks = [
        replace(mark, at=mark.at - start)
        for mark in piece.marks
        if start < mark.at <= end or (first and mark.at == start)
    ]
    block = trimmed(piece.text[start:end], marks, piece.text[end : end + _AHEAD])
    return replace(block, role=piece.role, level=piece.level, sign=piece.sign, key=piece.key)


def _turn(drafts: list[_Draft], turn: Turn, *, inside: bool) -> None:
    """Begin a page, unless the mark repeats that of the page that is open.

    ``inside`` says that the mark stands in a piece with text.
    """
    blocks = drafts[-1].blocks
    above = len(blocks)
    while above and blocks[above - 1].role is Role.HEADING:
        above -= 1
    moved = blocks[above:] if above or (inside and drafts[-1].label is None) else []
    chapter = any(block.level == 1 for block in blocks[above:])
    if turn.label is not None and turn.label == drafts[-1].label and not (moved and chapter):
        return
    if moved:
        del blocks[above:]
    drafts.append(_Draft(turn.label, turn.status, (turn.reason,), moved))


def settled(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, notes at an end of the text put back under their marks if need be.

    Programs move the notes of a printed page to the end and call them endnotes. That they
    were printed there shows in a page mark among them or directly before them.
    """
    rows = list(pieces)
    zone: list[int] = []
    turned = paged = False
    for k, piece in enumerate([*rows, Piece(Role.TEXT, ".")]):
        turned = turned or bool(piece.turns)
        if piece.role is Role.NOTE:
            zone.append(k)
            paged = paged or turned
        elif piece.role is not Role.HEADING and piece.text:
            for note in () if paged else zone:
                rows[note] = replace(rows[note], stands=False)
            zone, turned, paged = [], False, False
    return rows


def checked(leaves: Sequence[Leaf]) -> tuple[list[Leaf], list[Problem]]:
    """Return the leaves, those no longer sure whose marks cannot be right, and what was found.

    A label that breaks the row of its neighbours is dropped. A page much longer than usual
    lacks the mark of the next: where the numbers leave a gap of a page or two, its label is
    approximate, else (behind the last mark, say) it is dropped.
    """
    found = [page_number(leaf.label) if leaf.label is not None else None for leaf in leaves]
    marked = [k for k, leaf in enumerate(leaves) if leaf.status is PageStatus.EXACT]
    lengths = {k: sum(len(b.text) for b in leaves[k].blocks if b.role is not Role.NOTE)
               for k in marked}  # fmt: skip
    usual = median(lengths.values()) if len(marked) >= _FEW else 0
    result = list(leaves)
    problems: list[Problem] = []
    for k in marked:
        here = found[k]
        before = found[k - 1] if k else None
        after = found[k + 1] if k + 1 < len(leaves) else None
        label = leaves[k].label
        if here and before and after and _breaks(before, here, after):
            result[k] = _doubted(leaves[k], "its mark breaks the row of its neighbours")
            problems.append(
                Problem(
                    "page_mark_contradicted",
                    f"The mark of page {label} stands between those of pages "
                    f"{leaves[k - 1].label} and {leaves[k + 1].label}; it is not believed.",
                )
            )
            continue
        goes_on = here and after and here[1] == after[1]
        gap = after[0] - here[0] if here and after and goes_on else 0
        if usual and lengths[k] > max(_LONG * usual, _LONG_AT_LEAST) and gap != 1:
            reason = f"no mark for {lengths[k] / usual:.0f} times the usual length of a page"
            near = 1 < gap <= _NEAR
            result[k] = (
                replace(leaves[k], status=PageStatus.APPROXIMATE,
                        reasons=(*leaves[k].reasons, reason))
                if near
                else _doubted(leaves[k], reason)
            )  # fmt: skip
            problems.append(
                Problem("page_mark_missing", f"Behind the mark of page {label} there is {reason}.")
            )
    return result, problems


def _breaks(before: tuple[int, str], here: tuple[int, str], after: tuple[int, str]) -> bool:
    """Whether a number stands out between two that go on without it."""
    if before[1] != after[1] or before[0] >= after[0]:
        return False
    return here[1] != before[1] or not before[0] < here[0] < after[0]


def _doubted(leaf: Leaf, reason: str) -> Leaf:
    return replace(leaf, label=None, status=PageStatus.UNKNOWN, reasons=(*leaf.reasons, reason))


def levelled(pieces: Iterable[Piece], title: str) -> tuple[list[Piece], str | None]:
    """Return the pieces with chapters at level 1, and the book's title if a heading gives it.

    That is the first heading, where it is ``title``, or where it alone is of the highest
    level, names no chapter or part, and headings of the next level follow.
    """
    rows, found = without_title(pieces, title)
    headed = [k for k, piece in enumerate(rows) if piece.role is Role.HEADING]
    levels = [rows[k].level for k in headed]
    least = min(levels, default=1)
    alone = levels[:1] == [least] and levels.count(least) == 1 and least + 1 in levels
    if alone and found is None:
        first = rows[headed[0]]
        if split_heading(first.text)[1] is None and not is_part(first.text):
            found = first.text
            rows[headed[0]] = replace(first, role=Role.TEXT, level=0)
            least += 1
    return [
        replace(piece, level=piece.level - least + 1) if piece.role is Role.HEADING else piece
        for piece in rows
    ], found


def without_title(pieces: Iterable[Piece], title: str) -> tuple[list[Piece], str | None]:
    """Return the pieces, headings before all others that repeat the book's title made text."""
    rows = list(pieces)
    found = None
    for k, piece in enumerate(rows):
        if piece.role is Role.HEADING:
            if not title or letters_of(piece.text) != letters_of(title):
                break
            rows[k], found = replace(piece, role=Role.TEXT, level=0), piece.text
    return rows, found
