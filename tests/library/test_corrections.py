"""What the library keeps beside what was read, and how an older library comes to keep it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.types import Correction, LibraryError, NotInLibraryError, Span
from tests.support.files import SqliteLibrary
from tests.support.shelves import assert_holds, volume

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqliteLibrary]:
    """Return an empty library."""
    with SqliteLibrary(tmp_path / "library.sqlite") as opened:
        yield opened


def test_an_upgrade_that_fails_leaves_the_old_library(tmp_path: Path) -> None:
    """A table in the way stops it: nothing of the new version is there, nothing is lost."""
    path = tmp_path / "library.sqlite"
    with SqliteLibrary(path) as library:
        volume("jia").put(library)
        library._file._writer.execute("ALTER TABLE pages DROP COLUMN image")
        library._file._writer.execute("PRAGMA user_version = 1")
    for _ in range(2):
        with pytest.raises(LibraryError, match="already exists"):
            SqliteLibrary(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        columns = [row[1] for row in connection.execute("PRAGMA table_info(pages)")]
        assert "image" not in columns
        assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (3,)


def test_pictures_and_doubts_of_a_book_are_kept(library: SqliteLibrary) -> None:
    """What a page looks like, and which characters are doubtful, comes back as it was put."""
    kept = volume("jia")
    pages = tuple(replace(page, image=f"jia/{page.index}.webp") for page in kept.book.pages)
    book = replace(kept.book, pages=pages, doubts=(Span(3, 4), Span(9, 12)))
    scanned = replace(kept, book=book)
    scanned.put(library)
    assert_holds(library, scanned)
    assert library.pictures() == {"jia/0.webp", "jia/1.webp"}


def test_a_correction_is_seen_by_every_reader_and_changes_no_vector(library: SqliteLibrary) -> None:
    """Another process's library gives the new label at once; passages and vectors stay."""
    kept = volume("jia")
    kept.put(library)
    with SqliteLibrary(library._file.path) as other:
        assert other.book("jia") == kept.book
        library.correct("jia", [Correction(first=1, label="9")])
        assert [page.label for page in other.book("jia").pages] == ["1", "9"]
        assert other.book_as_read("jia") == kept.book
        assert other.changes() == {"jia": (2, 3)}
        assert np.array_equal(other.vectors("jia")[1], kept.vectors)
        assert other.summaries()[0].corrections == (Correction(first=1, label="9"),)
        assert other.summaries()[0].contents[2].page == "2"


def test_corrections_outlive_the_book_they_were_made_for(library: SqliteLibrary) -> None:
    """They hold again when a file of the book is put anew, even after it was taken out."""
    volume("jia").put(library)
    library.correct("jia", [Correction(first=1, label="9")])
    volume("jia").put(library, digest="other")
    assert library.book("jia").pages[1].label == "9"
    library.remove("jia")
    volume("jia").put(library)
    assert library.book("jia").pages[1].label == "9"
    with pytest.raises(NotInLibraryError):
        library.correct("yi", [])


def test_corrections_of_a_record_keep_the_pages_they_were_made_for(library: SqliteLibrary) -> None:
    """They are tied to their pages when first put, and found there in a changed file."""
    said = Correction(first=1, label="9")
    texts = ["第一页的文字在此。", "第二页讲了别的事。", "注"]
    for head in ([], ["前面添了一页。"]):
        put = volume("jia", [*head, *texts])
        record = replace(put.book.record, corrections=(said,))
        replace(put, book=replace(put.book, record=record)).put(library)
        assert library.book("jia").pages[-1].label == "9"
        assert library.summaries()[0].problems == put.book.problems
