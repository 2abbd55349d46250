"""Reading in a process of its own: the same book comes back, or one sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rag.reading.formats.reader import read_book
from rag.reading.sandbox.apart import Limits, read_apart
from rag.reading.source.record import read_record
from rag.reading.source.source import Source
from rag.types import ReadingError, RecordError

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(__file__).resolve().parents[1] / "cases"
SMALL = CASES / "small-book.md"

READ = """
import sys
from pathlib import Path
from rag.reading.source import Source
from rag.reading.sandbox.apart import read_apart
read_apart(Source(Path(sys.argv[1])))
"""

STUCK = """
import re
from rag.reading.sandbox.child import end_with_parent
end_with_parent()
print("begun", flush=True)
re.match("(a+)+b", "a" * 60)
"""

WAITING = """
import subprocess, sys
command = [sys.executable, "-c", sys.argv[1]]
child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""


def is_running(pid: int) -> bool:
    """Whether a process is there, and not only waits to be forgotten."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


def ends_within(pid: int, seconds: float) -> bool:
    """Whether a process ends in so many seconds."""
    deadline = time.monotonic() + seconds
    while (running := is_running(pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not running


def long_text(folder: Path, times: int) -> Path:
    """Return a text file that takes long to read."""
    path = folder / "long.txt"
    lines = ["第一章 河灯", *(f"第{n}夜的河灯自东门放起，至三更方散。" * 9 for n in range(4000))]
    path.write_text("\n\n".join(lines * times), encoding="utf-8")
    return path


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def test_the_book_is_the_same_as_if_read_here() -> None:
    """Nothing is lost between the processes: record, text, pages, sections, notes, problems."""
    record = read_record(CASES / "small-book.toml")
    source = Source(SMALL, record, known=(record,))
    assert read_apart(source) == read_book(source)


def test_a_relative_path_means_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the reading process runs, it reads the file that was meant."""
    (tmp_path / "lamp.md").write_text("# 灯\n\n河灯自东门放起。\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    book = read_apart(Source(Path("lamp.md")))
    assert "河灯" in book.text


def test_starting_a_process_takes_little(tmp_path: Path) -> None:
    """A file that cannot be read is refused for less than a third of a second's work."""
    seconds = []
    for _ in range(5):
        before = os.times()
        with pytest.raises(ReadingError):
            read_apart(Source(tmp_path / "missing.txt"))
        after = os.times()
        # Of the processors' time, as a busy machine would make any wait long.
        seconds.append(sum(after[:4]) - sum(before[:4]))
    assert min(seconds) < 0.3


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.txt", None, "There is no file none.txt; check the path."),
        ("empty.pdf", b"", "empty.pdf is empty; there is nothing to read in it."),
        ("blank.txt", b" \n\n", "blank.txt is empty; there is nothing to read in it."),
    ],
)
def test_an_error_is_the_sentence_that_the_reader_said(
    tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    """A reader's own sentence comes through as it is."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ReadingError) as refused:
        read_apart(Source(tmp_path / name))
    assert str(refused.value) == sentence
    assert not isinstance(refused.value, RecordError)


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    """Without progress within the limit the file and the setting are named, and it is over."""
    before = children_of(os.getpid())
    started = time.perf_counter()
    with pytest.raises(ReadingError, match=r"long\.txt was given up.*RAG_READ_SECONDS"):
        read_apart(Source(long_text(tmp_path, 9)), limits=Limits(seconds=1))
    assert time.perf_counter() - started < 15
    assert children_of(os.getpid()) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such limit")
def test_a_file_that_takes_too_much_memory_is_given_up(tmp_path: Path) -> None:
    """Beyond the limit the file and the setting are named, whatever the machine has."""
    path = tmp_path / "large.txt"
    path.write_text("河灯自东门放起，至三更方散。\n" * 1_400_000, encoding="utf-8")
    with pytest.raises(ReadingError, match=r"large\.txt .*160 MiB.*RAG_READ_MEMORY"):
        read_apart(Source(path), limits=Limits(memory=160))


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the process in /proc")
def test_a_reader_that_is_killed_is_told_in_a_sentence(tmp_path: Path) -> None:
    """A crash of the reading process is an error of its file, and no more."""
    failures: list[Exception] = []
    before = set(children_of(os.getpid()))

    def read() -> None:
        try:
            read_apart(Source(long_text(tmp_path, 9)))
        except ReadingError as error:
            failures.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    deadline = time.monotonic() + 20
    while not (new := set(children_of(os.getpid())) - before) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(new.pop(), signal.SIGSEGV)
    thread.join(timeout=20)
    assert "long.txt could not be read: its reader broke off (signal 11)" in str(failures[0])


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the process in /proc")
def test_the_reader_ends_with_whom_it_reads_for(tmp_path: Path) -> None:
    """When the program is killed no reading process goes on behind it."""
    with subprocess.Popen(
        [sys.executable, "-c", READ, str(long_text(tmp_path, 9))], cwd=ROOT
    ) as parent:
        deadline = time.monotonic() + 20
        while not (children := children_of(parent.pid)) and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.5)
        assert children_of(parent.pid) == children
        parent.kill()
    assert ends_within(children[0], 10)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the process in /proc")
def test_a_reader_in_the_midst_of_one_call_ends_too() -> None:
    """A regular expression that never ends, and lets nobody else run, ends with the program."""
    with subprocess.Popen(
        [sys.executable, "-c", WAITING, STUCK], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        reader = int(parent.stdout.readline())
        try:
            time.sleep(0.2)
            assert is_running(reader)
            parent.kill()
            assert ends_within(reader, 2)
        finally:
            parent.kill()
            if is_running(reader):
                os.kill(reader, signal.SIGKILL)
