r"""The text of a scan -> a Book.

A scan's text has blocks (lines, mostly one a paragraph, with blank lines between), no page
numbers, and footnotes left where the foot of their page was. In ``Book.text`` paragraphs and
headings stand one a line, ended by ``\\n``; a paragraph that a page cut in two is one line
again; the title pages, the table of contents and every other part are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.reading.assembling import Element, Kind, assemble
from rag.reading.blocks import Block, find_blocks, find_page_marks
from rag.reading.contents import find_contents
from rag.reading.folding import ends_sentence
from rag.reading.footnotes import Mark, as_note, find_marks, is_note, tie
from rag.reading.headings import Heading, find_headings, is_subheading
from rag.reading.titles import find_record
from rag.types import Book, BookRecord, ContentsEntry, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

_TITLE_LINES = 60
_LONGEST_TITLE_PAGES = 4000


@dataclass(slots=True)
class _Layer:
    """What the blocks of a text are found to be, by block."""

    notes: dict[int, str] = field(default_factory=dict)
    signs: dict[int, str] = field(default_factory=dict)
    removed: dict[int, list[Mark]] = field(default_factory=dict)
    anchors: dict[int, Mark] = field(default_factory=dict)
    stray: list[Mark] = field(default_factory=list)


def read_scan(text: str, stem: str, record: BookRecord | None, known: Sequence[BookRecord]) -> Book:
    """Return the book that the text of a scan holds.

    ``stem`` is the title where the title pages name none; ``record`` is what is known of
    the book, ``known`` are records it may be one of.
    """
    lines = text.split("\n")
    table = find_contents([line.replace("\f", "") for line in lines])
    blocks = find_blocks(lines, table)
    entries = table.entries if table else ()
    marked = find_page_marks(blocks, entries)
    if len(marked) == len(blocks):
        marked = set()
    layer = _read_notes(blocks, marked)
    running = [
        None if block.contents or k in marked or k in layer.notes else block.text
        for k, block in enumerate(blocks)
    ]
    headings = find_headings(running, entries)
    first = min((h.first for h in headings), default=len(blocks))
    if record is None:
        record = find_record(_title_lines(blocks, first), known, stem)
    problems = list(table.problems if table else ())
    outline = entries or record.contents
    if not entries and outline:
        headings = find_headings(running, outline)
    problems += _missing(outline, headings)
    if not outline:
        outline = tuple(ContentsEntry(h.number, h.title, h.level) for h in headings)
        headings = [replace(h, entry=k) for k, h in enumerate(headings)]
    problems += [
        Problem("mark_without_note", f"The mark {m.sign} has no footnote: …{_around(blocks, m)}")
        for m in layer.stray
    ]
    elements = _elements(blocks, marked, layer, headings)
    return assemble(elements, outline, record, problems)


def _around(blocks: Sequence[Block], mark: Mark) -> str:
    return blocks[mark.block].text[max(0, mark.start - 12) : mark.end]


def _title_lines(blocks: Sequence[Block], first: int) -> list[str]:
    lines, length = [], 0
    for block in blocks[: min(first, _TITLE_LINES)]:
        length += len(block.text)
        if block.contents or length > _LONGEST_TITLE_PAGES:
            break
        lines.append(block.text)
    return lines


def _read_notes(blocks: Sequence[Block], marked: set[int]) -> _Layer:
    """Return the footnotes among the blocks, each tied to its mark."""
    layer = _Layer()
    recent: list[Mark] = []
    group: list[int] = []
    cut = False

    def settle() -> None:
        ties = tie([layer.signs[k] for k in group], recent)
        used: set[int] = set()
        for k, m in zip(group, ties, strict=True):
            if m is not None:
                layer.anchors[k] = recent[m]
                used.add(m)
        for m, mark in enumerate(recent):
            if m in used or mark.certain:
                layer.removed.setdefault(mark.block, []).append(mark)
            if m not in used and mark.certain:
                layer.stray.append(mark)
        recent.clear()
        group.clear()

    for k, block in enumerate(blocks):
        if block.contents or k in marked:
            continue
        note = as_note(block.text)
        after = layer.signs[group[-1]] if group else None
        if note is not None and is_note(note, recent, cut=cut, after=after):
            layer.notes[k] = note.text
            layer.signs[k] = note.sign
            group.append(k)
            continue
        if group:
            settle()
        recent.extend(find_marks(k, block.text))
        cut = not ends_sentence(block.text)
    settle()
    for marks in layer.removed.values():
        marks.sort(key=lambda mark: mark.start)
    return layer


def _elements(
    blocks: Sequence[Block], marked: set[int], layer: _Layer, headings: Sequence[Heading]
) -> list[Element]:
    """Return the blocks in reading order, each as what it is."""
    starts = {h.first: h for h in headings}
    inner = {k for h in headings for k in range(h.first + 1, h.last + 1)}
    body = min((h.first for h in headings if h.level == 1 and h.number), default=len(blocks))
    elements: list[Element] = []
    for k, block in enumerate(blocks):
        if k in marked or block.feed:
            elements.append(Element(Kind.MARK, ""))
        if k in marked or k in inner:
            continue
        if k in layer.notes:
            elements.append(
                Element(
                    Kind.NOTE,
                    layer.notes[k],
                    sign=layer.signs[k],
                    anchor=layer.anchors.get(k),
                )
            )
        elif block.contents:
            elements.append(Element(Kind.CONTENTS, block.text))
        elif k in starts:
            heading = starts[k]
            printed = "\n".join(blocks[n].text for n in range(heading.first, heading.last + 1))
            elements.append(Element(Kind.HEADING, printed, heading=heading))
        else:
            elements.append(
                Element(
                    Kind.TEXT,
                    block.text,
                    block=k,
                    removed=tuple(layer.removed.get(k, ())),
                    in_body=k > body,
                )
            )
    return _with_subheadings(elements)


def _with_subheadings(elements: list[Element]) -> list[Element]:
    """Return the elements, short lines that head a paragraph made headings.

    Only in chapters, and only where the text before is complete: a line that a page has
    cut goes on in the next block.
    """
    texts = [k for k, e in enumerate(elements) if e.kind in (Kind.TEXT, Kind.HEADING)]
    for here, k in enumerate(texts):
        element = elements[k]
        if element.kind is not Kind.TEXT or not element.in_body or not 0 < here < len(texts) - 1:
            continue
        before, after = elements[texts[here - 1]], elements[texts[here + 1]]
        whole = before.kind is Kind.HEADING or ends_sentence(before.text)
        directly = texts[here + 1] == k + 1
        following = after.text if after.kind is Kind.TEXT and directly else None
        if whole and not element.removed and is_subheading(element.text, following):
            elements[k] = replace(element, kind=Kind.HEADING)
    return elements


def _missing(outline: Sequence[ContentsEntry], headings: Sequence[Heading]) -> list[Problem]:
    """Return what of the contents the text lacks, in one problem."""
    found = {h.entry for h in headings if h.entry is not None}
    lacking = [entry for k, entry in enumerate(outline) if k not in found]
    if not lacking:
        return []
    named = "; ".join(entry.heading for entry in lacking[:3])
    more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
    return [
        Problem(
            "headings_missing",
            f"{len(lacking)} of {len(outline)} headings of the contents are not in the text: "
            f"{named}{more}.",
        )
    ]
