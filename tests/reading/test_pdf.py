"""PDFs with a text layer become books whose pages, sections and notes are those printed."""

from __future__ import annotations

import random
import time
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest

from rag.reading.formats.pdf.document import read_pdf
from rag.reading.formats.pdf.text import read_layer
from rag.reading.source.source import Source
from rag.types import PageStatus, ReadingError
from tests.support.press.pdf import Paper, print_pdf, print_scan
from tests.support.press.printing import (
    Layout,
    Printed,
    print_book,
    running_on,
    score,
    with_plates,
    without_pages,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.types import Book

BOOK = Layout(chapters=3, sections=3, paragraphs=(3, 6))
PLAIN = Paper(labels="none", bookmarks=False)


def read(
    path: Path,
    paper: Paper,
    layout: Layout = BOOK,
    change: Callable[[Printed], Printed] | None = None,
    seed: int = 5,
) -> tuple[Book, Printed]:
    """Return a book that was printed as a PDF and read again, and how it was printed."""
    printed = print_book(layout, seed)
    if change is not None:
        printed = change(printed)
    return read_pdf(Source(print_pdf(printed, path / "book.pdf", paper))), printed


@pytest.mark.parametrize(
    ("paper", "layout"),
    [
        (Paper(), BOOK),
        (PLAIN, BOOK),
        (Paper(labels="off"), BOOK),
        (Paper(labels="none", contents=False), Layout(chapters=3, sections=2, front="roman")),
        (Paper(labels="right", folio=None), BOOK),
        (Paper(labels="none", folio="· {} ·", corners=True, heads=False), BOOK),
        (Paper(labels="none", folio="第{}页", spreads=True), BOOK),
        (Paper(labels="none", margin="lines", corners=True), BOOK),
        (Paper(labels="none", margin="edition", justified=False), BOOK),
        (Paper(labels="none", signs="[1]"), Layout(chapters=2, sections=2, notes=0.8)),
        (Paper(labels="none", signs="1"), Layout(chapters=2, sections=2, notes=0.8)),
        (PLAIN, Layout(chapters=2, sections=3, recto=True, closed=0.3)),
        (PLAIN, Layout(chapters=2, sections=3, notes_at="chapter")),
    ],
    ids=str,
)
def test_every_page_section_and_note_is_as_printed(
    tmp_path: Path, paper: Paper, layout: Layout
) -> None:
    """Whatever is printed or declared, all text is there and every page is exact and right."""
    found = score(*read(tmp_path, paper, layout))
    assert (found.exact, found.right_where_exact, found.lost) == (1.0, 1.0, 0.0)
    assert found.sections == 1.0
    assert found.notes == 1.0


@pytest.mark.parametrize(
    "change",
    [
        lambda printed: with_plates(printed, 6),
        lambda printed: without_pages(printed, 9, 4),
        lambda printed: running_on(printed, 0.6, 1),
    ],
    ids=["plates", "missing pages", "notes that run on"],
)
def test_irregular_books_are_read_as_printed(
    tmp_path: Path, change: Callable[[Printed], Printed]
) -> None:
    """Plates, missing pages and notes over two pages shift and break nothing."""
    found = score(*read(tmp_path, Paper(labels="none"), change=change))
    assert (found.right_where_exact, found.lost, found.notes) == (1.0, 0.0, 1.0)
    assert found.exact >= 0.95
    assert found.sections >= 0.99


def test_labels_that_lie_are_a_problem(tmp_path: Path) -> None:
    """Declared labels that the folios contradict are reported once."""
    book, _ = read(tmp_path, Paper(labels="off"))
    assert [problem.kind for problem in book.problems] == ["labels_disagree"]


def test_pages_without_number_and_label_are_dated_by_the_contents_alone(tmp_path: Path) -> None:
    """Without folios and labels the contents date the pages, and without them nothing does."""
    dated = score(*read(tmp_path, Paper(labels="none", folio=None)))
    assert dated.right_where_exact == dated.right_where_approximate == 1.0
    assert dated.exact > 0.6
    book, _ = read(tmp_path, Paper(labels="none", folio=None, contents=False))
    assert {page.label for page in book.pages} == {None}


def test_pages_tile_the_text_and_show_their_reasons(tmp_path: Path) -> None:
    """Every page follows the one before it and says why it has its number."""
    book, _ = read(tmp_path, Paper())
    ends = [0, *(page.end for page in book.pages)]
    assert [page.start for page in book.pages] == ends[:-1]
    assert ends[-1] == book.body_end
    assert all(page.reasons for page in book.pages)


def test_the_title_page_names_the_book(tmp_path: Path) -> None:
    """Without a record the title is read from the title page."""
    book, printed = read(tmp_path, Paper())
    assert book.record.title == printed.title


def test_pages_that_are_turned_or_cropped_are_read_as_they_are_seen(tmp_path: Path) -> None:
    """A page's rotation and crop box move nothing."""
    straight, printed = read(tmp_path, PLAIN)
    path = tmp_path / "book.pdf"
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for page in pdf.pages:
            width, height = (float(page.mediabox[k]) for k in (2, 3))
            turned = f"q 0 1 -1 0 {height} 0 cm".encode()
            page.contents_add(turned, prepend=True)
            page.contents_add(b" Q")
            page.mediabox = pikepdf.Array([-20, -20, height, width])
            page.cropbox = pikepdf.Array([0, 0, height, width])
            page.Rotate = 90
        pdf.save(path)
    assert read_pdf(Source(path)).text == straight.text
    assert printed.body


def _damaged(source: Path, target: Path, how: str) -> Path:
    """Return a PDF that cannot be read."""
    whole = source.read_bytes()
    if how == "truncated":
        target.write_bytes(whole[: len(whole) // 2])
    elif how == "not a PDF":
        target.write_bytes(b"%PDF-1.7\nnothing else")
    elif how == "empty":
        target.write_bytes(b"")
    elif how == "locked":
        with pikepdf.open(source) as pdf:
            pdf.save(target, encryption=pikepdf.Encryption(user="u", owner="o"))
    else:
        pdf = pikepdf.new()
        pdf.add_blank_page()
        tree = pdf.Root.Pages
        if how == "looping pages":
            tree.Kids = pikepdf.Array([tree])
        elif how == "endless pages":
            tree.Count = 10**9
        elif how == "looping form":
            form = pdf.make_stream(b"/X Do", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
            form.BBox = pikepdf.Array([0, 0, 99, 99])
            form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
            pdf.pages[0].obj.Resources = form.Resources
            pdf.pages[0].obj.Contents = pdf.make_stream(b"/X Do")
        pdf.save(target)
    return target


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ("truncated", "damaged"),
        ("not a PDF", "damaged"),
        ("empty", "damaged"),
        ("locked", "password"),
        ("blank", "no text"),
        ("looping pages", "damaged"),
        ("endless pages", "no text"),
        ("looping form", "no text"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why_in_one_sentence(
    tmp_path: Path, how: str, word: str
) -> None:
    """Locked, damaged, looping and empty files are refused at once, with what to do next."""
    source = print_pdf(print_book(Layout(chapters=1, sections=1), 1), tmp_path / "whole.pdf")
    with pytest.raises(ReadingError, match=word) as refused:
        read_pdf(Source(_damaged(source, tmp_path / "bad.pdf", how)))
    assert str(refused.value).startswith("bad.pdf ")
    assert str(refused.value).count(". ") == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_random_layouts_are_read_as_printed(tmp_path: Path, seed: int) -> None:
    """Over layouts drawn at random no page called exact is wrong, and no text is lost."""
    pick = random.Random(seed).choice  # noqa: S311 - books are made up, not secrets
    layout = Layout(
        width=pick((24, 27, 30)),
        height=pick((24, 27)),
        chapters=pick((2, 4)),
        notes=pick((0.0, 0.3, 0.8)),
        front=pick(("arabic", "roman", "none")),
        recto=pick((True, False)),
        closed=pick((0.0, 0.3)),
    )
    paper = Paper(
        folio=pick(("{}", "· {} ·", "— {} —", "第{}页")),
        corners=pick((True, False)),
        heads=pick((True, False)),
        labels=pick(("right", "none", "off")),
        bookmarks=pick((True, False)),
        spreads=pick((True, False, False)),
        margin=pick(("none", "lines", "edition")),
        justified=pick((True, False)),
        signs=pick(("①", "[1]", "(1)", "*", "1")),
    )
    found = score(*read(tmp_path, paper, layout, seed=seed))
    assert (found.right_where_exact, found.lost) == (1.0, 0.0)
    assert found.sections >= 0.99
    assert found.notes >= 0.99


@pytest.mark.slow
def test_three_hundred_pages_take_less_than_twenty_seconds(tmp_path: Path) -> None:
    """A text PDF of 300 pages with some 700 characters each is read in 20 seconds."""
    printed = print_book(Layout(chapters=10, sections=9, paragraphs=(6, 14)), 7)
    path = print_pdf(printed, tmp_path / "long.pdf", Paper(labels="none"))
    began = time.process_time()
    book = read_pdf(Source(path))
    assert len(book.pages) >= 290
    assert time.process_time() - began <= 20


@pytest.mark.slow
def test_a_page_that_is_a_picture_among_others_is_read_by_ocr(tmp_path: Path) -> None:
    """One scanned page in a text PDF gives its text, on its page, and no problem."""
    printed = print_book(BOOK, 5)
    paper = Paper(labels="none")
    path = print_pdf(printed, tmp_path / "book.pdf", paper)
    whole = read_pdf(Source(path))
    page = len(whole.pages) - 3
    scan = print_scan(printed, tmp_path / "scan.pdf", paper, pages=[page])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf, pikepdf.open(scan) as single:
        pdf.pages[page] = single.pages[0]
        pdf.save(path)
    book = read_pdf(Source(path))
    one, other = book.pages[page], whole.pages[page]
    assert (one.label, one.status) == (other.label, PageStatus.EXACT)
    texts = book.text[one.start : one.end], whole.text[other.start : other.end]
    assert SequenceMatcher(None, *texts, autojunk=False).ratio() > 0.95
    assert not [p for p in book.problems if p.kind == "unreadable_page"]


def test_glyphs_that_stand_for_no_character_are_no_text(tmp_path: Path) -> None:
    """A text layer whose fonts say nothing of their characters is called garbled."""
    path = print_pdf(print_book(BOOK, 5), tmp_path / "book.pdf", Paper())
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and "/ToUnicode" in thing:
                del thing.ToUnicode
        pdf.save(path)
    document = pypdfium2.PdfDocument(path)
    layers = [read_layer(page) for page in document]
    document.close()
    assert all(layer.garbled and not layer.lines for layer in layers)
