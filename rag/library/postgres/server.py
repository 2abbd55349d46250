"""A PostgreSQL database as the library's engine: connections, transactions, the lock of writers.

A reader has one unchanging view (repeatable read); a writer of books holds an advisory lock of
the database, which ends with its process, and commits with the server's durability.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from rag.library.postgres.pool import WAIT_SECONDS, share
from rag.library.postgres.schema import tables
from rag.library.postgres.words import PostgresWords
from rag.library.tables import VERSION
from rag.types import LibraryBusyError, LibraryError, LibraryReadOnlyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import psycopg

    from rag.library.tables import Rows

LOCK = 0x53485A48
"""``SHZH``: the advisory lock of who writes books."""
_SETUP_LOCK = LOCK + 1
_KEEP_LOCK = LOCK + 2
_WRITE_LOCK = LOCK + 3
"""Held by the transaction that writes a book: that of a process which died ends a little later
than the process, and whoever comes next does not begin before."""


class Statements:
    """A connection that takes the library's statements, whose places for values are ``?``."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Rows:
        """See ``Connection.execute``."""
        rows: Rows = self._connection.execute(_theirs(statement), [*map(_plain, values)])
        return rows

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> None:
        """See ``Connection.executemany``."""
        with self._connection.cursor() as cursor:
            cursor.executemany(_theirs(statement), [[*map(_plain, row)] for row in rows])


class Server:
    """``Engine`` on a PostgreSQL database, whose tables are made where there are none.

    Raises LibraryError where it cannot be reached, holds something else, or was written by a
    newer version of this program.
    """

    def __init__(self, url: str) -> None:
        try:
            import psycopg  # noqa: PLC0415 -- for whom keeps his library there alone
            from psycopg_pool import PoolTimeout  # noqa: PLC0415 -- as above
        except ImportError as error:
            raise LibraryError(
                "RAG_LIBRARY_URL names a PostgreSQL server, and what speaks to one is not "
                "installed; install Shuzheng with its extra 'postgres'."
            ) from error
        self.words = PostgresWords()
        self._failures = (psycopg.Error, PoolTimeout)
        self._read_only = (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.DiskFull)
        self._own = threading.local()
        self._closed = False
        with self._clear_errors():
            self._shared = share(url)
            try:
                self._prepare()
            except BaseException:
                self._shared.leave()
                raise

    def close(self) -> None:
        """See ``Engine.close``; others of this process may go on."""
        if not self._closed:
            self._closed = True
            self._shared.leave()

    @contextmanager
    def writing(
        self, *, wait: bool = True, on_wait: Callable[[], None] | None = None
    ) -> Iterator[None]:
        """See ``Engine.writing``."""
        busy = LibraryBusyError(
            "Another process is writing to the library; wait for it to finish and try again."
        )
        if not self._shared.writers.acquire(blocking=wait):
            raise busy
        try:
            if self._shared.depth:
                yield
                return
            with self._clear_errors(), self._shared.connections.connection() as holder:
                holder.autocommit = True
                try:
                    held = holder.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
                    if held != (True,):
                        if on_wait is None:
                            raise busy
                        on_wait()
                        holder.execute("SELECT pg_advisory_lock(%s)", [LOCK])
                    self._shared.depth = 1
                    try:
                        yield
                    finally:
                        self._shared.depth = 0
                        with suppress(*self._failures):
                            holder.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
                finally:
                    if not holder.closed:
                        holder.autocommit = False
        finally:
            self._shared.writers.release()

    @contextmanager
    def read(self) -> Iterator[Statements]:
        """See ``Engine.read``."""
        held = getattr(self._own, "reading", None)
        if held is not None:
            yield held
            return
        with self._clear_errors(), self._shared.connections.connection() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            self._own.reading = Statements(connection)
            try:
                yield self._own.reading
            finally:
                self._own.reading = None
                connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Statements]:
        """See ``Engine.write``."""
        with self.writing(), self._transaction("The book") as connection:
            connection.execute("SELECT pg_advisory_xact_lock(?)", [_WRITE_LOCK])
            yield connection

    @contextmanager
    def keep(self, what: str = "The question") -> Iterator[Statements]:
        """See ``Engine.keep``."""
        with self._transaction(what) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(?)", [_KEEP_LOCK])
            yield connection

    @contextmanager
    def _transaction(self, what: str) -> Iterator[Statements]:
        with self._clear_errors(), self._shared.connections.connection() as connection:
            try:
                yield Statements(connection)
            except UnicodeEncodeError as error:
                raise LibraryError(f"{what} holds characters that no text can hold.") from error

    def meta(self, key: str) -> str | None:
        """See ``Engine.meta``."""
        with self.read() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
            return None if row is None else str(row[0])

    def copy(self, target: Path) -> None:
        """See ``Engine.copy``: the copy is a library in one SQLite file."""
        from rag.library.postgres.outward import copy_out  # noqa: PLC0415 -- seldom

        with self.read() as connection:
            copy_out(connection, target)

    def number_on(self, connection: Statements) -> None:
        """Let the numbers of passages that come go on after those there are."""
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('passages', 'number'), "
            "(SELECT coalesce(max(number), 0) + 1 FROM passages), false)"
        )
        self._write_version(connection)

    @staticmethod
    def _write_version(connection: Statements) -> None:
        connection.execute("DELETE FROM meta WHERE key = 'version'")
        connection.execute("INSERT INTO meta VALUES ('version', ?)", [str(VERSION)])

    def damage(self, connection: object) -> Iterator[str]:
        """See ``Engine.damage``: the server sees to its own files."""
        del connection
        yield from ()

    def _prepare(self) -> None:
        """Make the tables where there are none; see that those there are of this version."""
        with self._shared.connections.connection() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_SETUP_LOCK])
            if not _has_tables(connection):
                for statement in tables().split(";\n"):
                    if statement.strip():
                        connection.execute(_theirs(statement))
                connection.execute(
                    "INSERT INTO meta VALUES ('uid', %s), ('generation', '0'), ('version', %s)",
                    [uuid4().hex, str(VERSION)],
                )
            row = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
            if row is None:
                raise LibraryError(
                    "The database that RAG_LIBRARY_URL names holds tables of another program; "
                    "name one of its own."
                )
            if int(row[0]) > VERSION:
                raise LibraryError(
                    "The library was written by a newer version of this program; "
                    "update the program."
                )

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except self._read_only as error:
            raise LibraryReadOnlyError(
                f"The library's server keeps nothing just now ({_first(error)}), so nothing was "
                "kept; free its disk, or let it be written to."
            ) from error
        except self._failures as error:
            raise LibraryError(
                f"The library's server does not do what it is asked ({_first(error)}); see that "
                "it runs, and that RAG_LIBRARY_URL is right."
            ) from error


def holds_tables(url: str) -> bool:
    """Return whether the database at an address holds a library; LibraryError as for ``Server``."""
    try:
        import psycopg  # noqa: PLC0415 -- for whom keeps his library there alone

        with psycopg.connect(url, connect_timeout=int(WAIT_SECONDS)) as connection:
            return _has_tables(connection)
    except ImportError:
        return False  # opening says what is missing
    except psycopg.Error:
        return True  # opening says what is wrong; it is not taken for new


def _has_tables(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT to_regclass('meta') IS NOT NULL").fetchone()
    return bool(row and row[0])


def _first(error: Exception) -> str:
    """Return the first line of what a server said; it never holds an address and its password."""
    return str(error).strip().partition("\n")[0][:200] or type(error).__name__


def _theirs(statement: str) -> Any:  # noqa: ANN401 -- psycopg wants literals
    return statement.replace("%", "%%").replace("?", "%s")


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any value of a row
    return value.value if isinstance(value, Enum) else value
