"""A library on a disk that takes nothing: it is read all the same, and says what is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.types import LibraryError, LibraryReadOnlyError, Turn
from tests.support.disks import Disk, mounted
from tests.support.exported import quoted
from tests.support.files import SqliteConversations, SqliteLibrary
from tests.support.shelves import volume

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
WAYS = {"full": (Disk.fill, Disk.free), "read-only": (Disk.lock, lambda disk: disk.lock("rw"))}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Return a disk with a library of one book on it."""
    with mounted(tmp_path / "disk", 4) as disk:
        with SqliteLibrary(disk.folder / "library.sqlite") as library:
            volume("one").put(library)
        yield disk


@pytest.mark.parametrize("way", WAYS)
def test_reading_goes_on_where_nothing_can_be_written(disk: Disk, way: str) -> None:
    """Books are read, what would write says why it was not done, and later it is done."""
    spoil, mend = WAYS[way]
    path = disk.folder / "library.sqlite"
    spoil(disk)
    with SqliteLibrary(path) as library, SqliteConversations(path) as conversations:
        assert list(library.changes()) == ["one"]
        assert library.check() == []
        assert library.passage("one:0").book_id == "one"
        with pytest.raises(LibraryReadOnlyError):
            volume("two").put(library)
        with pytest.raises(LibraryReadOnlyError):
            conversations.add(Turn("谁？", quoted()), "a" * 40)
        assert list(library.changes()) == ["one"]
        mend(disk)
        volume("two").put(library)
        assert list(library.changes()) == ["one", "two"]
        conversations.add(Turn("谁？", quoted()), "a" * 40)
    with SqliteLibrary(path) as library:
        assert library.check() == []
        assert list(library.changes()) == ["one", "two"]


def test_what_another_process_wrote_meanwhile_is_read(disk: Disk) -> None:
    """Who opened a library on a full disk sees what is written once there is room."""
    path = disk.folder / "library.sqlite"
    disk.fill()
    with SqliteLibrary(path) as early:
        disk.free()
        with SqliteLibrary(path) as other:
            volume("two").put(other)
            assert list(early.changes()) == ["one", "two"]


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.support.files import SqliteLibrary
from tests.support.shelves import volume
volume("two").put(SqliteLibrary(Path(sys.argv[1])))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("way", WAYS)
def test_what_a_killed_process_wrote_last_is_read(disk: Disk, way: str) -> None:
    """What still lies in the log beside the library is there, though it cannot be put in order."""
    path = disk.folder / "library.sqlite"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=ROOT, check=False)
    WAYS[way][0](disk)
    with SqliteLibrary(path) as library:
        assert list(library.changes()) == ["one", "two"]
        with pytest.raises(LibraryReadOnlyError):
            volume("three").put(library)


def test_what_lies_in_a_log_is_not_left_out(disk: Disk) -> None:
    """Where the log beside a library cannot be read with it, nothing is read: it would be old."""
    path = disk.folder / "library.sqlite"
    kept = disk.folder / "kept"
    kept.mkdir()
    with SqliteLibrary(path) as library:
        volume("two").put(library)
        for name in ("library.sqlite", "library.sqlite-wal"):
            (kept / name).write_bytes((disk.folder / name).read_bytes())
    disk.lock()
    with pytest.raises(LibraryError, match="read-only"):
        SqliteLibrary(kept / "library.sqlite")


def test_a_disk_without_a_library_is_named(tmp_path: Path) -> None:
    """Where there is no library and none can be made, the sentence says which folder it is."""
    with mounted(tmp_path / "disk", 1) as disk:
        disk.fill()
        with pytest.raises(LibraryError, match="disk is full"):
            SqliteLibrary(disk.folder / "library.sqlite")


def test_books_are_listed_at_once_while_another_writes(tmp_path: Path) -> None:
    """Opening a library waits for no transaction of another process."""
    path = tmp_path / "library.sqlite"
    with SqliteLibrary(path) as library:
        volume("one").put(library)
        with library._file.write(), SqliteLibrary(path) as other:
            assert list(other.changes()) == ["one"]
