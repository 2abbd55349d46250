r"""The text of a scan -> a Book.

A scan's text has blocks (lines, mostly one a paragraph, with blank lines between), and
footnotes left where the foot of their page was, or in lists. Page numbers, running heads and
form feeds may stand in it, and a page may stand in it twice: they are taken out. In
``Book.text`` paragraphs and headings stand one a line, ended by ``\\n``; a paragraph that a
page cut in two is one line again; the title pages, the table of contents and every other part
are kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.language.text import close_up, ends_sentence, letters_of
from rag.reading.outline import (
    Form,
    Heading,
    corrected,
    find_contents,
    find_headings,
    headings_missing,
    is_caption,
    is_subheading,
    outlined,
)
from rag.reading.pages import (
    Block,
    Element,
    Kind,
    MarkBlock,
    Notes,
    assemble,
    find_blocks,
    find_page_marks,
    read_notes,
    without_doubles,
)
from rag.reading.source import find_record
from rag.types import Book, BookRecord, ContentsEntry, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.reading.notes import Mark

_TITLE_LINES = 60
_LONGEST_TITLE_PAGES = 4000


def read_scan(text: str, stem: str, record: BookRecord | None, known: Sequence[BookRecord]) -> Book:
    """Return the book that the text of a scan holds.

    ``stem`` is the title where the title pages name none; ``record`` is what is known of
    the book, ``known`` are records it may be one of.
    """
    lines = text.split("\n")
    table = find_contents([line.replace("\f", "") for line in lines])
    blocks, doubles = without_doubles(find_blocks(lines, table))
    entries = table.entries if table else ()
    marks = find_page_marks(blocks, entries)
    if len(marks) == len(blocks):
        marks = {}
    notes = read_notes(blocks, marks)
    no_heading = {*marks, *notes.texts, *notes.rest, *notes.heads}
    running = [
        None if block.contents or k in no_heading else block.text for k, block in enumerate(blocks)
    ]
    headings = find_headings(running, entries)
    first = min((h.first for h in headings), default=len(blocks))
    if record is None:
        record = find_record(_title_lines(blocks, first), known, stem)
    problems = list(table.problems if table else ())
    outline = entries or record.contents
    if not entries and outline:
        headings = find_headings(running, outline)
    headings, outline = corrected(headings, outline, running)
    headings = sorted([*headings, *_note_heads(blocks, notes, outline)], key=lambda h: h.first)
    problems += headings_missing(outline, {h.entry for h in headings if h.entry is not None})
    headings, outline = outlined(headings, outline)
    problems += [
        Problem("mark_without_note", f"The mark {m.sign} has no footnote: …{_around(blocks, m)}")
        for m in notes.stray
    ]
    problems += [
        Problem("page_doubled", f"A page stands twice in the text and is kept once: {begins[:24]}…")
        for begins in doubles
    ]
    elements = _elements(blocks, marks, notes, headings)
    return assemble(elements, outline, record, problems)


def _around(blocks: Sequence[Block], mark: Mark) -> str:
    return blocks[mark.block].text[max(0, mark.start - 12) : mark.end]


def _note_heads(
    blocks: Sequence[Block], notes: Notes, outline: Sequence[ContentsEntry]
) -> list[Heading]:
    """Return the headings of lists of notes, those of the contents with their entry."""
    entries = {letters_of(entry.heading): k for k, entry in enumerate(outline)}
    heads = []
    for k, level in notes.heads.items():
        entry = entries.get(letters_of(blocks[k].text))
        found = outline[entry] if entry is not None else None
        title = found.title if found else close_up(blocks[k].text)
        own = found.level if found else level
        number = found.number if found else None
        heads.append(Heading(k, k, own, Form.NONE, number, title, entry))
    return heads


def _title_lines(blocks: Sequence[Block], first: int) -> list[str]:
    lines, length = [], 0
    for block in blocks[: min(first, _TITLE_LINES)]:
        length += len(block.text)
        if block.contents or length > _LONGEST_TITLE_PAGES:
            break
        lines.append(block.text)
    return lines


def _elements(
    blocks: Sequence[Block],
    marks: Mapping[int, MarkBlock],
    notes: Notes,
    headings: Sequence[Heading],
) -> list[Element]:
    """Return the blocks in reading order, each as what it is."""
    starts = {h.first: h for h in headings}
    inner = {k for h in headings for k in range(h.first + 1, h.last + 1)}
    body = min((h.first for h in headings if h.level == 1 and h.number), default=len(blocks))
    elements: list[Element] = []
    for k, block in enumerate(blocks):
        if block.feed:
            elements.append(Element(Kind.MARK, ""))
        if k in inner:
            continue
        if k in marks:
            elements.append(Element(Kind.MARK, block.text, mark=marks[k]))
        elif k in notes.rest:
            listed = bool(elements) and elements[-1].listed
            elements.append(Element(Kind.REST, block.text, listed=listed))
        elif k in notes.texts:
            elements.append(
                Element(
                    Kind.NOTE,
                    notes.texts[k],
                    sign=notes.signs[k],
                    anchor=notes.anchors.get(k),
                    listed=k in notes.ended,
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
                    removed=tuple(notes.removed.get(k, ())),
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
        if element.kind is not Kind.TEXT or not element.in_body or is_caption(element.text):
            continue
        if not 0 < here < len(texts) - 1:
            continue
        before, after = elements[texts[here - 1]], elements[texts[here + 1]]
        whole = before.kind is Kind.HEADING or ends_sentence(before.text)
        directly = texts[here + 1] == k + 1
        following = after.text if after.kind is Kind.TEXT and directly else None
        if whole and not element.removed and is_subheading(element.text, following):
            elements[k] = replace(element, kind=Kind.HEADING)
    return elements
