"""Citations as the journals print them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.citing import STYLES, format_citation
from rag.errors import RagError
from rag.types import BookRecord, PageStatus, Person, Place, TextKind

BOOK = BookRecord(
    "hezuo",
    "合作与冲突",
    subtitle="1931—1945年的中苏关系",
    authors=(Person("李嘉谷", "Li Jiagu"),),
    publisher="广西师范大学出版社",
    place="桂林",
    year="1996",
)


def place(
    *pages: str,
    status: PageStatus = PageStatus.EXACT,
    part: str | None = None,
    section: str | None = None,
) -> Place:
    """Return a place in the first chapter, or in a part of front matter."""
    return Place(part, None if part else "第一章 开端", section, pages, status)


@pytest.mark.parametrize(
    ("record", "where", "text"),
    [
        (
            BOOK,
            place("12", "13", "14", "15"),
            "李嘉谷：《合作与冲突——1931—1945年的中苏关系》，桂林：广西师范大学出版社，1996年，第12—15页。",
        ),
        (
            BOOK,
            place("45"),
            "李嘉谷：《合作与冲突——1931—1945年的中苏关系》，桂林：广西师范大学出版社，1996年，第45页。",
        ),
        (
            replace(BOOK, place=None, year=None),
            place("12"),
            "李嘉谷：《合作与冲突——1931—1945年的中苏关系》，广西师范大学出版社，第12页。",
        ),
        (
            replace(BOOK, publisher=None, subtitle=None),
            place("12"),
            "李嘉谷：《合作与冲突》，桂林，1996年，第12页。",
        ),
        (
            BOOK,
            place("12", status=PageStatus.APPROXIMATE),
            "李嘉谷：《合作与冲突——1931—1945年的中苏关系》，桂林：广西师范大学出版社，1996年，约第12页。",
        ),
        (
            BOOK,
            place(status=PageStatus.UNKNOWN, section="1. 复交"),
            (
                "李嘉谷：《合作与冲突——1931—1945年的中苏关系》，桂林：广西师范大学出版社，1996年，"
                "第一章 开端，1. 复交。"
            ),
        ),
        (
            BOOK,
            place("3", part="前言"),
            "李嘉谷：《合作与冲突——1931—1945年的中苏关系》，桂林：广西师范大学出版社，1996年，前言，第3页。",
        ),
        (
            replace(BOOK, kind=TextKind.NOTES),
            place("3", part="前言"),
            "李嘉谷：《合作与冲突——1931—1945年的中苏关系》，读书笔记，桂林：广西师范大学出版社，1996年，前言，第3页。",
        ),
        (
            replace(BOOK, authors=(Person("甲"), Person("乙")), subtitle=None),
            place("iv"),
            "甲、乙：《合作与冲突》，桂林：广西师范大学出版社，1996年，第iv页。",
        ),
        (BookRecord("bare", "无名"), place(status=PageStatus.UNKNOWN), "《无名》，第一章 开端。"),
    ],
)
def test_a_first_note_of_lishi_yanjiu(record: BookRecord, where: Place, text: str) -> None:
    """What is known is said in the journal's order, and what is not known is left out."""
    assert format_citation(record, where) == text


def test_a_page_that_is_not_known_is_never_printed() -> None:
    """Labels of a place whose page is unknown are passed over."""
    assert "页" not in format_citation(BookRecord("b", "书"), place("9", status=PageStatus.UNKNOWN))


def test_the_first_style_is_the_default() -> None:
    """No style named is the first one; one there is not is refused by name."""
    assert format_citation(BOOK, place("1"), STYLES[0]) == format_citation(BOOK, place("1"))
    with pytest.raises(RagError, match="There is no style vancouver"):
        format_citation(BOOK, place("1"), "vancouver")
