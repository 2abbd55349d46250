"""The library's SQLite file: opening it, reading it in peace, writing to it one at a time.

The file is kept in write-ahead mode, so that readers go on undisturbed while a book is
written, with ``synchronous=FULL``: what was acknowledged is on the disk, and survives a
killed process and a power cut alike.
"""

from __future__ import annotations

import sqlite3
import threading
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from rag.library.sqlite.schema import TABLES, UPGRADES, VERSION
from rag.types import LibraryBusyError, LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION_ID = 0x53485A48  # "SHZH": tells our files from other SQLite files
WAIT_SECONDS = 10.0


class LibraryFile:
    """A library's file that is open, and the one lock for writing to it; for several threads.

    Opening makes the file where there is none. Raises LibraryError where it cannot be
    opened, is no library, or was written by a newer version of this program. Whatever is
    read or written through it raises LibraryError where SQLite fails.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reading_lock = threading.RLock()
        self._write_lock = _write_lock(path.with_suffix(".lock"))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"The data folder {path.parent} cannot be made: {error.strerror}; "
                "set RAG_DATA to one that can."
            ) from error
        with self._clear_errors():
            # Two connections: a reader is never kept waiting by a book being written.
            self._reader = _connect(path)
            try:
                self._writer = _connect(path)
            except sqlite3.Error:
                self._reader.close()
                raise
        try:
            with self._clear_errors():
                self._prepare()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; it cannot be used afterwards."""
        with self._reading_lock:
            self._reader.close()
            self._writer.close()

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[None]:
        """Hold the library for writing; may be entered again by the thread that holds it.

        Other threads of this process queue, or with ``wait=False`` are refused like
        another process: LibraryBusyError.
        """
        busy = LibraryBusyError(
            f"Another process is writing to the library {self.path}; "
            "wait for it to finish and try again."
        )
        if not self._write_lock.threads.acquire(blocking=wait):
            raise busy
        try:
            try:
                self._write_lock.processes.acquire(timeout=0)
            except Timeout:
                raise busy from None
            except OSError as error:
                raise LibraryError(
                    f"The library {self.path} cannot be locked for writing: "
                    f"{error.strerror}; see that its folder can be written to."
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
    def keep(self) -> Iterator[sqlite3.Connection]:
        """Hold this object's own connection for one transaction beside whoever writes a book.

        The lock for writing books is not taken: a book may be minutes in the making, and what
        is kept here touches nothing of it.
        """
        with self._reading_lock, self._clear_errors(), self._transaction("The question") as own:
            yield own

    def meta(self, key: str) -> str | None:
        """Return what is written down of the library itself under a key, if anything is."""
        with self.read() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
            return None if row is None else str(row[0])

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise LibraryError(_sentence(self.path, error)) from error

    @contextmanager
    def _transaction(self, what: str) -> Iterator[sqlite3.Connection]:
        """Hold the writing connection in a transaction; ``what`` is written in it."""
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield self._writer
            self._writer.commit()
        except UnicodeEncodeError as error:
            raise LibraryError(f"{what} holds characters that no text can hold.") from error
        finally:
            # After a commit there is nothing to undo, and this does nothing.
            self._writer.rollback()

    def _prepare(self) -> None:
        """Make the tables in a new file; see that an old one is ours, and bring it up to date."""
        connection = self._writer
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            [application] = connection.execute("PRAGMA application_id").fetchone()
            [version] = connection.execute("PRAGMA user_version").fetchone()
            [tables] = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            if application != APPLICATION_ID and tables:
                raise LibraryError(
                    f"{self.path} is a database of another program; set RAG_DATA to another folder."
                )
            if version > VERSION:
                raise LibraryError(
                    f"The library {self.path} was written by a newer version of this program; "
                    "update the program."
                )
            if not tables:
                _create(connection)
            for older in range(version or VERSION, VERSION):
                _execute(connection, UPGRADES[older])
                connection.execute(f"PRAGMA user_version = {older + 1}")
            connection.commit()
        finally:
            connection.rollback()


@dataclass(frozen=True, slots=True)
class _WriteLock:
    """What keeps writers apart: one lock for the threads of a process, one for processes."""

    threads: threading.RLock
    processes: FileLock


_write_locks: dict[Path, _WriteLock] = {}
_write_locks_guard = threading.Lock()


def _write_lock(path: Path) -> _WriteLock:
    """Return the lock of a library, the same for all who open it in this process."""
    with _write_locks_guard:
        path = path.absolute()
        if path not in _write_locks:
            _write_locks[path] = _WriteLock(threading.RLock(), FileLock(path, thread_local=False))
        return _write_locks[path]


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _create(connection: sqlite3.Connection) -> None:
    """Make the tables, inside the transaction that is open."""
    _execute(connection, TABLES)
    connection.executemany(
        "INSERT INTO meta VALUES (?, ?)", [("uid", uuid.uuid4().hex), ("generation", "0")]
    )
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _execute(connection: sqlite3.Connection, script: str) -> None:
    """Execute statements inside the transaction that is open, which executescript would end."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


def _sentence(path: Path, error: sqlite3.DatabaseError) -> str:
    """Return what went wrong with the file and what to do, in one sentence."""
    code = error.sqlite_errorcode & 0xFF if hasattr(error, "sqlite_errorcode") else 0
    if code == sqlite3.SQLITE_FULL:
        return f"The disk is full, so the library {path} was left as it was; free some space."
    if code == sqlite3.SQLITE_READONLY:
        return f"The library {path} cannot be written to; change its permissions or set RAG_DATA."
    if code == sqlite3.SQLITE_CANTOPEN:
        return f"The library {path} cannot be opened; set RAG_DATA to a folder that can be used."
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return (
            f"The library {path} is damaged or no library at all; move it away and add the "
            "books again, or restore a copy of it."
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"Another program holds the library {path}; close it and try again."
    return f"The library {path} cannot be used ({error}); run 'rag doctor'."


def damage(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what SQLite itself finds wrong with the file."""
    for [found] in connection.execute("PRAGMA integrity_check(5)"):
        if found != "ok":
            yield f"The library's file is damaged: {found}."
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        yield "The library's file holds parts of books that are gone."
