"""Glyphs with their places -> the printed lines of a sheet.

The order in which a file draws its glyphs is not trusted: lines are made of what stands on
one baseline. Spaces are taken from the distances, for between Chinese characters files hold
spaces that nobody sees, and between Latin words often none. Gaps so wide that they may part
columns are told with a line.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from rag.language.text import CJK, in_one_alphabet
from rag.reading.formats.pdf.spacing import USUAL, Gap, pooled, spaces
from rag.reading.sheets import CLOSING, Line, Part
from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDE = re.compile(rf"[{CJK}①-⓿❶-❿]")
_EITHER = frozenset("“”‘’—…")
_SAME_BASELINE = 0.2
_SMALL = 0.85
_HIGHEST, _LOWEST = 0.8, 0.35
_RAISED = 0.12
_APART = 2.5
_CLOSE = 0.6
_LONGEST_MARK = 6
_LONE_MARK = re.compile(r"^\s*(?:[①-⓿❶-❿]|[〔\[［]\d{1,3}[〕\]］])\s*$")
_NEXT_LINE = 2.2
_MUCH = 0.5
_WIDE_GAP = 0.7
_PART, _EMPTY = 0.55, 0.5
_LEADER = "."
_ASCENT, _DESCENT = 0.88, 0.12


@dataclass(frozen=True, slots=True)
class Glyph:
    """A drawn character: its extent along the line, its baseline from above, and its size.

    ``spaced`` says that the file has a space before it; ``bold`` that its font is a bold one.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    spaced: bool = False
    bold: bool = False


@dataclass(slots=True)
class _Row:
    glyphs: list[Glyph]
    baseline: float
    size: float


def make_lines(glyphs: Sequence[Glyph]) -> tuple[Line, ...]:
    """Return the printed lines that glyphs make, from the top and the left.

    What stands far apart on one baseline becomes lines of its own.
    """
    pieces = [
        (piece, row)
        for row in _rows(glyphs)
        for piece in _pieces(_once(sorted(row.glyphs, key=lambda g: g.left)), row.size)
    ]
    wide = [_are_wide(piece) for piece, _ in pieces]
    gaps = [_gaps(piece, flags) for (piece, _), flags in zip(pieces, wide, strict=True)]
    fonts = pooled(
        (row.size, [gap for gap in found if gap is not None])
        for (_, row), found in zip(pieces, gaps, strict=True)
    )
    lines = [
        _line(piece, row, _spaces(piece, flags, found, fonts.get(round(row.size))))
        for (piece, row), flags, found in zip(pieces, wide, gaps, strict=True)
    ]
    return tuple(_with_lone_marks(sorted(lines, key=lambda line: (line.bottom, line.left))))


def _with_lone_marks(lines: Sequence[Line]) -> list[Line]:
    """Return the lines, a mark of a note that alone went over into a line put back."""
    whole: list[Line] = []
    for line in lines:
        last = whole[-1] if whole else None
        if (
            last is not None
            and _LONE_MARK.match(line.text)
            and line.size < _SMALL * last.size
            and last.left - last.size <= line.left <= last.right
            and line.bottom - last.bottom < _NEXT_LINE * last.size
        ):
            mark = Span(len(last.text), len(last.text) + len(line.text))
            whole[-1] = replace(last, text=last.text + line.text, raised=(*last.raised, mark))
        else:
            whole.append(line)
    return whole


def _rows(glyphs: Sequence[Glyph]) -> list[_Row]:
    """Return the glyphs by baseline, the raised and the lowered with the line they belong to."""
    clusters: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.baseline):
        last = clusters[-1] if clusters else None
        if last and glyph.baseline - last[0].baseline <= _SAME_BASELINE * min(
            glyph.size, last[0].size
        ):
            last.append(glyph)
        else:
            clusters.append([glyph])
    rows = [_Row(c, median(g.baseline for g in c), _main_size(c)) for c in clusters]
    baselines = [row.baseline for row in rows]
    largest = max((row.size for row in rows), default=0.0)
    for k, row in enumerate(rows):
        first = bisect_left(baselines, row.baseline - _LOWEST * largest)
        end = bisect_right(baselines, row.baseline + _HIGHEST * largest)
        hosts = [rows[n] for n in range(first, end) if n != k]
        row.glyphs = [g for run in _close_runs(row.glyphs) if not _moved(run, hosts) for g in run]
    return [row for row in rows if row.glyphs]


def _close_runs(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Return the glyphs of one baseline in runs of one size without a gap."""
    runs: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.left):
        last = runs[-1][-1] if runs else None
        if (
            last
            and glyph.left - last.right < _CLOSE * glyph.size
            and abs(glyph.size - last.size) < 0.1 * glyph.size
        ):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return runs


def _moved(run: Sequence[Glyph], hosts: Sequence[_Row]) -> bool:
    """Whether small glyphs were given to one of the lines about them, that they stand close to."""
    first, last = run[0], run[-1]
    if len(run) > _LONGEST_MARK:
        return False
    for host in hosts:
        rise = (host.baseline - first.baseline) / host.size
        if first.size > _SMALL * host.size or not -_LOWEST < rise < _HIGHEST:
            continue
        near = _CLOSE * host.size
        if any(
            g.left - near <= last.right and first.left <= g.right + near
            for g in host.glyphs
            if first.size <= _SMALL * g.size
        ):
            host.glyphs.extend(run)
            return True
    return False


def _main_size(glyphs: Sequence[Glyph]) -> float:
    """Return the largest size of glyphs that cover much of a line; marks may be many and small."""
    cover: dict[float, float] = defaultdict(float)
    for glyph in glyphs:
        cover[round(glyph.size, 1)] += glyph.size**2
    return max(size for size in cover if cover[size] >= _MUCH * max(cover.values()))


def _once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return the glyphs of a line without those drawn twice in one place, for boldness."""
    kept: list[Glyph] = []
    for glyph in glyphs:
        twice = any(
            g.text == glyph.text and abs(g.left - glyph.left) < 0.15 * glyph.size for g in kept[-2:]
        )
        if not twice:
            kept.append(glyph)
    return kept


def _pieces(glyphs: Sequence[Glyph], size: float) -> list[list[Glyph]]:
    """Return what stands far apart, or apart and in another size, in pieces."""
    pieces = [[glyphs[0]]]
    end = glyphs[0].right
    for before, glyph in pairwise(glyphs):
        gap = (glyph.left - end) / size
        other = abs(glyph.size - before.size) > (1 - _SMALL) * size
        if gap > _APART or (other and gap > _WIDE_GAP):
            pieces.append([])
        pieces[-1].append(glyph)
        end = max(end, glyph.right)
    return pieces


def _line(glyphs: Sequence[Glyph], row: _Row, blanks: Sequence[bool]) -> Line:
    """Return the line that glyphs make; ``blanks`` says of each whether a space precedes it."""
    size = _main_size(glyphs)
    # A mark that stands apart from its line is still measured against the line.
    main = row.size if size < _SMALL * row.size and len(glyphs) < 3 else size
    text = ""
    raised: list[Span] = []
    starts = []
    for glyph, blank in zip(glyphs, blanks, strict=True):
        if blank:
            text += " "
        start = len(text)
        starts.append(start)
        text = _written(text, glyph.text)
        if glyph.size < _SMALL * main and row.baseline - glyph.baseline > _RAISED * main:
            if raised and raised[-1].end == start:
                raised[-1] = Span(raised[-1].start, len(text))
            else:
                raised.append(Span(start, len(text)))
    return Line(
        in_one_alphabet(text),
        min(g.left for g in glyphs),
        row.baseline - _ASCENT * main,
        max(g.right for g in glyphs),
        row.baseline + _DESCENT * main,
        main,
        tuple(raised),
        bold=_bold(glyphs),
        parts=_parts(glyphs, starts, main),
    )


def _written(text: str, character: str) -> str:
    """Return a text with a character more; an accent drawn apart is put on its letter."""
    if unicodedata.combining(character[0]):
        whole = unicodedata.normalize("NFC", text[-1:] + character)
        if len(whole) == 1:
            return text[:-1] + whole
    return text + character


def _bold(glyphs: Sequence[Glyph]) -> bool:
    return 2 * sum(g.bold for g in glyphs) > len(glyphs)


def _parts(glyphs: Sequence[Glyph], starts: Sequence[int], size: float) -> tuple[Part, ...]:
    """Return what stands between the wide gaps of a line; nothing where there are none."""
    cuts = [
        k
        for k, (a, b) in enumerate(pairwise(glyphs), 1)
        if b.left - a.right > _PART * size - _EMPTY * (a.text in CLOSING) * a.size
    ]
    if not cuts:
        return ()
    runs = [glyphs[a:b] for a, b in pairwise([0, *cuts, len(glyphs)])]
    return tuple(
        Part(starts[first], run[0].left, max(g.right for g in run), _main_size(run), _bold(run))
        for first, run in zip([0, *cuts], runs, strict=True)
    )


def _are_wide(glyphs: Sequence[Glyph]) -> list[bool]:
    """Return for each glyph whether it takes the full width, as Chinese and its signs do.

    Quotation marks and dashes do beside Chinese characters.
    """
    wide = [bool(_WIDE.match(g.text)) for g in glyphs]
    if any(wide) and not all(wide):
        sure = [
            flag if g.text not in _EITHER else None for flag, g in zip(wide, glyphs, strict=True)
        ]
        for k, flag in enumerate(sure):
            if flag is None:
                left = next((known for known in reversed(sure[:k]) if known is not None), False)
                right = next((known for known in sure[k + 1 :] if known is not None), False)
                wide[k] = left or right
    return wide


def _gaps(glyphs: Sequence[Glyph], wide: Sequence[bool]) -> list[Gap | None]:
    """Return the gap before each glyph but the first.

    None beside what takes the full width, and between the dots of leaders.
    """
    return [
        None
        if wide[k] or wide[k + 1] or a.text == b.text == _LEADER
        else Gap(
            (b.left - a.right) / max(a.size, b.size),
            b.spaced,
            a.text.isalpha() and b.text.isalpha(),
        )
        for k, (a, b) in enumerate(pairwise(glyphs))
    ]


def _spaces(
    glyphs: Sequence[Glyph],
    wide: Sequence[bool],
    gaps: Sequence[Gap | None],
    of_font: float | None,
) -> list[bool]:
    """Return for each glyph whether a space stands before it."""
    narrow = iter(spaces([gap for gap in gaps if gap is not None], of_font))
    usual = _usual_gap(glyphs, wide)
    found = [False]
    for k, ((before, glyph), gap) in enumerate(zip(pairwise(glyphs), gaps, strict=True)):
        if gap is not None:
            found.append(next(narrow))
        elif before.text == glyph.text == _LEADER:
            found.append(glyph.spaced or glyph.left - before.right > USUAL * glyph.size)
        else:
            found.append(_wide_space(before, glyph, usual, both=wide[k] and wide[k + 1]))
    return found


def _usual_gap(glyphs: Sequence[Glyph], wide: Sequence[bool]) -> float:
    """Return the distance, in sizes, that justification left between Chinese characters."""
    gaps = [
        (b.left - a.right) / max(a.size, b.size)
        for k, (a, b) in enumerate(pairwise(glyphs))
        if wide[k] and wide[k + 1]
    ]
    return max(median(gaps), 0.0) if len(gaps) > 4 else 0.0


def _wide_space(before: Glyph, glyph: Glyph, usual: float, *, both: bool) -> bool:
    gap = (glyph.left - before.right) / max(before.size, glyph.size)
    if both:
        return gap > _WIDE_GAP + usual or (glyph.spaced and gap > USUAL + usual)
    # Setters part digits and letters from Chinese characters; that is no space.
    return glyph.spaced or gap > _WIDE_GAP + usual
