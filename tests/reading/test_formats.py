"""One book in every format: the same pages, sections and footnotes, as far as a format has them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from rag.reading.formats.reader import read_book
from rag.reading.source.source import Source
from rag.types import PageStatus
from tests.support.press.docx import print_docx
from tests.support.press.epub import print_epub
from tests.support.press.flow import print_html, print_markdown
from tests.support.press.pdf import Paper, print_pdf, print_pictures, print_scan
from tests.support.press.printing import (
    Layout,
    Printed,
    Printing,
    agreement,
    print_book,
    retold,
    running_on,
    score,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.types import Book

    Press = Callable[[Printed, Path], Path]

SMALL = Layout(chapters=3, sections=3, notes=0.6, front="roman")
SEED = 5


@dataclass(frozen=True, slots=True)
class Way:
    """How a book is printed, and what the format carries.

    ``pages`` says how sure pages are: exact, approximate, or unknown. ``signs`` says whether
    the marks of notes come through as printed; ``share`` of the text at least has a page that
    is called exact, where pages are.
    """

    ending: str
    press: Press
    pages: PageStatus = PageStatus.EXACT
    signs: bool = True
    share: float = 1.0


def text_of(printing: Printing, encoding: str = "utf-8") -> Press:
    """Return a press that prints the text of a scan."""

    def press(printed: Printed, path: Path) -> Path:
        path.write_text(printed.text(printing), encoding=encoding)
        return path

    return press


def on(paper: Paper) -> Press:
    """Return a press that prints a PDF."""
    return partial(print_pdf, paper=paper)


NEAR, UNKNOWN = PageStatus.APPROXIMATE, PageStatus.UNKNOWN
WAYS = {
    "markdown": Way("md", print_markdown, signs=False),
    "epub3": Way("epub", partial(print_epub, version=3)),
    "epub2": Way("epub", partial(print_epub, version=2)),
    "epub without pages": Way("epub", partial(print_epub, page_list=False), UNKNOWN),
    "html": Way("html", print_html),
    "html in gb18030": Way("html", partial(print_html, encoding="gb18030")),
    **{
        f"html with {mark}": Way("html", partial(print_html, mark=mark))
        for mark in (
            '<span class="pagenum" id="Page_{0}">[Pg {0}]</span>',
            '<a name="page_{0}"></a>',
            '<span class="pb" title="{0}"></span>',
            "[p. {0}]",
        )
    },
    "html without pages": Way("html", partial(print_html, pages=False), UNKNOWN),
    "word": Way("docx", print_docx, NEAR, signs=False),
    "word with endnotes": Way("docx", partial(print_docx, notes="endnote"), NEAR, signs=False),
    "word without pages": Way("docx", partial(print_docx, pages=False), UNKNOWN, signs=False),
    "pdf": Way("pdf", print_pdf),
    "pdf without labels": Way("pdf", on(Paper(labels="none", corners=True))),
    "pdf with lying labels": Way("pdf", on(Paper(labels="off"))),
    "pdf with labels only": Way("pdf", on(Paper(folio=None))),
    "pdf with nothing": Way("pdf", on(Paper(folio=None, labels="none", contents=False)), UNKNOWN),
    "pdf without bookmarks": Way("pdf", on(Paper(bookmarks=False))),
    "pdf without contents": Way("pdf", on(Paper(contents=False))),
    "pdf with line numbers": Way("pdf", on(Paper(margin="lines", labels="none"))),
    "pdf with another edition": Way("pdf", on(Paper(margin="edition", labels="none"))),
    "pdf of spreads": Way("pdf", on(Paper(spreads=True, corners=True))),
    "pdf with square marks": Way("pdf", on(Paper(signs="[1]", folio="— {} —", heads=False))),
    "text with folios": Way("txt", text_of(Printing(folio="— {} —"))),
    "text with heads": Way(
        "txt", text_of(Printing(folio="{}", heads=True, form_feeds=True)), share=0.9
    ),
    "text in utf-16": Way("txt", text_of(Printing(folio="· {} ·"), "utf-16")),
    "text in gb18030": Way("txt", text_of(Printing(folio="第{}页"), "gb18030")),
}


@pytest.fixture(scope="module")
def printed() -> Printed:
    """Return a small book."""
    return print_book(SMALL, SEED)


def read(way: Way, printed: Printed, folder: Path) -> Book:
    """Return the book that is read from a printed one."""
    return read_book(Source(way.press(printed, folder / f"book.{way.ending}")))


def check_places(book: Book, printed: Printed, way: Way) -> None:
    """Assert that pages are as sure as the format allows and right, and sections and notes too."""
    result = score(book, printed, signs=way.signs)
    assert result.lost == 0
    assert result.sections == 1
    assert result.notes == 1
    if way.pages is PageStatus.EXACT:
        assert result.exact >= way.share
        assert result.right_where_exact == 1
    elif way.pages is PageStatus.APPROXIMATE:
        assert result.exact == 0
        assert result.right_where_approximate == 1
    else:
        assert result.exact == 0


@pytest.fixture(scope="module")
def book_of(printed: Printed, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Book]:
    """Return a function of a way to the book as it was printed and read by it, once."""
    return cache(lambda name: read(WAYS[name], printed, tmp_path_factory.mktemp("way")))


@pytest.mark.parametrize("name", WAYS)
def test_each_format_gives_the_same_book(
    book_of: Callable[[str], Book], printed: Printed, name: str
) -> None:
    """Pages, sections and footnotes are those that were printed."""
    check_places(book_of(name), printed, WAYS[name])


@pytest.mark.parametrize("name", [name for name, way in WAYS.items() if way.signs])
def test_notes_stand_on_their_pages(
    book_of: Callable[[str], Book], printed: Printed, name: str
) -> None:
    """The footnotes come in their order, each with the label of its page."""
    book = book_of(name)
    found = [(book.text[n.start : n.end], book.pages[n.page].label) for n in book.footnotes]
    sheets = (*printed.preface, *printed.body)
    wanted = [(note.split(" ", 1)[1], sheet.label) for sheet in sheets for note in sheet.notes]
    assert [text for text, _ in found] == [text for text, _ in wanted]
    if WAYS[name].pages is PageStatus.EXACT:
        assert found == wanted


@pytest.mark.slow
@pytest.mark.parametrize("name", ["markdown", "epub3", "html", "word", "pdf", "pdf of spreads"])
def test_an_english_book_is_the_same(tmp_path: Path, name: str) -> None:
    """Words that ends of lines and pages divide are whole again."""
    printed = print_book(replace(SMALL, language="en", width=60), SEED)
    check_places(read(WAYS[name], printed, tmp_path), printed, WAYS[name])


def test_a_traditional_text_in_big5_is_read(tmp_path: Path) -> None:
    """A text in Traditional characters and an old encoding has the same pages."""
    change = OpenCC("s2tw").convert
    book = print_book(replace(SMALL, front="arabic"), SEED)
    path = tmp_path / "book.txt"
    text = book.text(Printing(folio="— {} —", signs="[1]"))
    path.write_bytes(change(text).encode("big5"))
    check_places(read_book(Source(path)), retold(book, change), WAYS["text with folios"])


LAYOUTS = st.builds(
    Layout,
    width=st.integers(20, 34),
    height=st.integers(20, 36),
    chapters=st.integers(2, 4),
    sections=st.integers(2, 4),
    notes=st.sampled_from([0.0, 0.4, 0.8]),
    preface=st.booleans(),
    front=st.sampled_from(["arabic", "roman"]),
    recto=st.booleans(),
    closed=st.sampled_from([0.0, 0.5]),
)
PRINTINGS = st.builds(
    Printing,
    folio=st.sampled_from(["{}", "· {} ·", "— {} —", "第{}页"]),
    folio_first=st.booleans(),
    heads=st.booleans(),
    form_feeds=st.booleans(),
    signs=st.sampled_from(["①", "[1]"]),
    entry=st.sampled_from([None, "{heading}……{page}", "{heading} · · · ({page})"]),
    split=st.sampled_from([0.0, 0.2]),
    mangled=st.sampled_from([0.0, 0.2]),
)
PAPERS = st.builds(
    Paper,
    folio=st.sampled_from(["{}", "· {} ·", "— {} —"]),
    corners=st.booleans(),
    heads=st.booleans(),
    labels=st.sampled_from(["right", "none", "off"]),
    bookmarks=st.booleans(),
    contents=st.booleans(),
    spreads=st.booleans(),
    margin=st.sampled_from(["none", "lines", "edition"]),
    signs=st.sampled_from(["①", "[1]"]),
)
SEEDS = st.integers(0, 10_000)
# A failing book is shown as it is: making it smaller takes longer than reading it.
FEW = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
MANY = settings(FEW, max_examples=60)
FLOWING = [name for name, way in WAYS.items() if way.ending in ("md", "epub", "html", "docx")]


def check_flowing(folder: Path, layout: Layout, seed: int) -> None:
    """Assert that each format that says where pages begin gives them as printed."""
    printed = print_book(layout, seed)
    for name in FLOWING:
        check_places(read(WAYS[name], printed, folder), printed, WAYS[name])


def check_scan(folder: Path, layout: Layout, printing: Printing, seed: int) -> None:
    """Assert that in the text of a scan with folios no exact page is wrong."""
    printed = running_on(print_book(layout, seed), 0.2, seed)
    path = text_of(printing)(printed, folder / "book.txt")
    result = score(read_book(Source(path)), printed)
    assert result.exact == 0 or result.right_where_exact >= 0.995
    assert result.sections >= 0.999
    # On a page without notes of its own, nothing tells the rest of one from a paragraph.
    assert result.notes >= 0.9


def check_paper(folder: Path, layout: Layout, paper: Paper, seed: int) -> None:
    """Assert that in a PDF with folios no exact page is wrong, and all is where it was."""
    printed = running_on(print_book(layout, seed), 0.2, seed)
    book = read_book(Source(print_pdf(printed, folder / "book.pdf", paper)))
    result = score(book, printed)
    assert result.exact == 0 or result.right_where_exact >= 0.999
    assert result.lost <= 0.001
    assert result.sections >= 0.999
    assert result.notes >= 0.99


@FEW
@given(LAYOUTS, SEEDS)
def test_any_layout_flows(tmp_path: Path, layout: Layout, seed: int) -> None:
    """In any layout, formats that flow give pages, sections and notes as printed."""
    check_flowing(tmp_path, layout, seed)


@FEW
@given(LAYOUTS, PRINTINGS, SEEDS)
def test_any_scan_with_folios(
    tmp_path: Path, layout: Layout, printing: Printing, seed: int
) -> None:
    """In any layout, the text of a scan with folios gives no wrong page as exact."""
    check_scan(tmp_path, layout, printing, seed)


@FEW
@given(LAYOUTS, PAPERS, SEEDS)
def test_any_paper(tmp_path: Path, layout: Layout, paper: Paper, seed: int) -> None:
    """However a PDF with folios is made up, no page is wrong as exact and nothing is lost."""
    check_paper(tmp_path, layout, paper, seed)


@pytest.mark.slow
@MANY
@given(LAYOUTS, PAPERS, SEEDS)
def test_many_papers(tmp_path: Path, layout: Layout, paper: Paper, seed: int) -> None:
    """The same over many layouts and papers."""
    check_paper(tmp_path, layout, paper, seed)


@pytest.mark.slow
@MANY
@given(LAYOUTS, SEEDS)
def test_many_layouts_flow(tmp_path: Path, layout: Layout, seed: int) -> None:
    """The same over many layouts."""
    check_flowing(tmp_path, layout, seed)


@pytest.mark.slow
@MANY
@given(LAYOUTS, PRINTINGS, SEEDS)
def test_many_scans_with_folios(
    tmp_path: Path, layout: Layout, printing: Printing, seed: int
) -> None:
    """The same over many layouts and printings."""
    check_scan(tmp_path, layout, printing, seed)


@pytest.fixture(scope="module")
def opening(printed: Printed) -> Printed:
    """Return the first three pages of the body."""
    return replace(printed, preface=(), body=printed.body[:3])


@pytest.mark.slow
@pytest.mark.parametrize("pictures", [False, True])
def test_what_is_scanned_is_read(
    tmp_path: Path, printed: Printed, opening: Printed, *, pictures: bool
) -> None:
    """Scanned pages, in a PDF or as pictures, give their numbers, sections, notes and words."""
    first = 1 + len(printed.preface) + 1
    press = print_pictures if pictures else print_scan
    path = press(printed, tmp_path / "scan.pdf", Paper(heads=False), pages=range(first, first + 3))
    book = read_book(Source(path))
    assert min(agreement(book, opening)) >= 0.98
    assert [page.label for page in book.pages] == [sheet.label for sheet in opening.body]
    names = [line.title for sheet in opening.body for line in sheet.lines if line.title]
    assert [section.section or section.chapter for section in book.sections] == names
    tied = [(note.mark, book.pages[note.page].label) for note in book.footnotes if note.anchor]
    notes = [(note.lstrip("^")[0], sheet.label) for sheet in opening.body for note in sheet.notes]
    assert tied == notes
