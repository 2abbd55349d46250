"""Places in a book."""

from __future__ import annotations

import pytest

from rag.types import Book, BookRecord, Footnote, Page, PageStatus, Section
from rag.types.places import footnotes_between, locate, page_at, section_at

BODY = "前言甲乙。\n章丙丁戊。\n"
NOTES = "注一\n注二\n"


@pytest.fixture
def book() -> Book:
    """Return a book of three pages, two sections and two notes."""
    return Book(
        record=BookRecord(id="b", title="书"),
        text=BODY + NOTES,
        body_end=len(BODY),
        pages=(
            Page(0, "1", PageStatus.EXACT, 0, 6),
            Page(1, "1", PageStatus.APPROXIMATE, 6, 9),
            Page(2, None, PageStatus.UNKNOWN, 9, 12),
        ),
        sections=(
            Section(0, 0, 0, 6, part="前言"),
            Section(1, 6, 7, 12, chapter="章"),
        ),
        footnotes=(Footnote("①", 12, 14, 0, 4), Footnote("①", 15, 17, 1)),
    )


def test_a_place_has_the_headings_of_its_start(book: Book) -> None:
    """A range takes part and chapter from the section in which it starts."""
    assert locate(book, 2, 8).part == "前言"
    assert locate(book, 6, 8).chapter == "章"


def test_the_worst_page_decides(book: Book) -> None:
    """The status is the worst among the pages touched; the labels are all of them once."""
    place = locate(book, 2, 8)
    assert (place.pages, place.status) == (("1",), PageStatus.APPROXIMATE)


def test_unknown_shows_no_page(book: Book) -> None:
    """Where a page is unknown no label is shown."""
    assert locate(book, 7, 11).pages == ()


def test_paragraphs_are_counted_where_no_page_is_known() -> None:
    """They count from the last heading that is named, on through what stands below it."""
    text = "回\n甲。乙。\n丙。\n节\n丁。\n目\n戊。\n"
    heads = [(0, 2, None, None), (10, 12, "节", None), (15, 17, "节", "目")]
    ends = [10, 15, len(text)]
    sections = tuple(
        Section(k, start, body, end, None, "回", section, below)
        for k, ((start, body, section, below), end) in enumerate(zip(heads, ends, strict=True))
    )
    pages = (Page(0, None, PageStatus.UNKNOWN, 0, len(text)),)
    book = Book(BookRecord("b", "书"), text, len(text), pages, sections)

    def counted(words: str) -> tuple[int, ...]:
        start = text.index(words)
        return locate(book, start, start + len(words)).paragraphs

    assert counted("甲。") == counted("乙。") == (1,)
    assert counted("丙。") == (2,)
    assert counted("乙。\n丙。") == (1, 2)
    assert counted("丁。") == (1,)
    assert counted("戊。") == (2,)
    assert counted("节") == ()


def test_where_a_page_is_known_no_paragraph_is_counted(book: Book) -> None:
    """A page says enough, also one that is approximate."""
    assert locate(book, 2, 4).paragraphs == locate(book, 6, 8).paragraphs == ()


def test_a_note_lies_on_its_page(book: Book) -> None:
    """A footnote's place is its page, and the section of its mark."""
    place = locate(book, 12, 14)
    assert (place.part, place.pages, place.status) == ("前言", ("1",), PageStatus.EXACT)
    assert locate(book, 15, 17).chapter == "章"


def test_helpers_agree(book: Book) -> None:
    """Page, section and notes are found by offset."""
    assert page_at(book, 7).index == 1
    assert section_at(book, 11).index == 1
    assert [n.start for n in footnotes_between(book, 0, 4)] == [12]
    assert footnotes_between(book, 4, 9) == ()
