"""What was likely misread: slips in names are found, other people's names are let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.reading.formats.misreadings import doubtful_characters, likely_misreadings
from rag.reading.formats.reader import read_book
from rag.reading.source.record import read_record
from rag.reading.source.source import Source
from rag.types import Book, BookRecord, Footnote, Page, PageStatus, Person, Section, Span

CASES = Path(__file__).resolve().parents[1] / "cases"
AUTHOR = BookRecord("b", "书", authors=(Person("沈大砚"),), aliases=(("沈砚台", "沈砚舌"),))


def book_of(text: str, record: BookRecord = AUTHOR, part: str | None = None) -> Book:
    """Return a book of two pages of this text: half of it is page 7, half page 8."""
    middle = len(text) // 2
    return Book(
        record=record,
        text=text,
        body_end=len(text),
        pages=(
            Page(0, "7", PageStatus.EXACT, 0, middle),
            Page(1, "8", PageStatus.EXACT, middle, len(text)),
        ),
        sections=(Section(0, 0, 0, len(text), part=part),),
    )


@pytest.mark.parametrize(
    ("often", "slip"),
    [
        ("沈大砚写了一本书。", "沈太砚也写了一本。"),
        ("大使鲍格洛夫斯基来了。", "大使鲍格络夫斯基又来了。"),
        ("大使鲍格洛夫斯基来了。", "大使鲍格丙夫斯基又来了。"),
        ("维克托尔斯基外长说话。", "维克丙尔斯基外长不说话。"),
    ],
    ids=["of the record", "repeated", "by the title before it", "by the title behind it"],
)
def test_a_slip_in_a_name_is_found_with_its_page(often: str, slip: str) -> None:
    """A character that looks alike, or the same title beside it, tells the name."""
    [problem] = likely_misreadings(book_of(often * 6 + slip))
    assert problem.kind == "name_doubtful"
    assert problem.page == "8"
    assert "(6 times)" in problem.text


@pytest.mark.parametrize(
    "text",
    [
        "沈大砚写了一本书。" * 6 + "沈小砚也写了一本。",
        "沈大砚写了一本书。" * 4 + "沈太砚也写了一本。",
        "沈大砚写了一本书。" * 9 + "沈太砚也写了一本。" * 3,
        "大使鲍格洛夫斯基来了。" * 6 + "商人鲍格丙夫斯基来了。",
        "大使鲍格洛夫斯基来了。" * 6 + "大使丙格洛夫斯基来了。",
        "沈砚台写了一本书。" * 6 + "沈砚舌也写了一本。",
        "北岸的水渠修了三年。" * 9 + "北岸的水梁也修了。",
    ],
    ids=[
        "another person",
        "too seldom",
        "too often for a slip",
        "another title",
        "another beginning",
        "an alias of the record",
        "no name",
    ],
)
def test_what_may_be_another_name_is_let_pass(text: str) -> None:
    """Precision comes first."""
    assert likely_misreadings(book_of(text)) == []


FOREWORD = "沈大砚\n这套书收了许多旧事。\n{rest}\n1990年3月\n"


def test_a_foreword_signed_otherwise_than_is_told_is_a_problem() -> None:
    """Who the book says wrote it, and who has signed it, should be one."""
    told = "编者按：老船长沈二砚先生为本丛书作了序。"
    [problem] = likely_misreadings(book_of(FOREWORD.format(rest=told), part="总序"))
    assert problem.text.startswith(
        "沈大砚 stands where the book elsewhere has 沈二砚 as the writer"
    )
    for fine in ("编者按：沈大砚先生为本丛书作了序。", "编者按：周明先生为本书作了序。"):
        assert likely_misreadings(book_of(FOREWORD.format(rest=fine), part="总序")) == []
    assert likely_misreadings(book_of(FOREWORD.format(rest=told), part=None)) == []


@pytest.mark.parametrize("name", ["small-book.md", "cli/lanterns.md"])
def test_a_clean_book_raises_no_alarm(name: str) -> None:
    """Where nothing was misread nothing is told."""
    record = read_record((CASES / name).with_suffix(".toml"))
    book = read_book(Source(CASES / name, record))
    assert [problem for problem in book.problems if problem.kind == "name_doubtful"] == []


def test_doubtful_characters_are_one_problem_a_page() -> None:
    """Each page tells how many there are and shows some of them in their words."""
    text = "第一页上有一个很难认的字在这里。第二页上有好几个难认的字。见旧志第三卷。"
    end = text.index("见")
    whole = book_of(text[:end])
    book = Book(
        record=whole.record,
        text=text,
        body_end=end,
        pages=whole.pages,
        sections=whole.sections,
        footnotes=(Footnote("①", end, len(text), 1),),
        doubts=(Span(5, 6), Span(20, 22), *(Span(end + k, end + k + 1) for k in range(5))),
    )
    first, second = doubtful_characters(book)
    assert (first.kind, first.page, second.page) == ("doubtful_characters", "7", "8")
    told = "Characters read with little confidence: "
    assert first.text == f"{told}1, among them “一页上有一个很难认”."
    assert second.text.startswith(f"{told}7, among them “")
    assert second.text.endswith(" …")
