"""The whole product on a disk that takes nothing, and what it says of what it could not do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rag.types import LibraryError
from tests.library.test_disk import WAYS
from tests.support.copies import over
from tests.support.disks import Disk, mounted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.application.shuzheng import Shuzheng

QUESTION = "盐引的有效期是多少天？"
NOTE = "# 小记\n\n<!-- page 1 -->\n\n## 第一章\n\n灯塔建于1871年，由石匠砌成。\n"


@pytest.fixture
def disk(small: Shuzheng, tmp_path: Path) -> Iterator[Disk]:
    """Return a disk with the small book's library and its index."""
    small.find("盐引")
    with mounted(tmp_path / "disk", 16) as disk:
        disk.take(small.settings.data)
        yield disk


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_questions_are_answered_where_nothing_can_be_written(
    disk: Disk, way: str, loaded: dict[str, Any], tmp_path: Path
) -> None:
    """Books, questions, lookups and the doctor go on; ``add`` says that the book is not in."""
    spoil, mend = WAYS[way]
    spoil(disk)
    note = tmp_path / "note.md"
    note.write_text(NOTE, encoding="utf-8")
    with over(disk.folder, loaded) as whole:
        [book] = whole.books()
        assert whole.ask(QUESTION).status == "answered"
        assert whole.find("盐引")
        with pytest.raises(LibraryError):
            whole.add(note)
        assert whole.books() == [book]
        wrong = {one.name: one.text for one in whole.doctor() if not one.ok}
        assert "disk" in wrong
        assert disk.folder.name in wrong["disk"]
    mend(disk)
    with over(disk.folder, loaded) as whole:
        assert whole.add(note).status == "added"
        assert [one.name for one in whole.doctor(repair=True) if not one.ok] in ([], ["disk"])
        assert whole.find("石匠")


def test_add_says_what_the_library_says(disk: Disk, loaded: dict[str, Any], tmp_path: Path) -> None:
    """Where the book is in and the index cannot be written, it is added, and that is told."""
    note = tmp_path / "note.md"
    note.write_text(NOTE, encoding="utf-8")
    with over(disk.folder, loaded) as whole:
        whole.find("盐引")
        # Nothing can be published beside a file that stands in the place of the folder.
        index = disk.folder / "chroma"
        index.rename(disk.folder / "away")
        index.write_text("")
        added = whole.add(note)
        assert added.status == "added"
        assert added.problems[0].kind == "index_behind"
        assert added.id in {one.record.id for one in whole.books()}
        assert [hit.passage.book_id for hit in whole.find("石匠")][:1] == [added.id]
        whole.remove(added.id)
        assert added.id not in {one.record.id for one in whole.books()}


@pytest.mark.parametrize("how", ["gone", "emptied"])
def test_a_lost_library_is_not_taken_for_a_new_one(
    disk: Disk, how: str, loaded: dict[str, Any]
) -> None:
    """Beside the index of a library that there was, none is begun; it can be put back."""
    library = disk.folder / "library.sqlite"
    copy = disk.folder / "copy.sqlite"
    with over(disk.folder, loaded) as whole:
        [book] = whole.books()
        whole.backup(copy)
        with pytest.raises(LibraryError, match="is there already"):
            whole.backup(copy)
    if how == "gone":
        library.unlink()
    else:
        library.write_bytes(b"")
    with over(disk.folder, loaded) as whole:
        for use in (whole.books, lambda: whole.ask(QUESTION), lambda: whole.conversations):
            with pytest.raises(LibraryError, match=r"gone or empty.* 1 book;.*rag restore"):
                use()
        assert [one.name for one in whole.doctor() if not one.ok and "gone" in one.text]
        assert whole.restore(copy) is None
        assert whole.books() == [book]
        assert whole.ask(QUESTION).status == "answered"
