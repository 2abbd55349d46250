"""An EPUB becomes a book."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from rag.reading.formats.epub import read_epub
from rag.reading.source.source import Source
from rag.types import Book, BookRecord, ContentsEntry, PageStatus, Person, ReadingError

if TYPE_CHECKING:
    from pathlib import Path

CONTAINER = """<?xml version="1.0"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"""
METADATA = """<dc:title>河谷旧事</dc:title><dc:creator opf:role="aut">周敏</dc:creator>
<dc:contributor opf:role="trl">林岚</dc:contributor>
<dc:publisher>河谷出版社</dc:publisher><dc:date>1998-05-01</dc:date><dc:language>zh</dc:language>
<dc:identifier opf:scheme="ISBN">978-7-5633-0000-1</dc:identifier>"""
NAV = """<nav epub:type="toc"><h1>目录</h1><ol>
<li><a href="1.xhtml">第一章 水渠</a><ol><li><a href="1.xhtml#s1">1. 石渠</a></li></ol></li>
<li><a href="2.xhtml">第二章 木桥</a></li></ol></nav>"""
FIRST = """<h1>第一章<br/>水渠</h1><h2 id="s1">1. 石渠</h2>
<p>渔民修了三条<span id="p1" epub:type="pagebreak" title="1"/>水渠<a epub:type="noteref"
href="#n1">①</a>，费用由<span role="doc-pagebreak" aria-label="Page 2" id="p2"/>各村分摊。</p>
<aside epub:type="footnote" id="n1"><p>① 见<i>县志</i>抄本。</p>
<p>又见<ruby>府<rt>fǔ</rt></ruby>志。</p></aside>"""
SECOND = (
    """<div epub:type="pagebreak" id="p3">3</div><h1>第二章 木桥</h1><p>木桥改成了铁索桥。</p>"""
)


def document(body: str, head: str = "") -> str:
    """Return an XHTML document."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>x</title>{head}</head>'
        f"<body>{body}</body></html>"
    )


def parts(*bodies: str, nav: str = NAV, ncx: str = "", metadata: str = METADATA) -> dict[str, str]:
    """Return the parts of an EPUB whose documents have these bodies."""
    names = [f"{n}.xhtml" for n in range(1, len(bodies) + 1)]
    items = "".join(
        f'<item id="{n}" href="{n}" media-type="application/xhtml+xml"/>' for n in names
    )
    items += '<item id="css" href="a.css" media-type="text/css"/>'
    if nav:
        items += '<item id="nav" href="nav.xhtml" properties="nav" media-type="text/html"/>'
    if ncx:
        items += '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    spine = "".join(f'<itemref idref="{n}"/>' for n in names)
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
        f"{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    made = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER}
    made |= {"OEBPS/book.opf": opf, "OEBPS/a.css": ".gone{display:none}"}
    made |= {f"OEBPS/{n}": document(body) for n, body in zip(names, bodies, strict=True)}
    if nav:
        made["OEBPS/nav.xhtml"] = document(nav)
    if ncx:
        made["OEBPS/toc.ncx"] = ncx
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where files are made."""
    return tmp_path


def read(folder: Path, made: dict[str, str], record: BookRecord | None = None) -> Book:
    """Return the book that an EPUB of these parts gives."""
    path = folder / "book.epub"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in made.items():
            archive.writestr(name, text)
    return read_epub(Source(path, record=record))


def pages(book: Book) -> list[tuple[str | None, str]]:
    """Return the label and the running text of each page."""
    return [(p.label, book.text[p.start : p.end]) for p in book.pages]


def test_page_breaks_are_printed_pages(folder: Path) -> None:
    """Breaks give exact pages by title, label or text; a heading above a mark is on its page."""
    book = read(folder, parts(FIRST, SECOND))
    assert pages(book) == [
        (None, "第一章 水渠\n1. 石渠\n渔民修了三条"),
        ("1", "水渠，费用由"),
        ("2", "各村分摊。\n"),
        ("3", "第二章 木桥\n木桥改成了铁索桥。\n"),
    ]
    assert [p.status for p in book.pages][1:] == [PageStatus.EXACT] * 3


def test_navigation_gives_sections(folder: Path) -> None:
    """Chapters and sections are the entries of the navigation, as printed in the text."""
    book = read(folder, parts(FIRST, SECOND))
    assert [(s.chapter, s.section) for s in book.sections] == [
        ("第一章 水渠", None),
        ("第一章 水渠", "1. 石渠"),
        ("第二章 木桥", None),
    ]
    assert book.contents[2] == ContentsEntry("第二章", "木桥", 1, "3")
    assert book.problems == ()


def test_declared_notes_are_tied(folder: Path) -> None:
    """A footnote is kept apart, without its sign, on the page of its mark."""
    book = read(folder, parts(FIRST, SECOND))
    (note,) = book.footnotes
    assert book.text[note.start : note.end] == "见县志抄本。又见府志。"
    assert book.text[: note.anchor].endswith("三条水渠")
    assert (note.mark, book.pages[note.page].label) == ("①", "1")


def test_linked_notes_are_tied_without_being_declared(folder: Path) -> None:
    """A number linked to a block that links back is a note, wherever the block stands."""
    first = (
        '<p><span epub:type="pagebreak" title="7"/>水渠<sup><a id="r1" href="2.xhtml#n1">[1]</a>'
        '</sup>很长。<a id="r2" href="2.xhtml#n2"><sup>2</sup></a></p>'
    )
    second = (
        '<p><a id="n1" href="1.xhtml#r1">[1]</a> 见县志。</p>'
        '<ol><li id="n2"><p>1924年抄本。<a href="1.xhtml#r2">↩</a></p></li></ol>'
    )
    book = read(folder, parts(first, second, nav=""))
    assert book.text[: book.body_end] == "水渠很长。\n"
    assert [(n.mark, book.text[n.start : n.end], n.anchor, n.page) for n in book.footnotes] == [
        ("1", "见县志。", 2, 0),
        ("2", "1924年抄本。", 5, 0),
    ]


def test_endnotes_stand_where_they_are_printed(folder: Path) -> None:
    """Endnotes belong to the pages at the end, not to those of their marks."""
    first = (
        '<p><span epub:type="pagebreak" title="7"/>'
        '水渠<a epub:type="noteref" href="2.xhtml#n">1</a>。</p>'
    )
    second = (
        '<div epub:type="pagebreak" title="90"/><section epub:type="rearnotes"><h2>注释</h2>'
        '<p epub:type="rearnote" id="n">1. 见县志。</p></section>'
    )
    book = read(folder, parts(first, second, nav=""))
    (note,) = book.footnotes
    assert (book.pages[note.page].label, book.text[: note.anchor]) == ("90", "水渠")


def test_endnotes_that_no_mark_places_are_on_the_pages_of_their_marks(folder: Path) -> None:
    """Without a page mark among them, notes at the end are not said to be printed there."""
    body = (
        '<p><span epub:type="pagebreak" title="7"/>水渠<a epub:type="noteref" href="#n">1</a>。'
        '<span epub:type="pagebreak" title="8"/>木桥。</p>'
        '<section epub:type="endnotes"><p epub:type="endnote" id="n">1. 见县志。</p></section>'
    )
    book = read(folder, parts(body, nav=""))
    assert book.pages[book.footnotes[0].page].label == "7"


def test_a_list_of_pages_of_epub_3_names_the_pages(folder: Path) -> None:
    """The page-list labels the places that it leads to, breaks or not."""
    nav = NAV + '<nav epub:type="page-list"><ol><li><a href="1.xhtml#a">iv</a></li></ol></nav>'
    book = read(folder, parts('<p id="a">水渠。</p>', "<p>木桥。</p>", nav=nav))
    assert book.pages[-1].label == "iv"


NCX = """<?xml version="1.0"?><!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://x/ncx.dtd">
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>
<navPoint><navLabel><text>第一章 水渠</text></navLabel><content src="1.xhtml"/>
<navPoint><navLabel><text>石渠</text></navLabel><content src="1.xhtml#s"/></navPoint></navPoint>
</navMap><pageList><pageTarget value="1"><navLabel><text>5</text></navLabel>
<content src="1.xhtml#p5"/></pageTarget></pageList></ncx>"""


def test_epub_2_has_its_contents_and_pages_in_the_ncx(folder: Path) -> None:
    """The NCX gives levels and pages; a paragraph that an entry names is a heading."""
    body = '<p><a id="p5"/>第一章　水渠</p><p id="s">石渠</p><p>水渠&nbsp;很长&hellip;</p>'
    made = parts(body, nav="", ncx=NCX)
    made["OEBPS/1.xhtml"] = made["OEBPS/1.xhtml"].replace(
        "<html", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://x/xhtml11.dtd"><html'
    )
    book = read(folder, made)
    assert pages(book) == [("5", "第一章　水渠\n石渠\n水渠 很长…\n")]
    assert (book.sections[-1].chapter, book.sections[-1].section) == ("第一章 水渠", "石渠")


def test_without_marks_no_page_is_known(folder: Path) -> None:
    """Where no page is listed, each document is a page without a label."""
    book = read(folder, parts("<h1>第一章 水渠</h1><p>甲。</p>", "<h1>第二章 木桥</h1><p>乙。</p>"))
    assert [(p.label, p.status) for p in book.pages] == [(None, PageStatus.UNKNOWN)] * 2


def test_a_chapter_whose_heading_is_a_picture_is_named_by_the_navigation(folder: Path) -> None:
    """An entry that leads to no heading becomes one; covers are left out."""
    nav = """<nav epub:type="toc"><ol><li><a href="1.xhtml">封面</a></li>
<li><a href="2.xhtml">第一章 水渠</a></li></ol></nav>"""
    book = read(folder, parts("<img src='c.png'/>", "<img src='h.png'/><p>甲。</p>", nav=nav))
    assert book.text == "第一章 水渠\n甲。\n"
    assert [entry.heading for entry in book.contents] == ["第一章 水渠"]


def test_what_is_hidden_is_left_out_and_said(folder: Path) -> None:
    """Hidden elements, scripts and invisible characters are no text; hidden notes are notes."""
    body = (
        '<p>水\u200b渠<a epub:type="noteref" href="#n">1</a>。</p><p class="gone">看不见</p>'
        "<script>alert(1)</script><p style='font-size: 0'>零</p>"
        '<aside class="gone" epub:type="footnote" id="n">见县志。</aside>'
    )
    book = read(folder, parts(body, nav=""))
    assert book.text == "水渠。\n见县志。\n"
    assert {p.kind for p in book.problems} == {"hidden_text", "invisible_characters"}


def test_metadata_become_the_record(folder: Path) -> None:
    """Title, people, publisher, year, ISBN and language are as declared."""
    record = read(folder, parts(FIRST, SECOND)).record
    assert record == BookRecord(
        id="he-gu-jiu-shi",
        title="河谷旧事",
        authors=(Person("周敏"),),
        translators=(Person("林岚"),),
        publisher="河谷出版社",
        year="1998",
        isbn="978-7-5633-0000-1",
        language="zh",
    )


def test_pages_that_were_never_printed_are_not_claimed(folder: Path) -> None:
    """Where the file says that its pages are of no printed book, they are no pages."""
    said = '<meta property="a11y:pageBreakSource">none</meta>'
    book = read(folder, parts(FIRST, SECOND, metadata=METADATA + said))
    assert [(p.label, p.status) for p in book.pages] == [(None, PageStatus.UNKNOWN)] * 2
    assert "三条水渠，费用由各村分摊。" in book.text


def test_a_mark_out_of_its_row_is_not_believed(folder: Path) -> None:
    """A page mark that its neighbours contradict gives no page, and a problem."""
    body = "".join(
        f'<p><span epub:type="pagebreak" title="{n}"/>第{n}段。</p>' for n in (4, 5, 66, 6, 7)
    )
    book = read(folder, parts(body, nav=""))
    assert [p.label for p in book.pages] == ["4", "5", None, "6", "7"]
    assert [p.kind for p in book.problems] == ["page_mark_contradicted"]


def test_what_comes_behind_the_last_page_has_no_page(folder: Path) -> None:
    """Text without marks behind the last one, longer than a page, is not called that page."""
    body = "".join(
        f'<p><span epub:type="pagebreak" title="{n}"/>{"水渠很长。" * 60}</p>' for n in range(1, 7)
    )
    book = read(folder, parts(body, f"<p>{'版权说明。' * 200}</p>", nav=""))
    assert [p.label for p in book.pages][-2:] == ["6", None]


def test_locked_text_is_refused_and_locked_fonts_are_not(folder: Path) -> None:
    """Encryption of fonts is no lock; encryption of the text is said in one sentence."""
    for part, locked in (("OEBPS/f.otf", False), ("OEBPS/1.xhtml", True)):
        made = parts(FIRST, SECOND) | {
            "META-INF/encryption.xml": "<encryption><EncryptedData><EncryptionMethod "
            f'Algorithm="http://x/aes"/><CipherReference URI="{part}"/></EncryptedData>'
            "</encryption>"
        }
        if locked:
            with pytest.raises(ReadingError, match=r"^book\.epub is locked .*\.$"):
                read(folder, made)
        else:
            assert read(folder, made).pages


def test_what_is_no_epub_is_refused(folder: Path) -> None:
    """An archive without a container, and one of pictures only, are each one sentence."""
    with pytest.raises(ReadingError, match=r"not an EPUB"):
        read(folder, {"a.txt": "x"})
    with pytest.raises(ReadingError, match="only pictures"):
        read(folder, parts("<img src='a.png'/>", nav=""))


def test_documents_that_are_not_well_formed_are_read_as_browsers_do(folder: Path) -> None:
    """Unclosed elements cost no text, and an empty one does not swallow what follows."""
    book = read(folder, parts("<p>水渠<br>很长 &amp; 直。<p>木桥<a id='x'/>短。", nav=""))
    assert book.text == "水渠\n很长 & 直。\n木桥短。\n"


def test_leaves_before_the_book_are_parts(folder: Path) -> None:
    """A document of its own for the copyright page is no chapter; nor is the book's title."""
    nav = """<nav epub:type="toc"><ol><li><a href="1.xhtml">河谷旧事</a></li>
<li><a href="2.xhtml">版权信息</a></li><li><a href="3.xhtml">第一章 水渠</a></li></ol></nav>"""
    bodies = (
        "<h1>河谷旧事</h1>",
        "<h1>版权信息</h1><p>书号。</p>",
        "<h1>第一章 水渠</h1><p>甲。</p>",
    )
    book = read(folder, parts(*bodies, nav=nav))
    assert [(s.part, s.chapter) for s in book.sections] == [
        ("书名页", None),
        ("版权信息", None),
        (None, "第一章 水渠"),
    ]


def test_many_headings_of_one_name_cost_no_time(folder: Path) -> None:
    """Thousands of entries and headings that are all alike are laid along one another at once."""
    nav = "".join(f'<li><a href="1.xhtml#h{n}">小结</a></li>' for n in range(3000))
    body = "".join(f'<h2 id="h{n}">小结</h2><p>甲。</p>' for n in range(3000))
    book = read(folder, parts(body, nav=f'<nav epub:type="toc"><ol>{nav}</ol></nav>'))
    assert len(book.sections) == len(book.contents) == 3000
    assert book.problems == ()
