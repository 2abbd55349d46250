"""Readings of pictures of lines, with their ink -> the printed lines of a sheet.

The place and the size of a line are those of its ink: of its Chinese characters, which fill
nearly the whole of their squares, or else of its digits, which stand on the baseline.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rag.language.text import is_han
from rag.reading.formats.ocr.text import Character, is_wide, typeset
from rag.reading.sheets import Line, Part
from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
"""Raised digits that have characters of their own, and what they are."""

_HAN_HEIGHT, _DIGIT_HEIGHT, _OTHER_HEIGHT = 0.92, 0.74, 0.95
_DESCENT = 0.12
_LEAST_DIGITS = 0.6
_SMALL, _RISE = 0.66, 0.2
_MARK_SMALL = 0.85
_SPACE, _APART = 0.7, 2.5
_PART = 0.8
_SAME_ROW = 0.4
_INSIDE = 0.7
_HALF_EMPTY = 0.45
_DASH, _TWO_DASHES = "—", 1.4
_SIGNS = "*＊※†‡"
_LEADERS = "…·.．•"
_CLOSING, _OPENING = "，。、；：！？”’）》」』】〕〉", "“‘（《「『【〔〈"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one printed line that was read at once; lengths in pixels of the page."""

    characters: tuple[Character, ...]
    left: float
    right: float
    bottom: float
    size: float

    @property
    def words(self) -> int:
        """How many of its characters are letters and numbers of any script, not punctuation."""
        return sum(character.text.isalnum() for character in self.characters)

    @property
    def middle(self) -> float:
        """The height at which the middle of its characters stands."""
        return self.bottom - self.size / 2


def piece_of(
    text: str,
    confidences: Sequence[float],
    centres: Sequence[float],
    ink: NDArray[np.bool_],
    corner: tuple[float, float],
) -> Piece | None:
    """Return the piece that a picture of a line shows, or None where it shows no ink.

    ``centres`` are columns of ``ink`` (rows, columns; True where there is ink); ``corner`` is
    where its upper left stands on the page (from the left, from the top).
    """
    kept = [k for k, character in enumerate(text) if not character.isspace()]
    columns = np.flatnonzero(ink.any(axis=0))
    if not kept or not columns.size:
        return None
    own = [centres[k] for k in kept]
    runs = _runs_of(np.asarray(ink.any(axis=0)))
    extents = _extents([text[k] for k in kept], own, ink, runs)
    size, bottom = _measure([text[k] for k in kept], extents, ink)
    cuts = _cuts(own, runs, _PART * size, corner[0])
    characters: list[Character] = []
    for place, (k, centre, extent, gap) in enumerate(
        zip(kept, own, extents, _gaps(own, ink), strict=True)
    ):
        if k and text[k - 1].isspace():
            characters.append(Character(" ", 1.0))
        sign = RAISED.get(text[k], text[k])
        raised = text[k] in RAISED or (
            extent is not None
            and _may_be_raised(sign)
            and extent[1] - extent[0] < _SMALL * size
            and extent[1] < bottom - (_DESCENT + _RISE) * size
        )
        character = Character(sign, confidences[k], gap / size, raised, cuts.get(place))
        characters.append(character)
        alone = _DASH not in (text[k - 1 : k], text[k + 1 : k + 2])
        if sign == _DASH and alone and _width_at(centre, runs) > _TWO_DASHES * size:
            # What is joined in print is recognised as one.
            characters.append(replace(character, gap=0.0, cut=None))
    left, right = _edges(own, runs, _PART * size)
    left -= _HALF_EMPTY * size if text[kept[0]] in _OPENING else 0.0
    right += _HALF_EMPTY * size if text[kept[-1]] in _CLOSING else 0.0
    return Piece(tuple(characters), left + corner[0], right + corner[0], bottom + corner[1], size)


def _may_be_raised(character: str) -> bool:
    """Whether a character can be part of the mark of a note."""
    return (character.isalnum() and not is_wide(character)) or character in _SIGNS + "[]()"


def _width_at(centre: float, runs: Sequence[tuple[int, int]]) -> int:
    """Return how wide the run is in which a column lies; 0 where it lies in none."""
    return next((last - first for first, last in runs if first <= centre < last), 0)


def _extents(
    characters: Sequence[str],
    centres: Sequence[float],
    ink: NDArray[np.bool_],
    runs: Sequence[tuple[int, int]],
) -> list[tuple[int, int] | None]:
    """Return for each character the rows, first and behind the last, in which it has ink.

    A Chinese character has all the ink about its centre, another only what hangs together
    with it.
    """
    edges = [0.0, *((a + b) / 2 for a, b in pairwise(centres)), float(ink.shape[1])]
    pitch = float(np.median(np.diff(centres))) if len(centres) > 1 else float(ink.shape[1])
    found: list[tuple[int, int] | None] = []
    for k, (character, centre) in enumerate(zip(characters, centres, strict=True)):
        first = int(max(edges[k], centre - 0.75 * pitch))
        last = max(int(np.ceil(min(edges[k + 1], centre + 0.75 * pitch))), first + 1)
        own = [run for run in runs if first <= (run[0] + run[1]) / 2 <= last]
        if own and not is_wide(character):
            first, last = min(own, key=lambda run: max(run[0] - centre, centre - run[1], 0))
        rows = np.flatnonzero(ink[:, first:last].any(axis=1))
        found.append((int(rows[0]), int(rows[-1]) + 1) if rows.size else None)
    return found


def _runs_of(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where each run of flags that are set begins, and where it has ended."""
    steps = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in zip(steps[::2], steps[1::2], strict=True)]


def _measure(
    characters: Sequence[str],
    extents: Sequence[tuple[int, int] | None],
    ink: NDArray[np.bool_],
) -> tuple[float, float]:
    """Return the size of a line's characters, and where their squares end below."""
    both = [(c, e) for c, e in zip(characters, extents, strict=True) if e is not None]
    han = np.array([e for c, e in both if is_han(c) and c != "一"], dtype=float).reshape(-1, 2)
    if len(han):
        size = float(np.quantile(han[:, 1] - han[:, 0], 0.75)) / _HAN_HEIGHT
        middle = (np.quantile(han[:, 0], 0.25) + np.quantile(han[:, 1], 0.75)) / 2
        return size, float(middle) + size / 2
    rows = np.flatnonzero(ink.any(axis=1))
    height = float(rows[-1] + 1 - rows[0])
    digits = np.array([e for c, e in both if c.isdecimal()], dtype=float).reshape(-1, 2)
    if len(digits):
        size = float(np.median(digits[:, 1] - digits[:, 0])) / _DIGIT_HEIGHT
        if size > _LEAST_DIGITS * height:
            return size, float(np.median(digits[:, 1])) + _DESCENT * size
    return height / _OTHER_HEIGHT, float(rows[-1] + 1)


def _gaps(centres: Sequence[float], ink: NDArray[np.bool_]) -> list[float]:
    """Return before each character the widest run of columns without ink; 0 before the first."""
    empty = ~np.asarray(ink.any(axis=0))
    return [
        0.0,
        *(
            float(max((end - start for start, end in _runs_of(empty[int(a) : int(b)])), default=0))
            for a, b in pairwise(centres)
        ),
    ]


def _edges(
    centres: Sequence[float], runs: Sequence[tuple[int, int]], least: float
) -> tuple[float, float]:
    """Return where the ink of a line begins and ends.

    What lies beyond its characters and a gap of at least a width is of the column beside it.
    """
    left, right = runs[0][0], runs[-1][1]
    for (_, start), (end, _) in pairwise(runs):
        if end - start > least and end <= centres[0]:
            left = end
        if end - start > least and start >= centres[-1]:
            right = min(right, start)
    return float(left), float(right)


def _cuts(
    centres: Sequence[float], runs: Sequence[tuple[int, int]], least: float, left: float
) -> dict[int, tuple[float, float]]:
    """Return the gaps of at least a width between runs of ink, by the character behind each.

    ``left`` is where the picture begins on the page.
    """
    found = {}
    for (_, start), (end, _) in pairwise(runs):
        behind = bisect_right(centres, (start + end) / 2)
        if end - start > least and 0 < behind < len(centres):
            found[behind] = (start + left, end + left)
    return found


def lines_of(pieces: Sequence[Piece], scale: float) -> tuple[Line, ...]:
    """Return the printed lines of a page from the top and the left, ``scale`` points a pixel.

    Pieces of one printed line are joined; what stands far apart remains a line of its own.
    A piece that lies in another was found twice and goes, as do leaders that join nothing.
    """
    kept: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: p.left - p.right):
        if not any(_inside(piece, other) for other in kept):
            kept.append(piece)
    rows: list[list[Piece]] = []
    small = _MARK_SMALL * float(np.median([piece.size for piece in kept] or [0.0]))
    for piece in sorted(kept, key=lambda p: (not p.words, p.size < small, p.middle)):
        row = next((row for row in rows if _beside(piece, row)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    lines = [
        _line(run, scale)
        for row in rows
        for run in _runs(sorted(row, key=lambda piece: piece.left))
        if any(c.text not in _LEADERS for piece in run for c in piece.characters)
    ]
    return tuple(sorted(lines, key=lambda line: (line.bottom, line.left)))


def _main(pieces: Sequence[Piece]) -> Piece:
    """Return the piece that gives a line its size and its place."""
    return max(pieces, key=lambda piece: (piece.words, piece.right - piece.left))


def _inside(piece: Piece, other: Piece) -> bool:
    """Whether most of a piece lies in another."""
    across = min(piece.right, other.right) - max(piece.left, other.left)
    down = min(piece.bottom, other.bottom) - max(
        piece.bottom - piece.size, other.bottom - other.size
    )
    return across > _INSIDE * (piece.right - piece.left) and down > _INSIDE * piece.size


def _beside(piece: Piece, row: Sequence[Piece]) -> bool:
    """Whether a piece stands in a row: beside its pieces, or raised at the end of one."""
    host = _main(row)
    if any(_shared(piece, other) > 0.5 * min(piece.size, other.size) for other in row):
        return False
    if not piece.words:
        return host.bottom - host.size < piece.middle < host.bottom
    if abs(piece.middle - host.middle) < _SAME_ROW * min(piece.size, host.size):
        return True
    return _is_mark(piece, host) and any(_shared(piece, p) > -host.size for p in row)


def _shared(piece: Piece, other: Piece) -> float:
    """Return the width that two pieces share; below 0 the distance between them."""
    return min(piece.right, other.right) - max(piece.left, other.left)


def _is_mark(piece: Piece, host: Piece) -> bool:
    """Whether a piece is a small one that stands in the upper half of a line."""
    return (
        len(piece.characters) <= 4
        and any(c.text.isalnum() or c.text in _SIGNS for c in piece.characters)
        and piece.size < _MARK_SMALL * host.size
        and -0.1 * host.size < host.bottom - piece.bottom < 0.8 * host.size
    )


def _runs(row: Sequence[Piece]) -> list[list[Piece]]:
    runs = [[row[0]]]
    for before, piece in pairwise(row):
        led = before.characters[-1].text in _LEADERS or piece.characters[0].text in _LEADERS
        if not led and piece.left - before.right > _APART * max(piece.size, before.size):
            runs.append([])
        runs[-1].append(piece)
    return runs


def _line(run: Sequence[Piece], scale: float) -> Line:
    host = _main(run)
    characters: list[Character] = []
    end = run[0].left
    for piece in run:
        mark = piece is not host and _is_mark(piece, host)
        for k, c in enumerate(piece.characters):
            gap, cut = c.gap, c.cut
            if not k:
                gap = max(piece.left - end, 0.0) / host.size
                cut = (end, piece.left) if gap > _PART else None
            if not k and characters:
                characters.append(Character(" ", 1.0))
            characters.append(Character(c.text, c.confidence, gap, c.raised or mark, cut))
        end = piece.right
    text = typeset(characters, _SPACE)
    return Line(
        "".join(c.text for c in text),
        run[0].left * scale,
        (host.bottom - host.size) * scale,
        run[-1].right * scale,
        host.bottom * scale,
        host.size * scale,
        _spans([c.raised for c in text]),
        _spans([c.doubtful for c in text]),
        parts=_parts(text, run, host.size, scale),
    )


def _parts(
    text: Sequence[Character], run: Sequence[Piece], size: float, scale: float
) -> tuple[Part, ...]:
    """Return what stands between the wide gaps of a line; nothing where there are none."""
    starts = [0, *(k for k, c in enumerate(text) if k and c.cut)]
    if len(starts) < 2:
        return ()
    cuts = [text[k].cut or (0.0, 0.0) for k in starts[1:]]
    lefts = [run[0].left, *(left for _, left in cuts)]
    rights = [*(right for right, _ in cuts), run[-1].right]
    parts = []
    for start, end, left, right in zip(
        starts, [*starts[1:], len(text)], lefts, rights, strict=True
    ):
        words = "".join(c.text for c in text[start:end]).strip()
        piece = next((p for p in run if p.left - 1 <= left < p.right), run[0])
        inner = right < piece.right - 1 and words.endswith(tuple(_CLOSING))
        edge = right + _HALF_EMPTY * size * inner
        parts.append(Part(start, left * scale, edge * scale, piece.size * scale))
    return tuple(parts)


def _spans(flags: Sequence[bool]) -> tuple[Span, ...]:
    """Return the stretches of flags that are set."""
    spans: list[Span] = []
    for k, flag in enumerate(flags):
        if flag and spans and spans[-1].end == k:
            spans[-1] = Span(spans[-1].start, k + 1)
        elif flag:
            spans.append(Span(k, k + 1))
    return tuple(spans)
