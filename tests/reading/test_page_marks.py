"""Page marks as files in the world have them: the number is a page, and never text."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from rag.reading.flow.labels import bare_label, labels_in, rises
from rag.reading.formats.epub import read_epub
from rag.reading.formats.html import read_html
from rag.reading.source.source import Source
from rag.types import Book, PageStatus

if TYPE_CHECKING:
    from pathlib import Path

STOCK = {
    "zh": "运河南起澜港，北到白石埠，沿线有七个县，分属两府，每年秋天各县的船都要到这里来缴税。"
    * 6,
    "en": "The canal begins at the harbour and runs to the upper lock past seven towns. " * 8,
    "ru": "Канал начинается у гавани и идёт мимо семи городов до верхнего шлюза. " * 8,
}
CUT = {"zh": "开港", "en": "harbour", "ru": "пароход"}
ARABIC = ["12", "13", "14", "15", "16"]
ROMAN = ["xiii", "xiv", "1", "2", "3"]

PAGE = '<span class="pagenum">'
MARKS = {
    "gutenberg": (PAGE + '<a name="Page_{0}" id="Page_{0}">[Pg {0}]</a></span>', ROMAN),
    "gutenberg, plain": ('<span class="pagenum" id="Page_{0}">{0}</span>', ARABIC),
    "ebookmaker": (
        '<span class="x-ebookmaker-pageno" title="[Pg {0}]"><a id="Page_{0}"></a></span>', ROMAN,
    ),
    "linked to itself": (PAGE + '<a id="Page_{0}" href="#Page_{0}">[{0}]</a></span>', ARABIC),
    "braces": ('<span class="pageno">{{{0}}}</span>', ARABIC),
    "anchor": ('<a id="page_{0}"></a>', ROMAN),
    "named anchor": ('<a name="Page_{0}"></a>', ROMAN),
    "anchor with its number": ('<a id="page{0}">[{0}]</a>', ARABIC),
    "short anchor": ('<a name="p{0}"></a>', ARABIC),
    "german": ('<span class="seitenzahl">[S. {0}]</span>', ARABIC),
    "title": ('<span class="pb" title="{0}"></span>', ROMAN),
    "title with words": ('<span class="pb" title="Page {0}" id="x{0}"></span>', ARABIC),
    "tei": ('<pb n="{0}"></pb>', ROMAN),
    "break of epub": ('<span epub:type="pagebreak" id="p{0}">[{0}]</span>', ARABIC),
    "break by role": ('<span role="doc-pagebreak" aria-label=" page {0}. "></span>', ROMAN),
    "raised": ('<sup class="page-number">|{0}|</sup>', ARABIC),
    "words": ("[p. {0}]", ARABIC),
    "words in russian": ("[с. {0}]", ARABIC),
    "words in chinese": ("【第{0}页】", ARABIC),
    "braces in text": ("{{{0}}}", ARABIC),
    "hidden": ('<span class="pagenum" style="display:none">p. {0}</span>', ROMAN),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where files are made."""
    return tmp_path


def read(folder: Path, body: str) -> Book:
    """Return the book of a web page."""
    path = folder / "book.html"
    path.write_text(f"<meta charset=utf-8><title>T</title><body>{body}", encoding="utf-8")
    return read_html(Source(path))


def labels(book: Book) -> list[str]:
    """Return the labels of a book's exact pages."""
    assert all((p.label is not None) == (p.status is PageStatus.EXACT) for p in book.pages)
    return [page.label for page in book.pages if page.label is not None]


def marked(mark: str, numbers: list[str], language: str) -> str:
    """Return paragraphs of a page each, in whose last word the next page's mark stands."""
    text, word = STOCK[language], CUT[language]
    half = len(word) // 2
    rest = "".join(
        f"<p>{text}{word[:half]}{mark.format(number)}{word[half:]}</p>" for number in numbers
    )
    return f"<h2>I. {word}</h2>{rest}<p>{text}</p>"


@pytest.mark.parametrize("language", STOCK)
@pytest.mark.parametrize("name", MARKS)
def test_marks_are_pages_and_no_text(name: str, language: str, folder: Path) -> None:
    """Each number is a page; a word that its mark cuts is one word; nothing of it is left."""
    mark, numbers = MARKS[name]
    book = read(folder, marked(mark, numbers, language))
    assert labels(book) == numbers
    assert book.text == read(folder, marked("", numbers, language)).text
    for page in book.pages[1:]:
        half = len(CUT[language]) // 2
        assert book.text[page.start :].startswith(CUT[language][half:])


NOT = {
    "notes": "<p>{text}<sup>[{0}]</sup>{text}</p>",
    "notes in brackets": "<p>{text}[{0}]{text}</p>",
    "years": "<p>{text}[19{0}]{text}</p>",
    "citations": "<p>{text}（见县志[p. {1}]）{text}</p>",
    "contents": '<p>{text}<span class="pagenum">{1}</span></p>',
    "links": '<p>{text}<a class="page" href="#Page_{0}">{0}</a></p>',
    "paragraphs": '<p><a name="p{0}"></a>短段。</p>',
    "long paragraphs": '<p><a name="p{0}"></a>{text}</p>',
    "a part of a site": '<div id="page{0}"><p>{text}</p></div>',
    "close together": "<p>甲{{{0}}}乙。</p>",
}


@pytest.mark.parametrize("name", NOT)
def test_other_numbers_stay(name: str, folder: Path) -> None:
    """What does not count up through the text as pages do is text, and no page is known."""
    far = ["12", "47", "31", "8", "112"]
    body = "".join(
        NOT[name].format(number, other, text=STOCK["zh"])
        for number, other in zip(ARABIC, far, strict=True)
    )
    book = read(folder, body)
    assert labels(book) == []
    shown = {"citations": far, "contents": far}.get(name, ARABIC)
    anchors = ("paragraphs", "long paragraphs", "a part of a site")
    assert name in anchors or all(number in book.text for number in shown)


def test_the_pages_of_the_contents_are_no_marks(folder: Path) -> None:
    """Numbers in a table of contents that are set like the marks stay in it."""
    mark = '<span class="pagenum">{0}</span>'
    table = "".join(f"<p>港口 {mark.format(n)}</p>" for n in (1, 40, 90))
    book = read(folder, table + marked(mark, ARABIC, "zh"))
    assert labels(book) == ARABIC
    assert book.text.startswith("港口 1\n港口 40\n港口 90\n")


def test_a_hyphen_that_a_page_set_goes(folder: Path) -> None:
    """Where the whole word stands elsewhere; what is written with a hyphen keeps it."""
    body = "".join(
        f"<p>{STOCK['en']}the {word}<span class='pagenum'>[Pg {n}]</span>{rest}. {STOCK['en']}</p>"
        for n, (word, rest) in enumerate([("har-", "bour"), ("well-", "known")], 12)
    )
    book = read(folder, body)
    assert labels(book) == ["12", "13"]
    assert "the harbour. " in book.text
    assert "the well-known. " in book.text


def test_two_marks_stand_together(folder: Path) -> None:
    """A blank page is a page: its mark stands directly before the next one, or in it."""
    body = marked('<span class="pagenum">[Pg {0}]</span>', ["12"], "zh")
    body += '<p><span class="pagenum">[Pg 13]<br>[Pg 14]</span>次年又上奏一次。</p>'
    body += f'<p>{STOCK["zh"]}<span class="pagenum">[Pg 15]</span></p><p>完。</p>'
    book = read(folder, body)
    assert labels(book) == ["12", "13", "14", "15"]
    assert "[" not in book.text


def test_an_element_that_holds_a_page_keeps_its_text(folder: Path) -> None:
    """A mark that was never closed, or that wraps its page, loses no word of it."""
    body = "".join(f'<div class="page" id="page_{n}"><p>港口{n}。</p></div>' for n in ARABIC)
    book = read(folder, body)
    assert labels(book) == ARABIC
    assert book.text == "".join(f"港口{n}。\n" for n in ARABIC)
    book = read(folder, '<p>前。</p><p><pb n="1"/>甲乙。</p><p><pb n="2"/>丙丁。</p>')
    assert labels(book) == ["1", "2"]
    assert book.text == "前。\n甲乙。\n丙丁。\n"


NAV = (
    '<nav epub:type="toc"><ol><li><a href="d.xhtml">I. 开港</a></li></ol></nav>'
    '<nav epub:type="{0}"><ol>{1}</ol></nav>'
)
ENTRY = '<li><a href="d.xhtml#x{0}">{1}</a></li>'


@pytest.mark.parametrize("kind", ["page-list", "landmarks"])
@pytest.mark.parametrize("shown", ["[Pg {0}]", "{0}", "Page {0}"])
@pytest.mark.parametrize("mark", ['<a id="x{0}"></a>', '<span id="x{0}">[Pg {0}]</span>'])
def test_a_list_of_pages_is_known_by_its_numbers(
    kind: str, shown: str, mark: str, folder: Path
) -> None:
    """A list of pages, also one among landmarks, names the pages that it leads to."""
    entries = "".join(ENTRY.format(n, shown.format(n)) for n in ROMAN)
    book = read_epub(Source(packed(folder, NAV.format(kind, entries), marked(mark, ROMAN, "zh"))))
    assert labels(book) == ROMAN
    assert "Pg" not in book.text


def packed(folder: Path, navigation: str, body: str) -> Path:
    """Return an EPUB of one document with a navigation document."""
    head = (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        "<head><title>T</title></head><body>"
    )
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title></metadata><manifest>'
        '<item id="n" href="n.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="d" href="d.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="d"/></spine></package>'
    )
    container = '<container><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>'
    path = folder / "book.epub"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("p.opf", opf)
        archive.writestr("n.xhtml", f"{head}{navigation}</body></html>")
        archive.writestr("d.xhtml", f"{head}{body}</body></html>")
    return path


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("[Pg 12]", "12"), ("{15}", "15"), ("Page xiv", "xiv"), ("第12页", "12"), ("[S. 7]", "7"),
        ("стр. 8", "8"), ("— 9 —", "9"), ("A-3", "A-3"), ("前言 3", "前言 3"), ("［12］", "12"),
    ],
)  # fmt: skip
def test_a_label_is_what_is_printed(text: str, label: str) -> None:
    """Brackets, dashes and the word for page are no part of a label."""
    assert bare_label(text) == label


def test_labels_are_told_from_other_words() -> None:
    """A mark holds numbers alone, and numbers of pages count up."""
    assert labels_in("[Pg 13] [Pg 14]") == ("13", "14")
    assert labels_in("见下文") == labels_in("mix up") == ()
    assert rises(["xiii", "xiv", "1", "2", "4"])
    assert not rises(["1", "17", "43", "60"])
