"""Paged Markdown -> a Book.

``#`` is a chapter or a part of front or back matter, ``##`` a section, ``###`` a
sub-section; where the only ``#`` is the title of the book, each counts one less.
``<!-- page 12 -->`` says that what follows stands on page 12, until the next; the label
may be any text, and ``<!-- page -->`` begins a page without one. Headings directly above
such a mark stand on its page. A label that begins with the name of the part it stands
in (``前言 3``) is the rest. ``[^1]`` are footnotes, at the foot of the page of their mark.
In ``Book.text`` each paragraph and heading is one line, without markup.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.reading.contents import is_part, split_heading
from rag.reading.folding import close_up, fold, joint
from rag.reading.outlining import TITLE_PAGES, Standing, close, pages_in_sections
from rag.reading.titles import find_record
from rag.types import (
    Book,
    BookRecord,
    ContentsEntry,
    Footnote,
    Page,
    PageStatus,
    Problem,
    Section,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_PAGE_MARK = re.compile(r"<!--\s*page\b[ \t]*(?P<label>[^>]*?)\s*-->", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(?!\s*page\b).*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE)
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_NOTE = re.compile(r"^\s{0,3}\[\^([^\]\s]+)\]:\s*(.*)$")
_REFERENCE = re.compile(r"[ \t]*\[\^([^\]\s]+)\]")
_ITEM = re.compile(r"^\s*(?:[-*+]\s+|>\s?)+")
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$")
_INLINE = (
    (re.compile(r"!\[([^\]]*)\]\([^()\s]*(?:\s[^()]*)?\)"), ""),
    (re.compile(r"\[([^\]^][^\]]*)\]\([^()]*\)"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"(\*{1,3})(?=\S)([^*]+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=\S)([^_]+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"`+([^`]+)`+"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>~|])"), r"\1"),
)


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading (``level`` 1 to 6), a paragraph (0), or a page mark alone (-1)."""

    level: int
    text: str


@dataclass(slots=True)
class _Draft:
    """The book's text as it grows, and what lies over it."""

    parts: list[str]
    length: int
    pages: list[Page]
    sections: list[Section]
    anchors: list[tuple[str, int]]
    standing: Standing

    def write(self, text: str) -> None:
        """Add text at the end."""
        self.parts.append(text)
        self.length += len(text)

    def turn(self, label: str | None, start: int, status: PageStatus, reason: str) -> None:
        """Begin a page at an offset."""
        if self.pages:
            self.pages[-1] = replace(self.pages[-1], end=start)
            if self.pages[-1].start == start:
                self.pages.pop()
        page = Page(len(self.pages), label, status, start, start, reasons=(reason,))
        self.pages.append(page)


def read_markdown(
    text: str, stem: str, record: BookRecord | None, known: Sequence[BookRecord]
) -> Book:
    """Return the book that paged Markdown holds; the arguments are as for the text of a scan."""
    blocks, notes = _blocks(_COMMENT.sub("", _without_front_matter(text)))
    blocks, title = _shifted(blocks)
    if record is None:
        lines = [title] if title else []
        record = find_record(lines, known, title or stem)
    outline = record.contents
    names = {fold(entry.heading): entry.heading for entry in outline}
    draft = _Draft([], 0, [], [], [], Standing(part=TITLE_PAGES))
    draft.turn(None, 0, PageStatus.UNKNOWN, "no page mark stands before it")
    opening: int | None = None
    fresh = False
    entries: list[tuple[ContentsEntry, int]] = []
    for block in blocks:
        if block.level > 0:
            heading, _ = _plain(block.text)
            split = split_heading(heading)
            entry = ContentsEntry(split[1], split[2], block.level)
            heading = names.get(fold(entry.heading), entry.heading)
            draft.standing = draft.standing.under(heading, block.level)
            fresh = fresh or block.level == 1
            opening = draft.length if opening is None else opening
            close(draft.sections, draft.length)
            entries.append((entry, draft.length))
            start = draft.length
            if block.level == 1 and draft.pages[-1].label is None:
                draft.turn(None, start, PageStatus.UNKNOWN, "no page mark stands before it")
            draft.write(_plain(block.text)[0] + "\n")
            index = len(draft.sections)
            draft.sections.append(draft.standing.stretch(index, start, draft.length, start))
            continue
        if not draft.sections:
            draft.sections.append(draft.standing.stretch(0, 0, 0, 0))
        wrote = _write_paragraph(draft, block.text, opening, fresh=fresh)
        if wrote or _PAGE_MARK.search(block.text):
            opening, fresh = None, False
    body = draft.length
    if draft.sections:
        draft.sections[-1] = replace(draft.sections[-1], end=body)
    draft.pages[-1] = replace(draft.pages[-1], end=body)
    pages = [p for p in draft.pages if p.end > p.start] or draft.pages
    pages = [replace(page, index=k) for k, page in enumerate(pages)]
    sections = [replace(section, index=k) for k, section in enumerate(draft.sections)]
    if sections:
        pages = pages_in_sections(pages, sections)
        pages = [
            replace(page, label=page.label and _label(page.label, page.part, page.chapter))
            for page in pages
        ]
    footnotes, problems = _footnotes(draft, notes, pages)
    return Book(
        record=record,
        text="".join(draft.parts),
        body_end=body,
        pages=tuple(pages),
        sections=tuple(sections),
        footnotes=tuple(footnotes),
        contents=outline or _outline(entries, pages),
        problems=tuple(problems),
    )


def _without_front_matter(text: str) -> str:
    return re.sub(r"\A---\n.*?\n(?:---|\.\.\.)\n", "", text, count=1, flags=re.DOTALL)


def _blocks(text: str) -> tuple[list[_Block], dict[str, str]]:
    """Return the headings, paragraphs and lone page marks of a text, and its notes by name."""
    blocks: list[_Block] = []
    notes: dict[str, str] = {}
    paragraph: list[str] = []
    note: str | None = None

    def end_paragraph() -> None:
        if paragraph:
            joined = paragraph[0]
            for line in paragraph[1:]:
                joined += _line_joint(joined, line) + line
            blocks.append(_Block(0, joined))
            paragraph.clear()

    for line in text.split("\n"):
        definition = _NOTE.match(line)
        heading = _HEADING.match(line)
        if definition:
            end_paragraph()
            note = definition[1]
            notes[note] = definition[2].strip()
        elif note is not None and line.startswith(("    ", "\t")) and line.strip():
            notes[note] = f"{notes[note]}{joint(notes[note], line.strip())}{line.strip()}"
        elif not line.strip() or _RULE.match(line):
            end_paragraph()
        elif heading:
            note = None
            end_paragraph()
            blocks.append(_Block(len(heading[1]), heading[2]))
        else:
            note = None
            if _ITEM.match(line) and not _PAGE_MARK.match(line.strip()):
                end_paragraph()
                paragraph.append(_ITEM.sub("", line).strip())
            else:
                paragraph.append(line.strip())
    end_paragraph()
    return blocks, notes


def _line_joint(left: str, right: str) -> str:
    """Return what a line break inside a paragraph stands for; page marks are looked through."""
    before = _PAGE_MARK.sub("", left).rstrip()
    after = _PAGE_MARK.sub("", right).lstrip()
    return joint(before, after)


def _shifted(blocks: list[_Block]) -> tuple[list[_Block], str | None]:
    """Return the blocks with chapters at level 1, and the book's title if a heading gives it."""
    first = next((k for k, block in enumerate(blocks) if block.level > 0), None)
    if first is None or blocks[first].level > 1:
        least = min((b.level for b in blocks if b.level > 0), default=1)
        return [replace(b, level=b.level - least + 1) if b.level > 0 else b for b in blocks], None
    title = close_up(_plain(blocks[first].text)[0])
    marked = any(_PAGE_MARK.search(block.text) for block in blocks[:first])
    if marked or is_part(title) or split_heading(title)[1] is not None:
        return blocks, None
    directly = first + 1 < len(blocks) and _PAGE_MARK.match(blocks[first + 1].text)
    alone = sum(block.level == 1 for block in blocks) == 1
    if directly and not alone:
        return blocks, None
    by = 1 if alone and any(block.level == 2 for block in blocks) else 0
    if alone and not by:
        return blocks, None
    rest = [replace(b, level=b.level - by) if b.level > 0 else b for b in blocks]
    rest[first] = _Block(0, blocks[first].text)
    return rest, title


def _write_paragraph(draft: _Draft, text: str, opening: int | None, *, fresh: bool) -> bool:
    """Write a paragraph, turning the page at each mark; whether there was any text.

    ``opening`` is where headings directly above begin; ``fresh`` says that one of them
    begins a chapter or part, whose page is a new one whatever its label.
    """
    pieces = _PAGE_MARK.split(text)
    wrote = False
    for k, piece in enumerate(pieces):
        if k % 2:
            start = opening if opening is not None and not wrote else draft.length
            label = _label(piece, draft.standing.part, draft.standing.chapter)
            same = draft.pages[-1].label == label and label is not None and not fresh
            if not same:
                status = PageStatus.UNKNOWN if label is None else PageStatus.EXACT
                draft.turn(label, start, status, "a page mark stands in the text")
            fresh = False
            continue
        plain, anchors = _plain(piece)
        if plain.strip():
            if not wrote:
                lead = len(plain) - len(plain.lstrip())
                plain, anchors = plain[lead:], [(name, max(at - lead, 0)) for name, at in anchors]
            wrote = True
        if wrote:
            draft.anchors += [(name, draft.length + at) for name, at in anchors]
            draft.write(plain)
    if wrote:
        draft.write("\n")
    return wrote


def _label(text: str, *names: str | None) -> str | None:
    """Return the label without the name of the part or chapter that its page stands in."""
    label = close_up(text)
    for name in names:
        if name and label.startswith(name) and label[len(name) :].strip():
            return label[len(name) :].strip()
    return label or None


def _plain(text: str) -> tuple[str, list[tuple[str, int]]]:
    """Return a piece of Markdown without markup, and the notes referred to, with their offsets."""
    parts: list[str] = []
    anchors: list[tuple[str, int]] = []
    length = last = 0
    for match in [*_REFERENCE.finditer(text), None]:
        piece = text[last : match.start() if match else len(text)]
        for pattern, replacement in _INLINE:
            piece = pattern.sub(replacement, piece)
        piece = html.unescape(piece)
        parts.append(piece)
        length += len(piece)
        if match:
            anchors.append((match[1], length))
            last = match.end()
    return "".join(parts), anchors


def _footnotes(
    draft: _Draft, notes: dict[str, str], pages: Sequence[Page]
) -> tuple[list[Footnote], list[Problem]]:
    """Return the notes in the order of their marks, written behind the running text."""
    footnotes: list[Footnote] = []
    problems: list[Problem] = []
    used: set[str] = set()
    page = 0
    for name, anchor in draft.anchors:
        while page + 1 < len(pages) and pages[page].end < anchor:
            page += 1
        if name not in notes:
            label = pages[page].label
            problems.append(
                Problem("mark_without_note", f"The mark [^{name}] has no footnote.", label)
            )
        elif name not in used:
            used.add(name)
            text = _plain(notes[name])[0]
            footnotes.append(Footnote(name, draft.length, draft.length + len(text), page, anchor))
            draft.write(text + "\n")
    for name in notes:
        if name not in used:
            problems.append(
                Problem("note_without_mark", f"The footnote [^{name}] has no mark in the text.")
            )
            text = _plain(notes[name])[0]
            footnotes.append(Footnote(name, draft.length, draft.length + len(text), len(pages) - 1))
            draft.write(text + "\n")
    return footnotes, problems


def _outline(
    entries: Sequence[tuple[ContentsEntry, int]], pages: Sequence[Page]
) -> tuple[ContentsEntry, ...]:
    outline = []
    page = 0
    for entry, start in entries:
        while page + 1 < len(pages) and pages[page].end <= start:
            page += 1
        outline.append(replace(entry, page=pages[page].label))
    return tuple(outline)
