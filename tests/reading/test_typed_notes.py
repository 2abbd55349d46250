"""Notes that were typed by hand in Word are notes; lists and powers are none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE

from rag.reading.formats.docx.document import read_docx
from rag.reading.source.source import Source
from tests.support.press.docx import print_docx
from tests.support.press.printing import Layout, print_book, score

if TYPE_CHECKING:
    from pathlib import Path

    from rag.types import Book
    from tests.support.press.docx import Typed
    from tests.support.press.stocks import Language


@pytest.mark.parametrize(
    ("language", "typed"), [("zh", "①"), ("zh", "1."), ("en", "1."), ("ru", "[1]"), ("en", "[1]")]
)
def test_every_typed_note_hangs_on_its_mark(
    tmp_path: Path, language: Language, typed: Typed
) -> None:
    """Notes at the end of chapters leave the text, and each mark has its own."""
    width: Literal[27, 60] = 27 if language == "zh" else 60
    layout = Layout(
        width=width, chapters=3, sections=2, paragraphs=(2, 3), notes=0.6, language=language
    )
    printed = print_book(layout, 8)
    path = print_docx(printed, tmp_path / "book.docx", typed=typed)
    found = score(read_docx(Source(path)), printed, signs=False)
    assert (found.notes, found.lost, found.sections) == (1.0, 0.0, 1.0)


def write(path: Path, *paragraphs: str) -> Book:
    """Return the book that paragraphs are read as; ``^{1}`` is raised, ``#`` begins a heading."""
    document = docx.Document()
    for text in paragraphs:
        if text.startswith("#"):
            document.add_heading(text.strip("# "), 1)
        elif text == "---":
            document.add_page_break()  # type: ignore[no-untyped-call]
        else:
            paragraph = document.add_paragraph()
            for k, piece in enumerate(re.split(r"\^\{([^}]*)\}", text)):
                paragraph.add_run(piece).font.superscript = bool(k % 2) or None
    document.save(str(path))
    return read_docx(Source(path))


def notes(book: Book) -> list[tuple[str, str, str]]:
    """Return the notes of a book: sign, text, and what stands before their marks."""
    return [
        (n.mark, book.text[n.start : n.end], book.text[(n.anchor or 0) - 6 : n.anchor])
        for n in book.footnotes
    ]


def test_lists_and_powers_are_no_notes(tmp_path: Path) -> None:
    """A numbered list in the midst of the text stays, and so does the square of a metre."""
    book = write(
        tmp_path / "paper.docx",
        "# Chapter 1. The Port",
        "The court fined the keeper.^{1} The road closed,^{2} and no ship came.",
        "1. The lamp was filled.",
        "2. The wick was trimmed.",
        "The area was 30 m^{2} in all, and the tax rose.^{3}",
        "# Notes",
        "1. Records of the port, p. 3.",
        "2. Ibid., p. 4.",
        "3. Records of the road, p. 9.",
    )
    assert notes(book) == [
        ("1", "Records of the port, p. 3.", "eeper."),
        ("2", "Ibid., p. 4.", "losed,"),
        ("3", "Records of the road, p. 9.", " rose."),
    ]
    assert "30 m2 in all" in book.text
    assert "1. The lamp was filled." in book.text


def test_notes_at_the_foot_begin_anew_on_each_page(tmp_path: Path) -> None:
    """Signs that come back on the next page belong to the notes there."""
    book = write(
        tmp_path / "paper.docx",
        "# 第一章 开埠",
        "渔民们修了三条水渠。^{①}后来的人多半引用这个数字。^{②}",
        "^{①}《水渠志稿》卷一，第3页。",
        "② 《木桥志稿》卷二，第5页。",
        "---",
        "费用由各村分摊。^{①}详情难考。²",
        "① 《户口志稿》卷三，第7页。",
        "²《县志》卷四。",
    )
    assert [(sign, before[-3:]) for sign, _, before in notes(book)] == [
        ("①", "水渠。"),
        ("②", "数字。"),
        ("①", "分摊。"),
        ("2", "难考。"),
    ]


def test_a_mark_may_be_raised_by_its_style(tmp_path: Path) -> None:
    """A style of signs that are set higher counts as setting them higher does."""
    document = docx.Document()
    document.styles.add_style("Sign", WD_STYLE_TYPE.CHARACTER).font.superscript = True
    document.add_heading("第一章 开埠", 1)
    document.add_paragraph("渔民们修了三条水渠。").add_run("1", "Sign")
    document.add_paragraph("注释")
    document.add_paragraph("1. 《水渠志稿》卷一，第3页。")
    document.save(str(tmp_path / "paper.docx"))
    book = read_docx(Source(tmp_path / "paper.docx"))
    assert notes(book) == [("1", "《水渠志稿》卷一，第3页。", "了三条水渠。")]
