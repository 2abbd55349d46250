"""Pages found in text without page numbers, on books that a small press has set."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rag.reading.formats.reader import read_book
from rag.reading.pages.model import Cause, Folio, PageMark, Run, Side, Unit
from rag.reading.pages.pagination import paginate
from rag.reading.source.source import Source
from rag.types import PageStatus
from tests.support.press.printing import (
    Layout,
    Printed,
    Score,
    broken,
    misread,
    print_book,
    score,
    without_pages,
)

if TYPE_CHECKING:
    from pathlib import Path

    from rag.types import Book

LAYOUTS = st.builds(
    Layout,
    width=st.integers(20, 34),
    height=st.integers(20, 36),
    chapters=st.integers(2, 5),
    sections=st.integers(2, 5),
    notes=st.sampled_from([0.0, 0.2, 0.6]),
    preface=st.booleans(),
    chapter_lines=st.integers(4, 10),
    section_lines=st.integers(2, 4),
)
SEEDS = st.integers(0, 10_000)
# A failing book is shown as it is: making it smaller takes longer than reading it.
FEW = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
MANY = settings(FEW, max_examples=40)
DAMAGED = range(4)


def read(folder: Path, text: str) -> Book:
    """Return the book that a text gives."""
    path = folder / "book.txt"
    path.write_text(text, encoding="utf-8")
    return read_book(Source(path))


def check_plain(folder: Path, layout: Layout, seed: int) -> None:
    """Assert the figures for a book whose scan is whole, however short it is."""
    printed = print_book(layout, seed)
    result = score(read(folder, printed.text()), printed)
    assert result.exact == 0 or result.right_where_exact >= 0.995
    assert result.sections >= 0.999
    assert result.notes >= 0.99


@FEW
@given(LAYOUTS, SEEDS)
def test_pages_of_a_whole_scan_are_right(tmp_path: Path, layout: Layout, seed: int) -> None:
    """In any layout exact pages, sections and notes are right."""
    check_plain(tmp_path, layout, seed)


@pytest.mark.slow
@MANY
@given(LAYOUTS, SEEDS)
def test_pages_of_many_layouts_are_right(tmp_path: Path, layout: Layout, seed: int) -> None:
    """The same over many layouts."""
    check_plain(tmp_path, layout, seed)


@FEW
@given(LAYOUTS, SEEDS)
def test_no_contents_no_false_page(tmp_path: Path, layout: Layout, seed: int) -> None:
    """Without a table of contents a page called exact is still right."""
    printed = print_book(layout, seed)
    result = score(read(tmp_path, printed.text(contents=False)), printed)
    assert result.exact == 0 or result.right_where_exact >= 0.99


def some_layout(seed: int) -> Layout:
    """Return a layout drawn by a seed."""
    draw = random.Random(seed)  # noqa: S311 - layouts are no secrets
    return Layout(
        width=draw.randint(20, 34),
        height=draw.randint(20, 36),
        chapters=draw.randint(3, 5),
        sections=draw.randint(2, 5),
        notes=draw.choice([0.0, 0.2, 0.6]),
        preface=draw.random() < 0.5,
        chapter_lines=draw.randint(4, 10),
        section_lines=draw.randint(2, 4),
    )


def right_over(scores: list[Score]) -> float:
    """Return the share of right pages where exact, over several books."""
    exact = sum(result.exact for result in scores)
    return sum(result.exact * result.right_where_exact for result in scores) / exact


def test_misread_contents_do_not_mislead(tmp_path: Path) -> None:
    """With a tenth of the numbers in the contents misread, exact pages are right."""
    scores = []
    for seed in DAMAGED:
        printed = misread(print_book(some_layout(seed), seed), 0.1, seed)
        scores.append(score(read(tmp_path, printed.text()), printed))
    assert right_over(scores) >= 0.995
    assert all(result.sections >= 0.999 for result in scores)


def test_missing_pages_do_not_mislead(tmp_path: Path) -> None:
    """With every twentieth page missing, exact pages are right."""
    scores = []
    for seed in DAMAGED:
        printed = without_pages(print_book(some_layout(seed), seed), 20, seed)
        scores.append(score(read(tmp_path, printed.text()), printed))
    assert right_over(scores) >= 0.995


def test_broken_blocks_do_not_mislead(tmp_path: Path) -> None:
    """With blocks broken where no page ended, exact pages are right."""
    scores = []
    for seed in DAMAGED:
        printed = print_book(some_layout(seed), seed)
        text = broken(printed.text(), 0.1, seed)
        scores.append(score(read(tmp_path, text), printed))
    assert right_over(scores) >= 0.995


def long_book() -> Printed:
    """Return a book of some 300 pages."""
    return print_book(Layout(chapters=9, sections=8, paragraphs=(12, 20)), 3)


@pytest.mark.slow
def test_a_long_book_is_read_in_seconds(tmp_path: Path) -> None:
    """A book of 250 pages and more is read right throughout."""
    printed = long_book()
    assert len(printed.body) > 250
    result = score(read(tmp_path, printed.text()), printed)
    assert result.right_where_exact >= 0.999
    assert result.exact >= 0.95


def paragraphs(count: int, *, cut: int | None = None) -> list[Unit]:
    """Return paragraphs of nine lines, every ``cut``-th stopping in mid-sentence."""
    return [
        Unit(241, end=Cause.MID if cut and k % cut == cut - 1 else Cause.CLOSED)
        for k in range(count)
    ]


def test_length_alone_is_not_exact() -> None:
    """Where nothing but length speaks and no contents give a number, no page is exact."""
    (pages,) = paginate([Run(tuple(paragraphs(60)))])
    assert all(page.status is not PageStatus.EXACT for page in pages)


def numbered(side: Side, *, first: int = 7, wrong: int = 0) -> Run:
    """Return a run of pages of three paragraphs, a lone number behind each but the last."""
    units = paragraphs(60, cut=3)
    for k in range(2, 57, 3):
        number = first + k // 3 if k // 3 >= wrong else 500 - 7 * k
        folio = Folio(number, side)
        units[k] = replace(units[k], mark=PageMark.FOLIO, folios=(folio,))
    return Run(tuple(units))


@pytest.mark.parametrize(("side", "first"), [(Side.FOOT, 7), (Side.HEAD, 6)])
def test_numbers_number_the_page_on_their_side(side: Side, first: int) -> None:
    """A lone number is of the page that ends there, or of the one that begins."""
    (pages,) = paginate([numbered(side)])
    assert [page.number for page in pages[1:-1]] == list(range(first + 1, first + 19))
    assert all(page.status is PageStatus.EXACT for page in pages[1:-1])


def test_numbers_on_either_side_are_not_exact() -> None:
    """Where nothing says on which side of a page's end the numbers stand, no page is exact."""
    (pages,) = paginate([numbered(Side.EITHER)])
    assert all(page.status is not PageStatus.EXACT for page in pages)


def test_numbers_that_do_not_agree_are_not_believed() -> None:
    """Where most lone numbers do not count up with the pages, none says anything."""
    (pages,) = paginate([numbered(Side.FOOT, wrong=12)])
    assert all(page.status is not PageStatus.EXACT for page in pages)


def test_unnumbered_run_has_no_labels() -> None:
    """A run outside every numbering has pages but no labels."""
    (pages,) = paginate([Run(tuple(paragraphs(30, cut=3)), numbered=False)])
    assert len(pages) == 10
    assert all(page.number is None for page in pages)
    assert all(page.status is PageStatus.UNKNOWN for page in pages)


def test_empty_run_has_no_pages() -> None:
    """A run without text has no pages."""
    assert paginate([Run(())]) == [[]]
