"""The page beside an answer, where a book was read from pictures."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from rag.language.catalog import say
from rag.reading.formats.reader import read_book
from rag.reading.source.source import Source
from rag.types import Language, Span
from rag.web.html.reader.leaf import render_leaf
from rag.web.html.reader.scans import picture_uri
from rag.web.html.targets import Target
from tests.support.shown import without_offsets

if TYPE_CHECKING:
    from pathlib import Path

    from rag.types import Book

TEXT = """# 第一章 木匠

<!-- page 1 -->

山村的木匠修了三条石砌的水渠。[^1]

[^1]: 《水渠志稿》卷三。

<!-- page 2 -->

他运来了两千根杉木。
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Return a book of two pages as if it had been read from a scan."""
    path = tmp_path / "book.md"
    path.write_text(TEXT, encoding="utf-8")
    read = read_book(Source(path))
    doubts = [read.text.index(words) for words in ("石砌", "志稿")]
    return replace(
        read,
        pages=tuple(replace(page, image=f"scan/{page.index}.webp") for page in read.pages),
        doubts=tuple(Span(at, at + 2) for at in doubts),
    )


def uri(image: str) -> str:
    """Return an address that names a picture."""
    return f"data:{image}"


def all_of(book: Book) -> Target:
    """Return the target of all of a book's text."""
    return Target(book.id, (Span(0, book.body_end - 1),))


@pytest.mark.parametrize("language", Language)
def test_doubtful_characters_are_shown_as_such(book: Book, language: Language) -> None:
    """In text and notes, what was read with little confidence is marked, and says why."""
    html = without_offsets(render_leaf(book, all_of(book), language))
    for doubtful in ("石砌", "志稿"):
        assert f'<u class="doubt" title="{say("web.doubtful", language)}">{doubtful}</u>' in html


def test_what_is_cited_and_doubtful_is_both(book: Book) -> None:
    """A mark that begins within a doubtful stretch divides it, and loses nothing of it."""
    at = book.text.index("砌")
    html = without_offsets(render_leaf(book, Target(book.id, (Span(at, at + 3),)), Language.ZH))
    start, end = f'<u class="doubt" title="{say("web.doubtful", Language.ZH)}">', "</u>"
    assert f"{start}石{end}<mark>{start}砌{end}的水</mark>渠" in html


def test_a_page_with_a_picture_offers_it(book: Book) -> None:
    """Each page shown can unfold its picture, named by its label."""
    html = without_offsets(render_leaf(book, all_of(book), Language.EN, uri))
    assert html.count('<details class="scan">') == 2
    assert '<img src="data:scan/0.webp" alt="Scan · p. 1">' in html


def test_two_pages_on_one_picture_share_it(book: Book) -> None:
    """The picture of a sheet with two pages is offered once."""
    pages = tuple(replace(page, image="scan/0.webp") for page in book.pages)
    html = without_offsets(render_leaf(replace(book, pages=pages), all_of(book), Language.EN, uri))
    assert html.count("<details") == 1


def test_a_page_without_a_picture_offers_none(book: Book) -> None:
    """Where the file of a picture is gone, or there never was one, the text is all there is."""
    assert "<details" not in render_leaf(book, all_of(book), Language.EN)
    bare = replace(book, pages=tuple(replace(page, image=None) for page in book.pages))
    assert "<details" not in render_leaf(bare, all_of(book), Language.EN, uri)


def webp(path: Path, size: int = 8) -> Path:
    """Return a WebP picture."""
    packed = BytesIO()
    Image.new("L", (size, size), 255).save(packed, "WEBP")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed.getvalue())
    return path


def test_a_picture_is_sent_with_the_page(tmp_path: Path) -> None:
    """The address of a picture is the picture itself."""
    webp(tmp_path / "scans" / "a" / "0001.webp")
    found = picture_uri(tmp_path / "scans", "a/0001.webp")
    assert found is not None
    assert found.startswith("data:image/webp;base64,UklG")


def test_nothing_but_pictures_of_the_folder_is_sent(tmp_path: Path) -> None:
    """What lies outside, leads outside, is no picture, too large or not there is not sent."""
    scans = tmp_path / "scans"
    outside = webp(tmp_path / "secret.webp")
    scans.mkdir()
    (scans / "link.webp").symlink_to(outside)
    (scans / "text.webp").write_text("password", encoding="utf-8")
    (scans / "large.webp").write_bytes(outside.read_bytes() + b"\0" * 1_000_001)
    for image in (
        "../secret.webp", str(outside), "link.webp", "text.webp", "large.webp", "none.webp", "",
    ):  # fmt: skip
        assert picture_uri(scans, image) is None
