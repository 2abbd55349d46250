"""The library's SQLite file: opening it, reading it in peace, writing to it one at a time.

The file is kept in write-ahead mode, so that readers go on undisturbed while a book is
written, with ``synchronous=FULL``: what was acknowledged is on the disk, and survives a
killed process and a power cut alike.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from rag.library.sqlite.copying import copy_to
from rag.library.sqlite.opening import failure, open_to_read, open_to_write
from rag.types import LibraryBusyError, LibraryError, LibraryReadOnlyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOOK_AGAIN = 5.0
"""Seconds between two tries to write to a file that could not be written to."""


class LibraryFile:
    """A library's file that is open, and the one lock for writing to it; for several threads.

    Opening makes the file where there is none. Raises LibraryError where it cannot be
    opened, is no library, or was written by a newer version of this program. Whatever is
    read or written through it raises LibraryError where SQLite fails.

    On a disk that takes nothing, full or read-only, what is there is read all the same, and
    what would write raises LibraryReadOnlyError until the disk takes something again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reading_lock = threading.RLock()
        self._write_lock = _write_lock(path)
        self._looked, self._seen = 0.0, _state(path)
        self._writable = True
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"The data folder {path.parent} cannot be made: {error.strerror}; "
                "set RAG_DATA to one that can."
            ) from error
        with self._clear_errors():
            try:
                self._reader, self._writer = open_to_write(path)
            except (sqlite3.DatabaseError, LibraryReadOnlyError):
                opened = open_to_read(path)
                if opened is None:
                    raise
                self._reader = self._writer = opened
                self._writable = False
                self._looked = time.monotonic()

    def close(self) -> None:
        """Close the file; it cannot be used afterwards."""
        with self._reading_lock:
            self._reader.close()
            self._writer.close()

    @contextmanager
    def writing(
        self, *, wait: bool = True, on_wait: Callable[[], None] | None = None
    ) -> Iterator[None]:
        """Hold the library for writing; see ``Library.writing``."""
        busy = _busy(self.path)
        if not self._write_lock.threads.acquire(blocking=wait):
            raise busy
        try:
            try:
                try:
                    self._write_lock.processes.acquire(timeout=0)
                except Timeout:
                    if on_wait is None:
                        raise busy from None
                    on_wait()
                    self._write_lock.processes.acquire(poll_interval=0.2)
            except OSError as error:
                raise LibraryReadOnlyError(
                    f"The library {self.path} cannot be written to ({error.strerror}), so "
                    "nothing was kept; free some space, or let its folder be written to."
                ) from error
            try:
                yield
            finally:
                self._write_lock.processes.release()
        finally:
            self._write_lock.threads.release()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Hold the reading connection, and with it one unchanging view of the library."""
        with self._reading_lock, self._clear_errors():
            if self._reader.in_transaction:
                yield self._reader
                return
            if not self._writable:
                self._look_again()
            self._reader.execute("BEGIN")
            try:
                yield self._reader
            finally:
                self._reader.rollback()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Hold the library and the writing connection for one transaction: all is kept, or nothing.

        Raises LibraryBusyError where another process holds the library.
        """
        with self.writing(), self._clear_errors(), self._transaction("The book") as connection:
            yield connection

    @contextmanager
    def keep(self, what: str = "The question") -> Iterator[sqlite3.Connection]:
        """Hold this object's own connection for one transaction beside whoever writes a book.

        ``what`` is kept, as an error calls it.

        The lock for writing books is not taken: a book may be minutes in the making, and what
        is kept here touches nothing of it.
        """
        with self._reading_lock, self._clear_errors(), self._transaction(what) as own:
            yield own

    def meta(self, key: str) -> str | None:
        """Return what is written down of the library itself under a key, if anything is."""
        with self.read() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
            return None if row is None else str(row[0])

    def copy(self, target: Path) -> None:
        """See ``Library.backup``; other threads may go on reading and writing."""
        with self._clear_errors():
            source = open_to_read(self.path)
        if source is None:
            raise LibraryError(f"The library {self.path} cannot be read just now; try again.")
        try:
            copy_to(source, target)
        finally:
            source.close()

    @classmethod
    @contextmanager
    def lock(cls, path: Path) -> Iterator[None]:
        """Hold the lock for writing of a library that need not be open; LibraryBusyError."""
        lock = _write_lock(path)
        if not lock.threads.acquire(blocking=False):
            raise _busy(path)
        try:
            with lock.processes.acquire(timeout=0):
                yield
        except Timeout:
            raise _busy(path) from None
        finally:
            lock.threads.release()

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise failure(self.path, error) from error

    @contextmanager
    def _transaction(self, what: str) -> Iterator[sqlite3.Connection]:
        """Hold the writing connection in a transaction; ``what`` is written in it."""
        if not self._writable:
            self._look_again(at_once=True)
        if not self._writable:
            raise LibraryReadOnlyError(
                f"{what} was not kept: the disk with the library {self.path} takes nothing; free "
                "some space, or let its folder be written to."
            )
        writer = self._writer
        writer.execute("BEGIN IMMEDIATE")
        try:
            yield writer
            writer.commit()
        except UnicodeEncodeError as error:
            raise LibraryError(f"{what} holds characters that no text can hold.") from error
        finally:
            # After a commit there is nothing to undo, and this does nothing.
            writer.rollback()

    def _look_again(self, *, at_once: bool = False) -> None:
        """See whether a file that was read-only can be written to now.

        Where it cannot, what another process has made of it since is read from now on.
        """
        with self._reading_lock:
            seen, now = _state(self.path), time.monotonic()
            if seen == self._seen and not at_once and now - self._looked < LOOK_AGAIN:
                return
            old = self._reader
            try:
                self._reader, self._writer = open_to_write(self.path)
                self._writable = True
            except (sqlite3.DatabaseError, LibraryReadOnlyError):
                changed = open_to_read(self.path) if seen != self._seen else None
                self._reader = self._writer = changed or old
            self._seen, self._looked = seen, now
            if old is not self._reader:
                old.close()


@dataclass(frozen=True, slots=True)
class _WriteLock:
    """What keeps writers apart: one lock for the threads of a process, one for processes."""

    threads: threading.RLock
    processes: FileLock


_write_locks: dict[Path, _WriteLock] = {}
_write_locks_guard = threading.Lock()


def _write_lock(path: Path) -> _WriteLock:
    """Return the lock of a library's file, the same for all who open it in this process."""
    with _write_locks_guard:
        path = path.with_suffix(".lock").absolute()
        if path not in _write_locks:
            _write_locks[path] = _WriteLock(threading.RLock(), FileLock(path, thread_local=False))
        return _write_locks[path]


def _busy(path: Path) -> LibraryBusyError:
    return LibraryBusyError(
        f"Another process is writing to the library {path}; wait for it to finish and try again."
    )


def _state(path: Path) -> tuple[int, ...]:
    """Return what differs after a file or its log was written to."""
    found: list[int] = []
    for file in (path, path.with_name(f"{path.name}-wal")):
        with suppress(OSError):
            about = file.stat()
            found += [about.st_ino, about.st_size, about.st_mtime_ns]
    return tuple(found)
