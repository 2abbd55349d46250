"""Opening a library's SQLite file: to write, or where the disk takes nothing, to read alone.

A file in write-ahead mode wants to write even where it is only read: it keeps an index of its
log beside itself. Where that cannot be, on a full disk or a read-only one, the file is opened
as one that does not change, and looked at again when it has.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import uuid
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from rag.library.sqlite.copying import copy_aside
from rag.library.sqlite.schema import ALL_TABLES, APPLICATION_ID, UPGRADES
from rag.library.tables import VERSION
from rag.types import LibraryError, LibraryReadOnlyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.library.tables import Connection

WAIT_SECONDS = 10.0
_ROOM = 64 * 1024
"""Bytes that SQLite wants to have to open a file; with less the disk counts as full."""


def open_to_write(
    path: Path, *, keep: bool = True
) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """Return two connections, to read by and to write by: a reader never waits for a writer.

    The file is made where there is none. One of an earlier version is brought up to date; with
    ``keep`` a copy of it as it was is left beside it. Raises sqlite3.Error, or LibraryError
    where it is no library, or was written by a newer program.
    """
    reader = _connect(str(path))
    try:
        writer = _connect(str(path))
        try:
            _prepare(path, writer, reader, keep=keep)
        except BaseException:
            writer.close()
            raise
    except BaseException:
        reader.close()
        raise
    return reader, writer


def open_to_read(path: Path) -> sqlite3.Connection | None:
    """Return a connection to a library of this version that writes nothing; None if none can be.

    A file that has a log beside it which cannot be taken into account is not opened: what was
    written last would be missing.
    """
    log = path.with_name(f"{path.name}-wal")
    ways = ["mode=ro"]
    with suppress(OSError):
        if not log.exists() or not log.stat().st_size:
            ways.append("mode=ro&immutable=1")
    for way in ways:
        with suppress(sqlite3.DatabaseError):
            connection = _connect(f"{path.absolute().as_uri()}?{way}", uri=True)
            if _about(connection)[:2] == (APPLICATION_ID, VERSION):
                return connection
            connection.close()
    return None


def failure(path: Path, error: sqlite3.DatabaseError) -> LibraryError:
    """Return what went wrong with the file and what to do, in one sentence."""
    code = error.sqlite_errorcode & 0xFF if hasattr(error, "sqlite_errorcode") else 0
    if code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
        code = _cause(path) or code
    if code == sqlite3.SQLITE_FULL:
        return LibraryReadOnlyError(
            f"The disk is full, so the library {path} was left as it was; free some space."
        )
    if code == sqlite3.SQLITE_READONLY:
        return LibraryReadOnlyError(
            f"The library {path} is read-only, so nothing was kept; let it and its folder be "
            "written to, or set RAG_DATA to another folder."
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        text = f"The library {path} cannot be opened; set RAG_DATA to a folder that can be used."
    elif code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        text = (
            f"The library {path} is damaged or no library at all; put a copy back with "
            "'rag restore FILE', or move it away and add the books again."
        )
    elif code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        text = f"Another program holds the library {path}; close it and try again."
    else:
        text = f"The library {path} cannot be used ({error}); run 'rag doctor'."
    return LibraryError(text)


def damage(connection: Connection) -> Iterator[str]:
    """Yield what SQLite itself finds wrong with the file."""
    for [found] in connection.execute("PRAGMA integrity_check(5)"):
        if found != "ok":
            yield f"The library's file is damaged: {found}."
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        yield "The library's file holds parts of books that are gone."


def _connect(path: str, *, uri: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False, uri=uri
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _cause(path: Path) -> int:
    """Return why the system let nothing be written, as SQLite's code; 0 where that is unknown."""
    folder = path.parent
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        return sqlite3.SQLITE_READONLY if path.exists() else 0
    try:
        return sqlite3.SQLITE_FULL if shutil.disk_usage(folder).free < _ROOM else 0
    except OSError:
        return 0


def _about(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Return whose file it is, of what version, and how many tables and indexes it holds."""
    [application] = connection.execute("PRAGMA application_id").fetchone()
    [version] = connection.execute("PRAGMA user_version").fetchone()
    [tables] = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return application, version, tables


def _prepare(
    path: Path, connection: sqlite3.Connection, reader: sqlite3.Connection, *, keep: bool
) -> None:
    """Make the tables in a new file; see that an old one is ours, and bring it up to date.

    A file that is as it should be is only read, so that nobody who writes is waited for.
    """
    [mode] = connection.execute("PRAGMA journal_mode").fetchone()
    application, version, tables = _about(connection)
    _see_that_it_is_ours(path, application, version, tables)
    if (mode, version) == ("wal", VERSION) and tables:
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        _, version, tables = _about(connection)
        if not tables:
            _create(connection)
        elif version < VERSION and keep:
            copy_aside(reader, path, f"version-{version}")
        for older in range(version or VERSION, VERSION):
            _execute(connection, UPGRADES[older])
            connection.execute(f"PRAGMA user_version = {older + 1}")
        connection.commit()
    finally:
        connection.rollback()


def _see_that_it_is_ours(path: Path, application: int, version: int, tables: int) -> None:
    if application != APPLICATION_ID and tables:
        raise LibraryError(
            f"{path} is a database of another program; set RAG_DATA to another folder."
        )
    if version > VERSION:
        raise LibraryError(
            f"The library {path} was written by a newer version of this program; "
            "update the program."
        )


def _create(connection: sqlite3.Connection) -> None:
    """Make the tables, inside the transaction that is open."""
    _execute(connection, ALL_TABLES)
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


def renewed(path: Path, above: int) -> None:
    """Make of a copy a library of its own: with a new uid, and every book changed since ``above``.

    What follows a library knows by both what it must make anew. Raises as ``open_to_write``.
    """
    reader, writer = open_to_write(path, keep=False)
    with closing(reader), closing(writer):
        writer.execute("BEGIN IMMEDIATE")
        [own] = writer.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
        generation = max(int(own), above) + 1
        writer.execute("UPDATE meta SET value = ? WHERE key = 'generation'", [generation])
        writer.execute("UPDATE meta SET value = ? WHERE key = 'uid'", [uuid.uuid4().hex])
        writer.execute("UPDATE books SET changed = ?", [generation])
        writer.execute("COMMIT")
