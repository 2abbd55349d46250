"""What the file or its contents say that the chapters are decides; lists and captions do not."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import pytest

from rag.reading.formats.epub import read_epub
from rag.reading.formats.pdf.document import read_pdf
from rag.reading.formats.reader import read_book
from rag.reading.outline import find_headings, with_roman_numbers
from rag.reading.source.source import Source
from rag.types import ContentsEntry
from tests.support.press.epub import print_epub
from tests.support.press.listing import Manual, misplaced, print_manual
from tests.support.press.printing import Layout, print_book, score

if TYPE_CHECKING:
    from pathlib import Path

    from rag.types import Book
    from tests.support.press.stocks import Language

MANUALS = [
    Manual("zh", "bookmarks", levels=2),
    Manual("en", "bookmarks", levels=1, larger=True),
    Manual("ru", "bookmarks", shift=2, preview=True),
    Manual("ru", "contents", levels=2),
    Manual("zh", "contents", levels=1, preview=True),
    Manual("en", "both", levels=1, larger=True),
]
LANGUAGES: tuple[Language, ...] = ("zh", "en", "ru")


def read_manual(how: Manual, path: Path, seed: int) -> None:
    """Print a manual and read it: each paragraph is in its chapter, each section of the outline."""
    told = print_manual(how, path, seed)
    book = read_pdf(Source(path))
    assert misplaced(book, told) == []
    assert [entry.level for entry in book.contents].count(1) == 3


@pytest.mark.parametrize("how", MANUALS, ids=str)
def test_lists_and_captions_open_no_chapter(tmp_path: Path, how: Manual) -> None:
    """Every paragraph stands in the chapter, and the section, that the outline has for it."""
    read_manual(how, tmp_path / "manual.pdf", 3)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", MANUALS, ids=str)
def test_they_open_none_in_any_language(tmp_path: Path, how: Manual, language: Language) -> None:
    """The same holds in all languages, for other books."""
    for seed in (4, 5):
        read_manual(replace(how, language=language), tmp_path / "manual.pdf", seed)


@pytest.mark.parametrize(
    ("language", "version", "listed"),
    [("zh", 3, "chapters"), ("en", 2, "chapters"), ("ru", 3, "all"), ("zh", 2, "all")],
)
def test_levels_of_an_epub_come_from_its_contents(
    tmp_path: Path, language: Language, version: Literal[2, 3], listed: Literal["all", "chapters"]
) -> None:
    """Where every heading is of one level, those that no entry leads to are sections."""
    layout = Layout(chapters=3, sections=2, paragraphs=(2, 3), language=language)
    printed = print_book(layout if language == "zh" else replace(layout, width=60), 4)
    path = print_epub(printed, tmp_path / "book.epub", version=version, flat=True, listed=listed)
    found = score(read_epub(Source(path)), printed, signs=False)
    assert (found.sections, found.lost) == (1.0, 0.0)


PARAGRAPH = "<p>" + "港口法庭在入冬以前处罚了守灯人，此事又见于别的文书。" * 3 + "</p>"
CONTAINER = (
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="p.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)


def epub(path: Path, documents: dict[str, str], contents: str) -> Book:
    """Return the book that an EPUB of some documents, and a list of contents, is read as."""
    names = [*documents, "nav.xhtml"]
    items = "".join(
        f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"'
        f"{' properties=' + chr(34) + 'nav' + chr(34) if name == 'nav.xhtml' else ''}/>"
        for name in names
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in documents)
    page = (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        "<head><title>t</title></head><body>{}</body></html>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr(
            "p.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>永宁港志</dc:title></metadata>'
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for name, body in documents.items():
            archive.writestr(name, page.format(body))
        listing = f'<nav epub:type="toc"><ol>{contents}</ol></nav>'
        archive.writestr("nav.xhtml", page.format(listing))
    return read_epub(Source(path))


def places(book: Book) -> list[tuple[str | None, str | None, str | None, str | None]]:
    """Return where each section of a book stands."""
    return [(s.part, s.chapter, s.section, s.subsection) for s in book.sections]


def test_a_nav_within_a_nav_has_a_heading_of_its_own(tmp_path: Path) -> None:
    """An entry that only holds others stands above them, and takes no heading of theirs."""
    book = epub(
        tmp_path / "book.epub",
        {
            "a.xhtml": f"<h2>第一章</h2><h2>开埠</h2>{PARAGRAPH}<h2 id='s'>灯塔</h2>{PARAGRAPH}",
            "b.xhtml": f"<h2>第二章　衰落记</h2>{PARAGRAPH}<h2>铁路</h2>{PARAGRAPH}",
        },
        "<li><span>上编　水</span><ol><li><a href='a.xhtml'>第一章 开埠</a><ol>"
        "<li><a href='a.xhtml#s'>灯塔</a></li></ol></li>"
        "<li><a href='b.xhtml'>第二章：衰落</a></li></ol></li>",
    )
    assert places(book) == [
        (None, "上编 水", None, None),
        (None, "上编 水", "第一章 开埠", None),
        (None, "上编 水", "第一章 开埠", "灯塔"),
        (None, "上编 水", "第二章 衰落记", None),
        (None, "上编 水", "第二章 衰落记", "铁路"),
    ]


def test_what_a_nav_lacks_is_no_chapter(tmp_path: Path) -> None:
    """Headings before the first entry and between entries stand below, captions are none.

    A part of the book by its name, in a document of its own, stays one; and the heads of its
    notes are no chapters again.
    """
    book = epub(
        tmp_path / "book.epub",
        {
            "f.xhtml": f"<h1>致读者</h1>{PARAGRAPH}",
            "a.xhtml": f"<h1>第一章 开埠</h1>{PARAGRAPH}<h1>图1　港口</h1>{PARAGRAPH}",
            "m.xhtml": f"<h1>插曲</h1>{PARAGRAPH}",
            "n.xhtml": f"<h1>注释</h1><h1>第一章</h1>{PARAGRAPH}<h1>第二章</h1>{PARAGRAPH}",
        },
        "<li><a href='a.xhtml'>第一章 开埠</a></li>",
    )
    assert places(book) == [
        (None, None, "致读者", None),
        (None, "第一章 开埠", None, None),
        (None, "第一章 开埠", "插曲", None),
        ("注释", None, None, None),
        ("注释", None, "第一章", None),
        ("注释", None, "第二章", None),
    ]


def test_a_nav_that_leads_nowhere_says_nothing(tmp_path: Path) -> None:
    """The headings' own levels count then."""
    text = f"<h1>第一章 开埠</h1>{PARAGRAPH}<h2>缘起</h2>{PARAGRAPH}"
    book = epub(tmp_path / "book.epub", {"a.xhtml": text}, "<li><a href='x.xhtml'>甲</a></li>")
    assert places(book) == [
        (None, "第一章 开埠", None, None),
        (None, "第一章 开埠", "缘起", None),
    ]


def headings(blocks: str, *entries: tuple[str | None, str, int]) -> list[tuple[str, int]]:
    """Return the headings among blocks, a line each, with their levels."""
    table = [ContentsEntry(number, title, level) for number, title, level in entries]
    return [(h.text, h.level) for h in find_headings(blocks.splitlines(), table)]


LISTED: tuple[tuple[str | None, str, int], ...] = (
    ("第一章", "水渠", 1), ("第三章", "茶路", 1), ("第四章", "灯塔", 1)
)  # fmt: skip


def test_a_chapter_that_the_table_lost_stays_one() -> None:
    """It counts on between its neighbours; chapters that are listed come once, in their place."""
    text = (
        "第一章 水渠\n第三章 旧船\n第二章 木桥\n第三章 茶路\n第四章 灯塔\n第六章 旧港\n附录一 账目"
    )
    assert headings(text, *LISTED) == [
        ("第一章 水渠", 1),
        ("第二章 木桥", 1),
        ("第三章 茶路", 1),
        ("第四章 灯塔", 1),
    ]


def test_a_number_behind_the_last_listed_one_stands_below_it() -> None:
    """A section that the table lost between two others is one; what counts on behind is none."""
    text = (
        "第一章 水渠\n1. 修渠\n甲。\n2. 量渠\n乙。\n3. 用水\n丙。\n4. 打开文件：先看目录\n丁。\n"
        "第二章 木桥\n1. 架桥\n戊。"
    )
    listed = (("第一章", "水渠", 1), ("1.", "修渠", 2), ("3.", "用水", 2), ("第二章", "木桥", 1))
    assert headings(text, *listed) == [
        ("第一章 水渠", 1),
        ("1. 修渠", 2),
        ("2. 量渠", 2),
        ("3. 用水", 2),
        ("4. 打开文件：先看目录", 3),
        ("第二章 木桥", 1),
        ("1. 架桥", 2),
    ]


def test_chapters_below_listed_parts_are_sections() -> None:
    """Where a table lists parts alone, the chapters that count below them stand below them."""
    text = "第一编 水\n第一章 水渠\n修了。\n第二章 木桥\n第二编 陆\n第三章 茶路\n附录一 账目"
    listed = (("第一编", "水", 1), ("第二编", "陆", 1))
    assert headings(text, *listed) == [
        ("第一编 水", 1),
        ("第一章 水渠", 2),
        ("第二章 木桥", 2),
        ("第二编 陆", 1),
        ("第三章 茶路", 2),
    ]


def test_without_a_table_of_its_own_a_text_is_read_by_its_headings() -> None:
    """A table of which the text has nothing decides nothing."""
    text = "第一章 水渠\n第二章 木桥\n附录一 账目"
    expected = [("第一章 水渠", 1), ("第二章 木桥", 1), ("附录一 账目", 1)]
    assert headings(text) == expected
    assert headings(text, (None, "page 1", 1), (None, "page 2", 1)) == expected


def test_a_number_that_stands_alone_belongs_to_the_title_below_it(tmp_path: Path) -> None:
    """Where a nav, or bookmarks, have titles alone, the number is printed above them."""
    book = epub(
        tmp_path / "book.epub",
        {
            "a.xhtml": f"<h1>第一章</h1><h1>水渠</h1>{PARAGRAPH}",
            "b.xhtml": f"<h2>第二章</h2><h2>木桥</h2>{PARAGRAPH}",
        },
        "<li><a href='a.xhtml'>水渠</a></li><li><a href='b.xhtml'>木桥</a></li>",
    )
    assert places(book) == [
        (None, "第一章 水渠", None, None),
        (None, "第二章 木桥", None, None),
    ]
    text = "CHAPTER ONE\nThe Lamp\nIt was lit.\nCHAPTER TWO\nThe Road\nIt was long."
    listed = ((None, "The Lamp", 1), (None, "The Road", 1))
    assert headings(text, *listed) == [("CHAPTER ONE The Lamp", 1), ("CHAPTER TWO The Road", 1)]


def test_front_and_back_matter_alone_do_not_decide() -> None:
    """A table that lists a preface and an index says nothing of the chapters."""
    text = "前言\n甲。\n第一章 水渠\n乙。\n第二章 木桥\n丙。\n参考文献"
    assert headings(text, (None, "前言", 1), (None, "参考文献", 1)) == [
        ("前言", 1),
        ("第一章 水渠", 1),
        ("第二章 木桥", 1),
        ("参考文献", 1),
    ]


def test_an_entry_that_holds_others_takes_no_line_behind_their_headings(tmp_path: Path) -> None:
    """An author's name below the title of his tale does not head what stands above it."""
    book = epub(
        tmp_path / "book.epub",
        {
            "a.xhtml": f"<h3 id='t'>水渠</h3><div>某人</div>{PARAGRAPH}"
            f"<h3 id='u'>木桥</h3>{PARAGRAPH}"
        },
        "<li><span>某人</span><ol><li><a href='a.xhtml#t'>水渠</a></li>"
        "<li><a href='a.xhtml#u'>木桥</a></li></ol></li>",
    )
    assert places(book) == [
        (None, "某人", None, None),
        (None, "某人", "水渠", None),
        (None, "某人", "木桥", None),
    ]


def test_the_contents_of_a_part_stand_in_the_midst_of_it(tmp_path: Path) -> None:
    """What follows a list of links to its sections stands in the part, and not in the contents."""
    links = "".join(f"<li><a href='#{name}'>{name}</a></li>" for name in ("甲", "乙", "丙"))
    sections = "".join(f"<h2 id='{name}'>{name}</h2>{PARAGRAPH}" for name in ("甲", "乙", "丙"))
    path = tmp_path / "a.html"
    path.write_text(f"<h1>第一编 水</h1><ul>{links}</ul>{sections}", encoding="utf-8")
    assert places(read_book(Source(path))) == [
        (None, "第一编 水", None, None),
        ("目录", None, None, None),
        (None, "第一编 水", "甲", None),
        (None, "第一编 水", "乙", None),
        (None, "第一编 水", "丙", None),
    ]


def test_a_table_of_roman_numerals_names_the_chapters_of_the_text() -> None:
    """Their numbers and titles are as the text prints them, in whatever words the table has."""
    body = "The harbour was built by people who came from the hills and stayed for good."
    chapters = ["CHAPTER I", "THE OLD HARBOUR", body, "CHAPTER II", "THE TOWN", body]
    heads = [*chapters, "2.1 The Long Piers", body]
    table = with_roman_numbers(
        [
            ContentsEntry(None, "I: Harbour.", 2),
            ContentsEntry(None, "II: The Town.", 2),
            ContentsEntry(None, "The Long Piers", 3),
            ContentsEntry(None, "III: The Mill.", 2),
        ]
    )
    found = find_headings(heads, table)
    assert [(heading.number, heading.level, heading.first) for heading in found] == [
        ("I:", 1, 0),
        ("CHAPTER II", 1, 3),
        ("2.1", 2, 6),
    ]
