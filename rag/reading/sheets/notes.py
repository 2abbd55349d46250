"""The notes at the foot of pages, and their marks in the text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.language.text import ends_sentence
from rag.reading.notes import Mark, tie
from rag.reading.sheets.lines import Cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.sheets.model import Line
    from rag.reading.sheets.sides import Measure

_CIRCLED = "①-⑳㉑-㉟㊱-㊿❶-❿⑴-⒇"
_STRONG = rf"[{_CIRCLED}]|[〔\[［]\s?\d{{1,3}}\s?[〕\]］]|\*{{1,3}}|[※†‡]"
_RAISED = re.compile(rf"^\s*(?:{_STRONG}|\d{{1,3}}\)?|[（(]\d{{1,3}}[)）])\s*$")
_MARK = re.compile(_STRONG)
_SIGN = re.compile(rf"^\s*(?P<sign>{_STRONG})\s*(?=\S)")
_WEAK_SIGN = re.compile(
    r"^\s*(?:(?P<sign>\d{1,3})(?:\s*[.．、:：]\s*|\s+)|(?P<bracketed>[（(]\d{1,3}[)）])\s*)(?=\D)"
)
_FIRST_SIGNS = {"1", "*", "※", "†"}
_UNREAD = re.compile(r"^\s*(?:[@©®&#%$§¤°€¢£¥□■◇◆�]|[\ue000-\uf8ff])")
_SMALLER = 0.93
_CLEAR = 1.12
_SEVERAL, _SELDOM = 3, 0.1
CAPTION_LINES = 3
"""How many lines may stand on a plate."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its lines, the sign taken out by ``cuts``.

    ``sign`` is empty where it cannot be read, and where it is the ``rest`` of a note of the page
    before.
    """

    sign: str
    lines: tuple[Line, ...]
    cuts: tuple[tuple[Cut, ...], ...]
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Foot:
    """The lines of a page above its notes, and the notes."""

    body: tuple[Line, ...]
    notes: tuple[Note, ...]


def plain_sign(sign: str) -> str:
    """Return a sign in one form for all ways to print it: ``①``, ``[1]`` and ``1`` are 1."""
    digits = re.search(r"\d+", unicodedata.normalize("NFKC", sign))
    if digits:
        return str(int(digits[0]))
    if "❶" <= sign <= "❿":
        return str(ord(sign) - ord("❶") + 1)
    return re.sub(r"\s", "", sign)


def find_marks(lines: Sequence[Line]) -> list[Mark]:
    """Return what may be marks of notes in the lines of a page, in order.

    A mark's ``block`` is the number of its line. What is raised is certain.
    """
    marks: list[Mark] = []
    for k, line in enumerate(lines):
        here = [
            Mark(
                k, span.start, span.end, plain_sign(line.text[span.start : span.end]), certain=True
            )
            for span in line.raised
            if _RAISED.match(line.text[span.start : span.end])
        ]
        here += [
            Mark(k, match.start(), match.end(), plain_sign(match[0]), certain=False)
            for match in _MARK.finditer(line.text)
            if not any(m.start < match.end() and match.start() < m.end for m in here)
        ]
        marks += sorted(here, key=lambda mark: mark.start)
    return marks


def sign_of(line: Line, *, small: bool) -> tuple[str, int] | None:
    """Return the sign that a line begins with, and where what follows it begins.

    A plain number counts where the line is ``small``.
    """
    for span in line.raised:
        if span.start == 0 and _RAISED.match(line.text[: span.end]) and span.end < len(line.text):
            return line.text[: span.end].strip(), span.end
    match = _SIGN.match(line.text)
    if match:
        return match["sign"], match.end()
    match = _WEAK_SIGN.match(line.text) if small else None
    return (match["sign"] or match["bracketed"], match.end()) if match else None


def note_sizes(pages: Sequence[Sequence[Line]], how: Measure) -> tuple[float, ...]:
    """Return the sizes smaller than that of the text which stand set off at the foot alone.

    Lines of such a size are notes, whether their signs can be read or not: quotations in small
    type stand anywhere on their pages.
    """
    feet: Counter[float] = Counter()
    elsewhere: Counter[float] = Counter()
    for lines in pages:
        start = _small_from(lines, how)
        if 0 < start < len(lines) and _clear(lines, start, how):
            feet[_rounded(lines[start].size)] += 1
        elsewhere.update({_rounded(line.size) for line in lines[:start]})
    return tuple(
        size
        for size, count in feet.items()
        if count >= _SEVERAL and elsewhere[size] <= _SELDOM * count
    )


def _small_from(lines: Sequence[Line], how: Measure) -> int:
    """Return where the small lines at the foot of a page begin."""
    start = len(lines)
    while start > 0 and lines[start - 1].size < _SMALLER * how.size:
        start -= 1
    return start


def _rounded(size: float) -> float:
    return round(2 * size) / 2


def find_notes(
    lines: Sequence[Line], how: Measure, open_note: Note | None, sizes: Sequence[float] = ()
) -> Foot:
    """Return the lines of a page parted into text and notes.

    Notes stand at the foot, in smaller type, and begin with a sign. ``open_note`` is the last
    note of the page before: what is small and has no sign is the rest of it. Where none goes on
    and the text has a mark that no sign answers, or a line begins with what may be a sign that
    was misread, it is a note whose sign cannot be read; so is what has one of the ``sizes`` that
    notes alone have. A whole page of small type without signs is text.
    """
    start = _small_from(lines, how)
    above = find_marks(lines[:start])
    marks = {mark.sign for mark in above}
    # Notes may begin with a plain number where marks are plain numbers.
    numbers = {m.sign for m in above if lines[m.block].text[m.start : m.end].strip().isdecimal()}
    numbers.add("1")
    if open_note is not None and plain_sign(open_note.sign).isdecimal():
        numbers.add(str(int(plain_sign(open_note.sign)) + 1))
    if start == len(lines):
        return _parted(lines, _same_size(lines, how), numbers, small=False)
    signs = [_believed(sign_of(line, small=True), numbers) for line in lines[start:]]
    first = next((k for k, sign in enumerate(signs) if sign), None)
    rest = open_note is not None and _goes_on(open_note)
    printed = [plain_sign(sign[0]) for sign in signs if sign]
    unread = _clear(lines, start, how) and (
        _rounded(lines[start].size) in sizes or _unread(lines[start], lines, above, printed)
    )
    if first is None:
        foot = start > 0 and _clear(lines, start, how) and (rest or unread)
        return _parted(lines, start if foot else len(lines), numbers, small=True, rest=rest)
    known = printed[0] in _FIRST_SIGNS or marks & set(printed)
    if start > 0 and not known and _rounded(lines[start].size) not in sizes:
        return _parted(lines, len(lines), numbers, small=True)
    if first and not (rest or (start > 0 and unread)):
        start += first
    return _parted(lines, start, numbers, small=True, rest=rest)


def misread(line: Line) -> bool:
    """Whether a line begins with what is no word and may be a sign that was misread."""
    return _UNREAD.match(line.text) is not None


def _unread(
    line: Line, lines: Sequence[Line], marks: Sequence[Mark], printed: Sequence[str]
) -> bool:
    """Whether a line may begin with a sign that cannot be read.

    So it may where it begins with what is no word, or where a mark that is certain to be one has
    no sign among those ``printed``; a raised number behind another may be a power.
    """
    return misread(line) or any(
        mark.certain
        and mark.sign not in printed
        and not lines[mark.block].text[: mark.start][-1:].isdecimal()
        for mark in marks
    )


def _same_size(lines: Sequence[Line], how: Measure) -> int:
    """Return where notes of the size of the text begin: set off, in order, with marks above."""
    for start in range(1, len(lines)):
        sign = sign_of(lines[start], small=False)
        if sign is None or not _clear(lines, start, how):
            continue
        marks = {mark.sign for mark in find_marks(lines[:start])}
        signs = [s for line in lines[start:] if (s := sign_of(line, small=False))]
        if all(plain_sign(s[0]) in marks for s in signs):
            return start
    return len(lines)


def _clear(lines: Sequence[Line], start: int, how: Measure) -> bool:
    """Whether a line is set off from the one above it."""
    if start == 0:
        return True
    return lines[start].bottom - lines[start - 1].bottom > _CLEAR * min(
        how.pitch, lines[start].size * how.pitch / how.size
    )


def _goes_on(note: Note) -> bool:
    return not ends_sentence(note.lines[-1].text)


def _believed(sign: tuple[str, int] | None, marks: set[str]) -> tuple[str, int] | None:
    """Return a sign unless it is a plain number that is no mark above."""
    if sign is None or not sign[0].isdecimal() or sign[0] in marks:
        return sign
    return None


def _parted(
    lines: Sequence[Line], start: int, marks: set[str], *, small: bool, rest: bool = False
) -> Foot:
    """Return the lines parted where the notes begin; ``rest`` says that one goes on there."""
    notes: list[Note] = []
    for line in lines[start:]:
        sign = sign_of(line, small=small)
        if sign is not None and _follows(notes, sign[0], marks):
            cut = (Cut(0, sign[1]),)
            notes.append(Note(sign[0], (line,), (cut,)))
        elif notes and not (misread(line) and not _goes_on(notes[-1])):
            last = notes[-1]
            notes[-1] = replace(last, lines=(*last.lines, line), cuts=(*last.cuts, ()))
        else:
            notes.append(Note("", (line,), ((),), rest=rest and not notes))
    return Foot(tuple(lines[:start]), tuple(notes))


def _follows(notes: Sequence[Note], sign: str, marks: set[str]) -> bool:
    """Whether a sign may come next: plain numbers only where they count on or are marks above."""
    if not sign.isdecimal():
        return True
    before = [note.sign for note in notes if note.sign]
    if not before:
        return sign in marks
    last = plain_sign(before[-1])
    return not last.isdecimal() or int(sign) == int(last) + 1


def tie_notes(notes: Sequence[Note], marks: Sequence[Mark]) -> list[int | None]:
    """For each note with a sign, the index of its mark among the marks of the page, or None."""
    return tie([plain_sign(note.sign) for note in notes if note.sign], marks)
