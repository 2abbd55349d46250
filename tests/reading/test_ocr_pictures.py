"""Folders and files of page images, sound and hostile."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from rag.reading.formats.ocr.pictures import Picture, load, pack, pictures_in
from rag.reading.formats.ocr.scans import read_pictures
from rag.reading.source.source import Source
from rag.types import ReadingError
from tests.support.press.lines import draw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(path: Path) -> Path:
    """Return a PNG of a few bytes that says it has 10,000 million pixels."""
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b""))
    return path


def large(path: Path) -> Path:
    """Return a PNG of a few kilobytes with more pixels than a page has."""
    Image.new("1", (10_000, 9_000)).save(path)
    return path


def cut(path: Path) -> Path:
    """Return a PNG of which the second half is missing."""
    draw(["山村的木匠修了三条石砌的水渠。"]).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def empty(path: Path) -> Path:
    """Return a file without content."""
    path.write_bytes(b"")
    return path


def text(path: Path) -> Path:
    """Return a text that calls itself a picture."""
    path.write_text("山村的木匠", encoding="utf-8")
    return path


HOSTILE = (bomb, large, cut, empty, text)


@pytest.mark.parametrize("make", HOSTILE)
def test_a_bad_picture_is_refused_in_one_sentence(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    """A file that is no sound picture of a page says what is wrong with it."""
    path = make(tmp_path / "page.png")
    with pytest.raises(ReadingError, match=r"^page\.png .*[;,] .*\.$"):
        read_pictures(Source(path))


@pytest.mark.parametrize("make", HOSTILE)
def test_a_bad_picture_does_not_stop_the_others(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    """In a folder a bad page is a problem, and the pages about it are read."""
    draw(["第一页上写着山村的木匠。", "他修了三条石砌的水渠。"]).save(tmp_path / "1.png")
    make(tmp_path / "2.png")
    draw(["第三页上写着邻省的茶商。", "他运来了两千根杉木。"]).save(tmp_path / "3.png")
    book = read_pictures(Source(tmp_path))
    assert len(book.pages) == 3
    assert "山村的木匠" in book.text
    assert "邻省的茶商" in book.text
    assert any("2.png" in problem.text for problem in book.problems)


def test_a_folder_is_read_in_its_natural_order(tmp_path: Path) -> None:
    """Page 2 comes before page 10, hidden files and other kinds are passed over."""
    for name in ("page10.png", "page2.JPG", "Page1.tif", ".page3.png", "page4.txt"):
        form = "JPEG" if name.endswith("JPG") else "PNG" if name.endswith("png") else "TIFF"
        draw(["水"]).save(tmp_path / name, format=form)
    found = [picture.path.name for picture in pictures_in(tmp_path)]
    assert found == ["Page1.tif", "page2.JPG", "page10.png"]


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    """A folder in which nothing is a picture says so."""
    with pytest.raises(ReadingError, match=r"has no pictures of pages in it; .*\.$"):
        pictures_in(tmp_path)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_a_picture_of_any_kind_becomes_grey(tmp_path: Path, mode: str) -> None:
    """Black on white remains black on white, whatever the colours of a file."""
    page = draw(["水"])
    if mode == "I;16":
        page = Image.fromarray(np.asarray(page).astype(np.uint16) * 257)
    page.convert(mode).save(tmp_path / "page.tif")
    grey, _ = load(Picture(tmp_path / "page.tif"))
    assert grey.dtype == np.uint8
    assert grey[0, 0] > 250
    assert grey.min() < 5


def test_what_is_transparent_is_paper(tmp_path: Path) -> None:
    """Where a picture is transparent it is white, whatever colour it has there."""
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(tmp_path / "page.png")
    grey, _ = load(Picture(tmp_path / "page.png"))
    assert grey.min() == 255


def test_the_turn_that_a_camera_notes_is_made(tmp_path: Path) -> None:
    """A photograph is turned as its EXIF data say."""
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (80, 40), 255).save(tmp_path / "page.jpg", exif=exif)
    grey, _ = load(Picture(tmp_path / "page.jpg"))
    assert grey.shape == (80, 40)


@pytest.mark.parametrize(("declared", "expected"), [(300, 300), (72, 50), (5000, 50)])
def test_a_size_is_declared_or_that_of_a_usual_book(
    tmp_path: Path, declared: int, expected: int
) -> None:
    """Dots per inch are believed where a scanner may have made them; else a page has 8 inches."""
    Image.new("L", (300, 400), 255).save(tmp_path / "page.png", dpi=(declared, declared))
    _, dpi = load(Picture(tmp_path / "page.png"))
    assert dpi == pytest.approx(expected, rel=0.01)


def test_the_picture_to_look_at_is_small() -> None:
    """A full page of text packs into less than 150 KB, at a size that can be read."""
    page = draw(["旧船厂的工人写下了一份很长的报告，其中一部分至今还能看到"] * 27, width=1650)
    packed = pack(np.asarray(page, dtype=np.uint8))
    assert packed[8:12] == b"WEBP"
    assert len(packed) < 150_000
