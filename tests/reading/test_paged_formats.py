"""The same printed book through each format that flows gives the same pages and notes."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from rag.reading.formats.reader import read_book
from rag.reading.source.source import Source
from tests.support.press.docx import print_docx
from tests.support.press.epub import print_epub
from tests.support.press.flow import print_html, print_markdown
from tests.support.press.printing import Layout, Printed, Score, print_book, score

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.types import Book

LAYOUTS = {
    "roman front matter": Layout(chapters=2, notes=0.8, front="roman"),
    "two numberings, recto": Layout(chapters=3, sections=2, recto=True),
    "notes at the end of chapters": Layout(chapters=2, sections=2, notes=0.8, notes_at="chapter"),
    "English, no numbers in front": Layout(
        chapters=2, sections=2, language="en", width=60, front="none"
    ),
}
PRINTERS: dict[str, Callable[[Printed, Path], Path]] = {
    "epub": print_epub,
    "epub 2": lambda printed, path: print_epub(printed, path, version=2),
    "html": print_html,
    "html in gb18030": lambda printed, path: print_html(printed, path, encoding="gb18030"),
    "docx": print_docx,
    "docx with endnotes": lambda printed, path: print_docx(printed, path, notes="endnote"),
    "md": print_markdown,
}
UNMARKED: dict[str, Callable[[Printed, Path], Path]] = {
    "epub": lambda printed, path: print_epub(printed, path, page_list=False),
    "html": lambda printed, path: print_html(printed, path, pages=False),
    "docx": lambda printed, path: print_docx(printed, path, pages=False),
}


@cache
def printed(layout: str) -> Printed:
    """Return a book in a layout."""
    return print_book(LAYOUTS[layout], 7)


def read(printer: Callable[[Printed, Path], Path], kind: str, layout: str, folder: Path) -> Book:
    """Return the book as a format gives it back."""
    return read_book(Source(printer(printed(layout), folder / f"book.{kind.split(maxsplit=1)[0]}")))


def share_with_numbers(layout: str) -> float:
    """Return the share of the characters that stand on pages with a printed number."""
    sheets = (*printed(layout).preface, *printed(layout).body)
    lengths = [
        (bool(sheet.label), len(re.sub(r"\s|\^.", "", piece.text)))
        for sheet in sheets
        for piece in sheet.pieces
        if not piece.heading
    ]
    return sum(n for with_number, n in lengths if with_number) / sum(n for _, n in lengths)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", PRINTERS)
def test_pages_sections_and_notes_come_back(tmp_path: Path, kind: str, layout: str) -> None:
    """Every character is on its page and in its section, every note hangs where it was printed.

    Word's pages are approximate, all others exact; Word and Markdown number notes anew.
    """
    book = read(PRINTERS[kind], kind, layout, tmp_path)
    word = kind.startswith("docx")
    found = score(book, printed(layout), signs=not word and kind != "md")
    numbered = found.right_where_approximate if word else found.exact
    assert numbered == pytest.approx(share_with_numbers(layout))
    assert found.right_where_exact == (0.0 if word else 1.0)
    assert (found.sections, found.notes, found.lost) == (1.0, 1.0, 0.0)
    assert book.problems == ()


@pytest.mark.parametrize("kind", UNMARKED)
def test_where_pages_are_not_marked_none_is_claimed(tmp_path: Path, kind: str) -> None:
    """Without marks of pages sections and notes are as right as with them, and no page is known."""
    layout = "roman front matter"
    book = read(UNMARKED[kind], kind, layout, tmp_path)
    found = score(book, printed(layout), signs=kind != "docx")
    assert found == Score(0.0, 0.0, 0.0, 1.0, 1.0, 0.0)
    assert all(page.label is None for page in book.pages)
