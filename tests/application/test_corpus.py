"""The bundled corpus is whole and true to its own form."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from rag.reading.formats.reader import read_book
from rag.reading.source.record import read_record
from rag.reading.source.source import Source
from rag.types import Book, PageStatus, TextKind

FOLDER = Path(__file__).resolve().parents[2] / "corpus" / "hezuo-yu-chongtu"


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    """Read the record."""
    return tomllib.loads((FOLDER / "book.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def notes() -> str:
    """Read the notes."""
    return (FOLDER / "notes.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def book() -> Book:
    """Read the notes as a book, under their record."""
    return read_book(Source(FOLDER / "notes.md", read_record(FOLDER / "book.toml")))


def stretches(text: str) -> list[str]:
    """Return what stands before the first page marker, then the text of each page."""
    return re.split(r"^<!-- page .+? -->$", text, flags=re.MULTILINE)


def test_the_record_names_what_the_title_page_names(record: dict[str, Any]) -> None:
    """Author, title, subtitle, publisher and series are there."""
    book = record["book"]
    assert book["authors"] == [{"name": "李嘉谷", "latin": "Li Jiagu"}]
    assert (book["title"], book["subtitle"]) == ("合作与冲突", "1931—1945年的中苏关系")
    assert book["publisher"] == "广西师范大学出版社"
    assert book["series"] == "抗日战争史丛书续编·外交系列"


def test_nothing_is_guessed(record: dict[str, Any]) -> None:
    """The record gives no year, place, edition or ISBN, none of which is known."""
    assert not {"year", "place", "edition", "isbn"} & set(record["book"])


def test_the_text_is_declared_as_notes(record: dict[str, Any]) -> None:
    """The record names the notes as its text and says that they are notes."""
    assert record["book"]["kind"] == "notes"
    assert (FOLDER / record["book"]["text"]).is_file()


def test_the_record_is_read_as_it_stands(record: dict[str, Any]) -> None:
    """The reader of records takes every entry, alias and heading of the file."""
    read = read_record(FOLDER / "book.toml")
    assert (read.id, read.kind, read.language) == ("hezuo-yu-chongtu", TextKind.NOTES, "zh")
    assert read.authors[0].latin == "Li Jiagu"
    assert read.contents[1].heading == "第一章 中苏复交与签订互不侵犯条约的曲折"
    assert (len(read.contents), len(read.aliases)) == (
        len(record["contents"]),
        len(record["aliases"]),
    )


def test_the_contents_are_whole(record: dict[str, Any]) -> None:
    """Six chapters with nineteen sections stand between the preface and the afterword."""
    entries = record["contents"]
    levels = Counter(entry["level"] for entry in entries)
    chapters = [entry for entry in entries if entry.get("number", "").endswith("章")]
    assert (len(chapters), levels[2]) == (6, 19)
    assert [entries[0]["title"], entries[-1]["title"]] == ["前言", "后记"]
    assert [e["title"] for e in entries if e.get("number", "").startswith("附录")] == [
        "大事记",
        "主要参考文献",
    ]


def test_pages_of_the_contents_never_go_back(record: dict[str, Any]) -> None:
    """From the first chapter on, every entry starts on the page of the last one or later."""
    pages = [int(entry["page"]) for entry in record["contents"][1:]]
    assert all(before <= after for before, after in pairwise(pages))
    assert (pages[0], pages[-1]) == (1, 365)


def test_sections_are_counted_from_one_in_each_chapter(record: dict[str, Any]) -> None:
    """The sections of a chapter are numbered 1., 2., 3. without a gap."""
    expected = 0
    for entry in record["contents"]:
        expected = expected + 1 if entry["level"] == 2 else 0
        if expected:
            assert entry["number"] == f"{expected}."


def test_no_title_holds_the_space_of_a_broken_line(record: dict[str, Any]) -> None:
    """A title printed on two lines is one title without a space in it."""
    assert not [e["title"] for e in record["contents"] if re.search(r"\s", e["title"])]


def test_an_alias_stands_in_one_group_only(record: dict[str, Any]) -> None:
    """No name means two things, however it is capitalised."""
    groups = [{name.casefold() for name in group["names"]} for group in record["aliases"]]
    counts = Counter(name for group in groups for name in group)
    assert [name for name, count in counts.items() if count > 1] == []


def test_aliases_cross_languages(record: dict[str, Any]) -> None:
    """There are more than a hundred groups, each of Chinese and at least one other script."""
    groups = [group["names"] for group in record["aliases"]]
    assert len(groups) > 100
    assert all(re.search(r"[\u4e00-\u9fff]", group[0]) for group in groups)
    assert all(any(re.match(r"[A-Za-zА-я]", name) for name in group) for group in groups)


def test_names_are_clean(record: dict[str, Any]) -> None:
    """No alias is empty or has spaces around it."""
    names = [name for group in record["aliases"] for name in group["names"]]
    assert [name for name in names if not name or name != name.strip()] == []


def test_the_notes_follow_two_numberings(notes: str) -> None:
    """The preface has the pages 1 to 5, and the first chapter starts at 1 again."""
    labels = re.findall(r"^<!-- page (.+?) -->$", notes, flags=re.MULTILINE)
    assert labels == ["1", "2", "3", "4", "5", "1", "2"]


def test_the_headings_of_the_notes_are_the_book_s(notes: str, record: dict[str, Any]) -> None:
    """The headings stand in the order of the book, the chapter's as the contents print it."""
    headings = re.findall(r"^(#+) (.+)$", notes, flags=re.MULTILINE)
    chapter, section = record["contents"][1:3]
    assert headings == [
        ("#", "总序"),
        ("#", "编辑说明"),
        ("#", "前言"),
        ("#", f"{chapter['number']} {chapter['title']}"),
        ("##", f"{section['number']} {section['title']}"),
        ("###", "“九一八”事变前的中苏关系"),
    ]


def test_the_front_matter_has_no_pages(notes: str) -> None:
    """The general preface and the editors' note stand before the first page marker."""
    before = stretches(notes)[0]
    assert "# 总序" in before
    assert "# 编辑说明" in before
    assert "# 前言" not in before


def test_a_heading_stands_on_the_page_that_it_opens(notes: str) -> None:
    """The preface and the first chapter begin right after the marker of their first page."""
    pages = stretches(notes)
    assert pages[1].lstrip().startswith("# 前言")
    assert pages[6].lstrip().startswith("# 第一章")


def test_each_footnote_stands_on_the_page_of_its_mark(notes: str) -> None:
    """A page with a mark has the footnote of that mark, and only such a page has one."""
    marked = []
    for number, page in enumerate(stretches(notes)):
        marks = re.findall(r"\[\^(\d+)\](?!:)", page)
        definitions = re.findall(r"^\[\^(\d+)\]: .+$", page, flags=re.MULTILINE)
        assert marks == definitions
        marked += [number] * len(marks)
    assert marked == [2, 3, 7]


def test_every_note_is_a_short_sentence(notes: str) -> None:
    """No note is longer than ninety characters, and every paragraph ends as a sentence does."""
    lines = [line for line in notes.splitlines() if line and not line.startswith(("#", "<!--"))]
    assert [line for line in lines if not re.search(r"。(\[\^\d+\])?$", line)] == []
    sentences = [sentence for line in lines for sentence in re.findall(r"[^。]+。", line)]
    assert max(len(sentence) for sentence in sentences) <= 90


def test_no_note_leans_on_the_one_before(notes: str) -> None:
    """No sentence begins with a word that points back, so that each can be quoted alone."""
    sentences = re.findall(r"(?:^|。)([^。\n]+)", notes, flags=re.MULTILINE)
    assert [
        s for s in sentences if s.startswith(("他", "她", "它", "这", "那", "该", "其", "此"))
    ] == []


def test_the_notes_are_read_without_a_problem(book: Book) -> None:
    """The reader finds nothing in the notes that a person should look at."""
    assert book.problems == ()


def test_pages_of_the_notes_are_read_as_marked(book: Book) -> None:
    """Marked pages are exact, each in its part or chapter; the front matter has none."""
    chapter = book.record.contents[1].heading
    marked = [page for page in book.pages if page.status is PageStatus.EXACT]
    assert [(page.label, page.part or page.chapter) for page in marked] == [
        *[(str(number), "前言") for number in range(1, 6)],
        *[(str(number), chapter) for number in (1, 2)],
    ]
    unmarked = [page for page in book.pages if page.status is not PageStatus.EXACT]
    assert {page.part for page in unmarked} <= {"总序", "编辑说明"}
    assert {page.label for page in unmarked} == {None}


def test_footnotes_of_the_notes_hang_on_what_they_prove(book: Book) -> None:
    """Each footnote is tied to its mark, on the page where the mark stands."""
    found = []
    for footnote in book.footnotes:
        page = book.pages[footnote.page]
        assert footnote.anchor is not None
        assert page.start <= footnote.anchor <= page.end
        found.append((page.label, book.text[footnote.start : footnote.end]))
    assert [label for label, _ in found] == ["2", "3", "2"]
    for (_, text), word in zip(found, ("苏联对外政策文件集", "文汇报", "远东共和国"), strict=True):
        assert word in text
