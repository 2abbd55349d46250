"""Pages of a PDF as pictures: the page of the book, or none."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from rag.reading.formats.pdf import picture_of, read_pdf
from rag.reading.sandbox import Limits, picture_apart
from rag.reading.source import Source
from rag.types import ReadingError

if TYPE_CHECKING:
    from rag.types import Book

FILE = Path(__file__).resolve().parents[1] / "cases" / "two-columns.pdf"


@pytest.fixture(scope="module")
def book() -> Book:
    """Return the book of the file."""
    return read_pdf(Source(FILE))


def texts(book: Book, index: int) -> list[str]:
    """Return what stands on a page and on those beside it."""
    near = (index - 1, index, index + 1)
    pages = [book.pages[k] if 0 <= k < len(book.pages) else None for k in near]
    return [book.text[page.start : page.end] if page else "" for page in pages]


def test_a_page_is_drawn_apart_and_small(book: Book) -> None:
    """It is a WebP of at most 1600 pixels, the same as if it were drawn here."""
    drawn = picture_apart(FILE, 1, len(book.pages), texts(book, 1))
    assert drawn is not None
    assert drawn == picture_of(FILE, 1, len(book.pages), texts(book, 1))
    with Image.open(BytesIO(drawn)) as picture:
        assert picture.format == "WEBP"
        assert max(picture.size) == 1600


def test_the_sheet_is_the_one_with_the_text(book: Book) -> None:
    """Wherever a page is counted to be, the sheet that has its text is drawn, or none is."""
    pages = len(book.pages)
    right = picture_of(FILE, 1, pages, texts(book, 1))
    assert right == picture_of(FILE, 3, pages, texts(book, 1))
    assert right == picture_of(FILE, 2, 2 * pages, texts(book, 1))
    assert right != picture_of(FILE, 2, pages, texts(book, 2))
    other = "山村的木匠修了三条石砌的水渠，他运来了两千根杉木，工匠多是从邻近的船厂请来的。"
    assert picture_of(FILE, 1, pages, ["", other, ""]) is None


def test_a_page_without_text_lies_between_its_neighbours(book: Book) -> None:
    """Where both are known it is known, and otherwise it is not."""
    pages = len(book.pages)
    before, here, after = texts(book, 1)
    assert picture_of(FILE, 1, pages, [before, "", after]) == picture_of(
        FILE, 1, pages, [before, here, after]
    )
    assert picture_of(FILE, 1, pages, [before, "", ""]) is None
    assert picture_of(FILE, 1, pages, [before, "", here]) is None


def test_what_is_no_pdf_is_not_drawn(tmp_path: Path) -> None:
    """A damaged file, or one of another kind, gives no picture."""
    for name, content in (("a.pdf", b"%PDF-1.7\nbroken"), ("b.pdf", b"root:x:0"), ("c.pdf", b"")):
        path = tmp_path / name
        path.write_bytes(content)
        assert picture_of(path, 0, 1, ["", "words " * 30, ""]) is None
    assert picture_of(tmp_path / "none.pdf", 0, 1, ["", "words " * 30, ""]) is None


def test_drawing_has_limits(book: Book) -> None:
    """What takes too long, or too much memory, is given up."""
    for limits in (Limits(seconds=0.01), replace(Limits(), memory=1)):
        with pytest.raises(ReadingError):
            picture_apart(FILE, 1, len(book.pages), texts(book, 1), limits=limits)
