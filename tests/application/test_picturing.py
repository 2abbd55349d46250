"""Pages drawn from the files that books were read from, and from no others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.application.picturing import Picturing
from rag.reading.formats.pdf import read_pdf
from rag.reading.source import Source
from rag.types import Book, BookSummary

FILE = Path(__file__).resolve().parents[1] / "cases" / "two-columns.pdf"


def picturing(book: Book, source: str | None) -> Picturing:
    """Return what draws the pages of a library with one book that was read from there."""
    held = BookSummary(book.record, 0, 0, 0, 0, digest="d", source=source)
    return Picturing(lambda: [held])


@pytest.fixture(scope="module")
def book() -> Book:
    """Return the book of the file."""
    return read_pdf(Source(FILE))


def test_a_page_is_drawn_once(book: Book) -> None:
    """The second time it comes out of memory."""
    drawing = picturing(book, FILE.as_uri())
    first = drawing.picture(book, 1)
    assert first is not None
    assert drawing.picture(book, 1) is first


def test_no_other_file_is_shown(book: Book, tmp_path: Path) -> None:
    """What is gone, is no file, no PDF, or holds another text by now gives no picture."""
    text = tmp_path / "secret.txt"
    text.write_text("password", encoding="utf-8")
    swapped = tmp_path / "swapped.pdf"
    swapped.write_bytes(FILE.with_name("tight-lines.pdf").read_bytes())
    for source in (
        None,
        (tmp_path / "gone.pdf").as_uri(),
        tmp_path.as_uri(),
        text.as_uri(),
        swapped.as_uri(),
        "https://example.org/book.pdf",
    ):
        assert picturing(book, source).picture(book, 1) is None
    other = replace(book, record=replace(book.record, id="other"))
    assert picturing(book, FILE.as_uri()).picture(other, 1) is None
