"""The press prints a book as a Word document, as Word itself writes one."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from tests.support.press.flow import Block, Flow, Note, flows
from tests.support.press.text import CIRCLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tests.support.press.printing import Printed

_WORDS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# A Chinese Word calls its styles 1, 2 and so on; only their names say what they are.
_STYLES = (
    ("a", "Normal"),
    ("1", "heading 1"),
    ("2", "heading 2"),
    ("a3", "Title"),
    ("TOC1", "toc 1"),
    ("TOC2", "toc 2"),
    ("a4", "footnote text"),
)
_TURN = '<w:p><w:r>{}<w:br w:type="page"/></w:r></w:p>'
_PAGE_END = "<w:lastRenderedPageBreak/>"

Kind = Literal["footnote", "endnote"]
Typed = Literal["1.", "[1]", "①"]


def print_docx(
    printed: Printed,
    path: Path,
    *,
    pages: bool = True,
    notes: Kind = "footnote",
    typed: Typed | None = None,
) -> Path:
    """Return the Word document of a book: real headings, real footnotes or endnotes.

    Notes that are ``typed`` are no notes to Word: raised signs, which count by chapters, and
    paragraphs at the end of a chapter that begin with them.

    With ``pages``, it says where Word last ended the pages. Title, front matter, contents and
    body are sections of the document; page numbers begin again in front matter and body.
    """
    chapters = flows(printed)
    front = [flow for flow in chapters if flow.title == printed.words.preface]
    body = [flow for flow in chapters if flow not in front]
    numbering = "lowerRoman" if printed.layout.front == "roman" else "decimal"
    page_end = _PAGE_END if pages else ""
    lines = [
        _paragraph(_text(printed.title), "a3"),
        _paragraph(_text(printed.words.author), "a", _section()),
        *_chapters(front, notes, pages=pages, typed=_Typing.of(printed, typed)),
    ]
    if front:
        lines.append(_paragraph("", "a", _section(numbering)))
    for k, (heading, page) in enumerate(printed.contents):
        last = k == len(printed.contents) - 1
        words = _text(heading, page_end if k == 0 else "") + f"<w:r><w:tab/></w:r>{_text(page)}"
        style = "TOC2" if heading[0].isdigit() else "TOC1"
        lines.append(_paragraph(words, style, _section() if last else ""))
    lines += _chapters(body, notes, pages=pages, typed=_Typing.of(printed, typed))
    document = "".join(lines) + _section("decimal")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", _content_types(notes))
        book.writestr("_rels/.rels", _relations({"officeDocument": "word/document.xml"}))
        parts = {"styles": "styles.xml", f"{notes}s": f"{notes}s.xml"}
        book.writestr("word/_rels/document.xml.rels", _relations(parts))
        book.writestr(
            "word/document.xml",
            f"{_XML}<w:document {_WORDS}><w:body>{document}</w:body></w:document>",
        )
        book.writestr("word/styles.xml", _styles())
        everything = [] if typed else [note for flow in chapters for note in flow.notes]
        book.writestr(f"word/{notes}s.xml", _notes(everything, notes))
    return path


@dataclass(frozen=True, slots=True)
class _Typing:
    """How notes are typed: their signs, and the head of their list."""

    signs: Typed
    head: str

    @classmethod
    def of(cls, printed: Printed, signs: Typed | None) -> _Typing | None:
        """Return how notes are typed, if they are."""
        return cls(signs, printed.words.notes) if signs else None

    def sign(self, number: int) -> str:
        """Return the sign of a chapter's note."""
        return CIRCLED[number - 1] if self.signs == "①" else self.signs.replace("1", str(number))

    def mark(self, number: int) -> str:
        """Return the raised mark of a chapter's note."""
        raised = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        return f"<w:r>{raised}<w:t>{self.sign(number).rstrip('.')}</w:t></w:r>"

    def listed(self, notes: Iterable[Note]) -> Iterable[str]:
        """Yield the paragraphs of a chapter's notes."""
        yield _paragraph(_text(self.head), "a")
        for number, note in enumerate(notes, 1):
            yield _paragraph(_text(f"{self.sign(number)} {note.text}"), "a")


def _chapters(
    chapters: list[Flow], notes: Kind, *, pages: bool, typed: _Typing | None
) -> Iterable[str]:
    """Yield the paragraphs of chapters, each on a new page."""
    for k, flow in enumerate(chapters):
        if k:
            yield _TURN.format("")
        opening = sum(run.kind == "page" for run in flow.blocks[0].runs)
        for _ in range(opening - 1):
            yield _TURN.format(_PAGE_END if pages else "")
        marks = {
            note.number: typed.mark(n)
            if typed
            else f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            f'<w:{notes}Reference w:id="{note.number}"/></w:r>'
            for n, note in enumerate(flow.notes, 1)
        }
        for block in flow.blocks:
            style = str(block.level) if block.level else "a"
            yield _paragraph(_runs(block, marks, pages=pages), style)
        if typed and flow.notes:
            yield from typed.listed(flow.notes)


def _runs(block: Block, marks: Mapping[str, str], *, pages: bool) -> str:
    """Return the runs of a paragraph, with the ends of pages that stand in it."""
    written = []
    page_end = ""
    for run in block.runs:
        if run.kind == "page":
            page_end = _PAGE_END if pages else ""
        elif run.kind == "mark":
            written.append(marks[run.value])
        else:
            written.append(_text(run.value, page_end))
            page_end = ""
    return "".join(written)


def _text(words: str, before: str = "") -> str:
    return f'<w:r>{before}<w:t xml:space="preserve">{escape(words, quote=False)}</w:t></w:r>'


def _paragraph(runs: str, style: str, section: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{section}</w:pPr>{runs}</w:p>'


def _section(numbering: str = "") -> str:
    """Return the end of a section, whose pages are numbered anew where a numbering is named."""
    start = f'<w:pgNumType w:fmt="{numbering}" w:start="1"/>' if numbering else ""
    return f'<w:sectPr><w:type w:val="nextPage"/>{start}</w:sectPr>'


def _notes(notes: list[Note], kind: Kind) -> str:
    """Return the part of the document that holds its notes, behind the two separators."""
    lines = [
        f'<w:{kind} w:type="{sort}" w:id="{k}"><w:p><w:r><w:{sort}/></w:r></w:p></w:{kind}>'
        for k, sort in ((-1, "separator"), (0, "continuationSeparator"))
    ]
    for note in notes:
        words = f"<w:r><w:{kind}Ref/></w:r>{_text(' ' + note.text)}"
        lines.append(f'<w:{kind} w:id="{note.number}">{_paragraph(words, "a4")}</w:{kind}>')
    return f"{_XML}<w:{kind}s {_WORDS}>{''.join(lines)}</w:{kind}s>"


def _styles() -> str:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}" w:default="{int(name == "Normal")}">'
        f'<w:name w:val="{name}"/></w:style>'
        for key, name in _STYLES
    )
    return f"{_XML}<w:styles {_WORDS}>{styles}</w:styles>"


def _relations(parts: dict[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="r{k}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for k, (kind, target) in enumerate(parts.items())
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _content_types(notes: Kind) -> str:
    parts = {"document": "document.main", "styles": "styles", f"{notes}s": f"{notes}s"}
    lines = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_MEDIA}.{kind}+xml"/>'
        for name, kind in parts.items()
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{rels}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{lines}</Types>'
    )
