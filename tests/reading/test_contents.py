"""Tables of contents found and read, and the numberings they show."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.language.numbers.labels import page_label, page_number
from rag.reading.outline.contents import find_contents, read_page, with_roman_numbers
from rag.reading.outline.numbering import number_runs
from rag.types import ContentsEntry

CASES = sorted((Path(__file__).resolve().parents[1] / "cases" / "contents").glob("*.txt"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_tables_are_read_as_the_cases_say(case: Path) -> None:
    """Each table of the cases gives the entries written below it."""
    table, expected = case.read_text(encoding="utf-8").split("---\n")
    contents = find_contents(table.split("\n"))
    assert contents is not None
    found = [f"{e.level} | {e.heading} | {e.page or '-'}" for e in contents.entries]
    assert found == expected.strip().split("\n")


def test_a_text_without_a_table_has_none() -> None:
    """Running text with numbers in brackets is no table of contents."""
    assert find_contents(["他在那里住了三年(1931)。", "", "后来又搬走了。"]) is None


@pytest.mark.parametrize(
    ("token", "page"),
    [("17", "17"), ("l7", "17"), ("1 7", "17"), ("２５", "25"), ("1〇", "10"), ("ix", "ix"),
     ("SZ", None), ("O", None)],
)  # fmt: skip
def test_page_numbers_are_folded_where_clear(token: str, page: str | None) -> None:
    """A letter is taken for a digit only where nothing else can be meant."""
    assert read_page(token, roman=False) == page


def entries(*pages: tuple[str, int, str]) -> list[ContentsEntry]:
    """Return contents entries from (heading, level, page)."""
    return [ContentsEntry(None, title, level, page) for title, level, page in pages]


def test_preface_and_first_chapter_are_two_numberings() -> None:
    """A preface and a chapter that both begin on page 1 are numbered apart."""
    runs = number_runs(entries(("前言", 1, "1"), ("第一章 渠", 1, "1"), ("渠", 2, "17")))
    assert [value.run for value in runs] == [0, 1, 1]


def test_a_preface_without_pages_is_in_no_numbering() -> None:
    """Parts without a page before the first page 1 have no place in its numbering."""
    outline = [ContentsEntry(None, "前言", 1), *entries(("第一章 渠", 1, "1"), ("渠", 2, "17"))]
    runs = number_runs(outline)
    assert runs[0].run < 0
    assert [value.run for value in runs[1:]] == [0, 0]


def test_a_misread_number_is_a_stray() -> None:
    """A number out of order is a stray, and begins no numbering."""
    runs = number_runs(
        entries(
            ("第一章", 1, "1"),
            ("甲", 2, "9"),
            ("乙", 2, "71"),
            ("第二章", 1, "20"),
            ("丙", 2, "26"),
        )
    )
    assert [value.stray for value in runs] == [False, False, True, False, False]
    assert {value.run for value in runs} == {0}


@pytest.mark.parametrize("number", [1, 4, 9, 14, 40, 99])
def test_roman_labels_come_back(number: int) -> None:
    """A roman label stands for the number it was made of."""
    assert page_number(page_label(number, "i")) == (number, "i")


@pytest.mark.parametrize(
    ("titles", "chapters"),
    [
        (["Preface", "I. The Harbour", "II. The Town", "III. The Mill"], 3),
        (["CHAP. PAGE I. The Harbour", "II. The Town", "III. The Mill", "IV. The End"], 3),
        (["I: The Harbour", "Piers", "II: The Town", "III: The Mill", "Index"], 3),
        (["I. Brown", "V. Kern", "C. Dale", "D. Grant"], 0),
        (["I. The Harbour", "II. The Town", "Index"], 0),
    ],
)
def test_roman_numerals_that_count_up_are_numbers_of_chapters(
    titles: list[str], chapters: int
) -> None:
    """Fewer than three, or letters that count nothing, are initials and stay in the titles."""
    entries = with_roman_numbers([ContentsEntry(None, title, 2) for title in titles])
    numbered = [entry for entry in entries if entry.number]
    assert len(numbered) == chapters
    assert {entry.level for entry in numbered} <= {1}
    assert [entry.heading for entry in entries] == titles
