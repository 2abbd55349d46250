"""A tree of HTML or XHTML -> the pieces of a flow.

Each block is a piece, each row of a table of figures too; what nobody sees (scripts, hidden
elements, the readings that ruby sets over words) is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lxml import etree

from rag.language.text import letters_of
from rag.reading.binding import Mark, Role
from rag.reading.flow.labels import LONGEST_LABEL, bare_label
from rag.reading.flow.notes import NoteOf, Notes, local, text_of, words
from rag.reading.flow.pagemarks import PageMarks
from rag.reading.flow.pieces import Line, Piece, Read, Turn
from rag.types import PageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

    from rag.reading.flow.hidden import Styles

_SKIPPED = {
    "head", "script", "style", "template", "noscript", "iframe", "object", "embed", "audio",
    "video", "canvas", "svg", "select", "textarea", "button", "input", "rt", "rp", "rtc",
    "datalist", "map", "area", "frameset", "dialog",
}  # fmt: skip
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header",
    "hgroup", "hr", "html", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_HEADING = re.compile(r"h([1-6])")
_CUT_WORD = re.compile(r"([^\W\d_]+)-$")
_REST = re.compile(r"[^\W\d_]+")
_LONGEST_WORD = 40
_LAYS_OUT = {"p", "div", "br", "table", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "hr"}
_PAGE_ID = re.compile(r"[A-Za-z_.-]*?[_.-]?([0-9]+|(?<=[_.-])[ivxlc]+)", re.IGNORECASE)
_CIRCLED = "[①-⑳㉑-㉟㊱-㊿❶-❿]"
_AFTER_SIGN = "]〕］)）.．、:： \t\u3000"
_UNCLEAR = "its page mark has no label, or another than the list of pages"
_BREAKS = {"pagebreak", "doc-pagebreak"}
_TABLES_OF_CONTENTS = {"toc", "doc-toc"}
_OTHER_LISTS = {"page-list", "doc-pagelist", "landmarks", "index-locator-list"}
MARKED = "a page mark stands in the text"


@dataclass(frozen=True, slots=True)
class Guide:
    """What is known of documents before they are read.

    ``labels`` are the page labels that a list of pages gives, by path and id; ``contents``
    are the elements that hold a table of contents, besides those that say so; ``pages`` are
    the page marks besides those that say so.
    """

    notes: Notes
    styles: Styles
    labels: Mapping[tuple[str, str], str]
    contents: frozenset[_Element] = frozenset()
    pages: PageMarks = field(default_factory=PageMarks)


def read_markup(path: str, root: _Element, guide: Guide, read: Read) -> None:
    """Add what a document holds to what was read."""
    _Reader(path, guide, read).run(root)


@dataclass(slots=True)
class _Reader:
    path: str
    guide: Guide
    read: Read
    line: Line = field(default_factory=Line)
    level: int = 0
    contents: int = 0
    row: int = 0
    kept: int = 0
    outer: list[tuple[Line, NoteOf | None]] = field(default_factory=list)
    note: NoteOf | None = None

    def run(self, root: _Element) -> None:
        """Read a tree without descending by recursion: its depth is the document's choice."""
        self.read.ids.setdefault((self.path, ""), len(self.read.pieces))
        skipped: _Element | None = None
        for event, element in (walk := etree.iterwalk(root, events=("start", "end"))):
            if event == "start":
                if skipped is None and not self._start(element):
                    skipped = element
                    walk.skip_subtree()
                elif skipped is None:
                    self._write(element.text)
            else:
                if skipped is element:
                    skipped = None
                elif skipped is None:
                    self._end(element)
                if element is not root and skipped is None:
                    self._write(element.tail)
        self._flush()

    def _write(self, text: str | None) -> None:
        if not text:
            return
        text = self.read.seen(text)
        start = 0
        for mark in self.guide.pages.written.finditer(text) if self.guide.pages.written else ():
            self._put(text[start : mark.start()])
            self._turn_at(mark[1] or mark[2], "")
            start = mark.end()
        self._put(text[start:])

    def _put(self, text: str) -> None:
        """Write text that holds no page mark; a word that a page cut with a hyphen is whole."""
        turn = self.line.turns[-1] if self.line.turns else None
        if turn and turn.at == self.line.length and self._goes_on(text):
            self.line.parts[-1] = self.line.parts[-1][:-1]
            self.line.length -= 1
            self.line.turns[-1] = replace(turn, at=turn.at - 1)
        if not self.kept:
            self.line.write(text)
            return
        for k, paragraph in enumerate(re.split(r"\n\s*\n|\n(?=[ \t]{2}|\u3000)", text)):
            if k:
                self._flush()
            self.line.write(paragraph)

    def _goes_on(self, text: str) -> bool:
        """Whether a text goes on with a word that the line broke off with a hyphen."""
        before = _CUT_WORD.search(self.line.parts[-1][-_LONGEST_WORD:]) if self.line.parts else None
        after = _REST.match(text)
        if before is None or after is None or self.line.gap:
            return False
        return f"{before[1]}{after[0]}".casefold() in self.guide.pages.words

    def _start(self, element: _Element) -> bool:
        """Enter an element; whether what it holds is to be read."""
        name = local(element)
        if not name:
            return False
        identity = element.get("id") or (element.get("name") if name == "a" else None)
        if identity:
            if not words(element) & _BREAKS:
                self._turn_at(self.guide.labels.get((self.path, identity)), name)
            self.read.ids.setdefault((self.path, identity), len(self.read.pieces))
        if element in self.guide.notes.notes:
            self._enter_note(self.guide.notes.notes[element])
            return True
        if name in _SKIPPED or self._is_mark(element) or self._is_left_out(element, name):
            return False
        if heading := _HEADING.fullmatch(name):
            self._flush()
            self.level = int(heading[1])
        elif name == "br":
            self._break()
        elif name == "tr":
            self._flush()
            self.row += not any(local(e) in _LAYS_OUT for e in element.iterdescendants())
        elif name in {"td", "th"} and self.row:
            if self.line.length:
                self.line.put("\t")
        elif name in _BLOCKS:
            self._flush()
            self.kept += name == "pre"
            self.contents += self._is_contents(element, name)
        return True

    def _is_mark(self, element: _Element) -> bool:
        """Whether an element is a mark, of a note or a page, or a link back from a note."""
        said = words(element) if element.attrib else set()
        name = local(element) if local(element) in _BLOCKS else ""
        if said & _BREAKS:
            label = self._label(element)
            self._turn_at(label or "", name)
            text = text_of(element)
            return bare_label(text) in ("", label) or len(text) <= LONGEST_LABEL
        if element in self.guide.pages.labels:
            for label in self.guide.pages.labels[element]:
                self._turn_at(label, name)
            return element in self.guide.pages.silent
        mark = self.guide.notes.marks.get(element)
        if mark is not None and self.note is None:
            self.line.marks.append(Mark(self.line.length, *mark))
            return True
        back = element in self.guide.notes.backs or bool(said & {"backlink", "doc-backlink"})
        self.line.signed = self.line.signed or (back and not self.line.length)
        return back

    def _label(self, element: _Element) -> str | None:
        """Return the label of a page break; one of its own that the list contradicts is none."""
        listed = self.guide.labels.get((self.path, element.get("id") or ""))
        own = label_of(element)
        if listed is None:
            return own or label_of_id(element.get("id") or "")
        return listed if own is None or letters_of(own) == letters_of(listed) else ""

    def _is_left_out(self, element: _Element, name: str) -> bool:
        """Whether an element is no part of the text: a list of pages, or hidden."""
        if name == "nav" and not words(element) & _TABLES_OF_CONTENTS:
            return True
        if element.attrib and words(element) & _OTHER_LISTS:
            return True
        if (element.attrib or self.guide.styles.rules) and self.guide.styles.hides(element):
            if any(e in self.guide.notes.notes for e in element.iterdescendants()):
                return False
            self.read.hidden += len("".join(text_of(element).split()))
            return True
        return False

    def _turn_at(self, label: str | None, name: str) -> None:
        """Begin a page here, unless its mark stood here already."""
        if label is None:
            return
        if name in _BLOCKS or _HEADING.fullmatch(name):
            self._flush()
        turn = Turn(self.line.length, label, PageStatus.EXACT, MARKED)
        if not label:
            turn = Turn(self.line.length, None, PageStatus.UNKNOWN, _UNCLEAR)
        if self.line.turns[-1:] != [turn]:
            self.line.turns.append(turn)

    def _enter_note(self, note: NoteOf) -> None:
        self._flush()
        self.outer.append((self.line, self.note))
        self.line, self.note = Line(), note

    def _leave_note(self) -> None:
        line, note = self.line, self.note
        self.line, self.note = self.outer.pop()
        if note is None:
            return
        text = "".join(line.parts)
        sign = note.sign
        lead = 0
        if not line.signed:
            shown = re.escape(sign) if sign else _CIRCLED
            found = re.match(rf"[\s\[〔［(（]*({shown})(?!\d)", text)
            sign = sign or (found[1] if found else "")
            lead = found.end() if found else 0
        if lead or line.signed:
            lead = len(text) - len(text[lead:].lstrip(_AFTER_SIGN))
        self.read.pieces.append(
            Piece(
                Role.NOTE,
                text[lead:].strip(),
                turns=tuple(replace(turn, at=max(turn.at - lead, 0)) for turn in line.turns),
                sign=sign,
                key=note.key,
                stands=note.stands or bool(line.turns),
            )
        )

    def _end(self, element: _Element) -> None:
        name = local(element)
        if element in self.guide.notes.notes and self.note is self.guide.notes.notes[element]:
            self._leave_note()
        elif _HEADING.fullmatch(name):
            self._flush()
            self.level = 0
        elif name == "tr":
            self._flush()
            self.row -= self.row > 0
        elif name in _BLOCKS and not (name in {"td", "th"} and self.row):
            self._flush()
            self.kept -= name == "pre"
            self.contents -= self._is_contents(element, name)

    def _is_contents(self, element: _Element, name: str) -> bool:
        declared = name == "nav" and bool(words(element) & _TABLES_OF_CONTENTS)
        return declared or element in self.guide.contents

    def _break(self) -> None:
        """End a line: the paragraph too, unless it is a heading, a note or a table's row."""
        if self.level or self.row or self.note is not None:
            self.line.gap += " " if self.level else "\n"
        else:
            self._flush()

    def _flush(self) -> None:
        """End the block; in a note, or a row of a table, the next goes on in the same line."""
        if self.note is not None or self.row:
            self.line.gap += "\n"
            return
        line, self.line = self.line, Line()
        self.read.take(line, self.level, contents=self.contents > 0)


def label_of(element: _Element) -> str | None:
    """Return the page that a page break declares in its title, its label or its text."""
    for text in (element.get("title"), element.get("aria-label"), text_of(element)):
        if text and text.strip() and len(text) <= LONGEST_LABEL:
            return bare_label(text)
    return None


def label_of_id(identity: str) -> str | None:
    """Return the page that the id of a page break names (``page_12``), or None."""
    match = _PAGE_ID.fullmatch(identity)
    return match[1] if match else None
