"""The press prints what it says it prints, in every format."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import docx
import pikepdf
import pypdfium2
import pytest
from lxml import etree
from PIL import Image

from rag.reading.formats.reader import read_book
from rag.reading.source.source import Source
from tests.support.press.docx import print_docx
from tests.support.press.epub import print_epub
from tests.support.press.flow import flows, print_html, print_markdown
from tests.support.press.pdf import Paper, print_pdf, print_pictures, print_scan
from tests.support.press.printing import (
    Layout,
    Printed,
    Printing,
    doubled,
    feet,
    print_book,
    running_on,
    score,
    with_plates,
)

if TYPE_CHECKING:
    from pathlib import Path

SMALL = Layout(chapters=2, sections=2, notes=0.8, front="roman")


@pytest.fixture(scope="module")
def printed() -> Printed:
    """Return a small book with roman front matter."""
    return print_book(SMALL, 3)


def pages_of(path: Path) -> list[str]:
    """Return the text layer of each sheet of a PDF, without spaces."""
    document = pypdfium2.PdfDocument(path)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return [re.sub(r"\s", "", text) for text in texts]


def bare(text: str) -> str:
    """Return a text without spaces and without what raises marks."""
    return re.sub(r"[\s^]", "", text)


@pytest.mark.parametrize("layout", [SMALL, replace(SMALL, language="en", width=60)])
def test_lines_are_the_pieces(layout: Layout) -> None:
    """The lines of a page hold its pieces, whole and in order, hyphens at their ends aside."""
    for sheet in print_book(layout, 1).body:
        lines = "".join(re.sub(r"(?<=[a-z])-$", "", line.text) for line in sheet.lines)
        assert bare(lines) == bare("".join(piece.text for piece in sheet.pieces))


def test_the_text_layer_is_what_was_set(tmp_path: Path, printed: Printed) -> None:
    """Each sheet of the PDF holds the characters of its page, its head and its folio."""
    texts = pages_of(print_pdf(printed, tmp_path / "book.pdf"))
    sheets = (*printed.preface, *printed.body)
    assert len(texts) == 1 + len(sheets) + 1
    texts.pop(1 + len(printed.preface))
    for sheet, text in zip(sheets, texts[1:], strict=True):
        head = "" if sheet.opens else sheet.head(printed.title)
        words = [line.text for line in sheet.lines] + sheet.notes + [head, sheet.label]
        assert sorted(text) == sorted(bare("".join(words)))


def test_labels_and_bookmarks_are_declared(tmp_path: Path, printed: Printed) -> None:
    """The PDF declares labels and headings as asked: right, none, or off."""
    right = pypdfium2.PdfDocument(print_pdf(printed, tmp_path / "right.pdf"))
    labels = [right.get_page_label(k) for k in range(len(right))]
    assert labels[1:3] == ["i", "ii"]
    assert labels[-1] == printed.body[-1].label
    found = [(mark.get_title(), labels[mark.get_dest().get_index()]) for mark in right.get_toc()]
    right.close()
    assert found == [(heading.replace("前 言", "前言"), page) for heading, page in printed.contents]
    none = Paper(labels="none", bookmarks=False)
    with pikepdf.open(print_pdf(printed, tmp_path / "none.pdf", none)) as pdf:
        assert "/PageLabels" not in pdf.Root
        assert "/Outlines" not in pdf.Root
    off = pypdfium2.PdfDocument(print_pdf(printed, tmp_path / "off.pdf", Paper(labels="off")))
    assert off.get_page_label(0) == "6"
    off.close()


def test_spreads_hold_two_pages(tmp_path: Path, printed: Printed) -> None:
    """Two pages stand side by side, odd ones on the right, on a sheet twice as wide."""
    document = pypdfium2.PdfDocument(print_pdf(printed, tmp_path / "a.pdf", Paper(spreads=True)))
    single = pypdfium2.PdfDocument(print_pdf(printed, tmp_path / "b.pdf"))
    assert document[0].get_width() == pytest.approx(2 * single[0].get_width(), abs=0.1)
    page = next(k for k, text in enumerate(pages_of(tmp_path / "a.pdf")) if "第一章" in text[:3])
    text = document[page].get_textpage().get_text_bounded(left=single[0].get_width())
    assert "第一章" in text
    document.close()
    single.close()


def test_a_scan_has_pictures_only(tmp_path: Path, printed: Printed) -> None:
    """A scan and pictures hold no text, and are as large as their resolution says."""
    path = print_scan(printed, tmp_path / "scan.pdf", dpi=100, pages=[1, 2], skew=0.5, noise=5)
    assert pages_of(path) == ["", ""]
    folder = print_pictures(printed, tmp_path / "pages", dpi=100, pages=[1, 2])
    assert sorted(file.name for file in folder.iterdir()) == ["page-001.png", "page-002.png"]
    with Image.open(folder / "page-001.png") as picture:
        assert picture.size == (581, 847)


def test_word_finds_headings_and_page_ends(tmp_path: Path, printed: Printed) -> None:
    """python-docx finds the headings, and a page end for each page but the first."""
    document = docx.Document(str(print_docx(printed, tmp_path / "book.docx")))
    headings = [
        paragraph.text
        for paragraph in document.paragraphs
        if paragraph.style is not None and paragraph.style.name in ("Heading 1", "Heading 2")
    ]
    assert headings == [heading.replace("前 言", "前言") for heading, _ in printed.contents]
    ends = document.element.body.xpath("count(.//w:lastRenderedPageBreak)")
    assert ends == len(printed.preface) + 1 + len(printed.body)


@pytest.mark.parametrize("version", [2, 3])
def test_an_epub_is_well_formed(tmp_path: Path, printed: Printed, version: int) -> None:
    """Every file of an EPUB is well-formed, and its page list names every page."""
    path = print_epub(printed, tmp_path / "book.epub", version=3 if version == 3 else 2)
    with zipfile.ZipFile(path) as book:
        assert book.namelist()[0] == "mimetype"
        trees = {
            name: etree.fromstring(book.read(name))
            for name in book.namelist()
            if name != "mimetype"
        }
    if version == 3:
        pages = trees["OEBPS/nav.xhtml"].xpath("//*[@hidden]//*[local-name()='a']/text()")
    else:
        pages = trees["OEBPS/toc.ncx"].xpath("//*[local-name()='pageTarget']//text()")
    assert pages == [sheet.label for sheet in (*printed.preface, *printed.body)]


def test_flowing_text_is_whole(printed: Printed) -> None:
    """What flows holds every note, and paragraphs that no page end has cut."""
    chapters = flows(printed)
    sheets = (*printed.preface, *printed.body)
    assert sum(len(flow.notes) for flow in chapters) == sum(len(sheet.notes) for sheet in sheets)
    paragraphs = [block.text for flow in chapters for block in flow.blocks if not block.level]
    assert all(paragraph.endswith("。") for paragraph in paragraphs)


def test_web_pages_name_their_encoding(tmp_path: Path, printed: Printed) -> None:
    """A web page in an old encoding says so, and parses."""
    path = print_html(printed, tmp_path / "book.html", encoding="gb18030")
    tree = etree.fromstring(path.read_bytes(), etree.HTMLParser())
    assert tree.xpath("string(//h1)") == "前言"


def test_text_shows_what_is_asked_for(printed: Printed) -> None:
    """Folios, heads, form feeds and kinds of marks stand in the text as asked."""
    text = printed.text(
        Printing(folio="— {} —", heads=True, form_feeds=True, signs="[1]", entry="{heading}…{page}")
    )
    lines = re.split(r"\n\f?", text)
    assert "— ii —" in lines
    assert f"— {len(printed.body)} —" in lines
    assert printed.title in lines[2:]
    assert text.count("\f") == len(printed.preface) + 1 + len(printed.body)
    assert "[1]" in text
    assert "①" not in text
    assert "前 言…i" in lines


def test_contents_are_damaged_as_asked(printed: Printed) -> None:
    """Entries of the contents are left out, split, and their numbers mangled."""
    assert "1. " not in printed.text(Printing(missing=1.0)).partition("目 录")[2][:12]
    whole = printed.text(Printing(entry="{heading} {page}"))
    split = printed.text(Printing(entry="{heading} {page}", split=1.0))
    assert split.count("\n\n") > whole.count("\n\n")
    assert printed.text(Printing(mangled=1.0, seed=2)) != printed.text()


def test_notes_run_on(printed: Printed) -> None:
    """A note that runs on stands on two pages, and is whole in the truth."""
    book = running_on(printed, 1.0, 1)
    shown = feet(book.body)
    cut = next(k for k, sheet in enumerate(book.body) if sheet.carried)
    assert shown[cut][-1] + shown[cut + 1][0] == book.body[cut].notes[-1]
    assert feet(printed.body) == [sheet.notes for sheet in printed.body]


@pytest.mark.parametrize("at", ["chapter", "book"])
def test_notes_stand_at_the_end(at: Literal["chapter", "book"]) -> None:
    """Notes at the end of chapter or book are as many as their marks, and stand at no foot."""
    book = print_book(replace(SMALL, notes_at=at), 3)
    text = book.text()
    assert sum(len(sheet.notes) for sheet in book.body) == text.count("^") > 0
    assert all(sheet.notes_top is not None for sheet in book.body if sheet.notes)
    assert ("注 释" in dict(book.contents)) == (at == "book")


def test_paragraphs_end_with_their_page() -> None:
    """Where asked, more pages end with a paragraph and are full."""

    def ends(closed: float) -> int:
        body = print_book(Layout(notes=0, closed=closed, paragraphs=(8, 12)), 3).body
        return sum(
            one.lines[-1].last and one.lines[-1].row == 26 and not other.opens
            for one, other in pairwise(body)
        )

    assert ends(1.0) > 2 * ends(0.0)


def test_blank_pages_plates_and_doubles(printed: Printed) -> None:
    """Chapters begin on right-hand pages; plates are not counted; doubled pages come twice."""
    book = print_book(replace(SMALL, recto=True), 3)
    assert all(sheet.number % 2 for sheet in book.body if sheet.opens)
    plates = with_plates(printed, 3)
    assert [s.label for s in plates.body if s.label] == [s.label for s in printed.body]
    assert any(sheet.caption and sheet.caption in plates.text() for sheet in plates.body)
    first = doubled(printed, 2).body[1].pieces[0].text
    assert doubled(printed, 2).text().count(first) == 2 * printed.text().count(first)


def test_the_score_sees_a_wrong_page(tmp_path: Path, printed: Printed) -> None:
    """A right reading scores full marks; one wrong label, lost words or notes cost some."""
    book = read_book(Source(print_markdown(printed, tmp_path / "book.md")))
    full = score(book, printed, signs=False)
    assert (full.exact, full.right_where_exact, full.sections, full.notes) == (1, 1, 1, 1)
    pages = (*book.pages[:4], replace(book.pages[4], label="40"), *book.pages[5:])
    assert score(replace(book, pages=pages), printed).right_where_exact < 1
    assert score(replace(book, footnotes=book.footnotes[1:]), printed, signs=False).notes < 1
    text = book.text.replace("。", "，", 1)
    assert score(replace(book, text=text), printed).lost > 0
