"""The room of reading: its pages, what is typed to get there, what an address says."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from rag.reading.formats.reader import read_book
from rag.reading.source.source import Source
from rag.types import (
    Book,
    BookRecord,
    Language,
    NotInLibraryError,
    Page,
    PageStatus,
    Problem,
    Section,
    Span,
)
from rag.web.html.reader.contents import MOST, headings_of, render_contents
from rag.web.html.reader.links import Link, link_to, read_link
from rag.web.html.reader.sheet import render_picture, render_sheet
from rag.web.html.reader.views import beside, parts_of, view_of
from rag.web.html.reader.within import SHOWN, render_within
from rag.web.html.targets import Target, read_target
from rag.web.rooms.reader.labels import pages_meant
from tests.support.shown import without_offsets

if TYPE_CHECKING:
    from pathlib import Path

ZH = Language.ZH
TEXT = """# 第一章 木匠

<!-- page xi -->

山村的木匠修了三条石砌的水渠。[^1]

[^1]: 《水渠志稿》卷三。

<!-- page 1 -->

## 1. 杉木

他运来了两千根杉木。𠮷野的木匠也来了。

<!-- page 3 -->

## 2. 水渠

水渠修成了。
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Return a book of four pages, of which one is blank."""
    path = tmp_path / "book.md"
    path.write_text(TEXT, encoding="utf-8")
    read = read_book(Source(path))
    first, second, third = read.pages
    blank = Page(2, "2", PageStatus.EXACT, third.start, third.start)
    return replace(read, pages=(first, second, blank, replace(third, index=3)))


def endless(lines: int = 3000) -> Book:
    """Return a text without pages."""
    text = "\n".join(f"第{number}段的话。" for number in range(lines))
    page = Page(0, None, PageStatus.UNKNOWN, 0, len(text))
    return Book(
        BookRecord("endless", "长文"), text, len(text), (page,), (Section(0, 0, 0, len(text)),)
    )


def pages(*labels: str | None) -> list[Page]:
    """Return pages with these labels."""
    return [
        Page(k, label, PageStatus.EXACT if label else PageStatus.UNKNOWN, k, k + 1)
        for k, label in enumerate(labels)
    ]


def test_every_stretch_says_where_it_stands(book: Book) -> None:
    """What is shown is, stretch by stretch, the book's text at the offsets that are told."""
    shown = notes = ""
    for index in range(len(book.pages)):
        html = render_sheet(book, view_of(book, Target(book.id, page=index)), ZH)
        for at, text in re.findall(r'data-at="(\d+)"[^>]*>([^<]*)<', html):
            assert book.text.startswith(text, int(at))
            if int(at) < book.body_end:
                shown += text
            else:
                notes += text
    assert "".join((shown + notes).split()) == "".join(book.text.split())


def test_a_stretch_is_cut_where_a_character_is_not_shown(book: Book) -> None:
    """Behind an invisible character a new stretch begins, so that all offsets hold."""
    text = book.text.replace("两千", "两\u200b千")
    spoilt = replace(book, text=text, body_end=book.body_end + 1)
    html = render_sheet(spoilt, view_of(spoilt, Target(book.id, page=1)), ZH)
    at = text.index("千根")
    assert f'<span data-at="{at}">千根' in html
    assert "\u200b" not in html


def test_a_page_is_turned_to_the_next_one_and_back(book: Book) -> None:
    """Blank pages are turned to as well, and say that there is nothing on them."""
    target: Target | None = Target(book.id, page=0)
    seen = []
    while target:
        view = view_of(book, target)
        seen.append(view.first)
        before, target = beside(book, view)
        assert (before is None) == (view.first == 0)
    assert seen == [0, 1, 2, 3]
    assert "本页无文字" in render_sheet(book, view_of(book, Target(book.id, page=2)), ZH)


def test_a_text_without_pages_is_read_part_by_part() -> None:
    """Its parts lie end to end, each is short, and turning goes through all of them and back."""
    book = endless()
    parts = parts_of(book, 0)
    assert parts[0].start == 0
    assert parts[-1].end == book.body_end
    assert all(one.end == other.start for one, other in pairwise(parts))
    assert max(map(len, parts)) < 8001
    ways = [Target(book.id, page=0)]
    while (after := beside(book, view_of(book, ways[-1]))[1]) is not None:
        ways.append(after)
    assert len(ways) == len(parts)
    assert [beside(book, view_of(book, way))[0] for way in ways[1:]] == ways[:-1]
    assert read_target(str(ways[-1])) == ways[-1]
    html = render_sheet(book, view_of(book, ways[1]), ZH)
    assert f"第 2 段，共 {len(parts)} 段" in html
    assert len(html) < 40_000


def test_a_text_of_one_line_is_cut_all_the_same() -> None:
    """Where no line ends, a part ends somewhere."""
    text = "水渠修成了。" * 5000
    page = Page(0, None, PageStatus.UNKNOWN, 0, len(text))
    book = Book(BookRecord("b", "b"), text, len(text), (page,), (Section(0, 0, 0, len(text)),))
    assert max(map(len, parts_of(book, 0))) <= 8000


@pytest.mark.parametrize("target", ["p4|book", "p0.1|book", "900-999|book", "5-5|book", "9-3|book"])
def test_a_place_outside_the_book_is_refused(book: Book, target: str) -> None:
    """A page, a part or a stretch that is not there is not in the library."""
    with pytest.raises(NotInLibraryError):
        view_of(book, read_target(target))


def test_what_is_cited_and_what_was_found_are_marked_apart(book: Book) -> None:
    """A citation stays marked while words are looked for on its page."""
    at = book.text.index("杉木。")
    found = (Span(at, at + 2),)
    view = replace(view_of(book, Target(book.id, (Span(at - 3, at + 2),))), found=found)
    html = without_offsets(render_sheet(book, view, ZH))
    assert "<mark>两千根</mark>" in html
    assert '<mark class="found">杉木</mark>' in html


def test_problems_of_a_page_are_told_on_it_alone(book: Book) -> None:
    """What a person should look at stands on its page, as text."""
    spoilt = replace(book, problems=(Problem("x", "<b>odd</b>", "1"), Problem("y", "far", "3")))
    html = render_sheet(spoilt, view_of(book, Target(book.id, page=1)), ZH)
    assert "&lt;b&gt;odd&lt;/b&gt;" in html
    assert "far" not in html


@pytest.mark.parametrize("language", Language)
def test_a_page_says_its_label_and_how_sure_it_is(book: Book, language: Language) -> None:
    """An approximate page is never shown as an exact one."""
    unsure = replace(
        book, pages=tuple(replace(p, status=PageStatus.APPROXIMATE) for p in book.pages)
    )
    exact = render_sheet(book, view_of(book, Target(book.id, page=1)), language)
    about = render_sheet(unsure, view_of(unsure, Target(book.id, page=1)), language)
    assert 'class="page exact"' in exact
    assert 'class="page approximate"' in about
    assert exact != about


def test_contents_name_pages_and_lead_there(book: Book) -> None:
    """Each heading has the page on which it begins."""
    html = render_contents(book, ZH)
    assert [one.text for one in headings_of(book)] == ["第一章 木匠", "1. 杉木", "2. 水渠"]
    assert [one.level for one in headings_of(book)] == [1, 2, 2]
    assert 'data-read="p3|book"' in html
    assert "第3页" in html


def test_contents_of_a_long_book_keep_to_its_chapters() -> None:
    """Of too many headings the lower ones are left out."""
    sections = tuple(
        Section(k, k, k, k + 1, chapter=f"{k // 10}", section=f"s{k}") for k in range(5000)
    )
    book = replace(endless(), sections=sections)
    assert {one.level for one in headings_of(book)} == {1}
    assert len(headings_of(book)) == 500 <= MOST


def test_hits_are_counted_and_listed_around_the_reader() -> None:
    """Of many hits those around the one that is shown are listed, with ways to its neighbours."""
    book = endless()
    hits = [Span(m.start(), m.end()) for m in re.finditer("段的话", book.text)]
    html = render_within(book, "<i>", hits, hits[1500].start, ZH)
    assert "3000 处" in html
    assert "&lt;i&gt;" in html
    assert html.count("<li>") == SHOWN
    assert html.count('aria-current="true"') == 1
    for near in (1499, 1501):
        assert f'data-read="{hits[near].start}-{hits[near].end}|endless"' in html
    assert "没有" in render_within(book, "x", [], 0, ZH)
    assert render_within(book, "x", hits[:1], hits[0].start, ZH).count("disabled") == 2


@pytest.mark.parametrize(
    ("typed", "labels", "found"),
    [
        ("128", ["127", "128"], [1]),
        ("第128页", ["127", "128"], [1]),
        ("第 １２８ 頁", ["127", "128"], [1]),
        ("一百二十八", ["127", "128"], [1]),
        ("第十六页", ["6", "16"], [1]),
        ("p. 12", ["1", "12"], [1]),
        ("pp. 12-13", ["12", "13"], [0]),
        ("page 12", ["p", "12"], [1]),
        ("с. 12", ["12"], [0]),
        ("стр. 12", ["1", "12"], [1]),
        ("XII", ["xii", "12"], [0]),
        ("xii", ["XII", "xii"], [1]),
        ("12", ["xii"], []),
        ("A-16", ["16", "A-16"], [1]),
        ("前言 3", ["3", "前言 3"], [1]),
        ("前言3", ["3", "前言 3"], [1]),
        ("5", ["5", "6", "5"], [0, 2]),
        ("129", ["127", "128"], []),
        ("页", ["1"], []),
        ("", ["1"], []),
        ("第页" * 5000 + "1", ["1"], []),
        ("12", [None, None], []),
    ],
)
def test_a_label_is_found_however_it_is_typed(
    typed: str, labels: list[str | None], found: list[int]
) -> None:
    """The numeral, the words around it and its case are the reader's; the label is the book's."""
    assert pages_meant(pages(*labels), typed) == found


@pytest.mark.parametrize(
    ("query", "link"),
    [
        ("?book=a&page=xii", Link("a", page="xii")),
        ("book=a&page=%E5%89%8D%E8%A8%80%203", Link("a", page="前言 3")),
        ("?book=a&at=3-9,12-15", Link("a", at=(Span(3, 9), Span(12, 15)))),
        ("?book=a&sheet=7", Link("a", sheet=7)),
        ("?book=a", Link("a")),
        ("?book=a&utm=x&page=2", Link("a", page="2")),
        ("?page=2", None),
        ("", None),
        (None, None),
        (["?book=a"], None),
        ("?book=a&at=9", None),
        ("?book=a&at=1-2|b", None),
        ("?book=a&at=" + ",".join(["1-2"] * 9), None),
        ("?book=a&sheet=-1", None),
        ("?book=a&sheet=99999999", None),
        ("?book=a&page=" + "1" * 41, None),
        ("?book=" + "a" * 2000, None),
        ("?" + "&".join(f"x{k}=1" for k in range(50)), None),
    ],
)
def test_an_address_is_read_by_its_form_alone(query: object, link: Link | None) -> None:
    """What is not of the form names no place, whatever it holds."""
    assert read_link(query) == link


def test_what_an_address_holds_is_written_anew() -> None:
    """Nothing in it leads anywhere else, or ends a header or a tag."""
    link = read_link("?book=%0d%0aSet-Cookie:x//evil.example\"'<b>&page=%22><script>")
    assert link is not None
    written = str(link)
    assert written.startswith("?book=")
    assert not set(written) & set("\r\n\"'<> /")
    assert read_link(written) == link


def test_a_link_to_a_page_leads_to_it(book: Book) -> None:
    """By its label where that is its own, else by its number in the book; a mark goes before."""
    twice = replace(book, pages=(*book.pages[:3], replace(book.pages[3], label="1")))
    assert link_to(book, view_of(book, Target(book.id, page=3))) == Link("book", page="3")
    assert link_to(twice, view_of(twice, Target(book.id, page=3))) == Link("book", sheet=4)
    at = book.text.index("杉木。")
    marked = view_of(book, Target(book.id, (Span(at, at + 2),)))
    assert link_to(book, marked, marked.marks) == Link("book", at=(Span(at, at + 2),))


def test_a_picture_is_named_by_its_page() -> None:
    """Where there is none, that is said."""
    assert 'alt="原书页面 · 12"' in render_picture("data:x", "12", ZH)
    assert "<img" not in render_picture(None, "12", ZH)
