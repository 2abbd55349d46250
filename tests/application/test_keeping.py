"""What whoever keeps the library does: records, corrections before and back, sets of books."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rag.types import (
    Correction,
    CorrectionError,
    Edit,
    LibraryBusyError,
    NotInLibraryError,
    Person,
    QuestionError,
    ReadingError,
)
from tests.conftest import CASES
from tests.support.copies import copied

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.application.shuzheng import Shuzheng


@pytest.fixture
def whole(two: Path, small: Shuzheng, tmp_path: Path) -> Iterator[Shuzheng]:
    """Return the whole product with two books, which a test may change."""
    with copied(two, tmp_path / "data", small) as opened:
        yield opened


def test_an_edited_record_is_cited_and_outlives_the_book(whole: Shuzheng, tmp_path: Path) -> None:
    """An edit holds for citations at once, when the file is added again, and after a removal."""
    book = "emu-he"
    question = "额木河上的沙洲是怎么回事？"
    assert "1999" in whole.ask(question, book=book).citations[0].formatted
    record = whole.keeping.edit(
        book, [Edit("year", "1987"), Edit("authors", (Person("王平", "Wang Ping"),))]
    )
    assert (record.year, record.title) == ("1987", "额木河交涉录")
    cited = whole.ask(question, book=book).citations[0]
    assert "1987" in cited.formatted
    assert "王平" in cited.formatted
    assert whole.keeping.summary(book).edited == ("authors", "year")

    changed = tmp_path / "river.md"
    changed.write_text((CASES / "river.md").read_text("utf-8") + "\n又一句。\n", "utf-8")
    whole.add(changed, CASES / "river.toml")
    assert whole.book(book).record.year == "1987"
    whole.remove(book)
    whole.add(changed, CASES / "river.toml")
    assert whole.book(book).record.year == "1987"
    whole.keeping.edit(book, [Edit("year", "1999")])  # as the file has it: no edit any more
    assert whole.keeping.summary(book).edited == ("authors",)
    whole.remove(book, corrections=True)
    whole.add(changed, CASES / "river.toml")
    assert whole.book(book).record.authors == (Person("卞一舟", "Bian Yizhou"),)


def test_a_correction_is_seen_before_it_is_kept_and_taken_back(whole: Shuzheng) -> None:
    """A preview keeps nothing; what is kept can be put back as it was."""
    keeping, book = whole.keeping, "emu-he"
    before = whole.book(book)
    seen = keeping.preview(book, [Correction(shift=10)])
    assert whole.book(book) is before
    assert [page.label for page in seen.pages] != [page.label for page in before.pages]
    assert keeping.correct(book, [Correction(shift=10)]).pages == seen.pages
    assert keeping.put_back(book, ()).pages == before.pages
    with pytest.raises(CorrectionError):
        keeping.preview(book, [Correction(shift=-5000)])


def test_a_change_waits_for_no_book_that_is_being_added(whole: Shuzheng) -> None:
    """While another thread holds the library, a correction is refused at once, and nothing kept."""
    import threading  # noqa: PLC0415 - for this test alone

    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        with whole._parts.library.writing():
            held.set()
            go.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(30)
        for change in (
            lambda: whole.keeping.correct("emu-he", [Correction(shift=1)]),
            lambda: whole.keeping.edit("emu-he", [Edit("year", "1")]),
            lambda: whole.keeping.remove("emu-he"),
        ):
            with pytest.raises(LibraryBusyError):
                change()
        whole.keeping.shelve("两本", ["emu-he"])  # a set is no book
    finally:
        go.set()
        thread.join()
    assert whole.keeping.summary("emu-he").edited == ()


def test_a_set_of_books_is_asked_by_its_name(whole: Shuzheng) -> None:
    """Its name goes wherever a book's does; it outlives a book, and is no book's name."""
    [river] = whole.chosen("emu-he")
    [mill] = [one.record.id for one in whole.books() if one.record.id != river]
    whole.keeping.shelve("  河与\n磨 ", [river, mill, river])
    assert [(one.name, one.books) for one in whole.shelves.all()] == [("河与 磨", (river, mill))]
    assert sorted(whole.chosen("河与 磨")) == sorted([river, mill])
    cited = whole.ask("额木河上的沙洲是怎么回事？", book="河与 磨").citations
    assert {one.record.id for one in cited} == {river}
    assert whole.examples(whole.ask("你好").language, book="河与 磨")
    whole.remove(mill)
    assert whole.chosen("河与 磨") == [river]
    for name, books in (("emu-he", [river]), ("额木河交涉录", [river]), ("", [river]), ("空", [])):
        with pytest.raises(CorrectionError):
            whole.keeping.shelve(name, books)
    with pytest.raises(NotInLibraryError):
        whole.keeping.shelve("没有", ["no-such-book"])
    whole.remove(river)
    with pytest.raises(NotInLibraryError, match="no book any more"):
        whole.chosen("河与 磨")
    whole.keeping.unshelve("河与 磨")
    with pytest.raises(NotInLibraryError):
        whole.keeping.unshelve("河与 磨")


def test_books_are_compared_each_for_itself(whole: Shuzheng) -> None:
    """One question, two answers: each cites its own book, and one that does not say says so."""
    [mill] = [one.record.id for one in whole.books() if one.record.id != "emu-he"]
    river, other = whole.compare("额木河上的沙洲是怎么回事？", ["emu-he", mill])
    assert river.status == "answered"
    assert {one.record.id for one in river.citations} == {"emu-he"}
    assert other.status != "answered"
    assert {one.record.id for one in other.citations} <= {mill}
    with pytest.raises(QuestionError):
        whole.compare("谁？", ["emu-he"])
    with pytest.raises(NotInLibraryError):
        whole.compare("谁？", ["emu-he", "no-such-book"])


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("id", "x"),
        ("kind", "notes"),
        ("title", "  "),
        ("year", "x" * 401),
        ("place", "a\x1b[31m"),
        ("language", "<script>"),
        ("authors", "王平 [Wang [Ping]]"),
        ("authors", "a;" * 60),
    ],
)
def test_what_no_record_can_hold_is_refused(field: str, text: str) -> None:
    """A field that is not edited, a line too long, a control or a broken name is refused."""
    from rag.library import edit_of  # noqa: PLC0415 - beside its cases

    with pytest.raises(CorrectionError):
        edit_of(field, text)


def test_a_record_comes_from_a_file_of_references(whole: Shuzheng, tmp_path: Path) -> None:
    """Of several books the one with this title is taken; a file without it changes nothing."""
    items = [
        {"title": "别的书", "publisher": "甲社"},
        {"title": "额木河交涉录：增订", "publisher": "乙社", "author": [{"literal": "卞一舟"}]},
    ]
    file = tmp_path / "zotero.json"
    file.write_text(json.dumps(items), "utf-8")
    whole.keeping.edit("emu-he", whole.keeping.imported("emu-he", file))
    record = whole.book("emu-he").record
    assert (record.publisher, record.subtitle) == ("乙社", "增订")
    file.write_text(json.dumps(items[:1] * 2), "utf-8")
    with pytest.raises(ReadingError):
        whole.keeping.imported("emu-he", file)
