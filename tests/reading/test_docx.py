"""A Word document becomes a book."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from rag.reading.formats.docx.document import read_docx
from rag.reading.formats.docx.numbers import number_text
from rag.reading.source.source import Source
from rag.types import Book, PageStatus, ReadingError

if TYPE_CHECKING:
    from pathlib import Path

SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
STYLES = """<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="b"><w:name w:val="章"/><w:basedOn w:val="1"/></w:style>
<w:style w:styleId="2"><w:name w:val="节"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:styleId="t"><w:name w:val="toc 1"/></w:style>
<w:style w:styleId="h"><w:name w:val="secret"/><w:rPr><w:vanish/></w:rPr></w:style>"""
END = "<w:lastRenderedPageBreak/>"


def run(text: str, before: str = "", properties: str = "") -> str:
    """Return a run with a text."""
    return f"<w:r><w:rPr>{properties}</w:rPr>{before}<w:t>{text}</w:t></w:r>"


def mark(kind: str, number: int) -> str:
    """Return the mark of a note."""
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def paragraph(inner: str, style: str = "", properties: str = "") -> str:
    """Return a paragraph."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{inner}</w:p>"


def notes(kind: str, *texts: str) -> str:
    """Return the part that holds the notes, behind a separator."""
    own = f"<w:r><w:{kind}Ref/></w:r>"
    lines = "".join(
        f'<w:{kind} w:id="{n}">{paragraph(own + run(f" {text}"))}</w:{kind}>'
        for n, text in enumerate(texts, 1)
    )
    first = f'<w:{kind} w:type="separator" w:id="0">{paragraph(run("—"))}</w:{kind}>'
    return f"<w:{kind}s {SPACES}>{first}{lines}</w:{kind}s>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where files are made."""
    return tmp_path


def read(folder: Path, *lines: str, **parts: str) -> Book:
    """Return the book that a document of these paragraphs gives, with more parts by name."""
    path = folder / "book.docx"
    body = "".join(lines)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "word/document.xml", f"<w:document {SPACES}><w:body>{body}</w:body></w:document>"
        )
        archive.writestr("word/styles.xml", f"<w:styles {SPACES}>{STYLES}</w:styles>")
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", text)
    return read_docx(Source(path))


def section(kind: str = "nextPage", numbers: str = "", more: str = "") -> str:
    """Return the end of a section."""
    return f'<w:sectPr>{more}<w:type w:val="{kind}"/><w:pgNumType {numbers}/></w:sectPr>'


def test_styles_make_headings(folder: Path) -> None:
    """A style is a heading's by its outline level, its name, or the style that it rests on."""
    book = read(
        folder,
        paragraph(run("第一章 水渠"), "b"),
        paragraph(run("石渠"), "2"),
        paragraph(run("甲。")),
    )
    assert (book.sections[-1].chapter, book.sections[-1].section) == ("第一章 水渠", "石渠")


def test_pages_are_as_word_last_laid_them_out(folder: Path) -> None:
    """Page ends that Word kept give approximate pages, numbered as the sections say."""
    book = read(
        folder,
        paragraph(run("序文。"), properties=section(numbers='w:fmt="lowerRoman" w:start="3"')),
        paragraph(run("正文", END) + run("接着。", END)),
        paragraph('<w:r><w:br w:type="page"/></w:r>'),
        paragraph(run("末页。", END)),
        section(numbers='w:start="1"'),
    )
    found = [(p.label, book.text[p.start : p.end]) for p in book.pages]
    assert found == [("iii", "序文。\n"), ("1", "正文"), ("2", "接着。\n"), ("3", "末页。\n")]
    assert {p.status for p in book.pages} == {PageStatus.APPROXIMATE}
    assert book.contents == ()


def test_without_kept_page_ends_no_page_is_known(folder: Path) -> None:
    """Breaks alone say where pages end, and not which pages they are."""
    book = read(folder, paragraph(run("甲。")), paragraph('<w:r><w:br w:type="page"/></w:r>'),
                paragraph(run("乙。")))  # fmt: skip
    assert [(p.label, p.status) for p in book.pages] == [(None, PageStatus.UNKNOWN)] * 2


def test_footnotes_have_the_marks_that_word_prints(folder: Path) -> None:
    """Marks follow the format and begin again on each page where the section says so."""
    circled = (
        '<w:footnotePr><w:numFmt w:val="decimalEnclosedCircleChinese"/>'
        '<w:numRestart w:val="eachPage"/></w:footnotePr>'
    )
    book = read(
        folder,
        paragraph(
            run("水渠") + mark("footnote", 1) + run("与木桥") + mark("footnote", 2) + run("。")
        ),
        paragraph(run("茶路", END) + mark("footnote", 3) + run("。")),
        section(more=circled),
        footnotes=notes("footnote", "见县志。", "同上。", "账簿。"),
    )
    assert book.text[: book.body_end] == "水渠与木桥。\n茶路。\n"
    assert [(n.mark, n.anchor, n.page, book.text[n.start : n.end]) for n in book.footnotes] == [
        ("①", 2, 0, "见县志。"),
        ("②", 5, 0, "同上。"),
        ("①", 9, 1, "账簿。"),
    ]


def test_endnotes_stand_at_the_end(folder: Path) -> None:
    """Endnotes have roman marks of their own and stand on the last page."""
    book = read(
        folder,
        paragraph(run("水渠") + mark("endnote", 1) + run("。")),
        paragraph(run("茶路。", END)),
        endnotes=notes("endnote", "见县志。"),
    )
    assert [(n.mark, n.page) for n in book.footnotes] == [("i", 1)]


def test_a_mark_of_the_authors_own_is_kept(folder: Path) -> None:
    """A custom mark is the note's sign and no text."""
    own = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="1"/><w:t>*</w:t></w:r>'
    book = read(folder, paragraph(run("水渠") + own), footnotes=notes("footnote", "见县志。"))
    assert (book.footnotes[0].mark, book.text) == ("*", "水渠\n见县志。\n")


def test_what_is_deleted_or_hidden_is_no_text(folder: Path) -> None:
    """Insertions stand, deletions and hidden text do not; a deleted paragraph end joins."""
    book = read(
        folder,
        paragraph(
            f"<w:ins>{run('渔民')}</w:ins><w:del><w:r><w:delText>商会</w:delText></w:r></w:del>"
            + run("密", properties="<w:vanish/>"),
            properties="<w:rPr><w:del/></w:rPr>",
        ),
        paragraph(run("修渠。")),
        paragraph(run("暗号"), "h"),
    )
    assert book.text == "渔民修渠。\n"
    assert [p.kind for p in book.problems] == ["hidden_text"]


def field(code: str, result: str) -> str:
    """Return a field of several runs."""
    kinds = ("begin", "separate", "end")
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in kinds)
    return f"{begin}<w:r><w:instrText>{code}</w:instrText></w:r>{separate}{result}{end}"


def test_fields_are_their_results(folder: Path) -> None:
    """Codes are no text; a table of contents is contents, by its field or by its style."""
    book = read(
        folder,
        paragraph(field(r'TOC \o "1-3"', run("第一章 水渠 1"))),
        paragraph(run("第二章 木桥 9"), "t"),
        paragraph(run("第一章 水渠"), "1"),
        paragraph(run("见") + field("REF a", run("上文")) + run("。")),
    )
    assert [s.part or s.chapter for s in book.sections] == ["目录", "第一章 水渠"]
    assert book.text.endswith("见上文。\n")


def test_tables_boxes_and_symbols_are_read_once(folder: Path) -> None:
    """Rows are lines, a text box stands once, and symbols are characters where they are known."""
    cells = "".join(f"<w:tc>{paragraph(run(text))}</w:tc>" for text in ("1903", "四百"))
    box = f"<w:txbxContent>{paragraph(run('框'))}</w:txbxContent>"
    book = read(
        folder,
        f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>",
        paragraph(
            "<w:r><mc:AlternateContent><mc:Choice><w:drawing>" + box + "</w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
            + run("水")
            + '<w:r><w:softHyphen/><w:sym w:font="Wingdings" w:char="F081"/></w:r>'
            + run("渠")
        ),
    )
    assert book.text == "1903\t四百\n框\n水①渠\n"


def test_numbers_of_headings_are_printed(folder: Path) -> None:
    """A heading that Word numbers has its number, counted over all headings of its list."""
    numbering = f"""<w:numbering {SPACES}><w:abstractNum w:abstractNumId="7">
    <w:lvl w:ilvl="0"><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1章"/></w:lvl>
    <w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum>
    <w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>"""

    def numbered(level: int) -> str:
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>'

    book = read(
        folder,
        paragraph(run("水渠"), "1", numbered(0)),
        paragraph(run("石渠"), "2", numbered(1)),
        paragraph(run("木桥"), "1", numbered(0)),
        paragraph(run("铁桥"), "2", numbered(1)),
        numbering=numbering,
    )
    assert [e.heading for e in book.contents] == [
        "第一章 水渠", "1. 石渠", "第二章 木桥", "1. 铁桥",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "kind", "text"),
    [
        (4, "lowerRoman", "iv"), (28, "lowerLetter", "bb"), (21, "decimalEnclosedCircle", "㉑"),
        (12, "chineseCounting", "十二"), (103, "chineseCountingThousand", "一百〇三"),
        (20, "ideographDigital", "二〇"), (5, "chicago", "**"), (7, "decimalZero", "07"),
        (3, "ideographTraditional", "丙"), (3, "none", ""), (9, "unheardOf", "9"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_word_writes_them(number: int, kind: str, text: str) -> None:
    """Each format of numbers has its own form; one that is not known is decimal."""
    assert number_text(number, kind) == text


def test_title_pages_give_the_record(folder: Path) -> None:
    """The lines before the first heading are read as title pages."""
    lines = ("河谷旧事", "周敏 著", "河谷出版社")
    book = read(folder, *(paragraph(run(t)) for t in lines), paragraph(run("第一章 水渠"), "1"))
    assert (book.record.title, book.record.publisher) == ("河谷旧事", "河谷出版社")
    assert [author.name for author in book.record.authors] == ["周敏"]


def test_what_is_no_word_document_is_refused(folder: Path) -> None:
    """An archive of something else and a document without text are each one sentence."""
    path = folder / "other.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(ReadingError, match="not a Word document"):
        read_docx(Source(path))
    with pytest.raises(ReadingError, match=r"^book\.docx is empty; .*\.$"):
        read(folder, paragraph(""))
