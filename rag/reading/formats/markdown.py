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

from rag.language.text import close_up, is_ornament, joint, letters_of
from rag.reading.binding import Block, Leaf, Mark, Role, bind, trimmed
from rag.reading.outline import TITLE_PAGES, Standing, is_part, split_heading
from rag.reading.source import find_record
from rag.types import ContentsEntry, PageStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Book, BookRecord

_UNMARKED = "no page mark stands before it"

_PAGE_MARK = re.compile(r"<!--\s*page\b[ \t]*(?P<label>[^>]*?)\s*-->", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(?!\s*page\b).*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_NOTE = re.compile(r"^\s{0,3}\[\^([^\]\s]+)\]:\s*(.*)$")
_REFERENCE = re.compile(r"[ \t]*\[\^([^\]\s]+)\]")
_ITEM = re.compile(r"^\s*(?:[-*+]\s+|>\s?)+")
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
class _Page:
    """A page as it fills: what its mark says, its label, and its blocks."""

    said: str | None
    label: str | None
    reason: str
    blocks: list[Block]

    @property
    def leaf(self) -> Leaf:
        """The page as it is bound."""
        status = PageStatus.UNKNOWN if self.label is None else PageStatus.EXACT
        return Leaf(self.label, status, (self.reason,), tuple(self.blocks))


@dataclass(slots=True)
class _Draft:
    """The pages as they fill.

    ``held`` are headings that wait to hear whether a mark follows, on whose page they stand.
    """

    pages: list[_Page]
    held: list[Block]
    standing: Standing

    def turn(self, said: str) -> None:
        """Begin the page that a mark says, unless it is the page that is open."""
        fresh = any(heading.level == 1 for heading in self.held)
        said = close_up(said)
        if fresh or not said or said != self.pages[-1].said:
            label = _label(said, self.standing.part, self.standing.chapter)
            self.pages.append(_Page(said, label, "a page mark stands in the text", []))
        self.settle()

    def settle(self) -> None:
        """Put the headings that waited on the open page; a chapter without a mark begins one."""
        for heading in self.held:
            page = self.pages[-1]
            opens = all(block.role is Role.HEADING for block in page.blocks)
            if heading.level == 1 and page.label is None and page.blocks:
                self.pages.append(_Page(None, None, _UNMARKED, [heading]))
                continue
            if heading.level == 1 and page.label is not None and opens:
                page.label = _label(page.label, heading.text)
            page.blocks.append(heading)
        self.held.clear()


def read_markdown(
    text: str, stem: str, record: BookRecord | None, known: Sequence[BookRecord]
) -> Book:
    """Return the book that paged Markdown holds; the arguments are as for the text of a scan."""
    blocks, notes = _blocks(_COMMENT.sub("", _without_front_matter(text)))
    blocks, title = _shifted(blocks)
    if record is None:
        lines = [title] if title else []
        record = find_record(lines, known, title or stem)
    names = {letters_of(entry.heading): entry.heading for entry in record.contents}
    draft = _Draft([_Page(None, None, _UNMARKED, [])], [], Standing(part=TITLE_PAGES))
    for block in blocks:
        if block.level > 0:
            plain, marks = _plain(block.text)
            _, number, name = split_heading(plain)
            heading = ContentsEntry(number, name, block.level).heading
            draft.standing = draft.standing.under(
                names.get(letters_of(heading), heading), block.level
            )
            draft.held.append(Block(Role.HEADING, plain, level=block.level, marks=marks))
        else:
            _write_paragraph(draft, block.text)
    draft.settle()
    leaves = [page.leaf for page in _with_notes(draft.pages, notes) if page.blocks]
    book = bind(leaves, record, record.contents, ())
    # Headings are marked as such, and a text in Markdown may well be a part of its book.
    return replace(book, problems=tuple(p for p in book.problems if p.kind != "headings_missing"))


def _without_front_matter(text: str) -> str:
    return re.sub(r"\A---\n.*?\n(?:---|\.\.\.)\n", "", text, count=1, flags=re.DOTALL)


def _blocks(text: str) -> tuple[list[_Block], dict[str, str]]:
    """Return the headings, paragraphs and lone page marks of a text, and its notes by name."""
    blocks: list[_Block] = []
    notes: dict[str, str] = {}
    paragraph: list[str] = []
    note: str | None = None

    def end_paragraph() -> None:
        if any(paragraph):
            joined = paragraph[0]
            for line in paragraph[1:]:
                joined += _line_joint(joined, line) + line
            blocks.append(_Block(0, joined))
        paragraph.clear()

    fence = ""
    for line in text.split("\n"):
        edge = _FENCE.match(line)
        if edge and (not fence or edge[1].startswith(fence)):
            end_paragraph()
            fence = "" if fence else edge[1]
            continue
        if fence:
            # What is fenced is shown as it is, a line each, and heads nothing.
            paragraph.append(line.strip())
            end_paragraph()
            continue
        definition = _NOTE.match(line)
        heading = _HEADING.match(line)
        if definition:
            end_paragraph()
            note = definition[1]
            notes[note] = definition[2].strip()
        elif note is not None and line.startswith(("    ", "\t")) and line.strip():
            notes[note] = f"{notes[note]}{joint(notes[note], line.strip())}{line.strip()}"
        elif not line.strip() or is_ornament(line):
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


def _write_paragraph(draft: _Draft, text: str) -> None:
    """Write a paragraph, turning the page at each mark."""
    wrote = False
    pieces = [
        _plain(piece) if k % 2 == 0 else (piece, ())
        for k, piece in enumerate(_PAGE_MARK.split(text))
    ]
    for k, (piece, marks) in enumerate(pieces):
        if k % 2:
            draft.turn(piece)
        elif piece.strip():
            draft.settle()
            following = next((p for p, _ in pieces[k + 2 :: 2] if p.strip()), "")
            block = trimmed(piece, marks, following)
            draft.pages[-1].blocks.append(replace(block, continues=wrote))
            wrote = True


def _with_notes(pages: list[_Page], notes: dict[str, str]) -> list[_Page]:
    """Return the pages with each note at the foot of that of its first mark, or of the last."""
    left = dict(notes)
    filled = [page for page in pages if page.blocks] or pages[:1]
    for page in filled:
        keys = [mark.key for block in page.blocks for mark in block.marks]
        page.blocks += [_note(key, left.pop(key)) for key in dict.fromkeys(keys) if key in left]
    filled[-1].blocks += [_note(key, text) for key, text in left.items()]
    return filled


def _note(key: str, text: str) -> Block:
    return Block(Role.NOTE, _plain(text)[0], sign=key, key=key)


def _label(text: str, *names: str | None) -> str | None:
    """Return the label without the name of the part or chapter that its page stands in."""
    label = close_up(text)
    for name in names:
        if name and label.startswith(name) and label[len(name) :].strip():
            return label[len(name) :].strip()
    return label or None


def _plain(text: str) -> tuple[str, tuple[Mark, ...]]:
    """Return a piece of Markdown without markup, and the marks of notes in it."""
    parts: list[str] = []
    marks: list[Mark] = []
    length = last = 0
    for match in [*_REFERENCE.finditer(text), None]:
        piece = text[last : match.start() if match else len(text)]
        for pattern, replacement in _INLINE:
            piece = pattern.sub(replacement, piece)
        piece = html.unescape(piece)
        parts.append(piece)
        length += len(piece)
        if match:
            marks.append(Mark(length, match[1], match[1]))
            last = match.end()
    return "".join(parts), tuple(marks)
