"""What is left behind by a kill, by a reading that was given up; and files that never end."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from rag.application import Shuzheng
from rag.application.doctor import GIVEN_UP
from rag.application.keeping.adding import digest_of
from rag.reading.sandbox import Limits, read_apart
from rag.reading.source import Source, read_record
from rag.search.vectors.store import VectorStore
from rag.settings import Settings
from rag.types import LibraryBusyError, ReadingError
from tests.support.files import SqliteLibrary
from tests.support.shelves import volume

if TYPE_CHECKING:
    from collections.abc import Callable

OLD = time.time() - 2 * GIVEN_UP


def copies(data: Path) -> set[str]:
    """Return the private copies of an index that there are."""
    return {path.name for path in (data / "chroma").glob("private-*") if path.is_dir()}


def left(data: Path, name: str) -> FileLock:
    """Return the lock, not held, of a copy that a process left behind."""
    folder = data / "chroma" / name
    folder.mkdir(parents=True)
    (folder / "chroma.sqlite3").write_bytes(b"copy")
    return FileLock(folder.with_name(f"{name}.lock"), thread_local=False)


def test_copies_of_killed_processes_go_at_the_next_start(tmp_path: Path) -> None:
    """What nobody alive works on is deleted when a store is opened; what somebody does stays."""
    with SqliteLibrary(tmp_path / "library.sqlite") as library:
        volume("one").put(library)
        with VectorStore.open(tmp_path, None, library, probe=False) as store:
            store.follow()
        left(tmp_path, "private-killed")
        with left(tmp_path, "private-alive"):
            with closing(VectorStore.open(tmp_path, None, library, probe=False)):
                assert copies(tmp_path) == {"private-alive"}
            left(tmp_path, "private-again")
            (tmp_path / "chroma" / "snapshot-half").mkdir()
            with VectorStore.open(tmp_path, None, library, probe=False) as store:
                left(tmp_path, "private-while")
                store.tidy()
                assert copies(tmp_path) == {"private-alive"}
        assert not (tmp_path / "chroma" / "snapshot-half").exists()


def test_locks_of_copies_that_were_never_made_go(tmp_path: Path) -> None:
    """Who was killed between making a lock and its folder leaves nothing for ever."""
    with SqliteLibrary(tmp_path / "library.sqlite") as library:
        chroma = tmp_path / "chroma"
        chroma.mkdir()
        for name in ("private-old.lock", "private-new.lock"):
            (chroma / name).touch()
        os.utime(chroma / "private-old.lock", (OLD, OLD))
        with closing(VectorStore.open(tmp_path, None, library, probe=False)):
            assert [path.name for path in chroma.iterdir()] == ["private-new.lock"]


def test_what_was_read_of_scans_that_were_given_up_goes(tmp_path: Path) -> None:
    """``doctor`` tells of it and with ``--repair`` deletes it; what may yet go on stays."""
    scans = tmp_path / "scans"
    for name, age in (("old", OLD), ("young", time.time())):
        (scans / name).mkdir(parents=True)
        os.utime(scans / name, (age, age))
    unfinished = tmp_path / "unfinished"
    unfinished.mkdir()
    copies = [tmp_path / name for name in (".l.sqlite-0123456789ab.new-wal", ".own.new")]
    for path in (*copies, tmp_path / ".young-0123456789ab.new"):
        path.write_bytes(b"begun")
    for path in (unfinished, *copies):
        os.utime(path, (OLD, OLD))
    with Shuzheng(
        Settings(
            data=tmp_path, corpus=tmp_path / "none", encoder=str(tmp_path / "no"), reader="off"
        )
    ) as whole:
        [told] = [one.text for one in whole.doctor() if one.name == "leftovers"]
        assert told == (
            f"Left behind, and deleted by --repair: scans/old, unfinished, {copies[0].name} "
            "(readings and copies given up)."
        )
        assert (scans / "old").is_dir()
        whole.doctor(repair=True)
    assert [path.name for path in scans.iterdir()] == ["young"]
    assert not unfinished.exists()
    assert {path.name for path in tmp_path.glob(".*")} == {".own.new", ".young-0123456789ab.new"}


HARM: dict[str, Callable[[Path], None]] = {
    "a link to a device": lambda place: place.symlink_to("/dev/zero"),
    "a link out of the folder": lambda place: place.symlink_to(Path(__file__)),
    "a link to nothing": lambda place: place.symlink_to(place.parent / "nowhere"),
    "a pipe": os.mkfifo,
}


@pytest.mark.parametrize("how", HARM)
def test_a_folder_with_what_is_no_picture_is_refused_at_once(tmp_path: Path, how: str) -> None:
    """One sentence names it; nothing waits for a file that never ends."""
    folder = tmp_path / "pages"
    folder.mkdir()
    HARM[how](folder / "a.png")
    began = time.monotonic()
    assert digest_of(folder, None) is None
    with pytest.raises(ReadingError, match=r"pages was not read, as a\.png in it is (a link|not)"):
        read_apart(Source(folder), limits=Limits(seconds=20))
    assert time.monotonic() - began < 15


def test_a_pipe_is_neither_a_book_nor_a_record(tmp_path: Path) -> None:
    """Named by itself, what is no file is refused in one sentence."""
    pipe = tmp_path / "book.txt"
    os.mkfifo(pipe)
    with pytest.raises(ReadingError, match=r"book\.txt is not a file"):
        read_apart(Source(pipe), limits=Limits(seconds=20))
    with pytest.raises(ReadingError, match=r"book\.txt is not a file"):
        read_record(pipe)


HOLD = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_writer_waits_and_says_so(tmp_path: Path) -> None:
    """With a word to say it waits for the first to be done; without, it is refused at once."""
    path = tmp_path / "library.sqlite"
    command = [sys.executable, "-c", HOLD, str(path.with_suffix(".lock"))]
    with (
        SqliteLibrary(path) as library,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other,
    ):
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(LibraryBusyError), library.writing():
            pass
        said: list[float] = []

        def waiting() -> None:
            said.append(time.monotonic())
            threading.Timer(0.5, other.communicate, [b"done\n"]).start()

        with library.writing(on_wait=waiting):
            assert len(said) == 1
            assert time.monotonic() - said[0] > 0.3
