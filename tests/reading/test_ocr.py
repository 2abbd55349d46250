"""Scans are read on this machine, page by page, and a run that was broken off goes on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageFilter

from rag.reading.formats.ocr.pages import read_page
from rag.reading.formats.ocr.scans import read_pictures, read_scanned_pdf
from rag.reading.formats.pdf.text import read_layer
from rag.reading.source.source import Source
from rag.types import ReadingError
from tests.support.press.lines import draw, draw_down
from tests.support.press.pdf import print_pdf, print_scan
from tests.support.press.printing import Layout, print_book

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.reading.sheets.model import Line
    from rag.types import Book

PAGES = (
    ("第一页上写着山村的木匠。", "他修了三条石砌的水渠。"),
    ("第二页上写着驿站的信差。", "他登记了四百余户人家。"),
    ("第三页上写着邻省的茶商。", "他运来了两千根杉木。"),
)
FLAWS = {
    "clean": (300, 0.0, 0.0),
    "coarse": (200, 0.0, 0.0),
    "skewed": (300, 2.0, 0.0),
    "noisy": (300, 0.0, 20.0),
}
"""What may be wrong with a scan: its dots per inch, its skew in degrees, its noise in grey."""


def grey(picture: Image.Image) -> NDArray[np.uint8]:
    """Return a picture as an array."""
    return np.ascontiguousarray(picture.convert("L"), dtype=np.uint8)


def texts(lines: Sequence[Line]) -> list[str]:
    """Return the texts of lines."""
    return [line.text for line in lines]


def sheets(pdf: Path, dpi: float, numbers: Sequence[int] = (0,)) -> list[NDArray[np.uint8]]:
    """Return sheets of a PDF, counted from 0, as arrays."""
    document = pypdfium2.PdfDocument(pdf)
    found = [grey(document[k].render(scale=dpi / 72, grayscale=True).to_pil()) for k in numbers]
    document.close()
    return found


def tiff(folder: Path, name: str = "scan.tif", pages: Sequence[Sequence[str]] = PAGES) -> Path:
    """Return a TIFF with a page for each of some texts."""
    first, *rest = [draw(lines, width=1000) for lines in pages]
    first.save(folder / name, save_all=True, append_images=rest)
    return folder / name


def edits(read: str, printed: str) -> int:
    """Return how many characters must be changed, added or left out (V. Levenshtein, 1966)."""
    row = list(range(len(printed) + 1))
    for k, one in enumerate(read, 1):
        before, row[0] = row[0], k
        for n, other in enumerate(printed, 1):
            before, row[n] = row[n], min(row[n] + 1, row[n - 1] + 1, before + (one != other))
    return row[-1]


@pytest.fixture(scope="module")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Book]:
    """Return a folder with a scan and what is kept of it, and the book that was read."""
    folder = tmp_path_factory.mktemp("scan")
    return folder, read_pictures(Source(tiff(folder), pictures=folder / "kept"))


@pytest.fixture
def scan(read_once: tuple[Path, Book], tmp_path: Path) -> Source:
    """Return a scan that was read before, to be read again."""
    shutil.copytree(read_once[0], tmp_path, dirs_exist_ok=True)
    return Source(tmp_path / "scan.tif", pictures=tmp_path / "kept")


def times(scan: Source) -> dict[str, int]:
    """Return when each page of a scan was read."""
    assert scan.pictures
    return {file.name: file.stat().st_mtime_ns for file in scan.pictures.rglob("*.*")}


def test_lines_are_read_in_their_order() -> None:
    """What is printed on a page is read, line by line from the top."""
    assert texts(read_page(grey(draw(PAGES[0])), 300).lines) == list(PAGES[0])


@pytest.mark.slow
def test_a_page_that_lies_on_its_side_is_turned() -> None:
    """A page scanned sideways is read as it is meant to be, and its picture stands upright."""
    page = draw([*PAGES[0], *PAGES[1]])
    found = read_page(grey(page.rotate(90, expand=True)), 300)
    assert texts(found.lines) == [*PAGES[0], *PAGES[1]]
    assert found.picture.shape == (page.height, page.width)
    assert not found.vertical


@pytest.mark.slow
def test_a_page_upside_down_is_turned() -> None:
    """A page scanned upside down is read as it is meant to be."""
    page = draw([*PAGES[0], *PAGES[1]])
    assert texts(read_page(grey(page.rotate(180)), 300).lines) == [*PAGES[0], *PAGES[1]]


@pytest.mark.slow
def test_vertical_lines_are_read_in_their_order_and_reported() -> None:
    """Lines from top to bottom are read from the right, and the page is known for it."""
    columns = [text for page in PAGES for text in page]
    found = read_page(grey(draw_down(columns)), 300)
    assert found.vertical
    assert edits("".join(texts(found.lines)), "".join(columns)) <= 2


def test_an_empty_page_has_no_lines() -> None:
    """Nothing is read on an empty page, and nothing is wrong with it."""
    found = read_page(np.full((800, 600), 255, dtype=np.uint8), 300)
    assert (found.lines, found.unreadable) == ((), None)


@pytest.mark.slow
def test_a_blurred_page_has_doubts() -> None:
    """Characters that were hard to read are kept, and doubtful."""
    page = draw([text for page in PAGES for text in page])
    sharp = read_page(grey(page), 300)
    blurred = read_page(grey(page.filter(ImageFilter.GaussianBlur(5))), 300)
    assert not any(line.doubts for line in sharp.lines)
    assert any(line.doubts for line in blurred.lines)


def test_a_book_is_read_from_a_tiff_of_many_pages(tmp_path: Path) -> None:
    """Each picture in a TIFF is a page, and progress is told after each."""
    heard: list[tuple[str, int, int]] = []
    source = Source(tiff(tmp_path), on_progress=lambda *step: heard.append(step))
    book = read_pictures(source)
    assert len(book.pages) == 3
    assert "驿站的信差" in book.text
    assert heard == [("reading", 1, 3), ("reading", 2, 3), ("reading", 3, 3)]
    assert not any(page.image for page in book.pages)


def test_what_was_read_is_kept_with_its_picture(read_once: tuple[Path, Book]) -> None:
    """With a folder of pictures each page has its picture there, small, and names it."""
    folder, book = read_once
    for page in book.pages:
        picture = folder / "kept" / str(page.image)
        assert picture.stat().st_size < 150_000
        with Image.open(picture) as image:
            assert image.width > 700


def test_what_is_kept_of_a_page_can_be_read_by_a_person(read_once: tuple[Path, Book]) -> None:
    """The lines of a page are kept as JSON, Chinese as it is."""
    [kept] = read_once[0].rglob("0001.json")
    lines = json.loads(kept.read_text(encoding="utf-8"))["sheet"]["lines"]
    assert [line["text"] for line in lines] == list(PAGES[0])


def test_what_was_read_is_not_read_again(read_once: tuple[Path, Book], scan: Source) -> None:
    """A second reading takes what was kept, whatever the file is called."""
    before = times(scan)
    moved = scan.path.rename(scan.path.with_name("moved.tif"))
    assert read_pictures(replace(scan, path=moved)).text == read_once[1].text
    assert times(scan) == before


def test_another_content_is_read_anew(scan: Source) -> None:
    """A file of the same name with other pages is another scan."""
    tiff(scan.path.parent, pages=PAGES[1:])
    assert "木匠" not in read_pictures(scan).text
    assert scan.pictures
    assert len(list(scan.pictures.iterdir())) == 2


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"version": "of old"}'])
def test_a_damaged_page_of_the_store_is_read_again(
    read_once: tuple[Path, Book], scan: Source, damage: str
) -> None:
    """What was kept and cannot be understood is read again and mended."""
    [kept] = scan.path.parent.rglob("0002.json")
    whole = kept.read_text(encoding="utf-8")
    kept.write_text(damage, encoding="utf-8")
    assert read_pictures(scan) == read_once[1]
    assert kept.read_text(encoding="utf-8") == whole


def test_a_lost_picture_is_made_again(read_once: tuple[Path, Book], scan: Source) -> None:
    """A page whose picture is gone is read again."""
    [picture] = scan.path.parent.rglob("0003.webp")
    picture.unlink()
    assert read_pictures(scan) == read_once[1]
    assert picture.is_file()


def test_pages_that_cannot_be_kept_are_one_sentence(tmp_path: Path) -> None:
    """Where what was read cannot be written, reading stops and says so."""
    (tmp_path / "kept").write_text("no folder", encoding="utf-8")
    with pytest.raises(ReadingError, match=r"^The pages that were read cannot be kept: .*\.$"):
        read_pictures(Source(tiff(tmp_path), pictures=tmp_path / "kept"))


KILLED = """
import os, signal, sys
from pathlib import Path
from rag.reading.formats.ocr.scans import read_pictures
from rag.reading.source.source import Source

def stop(stage, done, total):
    if done == 2:
        os.kill(os.getpid(), signal.SIGKILL)

read_pictures(Source(Path(sys.argv[1]), pictures=Path(sys.argv[2]), on_progress=stop))
"""


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on(tmp_path: Path) -> None:
    """Killed after two pages, reading goes on with the third and gives the same book."""
    path = tiff(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(tmp_path / "kept")], check=False
    )
    assert done.returncode < 0
    kept = {f: f.stat().st_mtime_ns for f in sorted((tmp_path / "kept").rglob("*.json"))}
    assert [file.name for file in kept] == ["0001.json", "0002.json"]
    book = read_pictures(Source(path, pictures=tmp_path / "kept"))
    assert kept == {file: file.stat().st_mtime_ns for file in kept}
    whole = read_pictures(Source(path))
    assert book == replace(whole, pages=book.pages)


WITHOUT_NETWORK = """
import sys
from pathlib import Path

def refuse(event, details):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "urllib", "http.client")):
        raise SystemExit(f"the network was touched: {event} {details}")

sys.addaudithook(refuse)
from rag.reading.formats.ocr.scans import read_pictures
from rag.reading.source.source import Source
print(read_pictures(Source(Path(sys.argv[1]))).text)
"""


@pytest.mark.slow
def test_reading_never_touches_the_network_and_is_silent(tmp_path: Path) -> None:
    """Models come from the installation; nothing but the text is printed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_NETWORK, str(tiff(tmp_path))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "山村的木匠" in done.stdout
    assert done.stderr == ""


def test_a_pdf_that_is_none_is_refused_in_one_sentence(tmp_path: Path) -> None:
    """What cannot be opened as a PDF says so."""
    (tmp_path / "scan.pdf").write_text("no PDF", encoding="utf-8")
    with pytest.raises(ReadingError, match=r"^scan\.pdf is damaged.*\.$"):
        read_scanned_pdf(Source(tmp_path / "scan.pdf"))


def test_a_turned_page_of_a_pdf_is_read_as_it_is_shown(tmp_path: Path) -> None:
    """The turn that a PDF declares for a page is honoured, and so are its labels."""
    draw(PAGES[0]).rotate(90, expand=True).save(tmp_path / "scan.pdf", resolution=300)
    document = pypdfium2.PdfDocument(tmp_path / "scan.pdf")
    document[0].set_rotation(90)
    document.save(str(tmp_path / "turned.pdf"))
    document.close()
    assert "山村的木匠" in read_scanned_pdf(Source(tmp_path / "turned.pdf")).text


@pytest.mark.slow
@pytest.mark.parametrize("flaw", FLAWS)
def test_nearly_every_character_is_read(tmp_path: Path, flaw: str) -> None:
    """Of the characters of a page at least 98 in 100 are read right, with marks and notes."""
    printed = print_book(Layout(chapters=1, sections=2, notes=0.8), 5)
    dpi, skew, noise = FLAWS[flaw]
    truth = pypdfium2.PdfDocument(print_pdf(printed, tmp_path / "text.pdf"))
    scan = print_scan(printed, tmp_path / "scan.pdf", dpi=dpi, pages=[3], skew=skew, noise=noise)
    [picture] = sheets(scan, dpi)
    layer = read_layer(truth[3])
    truth.close()
    found = read_page(picture, dpi)
    printed_text = "".join("".join(texts(layer.lines)).split())
    read_text = "".join("".join(texts(found.lines)).split())
    assert len(printed_text) > 400
    assert edits(read_text, printed_text) <= 0.02 * len(printed_text)
    assert any(line.raised for line in layer.lines)
    marks = [[line.text[s.start : s.end] for s in line.raised] for line in layer.lines]
    assert [[line.text[s.start : s.end] for s in line.raised] for line in found.lines] == marks


@pytest.mark.slow
def test_a_page_takes_less_than_three_seconds_of_two_processors(tmp_path: Path) -> None:
    """Clean full pages at 300 dpi are read at 0.3 a second, the work spread on two processors."""
    printed = print_book(Layout(chapters=1, sections=2), 5)
    pages = sheets(print_pdf(printed, tmp_path / "text.pdf"), 300, (2, 3, 4))
    read_page(pages[0][:300], 300)
    began = time.process_time()
    for page in pages:
        read_page(page, 300)
    assert len(pages) / ((time.process_time() - began) / 2) >= 0.3
