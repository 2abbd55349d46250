"""Processes that are measured from outside: commands, servers, what they take of the memory.

Whatever is started here is ended here too, however the measuring ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import IO, TYPE_CHECKING

import psutil

from tests.bench.results import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

PATIENCE = 300.0
"""Seconds that a server may take to answer at all."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: where it listens, its process, and the seconds until it answered."""

    port: int
    process: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process and its children hold, in MB: their share of it, and what is theirs alone."""

    share: float
    own: float


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without settings of whoever measures, with these in their place."""
    ours = ("RAG_", "OPENAI_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, **settings}


def command(*arguments: str) -> list[str]:
    """Return the command line ``rag …`` of this environment."""
    return [sys.executable, "-m", "rag", *arguments]


def timed(words: Sequence[str], settings: Mapping[str, str]) -> float:
    """Return the seconds that a command takes from its start to its end.

    RuntimeError with the last thing that it said where it fails.
    """
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        with _running(words, settings, said) as process:
            status = process.wait(timeout=PATIENCE)
        seconds = time.perf_counter() - started
        if status:
            raise RuntimeError(_last(said) or f"{words[0]} ended with {status}")
    return seconds


@contextmanager
def serving(words: Sequence[str], settings: Mapping[str, str], port: int) -> Iterator[Server]:
    """Yield a server that listens on a port, once it gives its page; it is ended afterwards.

    RuntimeError where it ends before, or does not answer in time.
    """
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        with _running(words, settings, said) as process:
            while not _answers(port):
                if process.poll() is not None or time.perf_counter() - started > PATIENCE:
                    raise RuntimeError(_last(said) or "The server does not answer.")
                time.sleep(0.02)
            yield Server(port, process.pid, time.perf_counter() - started)


def memory(process: int) -> Memory:
    """Return what a process and its children hold; pages that several have are shared among them.

    Where the system tells no such shares, what is resident stands for them.
    """
    share = own = 0
    first = psutil.Process(process)
    for one in (first, *first.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            full = one.memory_full_info()
            share += getattr(full, "pss", full.rss)
            own += full.uss
    return Memory(share / 1e6, own / 1e6)


def size_of(folder: Path) -> float:
    """Return the MB that the files of a folder take on the disk, links left out."""
    found = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return sum(path.stat().st_size for path in found) / 1e6


@contextmanager
def _running(
    words: Sequence[str], settings: Mapping[str, str], said: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process in a group of its own, which ends with the block."""
    process = subprocess.Popen(
        words,
        cwd=ROOT,
        env=environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its group: asked first, and then not asked any more."""
    for sign, seconds in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0)):
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # children that outlived it


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _last(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
