"""The press prints a book as a Word document, as Word itself writes one."""

from __future__ import annotations

import zipfile
from html import escape
from typing import TYPE_CHECKING, Literal

from tests.support.press.flow import Block, Flow, Note, flows

if TYPE_CHECKING:
    from collections.abc import Iterable
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


def print_docx(
    printed: Printed, path: Path, *, pages: bool = True, notes: Kind = "footnote"
) -> Path:
    """Return the Word document of a book: real headings, real footnotes or endnotes.

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
        *_chapters(front, notes, pages=pages),
    ]
    if front:
        lines.append(_paragraph("", "a", _section(numbering)))
    for k, (heading, page) in enumerate(printed.contents):
        last = k == len(printed.contents) - 1
        words = _text(heading, page_end if k == 0 else "") + f"<w:r><w:tab/></w:r>{_text(page)}"
        style = "TOC2" if heading[0].isdigit() else "TOC1"
        lines.append(_paragraph(words, style, _section() if last else ""))
    lines += _chapters(body, notes, pages=pages)
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
        everything = [note for flow in chapters for note in flow.notes]
        book.writestr(f"word/{notes}s.xml", _notes(everything, notes))
    return path


def _chapters(chapters: list[Flow], notes: Kind, *, pages: bool) -> Iterable[str]:
    """Yield the paragraphs of chapters, each on a new page."""
    for k, flow in enumerate(chapters):
        if k:
            yield _TURN.format("")
        opening = sum(run.kind == "page" for run in flow.blocks[0].runs)
        for _ in range(opening - 1):
            yield _TURN.format(_PAGE_END if pages else "")
        for block in flow.blocks:
            style = str(block.level) if block.level else "a"
            yield _paragraph(_runs(block, notes, pages=pages), style)


def _runs(block: Block, notes: Kind, *, pages: bool) -> str:
    """Return the runs of a paragraph, with the ends of pages that stand in it."""
    written = []
    page_end = ""
    for run in block.runs:
        if run.kind == "page":
            page_end = _PAGE_END if pages else ""
        elif run.kind == "mark":
            raised = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            written.append(f'<w:r>{raised}<w:{notes}Reference w:id="{run.value}"/></w:r>')
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
