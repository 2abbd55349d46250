"""Writers that are killed: forks of one process that has loaded everything and runs one thread.

A fork costs some milliseconds where a new interpreter costs a second, so that a test can kill
many. Only what the kernel does is relied on: a writer ends by SIGKILL, whatever it was at.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import psycopg_pool  # noqa: F401 -- loaded before the first fork

from rag.library import open_library
from rag.search.vectors import open_vectors
from rag.settings import Settings
from rag.types import LibraryReadOnlyError, RagError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rag.library.tables import Connection, Engine
    from rag.library.tables.engine import Rows
    from tests.support.changes import Change

ROOT = Path(__file__).resolve().parents[2]

DONE, REFUSED, NOT_KEPT = "d", "r", "n"
"""What a writer says of a change when it is done, refused, or could not be kept just now."""
_READY = "b"


@dataclass(frozen=True, slots=True)
class Moment:
    """When a writer is killed: before its so manyth statement, or so long after it began."""

    statement: int | None = None
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class _Order:
    settings: Mapping[str, Any]
    changes: Sequence[Change]
    moment: Moment
    index: bool


class Killing:
    """The process that forks writers; ``index``: they bring Chroma up to date after each change."""

    def __init__(self, *, index: bool = False) -> None:
        self._index = index
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.killing", *["chroma"] * index],
            cwd=ROOT,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # one thread, or no fork
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        """Return what kills."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._process.communicate()

    def killed(self, settings: Mapping[str, Any], changes: Sequence[Change], moment: Moment) -> str:
        """Return what a writer had said of its changes, a letter each, when it was killed."""
        assert self._process.stdin
        assert self._process.stdout
        pickle.dump(_Order(settings, changes, moment, self._index), self._process.stdin)
        self._process.stdin.flush()
        said = self._process.stdout.readline().decode()
        assert said.endswith(f"{int(signal.SIGKILL)}\n"), f"the writer ended otherwise: {said!r}"
        return said.split()[0].removeprefix(_READY)


class _Mortal:
    """A transaction that kills its process before the statement whose turn it is."""

    def __init__(self, connection: Connection, left: list[int]) -> None:
        self._connection = connection
        self._left = left

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Rows:
        """Execute one statement, or die."""
        self._count()
        return self._connection.execute(statement, values)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Execute a statement for each row, or die."""
        self._count()
        return self._connection.executemany(statement, rows)

    def _count(self) -> None:
        self._left[0] -= 1
        if not self._left[0]:
            os.kill(os.getpid(), signal.SIGKILL)


class _MortalEngine:
    """An engine whose writers die before a certain statement; all else is the engine's."""

    def __init__(self, engine: Engine, statement: int) -> None:
        self._engine = engine
        self._left = [statement]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    @contextmanager
    def write(self) -> Iterator[_Mortal]:
        """See ``Engine.write``."""
        with self._engine.write() as connection:
            yield _Mortal(connection, self._left)


def _write(order: _Order, told: int) -> None:
    """Make the changes, say of each what came of it, and wait to be killed."""
    settings = Settings(**order.settings)
    library: Any = open_library(settings)
    if order.moment.statement is not None:
        library._file = _MortalEngine(library._file, order.moment.statement)
    os.write(told, _READY.encode())
    with closing(open_vectors(settings, library, probe=False)) as vectors:
        for change in order.changes:
            said = DONE
            try:
                change.do(library)
            except LibraryReadOnlyError:
                said = NOT_KEPT
            except RagError:
                said = REFUSED
            os.write(told, said.encode())
            if order.index:
                vectors.follow()
        if order.moment.statement is not None:
            os.kill(os.getpid(), signal.SIGKILL)
        signal.pause()


def _carry_out(order: _Order) -> None:
    heard, told = os.pipe()
    writer = os.fork()
    if not writer:
        os.close(heard)
        try:
            _write(order, told)
        finally:
            os._exit(1)
    os.close(told)
    said = os.read(heard, 1)
    if order.moment.statement is None:
        time.sleep(order.moment.seconds)
        os.kill(writer, signal.SIGKILL)
    _, status = os.waitpid(writer, 0)
    while more := os.read(heard, 64):
        said += more
    os.close(heard)
    sys.stdout.write(f"{said.decode()} {-os.waitstatus_to_exitcode(status)}\n")
    sys.stdout.flush()


def _serve() -> None:
    while True:
        try:
            order = pickle.load(sys.stdin.buffer)  # noqa: S301 -- of our own parent
        except EOFError:
            return
        _carry_out(order)


if __name__ == "__main__":
    if "chroma" in sys.argv:
        import langchain_chroma  # noqa: F401 -- as psycopg_pool
    assert len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 -- threads do not survive a fork
    _serve()
