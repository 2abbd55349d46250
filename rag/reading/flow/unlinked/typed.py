"""Notes that were typed by hand: raised signs in the text, and paragraphs that begin with them.

Word processors have notes of their own, and many papers are written without them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.language.tables import words as table_words
from rag.language.text import letters_of
from rag.reading.binding import Mark, Role
from rag.reading.flow.pieces import Piece
from rag.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CIRCLED = "①-⑳㉑-㉟㊱-㊿❶-❿"
_SIGN = re.compile(
    rf"[\[(〔［（]?\s*(?:\d{{1,3}}|[{_CIRCLED}]|\*{{1,3}}|[†‡※])\s*[\])〕］）]?[.．、]?"
)
_STRONG = re.compile(
    rf"[{_CIRCLED}]|[\[〔［]\s?\d{{1,3}}\s?[\]〕］]|[¹²³⁰⁴-⁹]{{1,3}}|(?<!\*)\*{{1,3}}(?!\*)|[†‡※]"
)
_WEAK = re.compile(r"(\d{1,3})\s*(?:[.．、)）:：]\s*|\s+)(?=\D)")
_POWER = re.compile(r"\d$|(?<![A-Za-z])[A-Za-z]{1,2}$")
_AFTER_SIGN = " \t\u3000.．、:："


@dataclass(frozen=True, slots=True)
class _Sign:
    """A sign in a piece: where it stands, in plain form, and whether it was raised.

    ``power`` says that it stands behind a number or a unit, and may be a power.
    """

    piece: int
    start: int
    end: int
    plain: str
    shown: str
    raised: bool
    power: bool = False


def with_typed_notes(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, paragraphs that answer the signs before them made notes.

    A paragraph that begins with a sign that is raised, circled or in brackets is the note of the
    first such sign before it that has none. Paragraphs that begin with plain numbers are notes
    where they stand together under a heading for notes, or at the end of a page, chapter or
    text, and answer all raised numbers before them that have none, one by one: else they are a
    list.
    """
    waiting: list[_Sign] = []
    tied: dict[int, tuple[_Sign, _Sign]] = {}
    k = 0
    while k < len(pieces):
        lead = _lead(pieces[k], k)
        mark = _first(waiting, lead) if lead else None
        zone = _zone(pieces, k) if mark is None else []
        answered = _answered(zone, waiting) if zone and _is_set_off(pieces, zone) else []
        if lead and mark:
            tied[k] = mark, lead
            waiting = waiting[waiting.index(mark) + 1 :]
        elif answered:
            tied |= {s.piece: (m, s) for m, s in zip(answered, zone, strict=True)}
            waiting = []
            k = zone[-1].piece
        else:
            waiting += _signs_in(pieces[k], k)
        k += 1
    return _written(pieces, tied)


def _first(waiting: Sequence[_Sign], lead: _Sign) -> _Sign | None:
    """Return the first sign that a note may answer; one that may be a power only if need be."""
    alike = [s for s in waiting if _alike(s, lead)]
    return next((s for s in alike if not s.power), alike[0] if alike else None)


def _answered(zone: Sequence[_Sign], waiting: Sequence[_Sign]) -> list[_Sign]:
    """Return the raised signs that the notes of a zone answer, or none if some have no answer."""
    left = [s for s in waiting if s.raised]
    found: list[_Sign] = []
    for sign in zone:
        mark = _first(left, sign)
        if mark is None:
            return []
        if any(not s.power for s in left[: left.index(mark)]):
            return []
        found.append(mark)
        left = left[left.index(mark) + 1 :]
    return found if all(s.power for s in left) else []


def _is_set_off(pieces: Sequence[Piece], zone: Sequence[_Sign]) -> bool:
    """Whether paragraphs stand where notes do: under their heading, or where something ends."""
    above = next((p.text for p in reversed(pieces[: zone[0].piece]) if p.text), "")
    if letters_of(above) in table_words("reading.note_heads"):
        return True
    behind = pieces[zone[-1].piece + 1 :]
    following = next((p for p in behind if p.text or p.turns), None)
    turned = following is not None and any(turn.at == 0 for turn in following.turns)
    return following is None or following.role is Role.HEADING or turned


def _lead(piece: Piece, index: int) -> _Sign | None:
    """Return the sign that a paragraph begins with, if it can be nothing else."""
    if piece.role is not Role.TEXT:
        return None
    return next((s for s in _signs(piece, index) if s.start == 0), None)


def _signs_in(piece: Piece, index: int) -> list[_Sign]:
    """Return the signs in a paragraph or heading behind its beginning."""
    if piece.role not in (Role.TEXT, Role.HEADING):
        return []
    return [s for s in _signs(piece, index) if s.start > 0]


def _signs(piece: Piece, index: int) -> Iterator[_Sign]:
    raised = [s for s in piece.raised if _SIGN.fullmatch(piece.text[s.start : s.end])]
    strong = [Span(m.start(), m.end()) for m in _STRONG.finditer(piece.text)]
    spans = [*raised, *(s for s in strong if not any(_overlap(s, r) for r in raised))]
    for span in sorted(spans, key=lambda s: s.start):
        shown = piece.text[span.start : span.end].strip()
        above = span in raised or shown[0] in "¹²³⁰⁴⁵⁶⁷⁸⁹"
        power = _POWER.search(piece.text[: span.start]) is not None
        yield _Sign(index, span.start, span.end, _plain(shown), shown, above, power)


def _zone(pieces: Sequence[Piece], first: int) -> list[_Sign]:
    """Return the plain numbers that paragraphs one after the other begin with, counting up."""
    zone: list[_Sign] = []
    for k in range(first, len(pieces)):
        found = _WEAK.match(pieces[k].text) if pieces[k].role is Role.TEXT else None
        if found is None and not pieces[k].text:
            continue
        if found is None or (zone and int(found[1]) != int(zone[-1].plain) + 1):
            break
        zone.append(_Sign(k, 0, found.end(), str(int(found[1])), found[1], raised=False))
    return zone


def _alike(mark: _Sign, lead: _Sign) -> bool:
    """Whether a sign at the beginning of a paragraph may answer one in the text."""
    return mark.plain == lead.plain and (mark.raised or lead.raised or mark.shown == lead.shown)


def _plain(shown: str) -> str:
    digits = re.search(r"\d+", unicodedata.normalize("NFKC", shown))
    return str(int(digits[0])) if digits else shown.strip("[]()〔〕［］（）")


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _written(pieces: Sequence[Piece], tied: dict[int, tuple[_Sign, _Sign]]) -> list[Piece]:
    """Return the pieces, notes without their signs, and text with marks in the place of them."""
    marks: dict[int, list[tuple[_Sign, str]]] = {}
    for k, (mark, _) in tied.items():
        marks.setdefault(mark.piece, []).append((mark, f"typed {k}"))
    rows = []
    for k, piece in enumerate(pieces):
        row = piece
        for mark, key in sorted(marks.get(k, []), key=lambda item: -item[0].start):
            row = _cut(row, mark, key)
        if k in tied:
            _, sign = tied[k]
            lead = len(row.text) - len(row.text[sign.end :].lstrip(_AFTER_SIGN))
            turns = tuple(replace(turn, at=max(turn.at - lead, 0)) for turn in row.turns)
            sign_of = _bare(sign.shown)
            row = Piece(Role.NOTE, row.text[lead:], turns=turns, sign=sign_of, key=f"typed {k}")
        rows.append(row)
    return rows


def _bare(shown: str) -> str:
    """Return a sign as it is cited, without brackets and points."""
    bare = re.sub(r"[\[\]()〔〕［］（）.．、\s]", "", shown)
    return _plain(bare) if bare[:1] in "¹²³⁰⁴⁵⁶⁷⁸⁹" else bare


def _cut(piece: Piece, sign: _Sign, key: str) -> Piece:
    """Return a piece with the mark of a note in the place of a sign."""
    gone = sign.end - sign.start

    def moved(at: int) -> int:
        return at if at <= sign.start else max(at - gone, sign.start)

    marks = [replace(mark, at=moved(mark.at)) for mark in piece.marks]
    marks.append(Mark(sign.start, key, _bare(sign.shown)))
    return replace(
        piece,
        text=piece.text[: sign.start] + piece.text[sign.end :],
        marks=tuple(sorted(marks, key=lambda mark: mark.at)),
        turns=tuple(replace(turn, at=moved(turn.at)) for turn in piece.turns),
        raised=(),
    )
