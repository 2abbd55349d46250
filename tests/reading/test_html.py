"""HTML becomes a book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.reading.formats.html import decode_html, read_html
from rag.reading.source.source import Source
from rag.types import Book, PageStatus, Person, ReadingError

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """<!DOCTYPE html><html lang="zh"><head><title>河谷旧事 - 某站</title>
<meta name="author" content="周敏"><style>.no{display:none}</style></head><body>
<h1>河谷旧事</h1>
<ul><li><a href="#c1">第一章 水渠</a></li><li><a href="#s1">1. 石渠</a></li>
<li><a href="#c2">第二章 木桥</a></li></ul>
<!-- page iv --><h2 id="c1">第一章 水渠</h2><h3 id="s1">1. 石渠</h3>
<p>　　渔民修了三条水渠<sup><a id="r1" href="#n1">[1]</a></sup>，费用由<!-- page 12 -->各村
分摊。<br>　　县志有记载。</p>
<table><tr><th>年</th><th>户</th></tr><tr><td>1903</td><td>四百</td></tr></table>
<h2 id="c2">第二章 木桥</h2><p>木桥。</p><p class="no">看不见</p><font color="#FFFFFF">白字</font>
<p>参见<a href="#c1">第一章</a>。</p>
<hr><p><a id="n1" href="#r1">[1]</a> 见县志。</p><script>x()</script></body></html>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where files are made."""
    return tmp_path


def read(folder: Path, data: bytes | str) -> Book:
    """Return the book that a file holds."""
    path = folder / "book.html"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_html(Source(path))


def test_blocks_are_lines(folder: Path) -> None:
    """Paragraphs, lines that end, and rows of tables are lines; what is hidden is none."""
    book = read(folder, PAGE)
    assert book.text[: book.body_end].split("\n") == [
        "河谷旧事", "第一章 水渠", "1. 石渠", "第二章 木桥", "第一章 水渠", "1. 石渠",
        "渔民修了三条水渠，费用由各村分摊。", "县志有记载。", "年\t户", "1903\t四百",
        "第二章 木桥", "木桥。", "参见第一章。", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sheet", "own", "text"),
    [
        (".x { display: none }", "", "水渠。\n"),
        (".x { display: none } p.x { display: block }", "", "水渠。\n木桥。\n"),
        (".x { display: none }", "display: block", "水渠。\n木桥。\n"),
        (".x { display: none !important }", "display: block", "水渠。\n"),
        ('.y { content: "}" } .x { display: none }', "", "水渠。\n"),
        ("@media print { .x { display: none } }", "", "水渠。\n木桥。\n"),
        (".x { color: hsl(0, 0%, 100%) }", "", "水渠。\n"),
        (".x { color: #fff; background: url(a.png) }", "", "水渠。\n木桥。\n"),
        (".x { color: #fff }", "color: black", "水渠。\n木桥。\n"),
        (".x { opacity: .0 }", "", "水渠。\n"),
    ],
)
def test_what_outdoes_a_rule_makes_it_void(sheet: str, own: str, text: str, folder: Path) -> None:
    """Style sheets hide what they would hide in a browser, and nothing else."""
    page = f"<style>{sheet}</style><p>水渠。</p><p class='x' style='{own}'>木桥。</p>"
    assert read(folder, page).text == text


def test_comments_mark_pages(folder: Path) -> None:
    """A comment begins a page, also inside a paragraph; before the first no page is known."""
    book = read(folder, PAGE)
    assert [(p.label, p.status) for p in book.pages] == [
        (None, PageStatus.UNKNOWN),
        ("iv", PageStatus.EXACT),
        ("12", PageStatus.EXACT),
    ]
    assert book.text[book.pages[2].start :].startswith("各村分摊。")


def test_headings_are_sections_below_the_title(folder: Path) -> None:
    """The one highest heading is the book's title; links to headings are the contents."""
    book = read(folder, PAGE)
    assert [(s.part, s.chapter, s.section) for s in book.sections] == [
        ("书名页", None, None),
        ("目录", None, None),
        (None, "第一章 水渠", None),
        (None, "第一章 水渠", "1. 石渠"),
        (None, "第二章 木桥", None),
    ]


def test_linked_notes_are_kept_apart(folder: Path) -> None:
    """A note and its mark link to each other; an ordinary link is text."""
    book = read(folder, PAGE)
    (note,) = book.footnotes
    assert (note.mark, book.text[note.start : note.end]) == ("1", "见县志。")
    assert book.pages[note.page].label == "iv"


def test_raised_signs_are_tied_without_links(folder: Path) -> None:
    """Blocks that begin with the signs of raised marks are their notes, in their order."""
    book = read(
        folder,
        "<p>水渠<sup>①</sup>很长，一里三十米<sup>2</sup>。</p><p>木桥<sup>[2]</sup>。</p><hr>"
        "<p>① 见县志。</p><p>[2] 同上。</p><p>2. 石渠</p><p>①说的是另一件事。</p>",
    )
    assert book.text[: book.body_end] == (
        "水渠很长，一里三十米2。\n木桥。\n2. 石渠\n①说的是另一件事。\n"
    )
    assert [(n.mark, book.text[n.start : n.end], n.anchor) for n in book.footnotes] == [
        ("①", "见县志。", 2),
        ("2", "同上。", 15),
    ]


def test_the_head_gives_the_record(folder: Path) -> None:
    """Author and language are those declared; the title is the head's."""
    record = read(folder, PAGE).record
    assert (record.title, record.language) == ("河谷旧事 - 某站", "zh")
    assert record.authors == (Person("周敏"),)


BODY = "<p>河口的漁民在旱季到來以前，修了三條石砌的水渠。</p>"


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("utf-8", "utf-8"), ("gb2312", "gb18030"), ("big5", "big5"), ("", "gb18030"),
        ("", "big5"), ("iso-8859-1", "gb18030"), ("utf-8", "gb18030"), ("", "utf-16"),
    ],
)  # fmt: skip
def test_encodings_are_declared_or_told(declared: str, written: str) -> None:
    """A declared encoding is believed as far as the bytes bear it out."""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    text = (meta if declared else "") + BODY * 4
    assert decode_html(text.encode(written), "a.html") == text


def test_nothing_to_read_is_refused(folder: Path) -> None:
    """A page of scripts only is one sentence."""
    with pytest.raises(ReadingError, match=r"^book\.html is empty; .*\.$"):
        read(folder, "<html><script>x()</script></html>")


@pytest.mark.parametrize(
    "markup",
    [
        "<p>" + "<b>水</b>" * 20_000,
        "<a href='#a' id='a'>1</a>" * 2_000 + "<p>水渠</p>",
        "<style>" + "a{" * 50_000 + "</style><p>水渠</p>",
        '<!DOCTYPE html [<!ENTITY a "水"><!ENTITY b "&a;&a;">]><p>&b;渠</p>',
    ],
    ids=["wide", "circular links", "braces", "entities"],
)
def test_hostile_markup_is_read_in_time(folder: Path, markup: str) -> None:
    """Width, circles of links and entities cost neither much time nor the process."""
    book = read(folder, markup)
    assert book.body_end <= 200_000


@pytest.mark.parametrize("markup", ["<div>" * 100_000 + "水渠", "<p>" + "水渠。" * 4_000_000])
def test_what_the_parser_would_lose_is_refused(folder: Path, markup: str) -> None:
    """Elements nested too deeply, or a paragraph of many megabytes, are one sentence."""
    with pytest.raises(ReadingError, match=r"^book\.html nests its elements too deeply, or .*\.$"):
        read(folder, markup)


def test_a_licence_is_no_part_of_the_book(folder: Path) -> None:
    """What stands outside of the lines of stars is left out, and the site is no title."""
    page = (
        "<title>The Project Gutenberg eBook of The Lamp</title>"
        "<div>This ebook is for anyone.</div><p>*** START OF THE PROJECT GUTENBERG EBOOK ***</p>"
        "<h2>CHAPTER I</h2><p>The lamp went out.</p>"
        "<p>*** END OF THE PROJECT GUTENBERG EBOOK ***</p><h2>LICENSE</h2><p>Terms of use.</p>"
    )
    book = read(folder, page)
    assert book.text == "CHAPTER I\nThe lamp went out.\n"
    assert [section.chapter for section in book.sections] == ["CHAPTER I"]
    assert book.record.title == "The Lamp"
