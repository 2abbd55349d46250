"""Paged Markdown becomes a book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.reading.formats.reader import read_book
from rag.reading.source.source import Source
from rag.types import PageStatus

if TYPE_CHECKING:
    from pathlib import Path

    from rag.types import Book

TEXT = """# 河谷旧事

# 总序

前面的几句话。

# 前言

<!-- page 前言 1 -->

渔民修了**三条**水渠[^1]，费用由<!-- page 前言 2 -->各村分摊。

[^1]: 见[县志](http://example.org/x)抄本。

# 第一章 水渠

## 1. 石渠

<!-- page 1 -->

- 渠首<img src=x onerror=alert(1)>的选址。
![图](http://example.org/p.png)

### 渠尾

<!-- page iv -->
渠尾的选址。
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Return the book that TEXT gives."""
    path = tmp_path / "book.md"
    path.write_text(TEXT, encoding="utf-8")
    return read_book(Source(path))


def test_pages_are_as_marked(book: Book) -> None:
    """Each mark begins a page; a part's name before a label is left out."""
    found = [(p.label, p.status, p.part or p.chapter) for p in book.pages]
    assert found == [
        (None, PageStatus.UNKNOWN, "书名页"),
        (None, PageStatus.UNKNOWN, "总序"),
        ("1", PageStatus.EXACT, "前言"),
        ("2", PageStatus.EXACT, "前言"),
        ("1", PageStatus.EXACT, "第一章 水渠"),
        ("iv", PageStatus.EXACT, "第一章 水渠"),
    ]


def test_a_mark_inside_a_sentence_cuts_nothing(book: Book) -> None:
    """A page mark inside a paragraph leaves the sentence whole."""
    assert "费用由各村分摊。" in book.text
    assert book.pages[3].start == book.text.index("各村")


def test_markup_is_gone(book: Book) -> None:
    """Emphasis, links, tags and images leave their words or nothing."""
    assert "渔民修了三条水渠，" in book.text
    assert "渠首的选址。" in book.text
    assert "见县志抄本。" in book.text
    assert not any(sign in book.text for sign in ("<", "http", "*", "["))


def test_notes_are_tied(book: Book) -> None:
    """A note stands on the page of its mark."""
    (note,) = book.footnotes
    assert book.text[: note.anchor].endswith("三条水渠")
    assert book.pages[note.page].label == "1"


def test_headings_are_sections(book: Book) -> None:
    """The levels of headings are chapter or part, section and sub-section."""
    last = book.sections[-1]
    assert (last.chapter, last.section, last.subsection) == ("第一章 水渠", "1. 石渠", "渠尾")
    assert [e.page for e in book.contents] == [None, "1", "1", "1", "iv"]


def read(folder: Path, text: str) -> Book:
    """Return the book that a text gives."""
    path = folder / "more.md"
    path.write_text(text, encoding="utf-8")
    return read_book(Source(path))


def test_a_part_of_one_page_is_not_the_first_page_of_the_body(tmp_path: Path) -> None:
    """A mark with another name in it begins another page, whatever is left of its label."""
    book = read(
        tmp_path,
        "# 前言\n\n<!-- page 前言 1 -->\n甲。\n\n<!-- page 1 -->\n\n# 第一章 水渠\n\n乙。\n",
    )
    assert [(p.label, p.part or p.chapter) for p in book.pages] == [
        ("1", "前言"),
        ("1", "第一章 水渠"),
    ]


def test_a_mark_inside_latin_words_changes_nothing(tmp_path: Path) -> None:
    """A word, and the space between words, are as they were written around the mark."""
    book = read(tmp_path, "# A\n\nThe can<!-- page 2 -->al in 1924 <!-- page 3 -->was long.\n")
    assert "The canal in 1924 was long.\n" in book.text
    assert [p.label for p in book.pages] == [None, "2", "3"]


def test_notes_without_marks_and_marks_without_notes_are_said(tmp_path: Path) -> None:
    """What does not find its other half is a problem; a mark in a heading is a mark."""
    book = read(tmp_path, "# 水渠[^1]\n\n木桥[^2]。\n\n[^1]: 见县志。\n\n[^3]: 同上。\n")
    assert {p.kind for p in book.problems} == {"mark_without_note", "note_without_mark"}
    assert book.text[: book.footnotes[0].anchor] == "水渠"


@pytest.mark.parametrize("mark", ["[Pg {0}]", "{{{0}}}", '<span class="pagenum">[p. {0}]</span>'])
def test_marks_in_words_are_page_marks(mark: str, tmp_path: Path) -> None:
    """Where no mark of the format's own stands, marks in words that count up are pages."""
    text = "运河南起澜港，北到白石埠，沿线有七个县，分属两府。" * 10
    body = "".join(f"{text}港{mark.format(n)}口{text}\n\n" for n in range(7, 12))
    path = tmp_path / "book.md"
    path.write_text(f"# 第一章 开港\n\n{body}", encoding="utf-8")
    book = read_book(Source(path))
    assert [page.label for page in book.pages] == [None, "7", "8", "9", "10", "11"]
    assert book.text.count("港口") == 5
