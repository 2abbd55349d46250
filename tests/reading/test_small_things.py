"""Ornaments, notes whose signs are lost, heads among notes, and errors that nobody foresaw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.reading.formats.pdf.document import read_pdf
from rag.reading.formats.reader import read_book
from rag.reading.sandbox.child import failure
from rag.reading.source.source import Source
from tests.support.press.blocks import print_blocks
from tests.support.press.letters import misname
from tests.support.press.pdf import Paper, print_pdf
from tests.support.press.printing import Layout, print_book, score

if TYPE_CHECKING:
    from pathlib import Path

    from rag.types import Book
    from tests.support.press.blocks import Kind
    from tests.support.press.stocks import Language


def read(path: Path, text: str) -> Book:
    """Return the book that a file with a text is read as."""
    path.write_text(text, encoding="utf-8")
    return read_book(Source(path))


def places(book: Book) -> list[tuple[str | None, str | None, str | None]]:
    """Return where each section of a book stands."""
    return [(s.part, s.chapter, s.section) for s in book.sections]


ORNAMENTS = ("* * *", "◆　◆　◆", "～～～～～", "⁂", "———————", "❦", "· · ·", "※※※", "=====")
PARAGRAPHS = ("渔民们在入冬以前修了三条水渠。", "后来的人多半引用这个数字。")


@pytest.mark.parametrize("ornament", ORNAMENTS)
@pytest.mark.parametrize("name", ["a.md", "a.html", "a.txt"])
def test_rows_of_ornaments_are_nothing(tmp_path: Path, name: str, ornament: str) -> None:
    """Between two paragraphs they are no paragraph, whatever the format."""
    parts = ["第一章 水渠", PARAGRAPHS[0], ornament, PARAGRAPHS[1]]
    text = "\n\n".join(parts)
    if name == "a.html":
        text = f"<h1>{parts[0]}</h1>" + "".join(f"<p>{part}</p>" for part in parts[1:])
    book = read(tmp_path / name, f"# {text}" if name == "a.md" else text)
    assert book.text == f"第一章 水渠\n{PARAGRAPHS[0]}\n{PARAGRAPHS[1]}\n"


@pytest.mark.parametrize("line", ["……", "××××", "（略）", "1. ——"])
def test_what_stands_for_words_is_text(tmp_path: Path, line: str) -> None:
    """What was left out, and what was blotted out, is shown as the book shows it."""
    assert line in read(tmp_path / "a.md", f"# 第一章 水渠\n\n甲。\n\n{line}\n\n乙。\n").text


@pytest.mark.parametrize(
    ("name", "heads"),
    [
        ("a.md", ("第一章 水渠", "第二章 木桥", "注释", "第一章", "后记")),
        ("a.html", ("Chapter 1. Port", "Chapter 2. Road", "Notes", "Chapter 1. Port", "Index")),
        ("a.html", ("Глава 1. Порт", "Глава 2. Дорога", "Примечания", "Глава 2.", "Указатель")),
    ],
)
def test_heads_among_notes_are_no_chapters_again(
    tmp_path: Path, name: str, heads: tuple[str, ...]
) -> None:
    """Below the head of the notes, what names a chapter again heads its notes."""
    form = "# {}\n\n{}\n" if name == "a.md" else "<h1>{}</h1><p>{}</p>"
    text = "\n".join(form.format(heading, PARAGRAPHS[0]) for heading in heads)
    one, other, notes, again, last = heads
    assert places(read(tmp_path / name, text)) == [
        (None, one, None),
        (None, other, None),
        (notes, None, None),
        (notes, None, again),
        (last, None, None),
    ]


def test_what_is_fenced_heads_nothing(tmp_path: Path) -> None:
    """Lines of a program that begin with # are no headings."""
    text = "# 第一章 水渠\n\n甲。\n\n```sh\n# 安装\nmake run\n```\n\n乙。\n"
    book = read(tmp_path / "a.md", text)
    assert places(book) == [(None, "第一章 水渠", None)]
    assert "# 安装\nmake run\n" in book.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_notes_at_the_foot_without_any_sign_are_notes(tmp_path: Path, language: Language) -> None:
    """Where the font of the signs names no characters, the text is whole and so are the notes."""
    layout = Layout(chapters=2, sections=2, notes=0.9, language=language)
    printed = print_book(layout if language == "zh" else Layout(60, 27, 2, 2, notes=0.9,
                         language=language), 6)  # fmt: skip
    path = print_pdf(printed, tmp_path / "book.pdf", Paper(labels="none"))
    misname(path, {chr(0x2460 + k): chr(0xE000 + k) for k in range(20)})
    book = read_pdf(Source(path))
    found = score(book, printed)
    assert (found.exact, found.right_where_exact, found.lost) == (1.0, 1.0, 0.0)
    with_notes = [sheet for sheet in printed.body if sheet.notes]
    beneath = "".join(book.text[book.body_end :].split())
    for sheet in with_notes:
        for note in sheet.notes:
            assert "".join(note.lstrip("^")[1:].split()) in beneath
    assert {note.mark for note in book.footnotes} == {""}


@pytest.mark.parametrize("language", ["zh", "en", "ru"])
@pytest.mark.parametrize("kind", ["ragged", "small"])
def test_blocks_set_apart_are_paragraphs_of_the_text(
    tmp_path: Path, kind: Kind, language: Language
) -> None:
    """Quotations in ragged lines and pages of small type are text, a paragraph each."""
    blocks = print_blocks(kind, language, tmp_path / "blocks.pdf", 2)
    book = read_pdf(Source(tmp_path / "blocks.pdf"))
    paragraphs = ["".join(line.split()) for line in book.text[: book.body_end].split("\n")]
    assert [block for block in blocks if "".join(block.split()) not in paragraphs] == []
    assert book.footnotes == ()


def test_an_error_that_nobody_foresaw_is_one_sentence() -> None:
    """Whoever added the file hears of the file; the kind of the error is for the log."""
    told = failure("book.pdf", KeyError("xref"))
    assert told["error"] == (
        "book.pdf could not be read: its reader failed; the file may be damaged."
    )
    assert "KeyError: 'xref'" in told["trace"]
