"""Footnotes: which blocks are notes, and where their marks stand in the running text.

Marks restart on each page, so a note belongs to the nearest mark of its kind before it,
after the notes of the page before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.reading.folding import joint

if TYPE_CHECKING:
    from collections.abc import Sequence

_CIRCLED = "①-⑳㉑-㉟㊱-㊿❶-❿"
_SIGN = rf"[{_CIRCLED}]|[〔\[［]\s?\d{{1,3}}\s?[〕\]］]|\*{{1,3}}|※|†|‡"
_NOTE = re.compile(rf"^\s*(?P<caret>\^?)\s*(?P<sign>{_SIGN})\s*(?P<text>\S.*)$", re.DOTALL)
_MARK = re.compile(
    rf"\s*\^\s*(?P<caret>{_SIGN}|\d{{1,3}}(?!\d)|[（(]\d{{1,3}}[)）])\s*|\s*(?P<bare>{_SIGN})\s*"
)
_FARTHEST = 3000


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign in the running text: block ``block``, characters [start, end) of it.

    ``certain`` says that it is written as a mark (``^①``) and can be nothing else.
    """

    block: int
    start: int
    end: int
    sign: str
    certain: bool


@dataclass(frozen=True, slots=True)
class NoteBlock:
    """A block that is written as a footnote; ``certain`` where it begins with ``^``."""

    sign: str
    text: str
    certain: bool


def as_note(text: str) -> NoteBlock | None:
    """Return the note that a block would be, or None where it begins with no sign of one."""
    match = _NOTE.match(text)
    if match is None:
        return None
    return NoteBlock(_plain(match["sign"]), match["text"].strip(), certain=bool(match["caret"]))


def find_marks(block: int, text: str) -> list[Mark]:
    """Return the signs in a block of running text that may be marks of footnotes, in order."""
    if "^" not in text and not re.search(_SIGN, text):
        return []
    return [
        Mark(
            block,
            match.start(),
            match.end(),
            _plain(match["caret"] or match["bare"]),
            certain=match["caret"] is not None,
        )
        for match in _MARK.finditer(text)
    ]


def tie(notes: Sequence[str], marks: Sequence[Mark]) -> list[int | None]:
    """For each note of a page (its sign), the index of its mark, or None.

    ``marks`` are those since the notes of the page before. Taken from the last note
    backwards, each note gets the last mark of its sign before the mark of the next
    note, a certain mark before an uncertain one.
    """
    tied: list[int | None] = [None] * len(notes)
    limit = len(marks)
    for k in range(len(notes) - 1, -1, -1):
        fitting = [m for m in range(limit) if marks[m].sign == notes[k]]
        certain = [m for m in fitting if marks[m].certain]
        chosen = (certain or fitting)[-1] if fitting else None
        tied[k] = chosen
        limit = chosen if chosen is not None else limit
    return tied


def is_note(note: NoteBlock, recent: Sequence[Mark], *, cut: bool, after: str | None) -> bool:
    """Whether a block written like a note is one.

    ``recent`` are the marks since the last notes; ``cut`` says that the text before
    stops in mid-sentence; ``after`` is the sign of the note just before, if any.
    """
    if note.certain:
        return True
    if any(mark.sign == note.sign for mark in recent):
        return True
    if after is not None:
        return _value(note.sign) == _value(after) + 1
    return cut and _value(note.sign) == 1


def without(text: str, removed: Sequence[Mark]) -> tuple[str, list[int]]:
    """Return a text without the given marks, and the offset at which each of them stood."""
    kept: list[str] = []
    offsets: list[int] = []
    length = last = 0
    for mark in removed:
        before = text[last : mark.start]
        kept.append(before)
        length += len(before)
        offsets.append(length)
        space = joint(text[mark.start - 1 : mark.start], text[mark.end : mark.end + 1])
        kept.append(space)
        length += len(space)
        last = mark.end
    kept.append(text[last:])
    return "".join(kept), offsets


def _plain(sign: str) -> str:
    return re.sub(r"\s", "", sign).translate(str.maketrans("［］", "[]"))


def _value(sign: str) -> int:
    if sign in {"*", "※", "†"}:
        return 1
    if set(sign) == {"*"}:
        return len(sign)
    digits = re.search(r"\d+", sign)
    if digits:
        return int(digits[0])
    point = ord(sign[0])
    for first, value, count in (
        (0x2460, 1, 20),
        (0x3251, 21, 15),
        (0x32B1, 36, 15),
        (0x2776, 1, 10),
    ):
        if first <= point < first + count:
            return point - first + value
    return 0
