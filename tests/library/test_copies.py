"""Copies of a library: made while it is used, checked, and put back without losing anything."""

from __future__ import annotations

import gzip
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from rag.library.sqlite import restore
from rag.types import LibraryBusyError, LibraryError, Turn
from tests.conftest import CASES
from tests.support.exported import quoted
from tests.support.files import SqliteConversations, SqliteLibrary
from tests.support.shelves import volume

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OWNER = "a" * 40


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of a library of one book and one conversation."""
    file = tmp_path / "library.sqlite"
    with SqliteLibrary(file) as library, SqliteConversations(file) as conversations:
        volume("one", seed=1).put(library)
        conversations.add(Turn("谁？", quoted()), OWNER)
    return file


def test_a_copy_of_a_library_that_is_written_to_is_whole(path: Path, tmp_path: Path) -> None:
    """Each copy made while books go in is a sound library, with each book whole or not there."""
    done = threading.Event()

    def write() -> None:
        with SqliteLibrary(path) as writer:
            for seed in range(40):
                volume(f"book-{seed % 4}", 20, seed=seed).put(writer)
        done.set()

    with SqliteLibrary(path) as library:
        writing = threading.Thread(target=write)
        writing.start()
        copies = 0
        while not done.is_set() or not copies:
            copy = tmp_path / f"copy-{copies}.sqlite"
            library.backup(copy)
            copies += 1
            with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)) as taken:
                assert taken.execute("PRAGMA journal_mode").fetchone() == ("delete",)
            with SqliteLibrary(copy) as copied:
                assert copied.check() == []
                assert copied.changes().get("one", (0, 0))[1] == 3
        writing.join()
    assert not list(tmp_path.glob("*.new*"))


def test_what_was_there_is_kept_aside(path: Path, tmp_path: Path) -> None:
    """What a copy takes the place of can be put back in turn; conversations come and go with it."""
    copy = tmp_path / "copy.sqlite"
    with SqliteLibrary(path) as library, SqliteConversations(path) as conversations:
        library.backup(copy)
        before = library.uid, library.generation
        volume("two", seed=2).put(library)
        conversations.add(Turn("谁？", quoted()), OWNER)
        left = restore(path, copy)
        assert left is not None
        assert left.name.startswith("library-before-restore-")
        # Whoever has the library open sees what was put back.
        assert list(library.changes()) == ["one"]
        assert len(conversations.latest()) == 1
        assert library.check() == []
        assert library.uid != before[0]
        assert library.generation > before[1]
        assert library.book("one").text == volume("one", seed=1).book.text
    restore(path, left)
    with SqliteLibrary(path) as library, SqliteConversations(path) as conversations:
        assert list(library.changes()) == ["one", "two"]
        assert len(conversations.latest()) == 2


def test_a_book_that_changed_since_is_not_taken_for_the_old_one(path: Path, tmp_path: Path) -> None:
    """A process that has a book in mind reads it anew, although the numbers of changes recur."""
    copy = tmp_path / "copy.sqlite"
    with SqliteLibrary(path) as library:
        library.backup(copy)
        volume("one", seed=9).put(library)
        assert library.book("one").text == volume("one", seed=9).book.text
        changed = library.changes()["one"]
        restore(path, copy)
        assert library.changes()["one"] > changed
        assert library.book("one").text == volume("one", seed=1).book.text


def _zeros(file: Path) -> None:
    file.write_bytes(bytes(8192))


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: -(4096 * 3)])


def _page_overwritten(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096 * 5 : 4096 * 6] = b"\xa5" * 4096
    file.write_bytes(content)


def _of_another_program(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE books (id TEXT)")


def _newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as library:
        library.execute("PRAGMA user_version = 99")


def _without_vectors(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as library:
        library.execute("DELETE FROM vectors")


def _a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


SPOILT: dict[str, Callable[[Path], object]] = {
    "text": lambda file: file.write_text("not a library"),
    "empty": lambda file: file.write_bytes(b""),
    "zeros": _zeros,
    "cut": _cut,
    "overwritten": _page_overwritten,
    "of another program": _of_another_program,
    "newer": _newer,
    "not whole": _without_vectors,
    "a folder": _a_folder,
    "gone": lambda file: file.unlink(),
}


@pytest.mark.parametrize("how", SPOILT)
def test_rubbish_is_not_restored(path: Path, tmp_path: Path, how: str) -> None:
    """What is no sound library is refused in one sentence that names it; nothing has changed."""
    copy = tmp_path / "copy.sqlite"
    with SqliteLibrary(path) as library:
        library.backup(copy)
    SPOILT[how](copy)
    with pytest.raises(LibraryError, match=r"copy\.sqlite"):
        restore(path, copy)
    with SqliteLibrary(path) as library:
        assert list(library.changes()) == ["one"]
        assert library.check() == []
    assert not list(tmp_path.glob("library-before-*"))
    assert not list(tmp_path.glob(".*"))


def test_a_damaged_library_gives_way_to_a_copy(path: Path, tmp_path: Path) -> None:
    """What cannot be opened is moved aside as it is."""
    copy = tmp_path / "copy.sqlite"
    with SqliteLibrary(path) as library:
        library.backup(copy)
    path.write_bytes(b"\xff" * 9000)
    left = restore(path, copy)
    assert left is not None
    assert left.name.startswith("library-damaged-")
    assert left.read_bytes() == b"\xff" * 9000
    with SqliteLibrary(path) as library:
        assert list(library.changes()) == ["one"]


def test_a_copy_of_an_earlier_version_is_brought_up_to_date(path: Path, tmp_path: Path) -> None:
    """A copy that an earlier program made goes into the place of a library of this one."""
    copy = tmp_path / "copy.sqlite"
    packed = (CASES / "library" / "version-1.sqlite.gz").read_bytes()
    copy.write_bytes(gzip.decompress(packed))
    with SqliteLibrary(path) as library:
        restore(path, copy)
        assert list(library.changes()) == ["lamps", "tides"]
        assert library.check() == []
    assert copy.read_bytes() == gzip.decompress(packed)


def test_nothing_is_restored_while_another_writes(path: Path, tmp_path: Path) -> None:
    """Who writes is not interrupted."""
    copy = tmp_path / "copy.sqlite"
    refused: list[bool] = []

    def try_it() -> None:
        try:
            restore(path, copy)
        except LibraryBusyError:
            refused.append(True)

    with SqliteLibrary(path) as library:
        library.backup(copy)
        with library.writing():
            # Of another thread of this process it holds as of another process.
            other = threading.Thread(target=try_it)
            other.start()
            other.join()
    assert refused == [True]
