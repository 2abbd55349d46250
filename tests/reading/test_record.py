"""Records of books: read from book.toml, or from title pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.reading.source.record import read_record, record_for
from rag.reading.source.titles import find_record, make_id
from rag.types import BookRecord, ContentsEntry, Correction, Person, RecordError, TextKind

if TYPE_CHECKING:
    from pathlib import Path

RECORD = """
[book]
id = "he-gu"
title = "河谷旧事"
authors = ["众人", {name = "王某", latin = "Wang"}]
year = 1990
kind = "notes"
text = "notes.md"

[[contents]]
number = "第一章"
title = "水渠"
level = 1
page = 3

[[aliases]]
names = ["河谷", "The Valley"]
"""


def write(folder: Path, text: str) -> Path:
    """Return the path of a record with this text."""
    path = folder / "book.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_record_is_read_whole(tmp_path: Path) -> None:
    """Every key of a record arrives."""
    record = read_record(write(tmp_path, RECORD))
    assert record == BookRecord(
        id="he-gu",
        title="河谷旧事",
        authors=(Person("众人"), Person("王某", "Wang")),
        year="1990",
        kind=TextKind.NOTES,
        contents=(ContentsEntry("第一章", "水渠", 1, "3"),),
        aliases=(("河谷", "The Valley"),),
    )


PAGES = """
[[pages]]
index = 3
label = "iv"

[[pages]]
index = 4
label = 5

[[pages]]
index = 5
label = "-"

[[pages]]
offset = -2
from = 9
"""


def test_pages_are_corrected_in_the_record_too(tmp_path: Path) -> None:
    """A label for an index, or an offset over a range, as on the command line."""
    record = read_record(write(tmp_path, RECORD + PAGES))
    assert record.corrections == (
        Correction(first=3, label="iv"),
        Correction(first=4, label="5"),
        Correction(first=5),
        Correction(first=9, shift=-2),
    )


@pytest.mark.parametrize(
    "wrong",
    ['index = "3"', "index = -1", "index = true", "to = 4", "offset = 2", "label = 2.5", "x = 1"],
)
def test_a_wrong_correction_is_named(tmp_path: Path, wrong: str) -> None:
    """An index without a label, a label without an index, and both kinds at once are refused."""
    key = wrong.split(maxsplit=1)[0]
    entry = {"index": "3", "label": '"iv"'} | {key: wrong.split(" = ")[1]}
    lines = "\n".join(f"{name} = {value}" for name, value in entry.items())
    with pytest.raises(RecordError, match="pages"):
        read_record(write(tmp_path, f"{RECORD}\n[[pages]]\n{lines}\n"))


def test_a_kind_and_corrections_speak_of_the_named_text_only(tmp_path: Path) -> None:
    """Another text under the same record is the book itself, with pages of its own."""
    path = write(tmp_path, RECORD + PAGES)
    assert len(record_for(path, tmp_path / "notes.md").corrections) == 4
    assert record_for(path, tmp_path / "book.txt").corrections == ()
    assert record_for(path, tmp_path / "notes.md").kind is TextKind.NOTES
    assert record_for(path, tmp_path / "book.txt").kind is TextKind.BOOK


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('title = "河谷旧事"', "", "book.title"),
        ('id = "he-gu"', 'id = "河谷"', "book.id"),
        ("year = 1990", 'yaer = "1990"', "book.yaer"),
        ('kind = "notes"', 'kind = "novel"', "book.kind"),
        ("level = 1", 'level = "one"', "contents.level"),
        ('names = ["河谷", "The Valley"]', 'names = "河谷"', "aliases.names"),
        ("[book]", "[book", "TOML"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, old: str, new: str, names: str) -> None:
    """An error names the key that is wrong."""
    with pytest.raises(RecordError, match=names.replace(".", r"\.")):
        read_record(write(tmp_path, RECORD.replace(old, new, 1)))


TITLE_PAGES = ["河谷旧事", "——北岸的水渠与木桥", "张三 李四 著", "山川出版社", "主 编 王五"]


def test_title_pages_tell_what_stands_clearly() -> None:
    """Title, subtitle, authors and publisher are read; what is not there is left out."""
    record = find_record(TITLE_PAGES, (), "scan")
    assert (record.title, record.subtitle) == ("河谷旧事", "北岸的水渠与木桥")
    assert [person.name for person in record.authors] == ["张三", "李四"]
    assert record.publisher == "山川出版社"
    assert record.year is None
    assert record.id == "he-gu-jiu-shi"


def test_a_known_book_is_recognised() -> None:
    """A known title with a known author brings its record; another author does not."""
    known = BookRecord(id="k", title="河谷旧事", authors=(Person("张三"),), kind=TextKind.NOTES)
    found = find_record(TITLE_PAGES, [known], "scan")
    assert (found.id, found.kind) == ("k", TextKind.BOOK)
    other = BookRecord(id="o", title="河谷旧事", authors=(Person("赵六"),))
    assert find_record(TITLE_PAGES, [other], "scan").id != "o"


def test_without_title_pages_the_file_names_the_book() -> None:
    """A text that names nothing is called as its file is."""
    assert find_record([], (), "我的笔记").title == "我的笔记"


def test_ids_are_stable_and_plain() -> None:
    """An id is Latin, and the same each time, whatever the title is written in."""
    assert make_id("《河谷》—旧事") == make_id("《河谷》—旧事")
    assert make_id("???").startswith("book-")
