"""Footnotes: which blocks are notes, and where their marks stand in the running text.

At the foot of pages marks restart on each, so a note belongs to the nearest mark of its kind
before it, after the notes of the page before. In a list at the end of a chapter or book notes
and marks come in the same order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.language.text import ends_sentence, joint

if TYPE_CHECKING:
    from collections.abc import Sequence

_CIRCLED = "①-⑳㉑-㉟㊱-㊿❶-❿"
_SIGN = rf"[{_CIRCLED}]|[〔\[［]\s?\d{{1,3}}\s?[〕\]］]|\*{{1,9}}|※|†|‡"
_PAREN = r"[(（]\s?\d{1,3}\s?[)）]"
_NOTE = re.compile(
    rf"^\s*(?P<caret>\^?)\s*(?P<sign>{_SIGN}|{_PAREN}|\d{{1,3}}(?=\s))\s*(?P<text>\S.*)$", re.DOTALL
)
_LISTED = re.compile(rf"^\s*(?:{_SIGN}|{_PAREN}|\d{{1,3}}\s?[.．、]|\d{{1,3}}(?=\s))\s*(?=\S)")
_MARK = re.compile(
    rf"\s*\^\s*(?P<caret>{_SIGN}|\d{{1,3}}(?!\d)|[（(]\d{{1,3}}[)）])\s*|\s*(?P<bare>{_SIGN})\s*"
    # A number in brackets numbers what follows, unless something has just ended.
    rf"|(?<=[。！？…”’』」》.!?\"])(?P<paren>{_PAREN})"
)
_LAST_MARKS = re.compile(rf"(?:\s*\^?(?:{_SIGN}|{_PAREN})|\s*\^\s*\d{{1,3}})+\s*$")


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
    return [
        Mark(
            block,
            match.start(),
            match.end(),
            _plain(match["caret"] or match["bare"] or match["paren"]),
            certain=match["caret"] is not None,
        )
        for match in _MARK.finditer(text)
    ]


def ends_whole(text: str) -> bool:
    """Whether a text ends as a sentence does, marks of notes at its end aside."""
    return ends_sentence(text) or ends_sentence(_LAST_MARKS.sub("", text))


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


def as_listed(text: str) -> NoteBlock | None:
    """Return the note that a block would be in a list of notes: ``1.`` will do as a sign there."""
    match = _LISTED.match(text)
    if match is None:
        return as_note(text)
    return NoteBlock(_plain(match[0]).strip("．.、"), text[match.end() :].strip(), certain=False)


def align(notes: Sequence[str], marks: Sequence[Mark]) -> list[int | None]:
    """For each note of a list at the end of a chapter or book, the index of its mark, or None.

    Notes and marks come in the same order: the heaviest common sequence by number, by
    dynamic programming (Wagner and Fischer 1974), marks that are certain weighing more.
    """
    signs = np.array([value(mark.sign) for mark in marks])
    weights = np.array([3.0 if mark.certain else 2.0 for mark in marks])
    # Of two ways as good, the one is taken that has the same kind of sign.
    best = np.zeros((len(notes) + 1, len(marks) + 1))
    for k, note in enumerate(notes):
        same = np.array([mark.sign == note for mark in marks], dtype=bool)
        gains = np.where(signs == value(note), weights + 0.5 * same, 0.0)
        taken = np.concatenate(([0.0], np.where(gains > 0, best[k, :-1] + gains, 0.0)))
        best[k + 1] = np.maximum.accumulate(np.maximum(best[k], taken))
    tied: list[int | None] = [None] * len(notes)
    k, m = len(notes), len(marks)
    while k > 0 and m > 0:
        if best[k, m] == best[k - 1, m]:
            k -= 1
        elif best[k, m] == best[k, m - 1]:
            m -= 1
        else:
            k, m = k - 1, m - 1
            tied[k] = m
    return tied


def is_note(note: NoteBlock, recent: Sequence[Mark], *, cut: bool, after: str | None) -> bool:
    """Whether a block written like a note is one.

    ``recent`` are the marks since the last notes; ``cut`` says that the text before
    stops in mid-sentence; ``after`` is the sign of the note just before, if any.
    """
    if note.certain:
        return True
    if note.sign.isdecimal():
        return any(mark.sign == note.sign and mark.certain for mark in recent)
    if any(mark.sign == note.sign for mark in recent):
        return True
    if after is not None:
        return value(note.sign) == value(after) + 1
    return cut and value(note.sign) == 1 and not note.sign.startswith("(")


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
    return re.sub(r"\s", "", sign).translate(
        str.maketrans("［］〔〕（）０１２３４５６７８９", "[][]()0123456789")
    )


def family(sign: str) -> str:
    """Return what signs of one kind have in common: brackets, stars, circles or bare digits."""
    bare = re.sub(r"\d+", "1", sign)
    return "①" if re.match(f"[{_CIRCLED}]", bare) else bare[:1] + bare[-1:]


def value(sign: str) -> int:
    """Return the number that a sign stands for, 0 where it stands for none."""
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
