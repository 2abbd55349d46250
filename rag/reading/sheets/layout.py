"""Sheets with their lines -> a Book: what is printed, understood.

The same for the text layer of a PDF and for what OCR read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from rag.language.numbers import folio_number, page_label
from rag.reading.binding import Block, Leaf, Role, bind
from rag.reading.sheets.dating import date_by_contents
from rag.reading.sheets.folios import Numbered, Seen, reconcile
from rag.reading.sheets.furniture import Found, find_furniture
from rag.reading.sheets.lines import Words, compose, cut_word
from rag.reading.sheets.notes import CAPTION_LINES, Foot, Note, find_notes, note_sizes
from rag.reading.sheets.outline import Outline, find_outline, find_printed_contents
from rag.reading.sheets.paragraphs import (
    Paragraph,
    Standing,
    merged_rows,
    paragraphs,
    standings,
    style_of,
)
from rag.reading.sheets.sides import Measure, Side, measure, part_sheets
from rag.reading.sheets.ties import Ties, tie_all
from rag.reading.source import find_record
from rag.types import Book, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.outline import Heading
    from rag.reading.sheets.model import Bookmark, Sheet
    from rag.reading.source import Source

_OPENING = 1.15
_SUNK = 3.0
_TITLE_LINES = 60


@dataclass(frozen=True, slots=True)
class _Text:
    """A paragraph, and the block that it is unless it is a heading."""

    paragraph: Paragraph
    block: Block


def read_sheets(
    sheets: Sequence[Sheet],
    bookmarks: Sequence[Bookmark],
    source: Source,
    problems: Sequence[Problem] = (),
) -> Book:
    """Return the book that is printed on sheets.

    ``bookmarks`` are the outline that the file declares; ``problems`` are what is known to be
    wrong with it, and come first among those of the book.
    """
    sides = part_sheets(sheets)
    how = measure(sides)
    found = find_furniture(sides, how)
    labels, unlikely = reconcile(_seen(sides, found, how))
    ties = tie_all(*_feet(found, labels, how))
    pages = [
        standings(foot.body, side, k, how)
        for k, (side, foot) in enumerate(zip(sides, ties.feet, strict=True))
    ]
    printed = find_printed_contents(pages)
    held = printed.lines if printed else frozenset()
    running = [[s for s in page if (k, s.row) not in held] for k, page in enumerate(pages)]
    words = Words.of(line for side in sides for line in side.lines)
    texts = _texts(paragraphs(running, style_of(running, how), _gaps(sides, labels)), ties, words)
    recorded = source.record.contents if source.record else ()
    outline = find_outline(
        [t.paragraph for t in texts],
        [None if t.paragraph.continues else t.block.text for t in texts],
        bookmarks,
        sheets=[side.sheet for side in sides],
        printed=printed.table if printed else None,
        recorded=recorded,
        size=how.size,
    )
    starts = [
        (h.entry, texts[h.first].paragraph.side) for h in outline.headings if h.entry is not None
    ]
    labels, contradicted = date_by_contents(labels, outline.entries, starts)
    leaves = [
        Leaf(label.label, label.status, (label.reason,), tuple(blocks), side.image)
        for side, label, blocks in zip(
            sides, labels, _blocks(pages, held, texts, outline, ties=ties, words=words), strict=True
        )
    ]
    record = source.record or find_record(
        _title_lines(texts, outline, held), source.known, source.stem
    )
    return bind(
        leaves,
        record,
        outline.entries,
        [
            *problems,
            *_unreadable(sides, labels),
            *unlikely,
            *contradicted,
            *(printed.table.problems if printed else ()),
        ],
    )


def _seen(sides: Sequence[Side], found: Sequence[Found], how: Measure) -> list[Seen]:
    """Return what each page shows of its number."""
    tops = [page.body[0].top for page in found if page.body]
    sunk = median(tops) + _SUNK * how.pitch if tops else 0.0
    return [
        Seen(
            page.folios,
            side.label,
            opens=bool(page.body)
            and (page.body[0].size > _OPENING * how.size or page.body[0].top > sunk),
            blank=not side.lines,
        )
        for side, page in zip(sides, found, strict=True)
    ]


def _feet(
    found: Sequence[Found], labels: Sequence[Numbered], how: Measure
) -> tuple[list[Foot], tuple[float, ...]]:
    """Return the text and the notes of each page, without its folio, and the sizes of notes."""
    feet: list[Foot] = []
    open_note: Note | None = None
    sizes = note_sizes([page.body for page in found], how)
    for page, label in zip(found, labels, strict=True):
        gone = {
            line
            for folio, line in page.alone
            if label.printed and label.label == page_label(folio.number, folio.style)
        }
        lines = merged_rows([line for line in page.body if line not in gone])
        foot = find_notes(lines, how, open_note, sizes)
        # A plate with its caption, between two pages, ends no notes.
        if len(lines) > CAPTION_LINES or foot.notes:
            open_note = foot.notes[-1] if foot.notes else None
        feet.append(foot)
    return feet, sizes


def _gaps(sides: Sequence[Side], labels: Sequence[Numbered]) -> set[int]:
    """Return the pages before which something is missing, or which stand there twice."""
    gaps = set()
    before: tuple[int, str] | None = None
    for k, (side, label) in enumerate(zip(sides, labels, strict=True)):
        value = folio_number(label.label) if label.label else None
        skipped = (
            value is not None
            and before is not None
            and value[1] == before[1]
            and value[0] != before[0] + 1
        )
        if skipped or side.unreadable or (k and sides[k - 1].unreadable):
            gaps.add(k)
        before = value or before
    return gaps


def _texts(found: Sequence[Paragraph], ties: Ties, words: Words) -> list[_Text]:
    """Return the paragraphs as blocks, a word that a page cut marked by a soft hyphen."""
    texts: list[_Text] = []
    for paragraph in found:
        text, marks, doubts = compose(
            [s.line for s in paragraph.lines],
            [ties.cuts[s.side][s.row] for s in paragraph.lines],
            words,
        )
        if paragraph.continues and texts:
            before = texts[-1]
            cut = cut_word(before.block.text, text, words)
            texts[-1] = replace(before, block=replace(before.block, text=cut))
        block = Block(Role.TEXT, text, continues=paragraph.continues, marks=marks, doubts=doubts)
        texts.append(_Text(paragraph, block))
    return texts


def _blocks(
    pages: Sequence[Sequence[Standing]],
    held: frozenset[tuple[int, int]],
    texts: Sequence[_Text],
    outline: Outline,
    *,
    ties: Ties,
    words: Words,
) -> list[list[Block]]:
    """Return the blocks of each page in reading order, notes last."""
    placed: list[list[tuple[int, Block]]] = [[] for _ in pages]
    for k, page in enumerate(pages):
        placed[k] += [
            (s.row, Block(Role.CONTENTS, s.line.text)) for s in page if (k, s.row) in held
        ]
    headings = {h.first: h for h in outline.headings}
    inner = {k for h in outline.headings for k in range(h.first + 1, h.last + 1)}
    for k, text in enumerate(texts):
        if k in inner:
            continue
        block = text.block
        if k in headings:
            block = _heading(headings[k], texts)
        placed[text.paragraph.side].append((text.paragraph.lines[0].row, block))
    blocks = [[block for _, block in sorted(page, key=lambda item: item[0])] for page in placed]
    for ordered, foot, keys in zip(blocks, ties.feet, ties.keys, strict=True):
        for note, key in zip(foot.notes, keys, strict=True):
            written, _, doubts = compose(note.lines, note.cuts, words)
            ordered.append(
                Block(
                    Role.NOTE,
                    written,
                    continues=note.rest,
                    sign=note.sign,
                    key=key,
                    doubts=doubts,
                )
            )
    return blocks


def _heading(heading: Heading, texts: Sequence[_Text]) -> Block:
    """Return the block of a heading, which may stand in several paragraphs."""
    parts = [texts[k].block for k in range(heading.first, heading.last + 1)]
    return replace(
        parts[0],
        role=Role.HEADING,
        text=heading.text if len(parts) > 1 else parts[0].text,
        level=heading.level,
        continues=False,
        marks=tuple(replace(mark, at=len(heading.text)) for part in parts for mark in part.marks),
        doubts=() if len(parts) > 1 else parts[0].doubts,
    )


def _title_lines(
    texts: Sequence[_Text], outline: Outline, held: frozenset[tuple[int, int]]
) -> list[str]:
    """Return the lines before the first heading and the printed contents."""
    first = min((h.first for h in outline.headings), default=len(texts))
    contents = min((side for side, _ in held), default=None)
    lines = [
        s.line.text
        for text in texts[:first]
        if contents is None or text.paragraph.side < contents
        for s in text.paragraph.lines
    ]
    return lines[:_TITLE_LINES]


def _unreadable(sides: Sequence[Side], labels: Sequence[Numbered]) -> list[Problem]:
    return [
        Problem("unreadable_page", f"Sheet {side.sheet + 1}: {side.unreadable}", label.label)
        for side, label in zip(sides, labels, strict=True)
        if side.unreadable
    ]
