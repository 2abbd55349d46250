"""Word (DOCX) -> a Book.

Pages are those on which Word last laid the text out, and so approximate; where the file
does not keep them, no page is known.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from rag.language.text import joint
from rag.reading.binding import Mark, Role, bind
from rag.reading.files import Package, open_package
from rag.reading.flow import (
    Declared,
    Line,
    Piece,
    Read,
    levelled,
    local,
    record_of,
    title_lines,
    to_leaves,
    with_typed_notes,
)
from rag.reading.formats.docx.pages import ENDNOTES, FOOTNOTES, Counter, numbering_of, parts_of
from rag.reading.formats.docx.styles import (
    Lists,
    Styles,
    child,
    heading_level,
    is_raised,
    read_lists,
    read_styles,
    switched_on,
    value,
)
from rag.types import ReadingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

    from rag.reading.source import Source
    from rag.types import Book

_SKIPPED = {
    "ppr", "rpr", "tblpr", "tblgrid", "trpr", "tcpr", "sdtpr", "sdtendpr", "sectpr", "del",
    "movefrom", "deltext", "delinstrtext", "rt", "rubypr", "footnoteref", "endnoteref", "pprchange",
}  # fmt: skip
_BREAKS = {"br", "cr"}
_HYPHENS = {"nobreakhyphen": "-", "softhyphen": ""}
_PRIVATE = range(0xF000, 0xF100)
_WINGDINGS = {
    **{0x81 + k: chr(0x2460 + k) for k in range(10)},
    **{0x8C + k: chr(0x2776 + k) for k in range(10)},
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x75: "◆", 0xA7: "▪", 0xA8: "◻", 0xB2: "✧",
    0xD8: "➢", 0xE0: "→", 0xFB: "✗", 0xFC: "✓", 0xFE: "☑",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Document:
    """The parts of a document that reading it needs."""

    body: _Element
    styles: Styles
    lists: Lists
    notes: Mapping[tuple[str, str], _Element]
    counter: Counter
    title: str


def read_docx(source: Source) -> Book:
    """Return the book that a Word document holds.

    Raises ReadingError, with one sentence, where the file is no sound Word document or holds
    no text.
    """
    with open_package(source.path, "a Word document") as package:
        document = _open(package)
    read = Read()
    reader = _Reader(document, read)
    reader.line.turns.append(document.counter.here(0))
    reader.run(document.body)
    read.pieces.extend(reader.notes())
    if not any(piece.text for piece in read.pieces):
        raise ReadingError(f"{source.path.name} is empty; there is nothing to read in it.")
    pieces, found = levelled(with_typed_notes(read.pieces), reader.title or document.title)
    declared = Declared(title=reader.title or found or "")
    # What Word keeps as the title is often that of the file's template.
    record = record_of(declared, source, title_lines(pieces), document.title)
    return bind(to_leaves(pieces), record, record.contents, read.problems())


def _open(package: Package) -> _Document:
    """Return the parts of a document by their relations, or by their usual names."""
    main = _related(package, "").get("officeDocument", "word/document.xml")
    if main not in package:
        raise ReadingError(f"{package.name} is not a Word document: it lacks {main}.")
    related = _related(package, main)

    def part(kind: str) -> _Element | None:
        name = related.get(kind, posixpath.join(posixpath.dirname(main), f"{kind}.xml"))
        return package.xml(name) if name in package else None

    body = child(package.xml(main), "body")
    if body is None:
        raise ReadingError(f"{package.name} is not a Word document: it has no text.")
    settings = part("settings")
    footnotes = numbering_of(child(settings, "footnotePr"), FOOTNOTES)
    endnotes = numbering_of(child(settings, "endnotePr"), ENDNOTES)
    notes: dict[tuple[str, str], _Element] = {}
    for kind in ("footnote", "endnote"):
        listed = part(f"{kind}s")
        for note in listed if listed is not None else ():
            if local(note) == kind and value(note, "type") in {"", "normal"}:
                notes[kind, value(note, "id")] = note
    laid_out = any(local(e) == "lastrenderedpagebreak" for e in body.iter())
    core = package.xml("docProps/core.xml") if "docProps/core.xml" in package else None
    title = child(core, "title")
    return _Document(
        body=body,
        styles=read_styles(part("styles")),
        lists=read_lists(part("numbering")),
        notes=notes,
        counter=Counter(parts_of(body, footnotes, endnotes), laid_out),
        title=(title.text or "").strip() if title is not None else "",
    )


def _related(package: Package, member: str) -> dict[str, str]:
    """Return the parts that a part names, by the kind of their relation."""
    folder, name = posixpath.split(member)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    if listing not in package:
        return {}
    return {
        (e.get("Type") or "").rpartition("/")[2]: posixpath.normpath(
            posixpath.join("/", folder, e.get("Target") or "")
        ).lstrip("/")
        for e in package.xml(listing)
        if e.get("TargetMode") != "External"
    }


@dataclass(slots=True)
class _Field:
    """A field that is open: its code, and whether its result has begun."""

    code: str = ""
    result: bool = False


@dataclass(slots=True)
class _Reader:
    """Reads a document, or one note of it, as the pieces of a flow."""

    document: _Document
    read: Read
    in_note: bool = False
    line: Line = field(default_factory=Line)
    outer: list[Line] = field(default_factory=list)
    fields: list[_Field] = field(default_factory=list)
    level: int = 0
    contents: bool = False
    listing: int = 0
    hidden: bool = False
    veiled: bool = False
    raised: bool = False
    own_sign: bool = False
    row: int = 0
    called: list[tuple[str, str, str]] = field(default_factory=list)
    title: str = ""

    def run(self, root: _Element) -> None:
        """Read a tree without descending by recursion: its depth is the document's choice."""
        skipped: _Element | None = None
        for event, element in (walk := etree.iterwalk(root, events=("start", "end"))):
            if event == "start" and skipped is None:
                if self._is_left_out(element):
                    skipped = element
                    walk.skip_subtree()
                else:
                    self._start(element, local(element))
            elif event == "end" and skipped is element:
                skipped = None
            elif event == "end" and skipped is None:
                self._end(element, local(element))
        self._flush()

    def notes(self) -> list[Piece]:
        """Return the notes that were called, in order; endnotes stand at the end of the text."""
        pieces = []
        for kind, identity, sign in self.called:
            note = self.document.notes.get((kind, identity))
            if note is None:
                continue
            reader = _Reader(self.document, Read(), in_note=True)
            reader.run(note)
            text = ""
            for piece in reader.read.pieces:
                text += joint(text, piece.text.strip()) + piece.text.strip()
            pieces.append(
                Piece(
                    Role.NOTE, text, sign=sign, key=f"{kind} {identity}", stands=kind != "footnote"
                )
            )
            self.read.invisible.update(reader.read.invisible)
        return pieces

    def _is_left_out(self, element: _Element) -> bool:
        name = local(element)
        if name in {"fallback", "choice"}:
            before = element.getprevious()
            return before is not None and local(before) == "choice"
        return name in _SKIPPED or not name

    def _start(self, element: _Element, name: str) -> None:
        if name == "p":
            self._begin_paragraph(element)
        elif name == "r":
            self._begin_run(element)
        elif name == "t":
            self._write(element.text or "")
        elif name in {"tab", "ptab"}:
            self._write("\t")
        elif name in _BREAKS:
            self._break(element)
        elif name == "lastrenderedpagebreak":
            self._turn(forced=False)
        elif name in {"footnotereference", "endnotereference"}:
            self._mark(element, name.removesuffix("reference"))
        elif name in _HYPHENS:
            self._write(_HYPHENS[name])
        elif name == "sym":
            self._write(_symbol(element))
        elif name == "fldchar":
            self._field(value(element, "fldCharType"))
        elif name == "instrtext" and self.fields:
            self.fields[-1].code += element.text or ""
        elif name == "fldsimple":
            self.fields.append(_Field(value(element, "instr"), result=True))
        elif name == "sdt":
            self.listing += _is_listing(element)
        elif name == "tr":
            self.row += all(_is_cell(e) for e in element if local(e) == "tc")
        elif name == "tc" and self.row and self.line.length:
            self.line.put("\t")
        elif name == "txbxcontent":
            self.outer.append(self.line)
            self.line = Line()

    def _end(self, element: _Element, name: str) -> None:
        if name == "p":
            self._end_paragraph(element)
        elif name == "r":
            self.veiled = self.own_sign = self.raised = False
        elif name == "fldsimple":
            self._field("end")
        elif name == "sdt":
            self.listing -= _is_listing(element)
        elif name == "tr":
            self.row -= self.row > 0
            self._flush()
        elif name == "txbxcontent":
            self._flush()
            self.line = self.outer.pop()

    def _begin_paragraph(self, element: _Element) -> None:
        properties = child(element, "pPr")
        style = value(child(properties, "pStyle"))
        styles = self.document.styles
        level = heading_level(value(child(properties, "outlineLvl")))
        self.level = styles.level(style) if level is None else level
        self.contents = styles.is_contents(style)
        self.hidden = styles.hides(style)
        if switched_on(child(properties, "pageBreakBefore")):
            self._turn(forced=True)
        numbered = child(properties, "numPr")
        own = value(child(numbered, "ilvl"))
        given, below = styles.numbering(style)
        identity = value(child(numbered, "numId")) or given
        number = self.document.lists.next(identity, int(own) if own.isdigit() else below)
        if self.level and number:
            self._write(f"{number} ")
        if styles.is_title(style) and not self.title and not self.in_note:
            self.title = "".join(e.text or "" for e in element.iter() if local(e) == "t").strip()
            self.level = 0

    def _end_paragraph(self, element: _Element) -> None:
        properties = child(element, "pPr")
        # Where the end of a paragraph is deleted, the next goes on in it.
        if child(properties, "rPr", "del") is None:
            self._flush()
        if child(properties, "sectPr") is not None and not self.in_note:
            turn = self.document.counter.next_part()
            if turn is not None:
                self.line.turns.append(turn)

    def _begin_run(self, element: _Element) -> None:
        properties = child(element, "rPr")
        vanish = child(properties, "vanish")
        style = value(child(properties, "rStyle"))
        hidden = self.hidden or (bool(style) and self.document.styles.hides(style))
        self.veiled = hidden if vanish is None else switched_on(vanish)
        raised = is_raised(properties)
        self.raised = self.document.styles.raises(style) if raised is None else raised

    def _write(self, text: str) -> None:
        if any(not one.result for one in self.fields) or self.own_sign:
            return
        if self.veiled:
            self.read.hidden += len(text.strip())
            return
        if any(one.code.strip().upper().startswith("TOC") for one in self.fields):
            self.contents = True
        text = self.read.seen(text)
        if text.strip():
            self.document.counter.forced &= self.in_note
        if self.raised:
            self.line.write_raised(text)
        else:
            self.line.write(text)

    def _mark(self, element: _Element, kind: str) -> None:
        if self.in_note or self.veiled:
            return
        identity = value(element, "id")
        if value(element, "customMarkFollows") in {"1", "true", "on"}:
            run = element.getparent()
            texts = run.iter() if run is not None else iter(())
            sign = "".join(e.text or "" for e in texts if local(e) == "t").strip()
            self.own_sign = True
        else:
            sign = self.document.counter.sign(kind)
        self.line.marks.append(Mark(self.line.length, f"{kind} {identity}", sign))
        self.called.append((kind, identity, sign))

    def _break(self, element: _Element) -> None:
        if value(element, "type") == "page":
            self._turn(forced=True)
        elif value(element, "type") != "column":
            if self.level or self.row or self.in_note:
                self._write(" ")
            else:
                self._flush()

    def _turn(self, *, forced: bool) -> None:
        if self.in_note:
            return
        turn = self.document.counter.turn(self.line.length, forced=forced)
        if turn is not None:
            self.line.turns.append(turn)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self.fields.append(_Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].result = True
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _flush(self) -> None:
        if self.row:
            self.line.gap += " "
            return
        line, self.line = self.line, Line()
        self.read.take(line, self.level, contents=self.contents or self.listing > 0)


def _symbol(element: _Element) -> str:
    """Return the character that a symbol of some font shows, as far as it can be told."""
    try:
        code = int(value(element, "char"), 16)
    except ValueError:
        return ""
    if code not in _PRIVATE:
        return chr(code) if code < 0x110000 else ""
    wingdings = value(element, "font").lower().startswith("wingdings")
    return _WINGDINGS.get(code - 0xF000, "") if wingdings else ""


def _is_listing(element: _Element) -> bool:
    """Whether a block of a document is its table of contents."""
    gallery = child(element, "sdtPr", "docPartObj", "docPartGallery")
    return value(gallery).lower() == "table of contents"


def _is_cell(cell: _Element) -> bool:
    """Whether a cell holds a figure or a few words, and not text that a table lays out."""
    written = [p for p in cell if local(p) == "p" and any(local(e) == "t" for e in p.iter())]
    return len(written) <= 1 and not any(local(e) == "tbl" for e in cell)
