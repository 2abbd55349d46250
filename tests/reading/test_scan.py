"""The text of a scan becomes a book."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from rag.reading.formats.reader import read_book
from rag.reading.source.source import Source
from rag.types import ReadingError
from tests.support.press.printing import Layout, print_book

if TYPE_CHECKING:
    from pathlib import Path

    from rag.types import Book

TEXT = """河谷旧事

众人著

总序

编者写在前面的几句话。

目 录

前 言.....	(1)
第一章 河谷的水渠与

早期聚落.....	(1)
1. 石渠的修筑	(1)
2. 木桥	(9)

前　　言

渔民们在旱季到来以前修了三条水渠，这件事在邻县也有流传，后来的人多半引

用这个数字。费用由各村分摊，结果比预想的要好。^①其中一部分至今还能看到。

^① 见县志抄本第3卷。

第一章

河谷的水渠与 早期聚落

1. 石渠的修筑

渠首的选址

测绘员绘出了全境的地形图，并且丈量了河滩的田亩，其中一部分至今还能看到^① 的界桩就是当时立的。

① 界桩后来重立过一次。
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Return the book that TEXT gives."""
    path = tmp_path / "book.txt"
    path.write_text(TEXT, encoding="utf-8")
    return read_book(Source(path))


def test_the_outline_is_as_printed(book: Book) -> None:
    """Parts, chapters, sections and sub-headings are the printed headings."""
    found = [(s.part, s.chapter, s.section, s.subsection) for s in book.sections]
    chapter = "第一章 河谷的水渠与早期聚落"
    assert found == [
        ("书名页", None, None, None),
        ("总序", None, None, None),
        ("目录", None, None, None),
        ("前言", None, None, None),
        (None, chapter, None, None),
        (None, chapter, "1. 石渠的修筑", None),
        (None, chapter, "1. 石渠的修筑", "渠首的选址"),
    ]


def test_a_sentence_that_a_page_cut_is_whole(book: Book) -> None:
    """The halves of a cut sentence are joined, and the page begins inside it."""
    assert "后来的人多半引用这个数字。" in book.text
    starts = [page.start for page in book.pages]
    assert book.text.index("用这个数字") in starts


def test_notes_hang_on_their_marks(book: Book) -> None:
    """Marks are gone from the text, and each note knows where its mark stood."""
    assert "①" not in book.text
    before = [book.text[: n.anchor][-3:] for n in book.footnotes]
    assert before == ["要好。", "能看到"]
    texts = [book.text[n.start : n.end] for n in book.footnotes]
    assert texts == ["见县志抄本第3卷。", "界桩后来重立过一次。"]


def test_contents_name_what_the_text_lacks(book: Book) -> None:
    """The outline is whole, and one problem says what is missing."""
    assert [(e.heading, e.page) for e in book.contents][-1] == ("2. 木桥", "9")
    assert [p.kind for p in book.problems] == ["headings_missing"]


def test_two_numberings_both_begin_at_one(book: Book) -> None:
    """Preface and first chapter both begin on page 1; the general preface on none."""
    first = {page.part or page.chapter: page.label for page in reversed(book.pages)}
    assert first["前言"] == "1"
    assert first["第一章 河谷的水渠与早期聚落"] == "1"
    assert first["总序"] is None


def test_pages_and_sections_tile_the_text(tmp_path: Path) -> None:
    """Pages and sections each cover the running text without gap or overlap."""
    path = tmp_path / "book.txt"
    path.write_text(print_book(Layout(), 5).text(), encoding="utf-8")
    book = read_book(Source(path))
    pages = [(page.start, page.end) for page in book.pages]
    sections = [(section.start, section.end) for section in book.sections]
    for spans in (pages, sections):
        assert spans[0][0] == 0
        assert spans[-1][1] == book.body_end
        assert all(one[1] == other[0] for one, other in pairwise(spans))
    assert [page.index for page in book.pages] == list(range(len(pages)))
    assert [section.index for section in book.sections] == list(range(len(sections)))


def test_other_files_are_refused(tmp_path: Path) -> None:
    """A file of an unknown kind is refused in one sentence that names the kinds."""
    path = tmp_path / "book.xyz"
    path.write_text("x", encoding="utf-8")
    with pytest.raises(ReadingError, match=r"\.md \.pdf .*\.txt"):
        read_book(Source(path))
