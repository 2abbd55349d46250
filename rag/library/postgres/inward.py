"""A copy of a library, of whatever engine, put in the place of the one on a server."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING
from uuid import uuid4

from rag.library.postgres.outward import copy_out
from rag.library.sqlite import LibraryFile, aside, scratch, take
from rag.library.tables import columns, copy_rows

if TYPE_CHECKING:
    from pathlib import Path

    from rag.library.postgres.server import Server


def copy_in(server: Server, copy: Path, folder: Path) -> Path | None:
    """Put a copy in the place of the library on a server; return what keeps what was there.

    That is a file in ``folder``, or None where nothing was there. Raises LibraryError where
    the copy is no sound library, and LibraryBusyError where another process writes; the library
    is then as it was.
    """
    with scratch(folder) as apart:
        fresh = apart / "library.sqlite"
        take(copy, fresh)
        with server.writing(), closing(LibraryFile(fresh)) as file:
            left = _left(server, folder)
            generation = int(server.meta("generation") or 0)
            own = max(generation, int(file.meta("generation") or 0)) + 1
            with file.read() as source, server.write() as target:
                for table in reversed(columns()):
                    target.execute(f"DELETE FROM {table}")  # noqa: S608 -- our own names
                copy_rows(source, target, server.words)
                server.number_on(target)
                target.execute("UPDATE books SET changed = ?", [own])
                target.execute("DELETE FROM meta WHERE key IN ('uid', 'generation')")
                target.execute(
                    "INSERT INTO meta VALUES ('uid', ?), ('generation', ?)",
                    [uuid4().hex, str(own)],
                )
    return left


def _left(server: Server, folder: Path) -> Path | None:
    """Return a copy of what a server holds, if it holds anything."""
    with server.read() as connection:
        for table in ("books", "conversations", "removed"):
            if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():  # noqa: S608 -- our own names
                left = aside(folder / "library.sqlite", "before-restore")
                copy_out(connection, left)
                return left
    return None
