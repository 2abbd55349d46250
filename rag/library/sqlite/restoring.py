"""A copy of a library put in the place of the library, without losing what was there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from rag.library.sqlite.copying import aside, copy_aside, copy_to, fresh_beside
from rag.library.sqlite.file import LibraryFile
from rag.library.sqlite.opening import damage, failure, open_to_write, renewed
from rag.library.sqlite.schema import APPLICATION_ID
from rag.library.sqlite.words import SqliteWords
from rag.library.tables import CONSISTENCY, VERSION, disagreements
from rag.types import LibraryError

if TYPE_CHECKING:
    from pathlib import Path

_COMPANIONS = ("", "-wal", "-shm")
"""What may be added to the name of a database's files."""


def restore(path: Path, copy: Path) -> Path | None:
    """Put a copy in the place of the library at ``path``; return where what was there is now.

    None where nothing was there. The copy is looked at first, brought to the present version,
    and counts as another library than the one it was made of: whatever was made from that one
    is made anew. Processes that have the library open see the copy from their next look on.
    Raises LibraryError where the copy is no sound library, and LibraryBusyError where another
    process writes; the library is then as it was.
    """
    fresh = fresh_beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        take(copy, fresh)
        with LibraryFile.lock(path):
            try:
                reader, writer = open_to_write(path, keep=False) if _holds(path) else (None, None)
            except (sqlite3.DatabaseError, LibraryError):
                reader = writer = None
            if reader is None or writer is None:
                renewed(fresh, 0)
                return _moved_in(path, fresh)
            with closing(reader), closing(writer):
                [generation] = reader.execute(
                    "SELECT value FROM meta WHERE key = 'generation'"
                ).fetchone()
                renewed(fresh, int(generation))
                left = copy_aside(reader, path, "before-restore")
                with closing(sqlite3.connect(fresh)) as source:
                    source.backup(writer)
                return left
    except sqlite3.DatabaseError as error:
        raise failure(path, error) from error
    except OSError as error:
        raise LibraryError(
            f"The library {path} cannot be put back ({error.strerror}); free some space, or let "
            "its folder be written to."
        ) from error
    finally:
        for more in _COMPANIONS:
            fresh.with_name(fresh.name + more).unlink(missing_ok=True)


def take(copy: Path, fresh: Path) -> None:
    """Copy a file that is to be restored to ``fresh``; LibraryError where it is not sound."""
    if not copy.is_file():
        raise LibraryError(f"There is no file {copy} to restore; name one that 'rag backup' made.")
    try:
        with closing(_opened(copy)) as source:
            [application] = source.execute("PRAGMA application_id").fetchone()
            [version] = source.execute("PRAGMA user_version").fetchone()
            if application != APPLICATION_ID:
                raise LibraryError(
                    f"{copy} is no copy of a library; name a file that 'rag backup' made."
                )
            if version > VERSION:
                raise LibraryError(
                    f"{copy} was written by a newer version of this program; update the program."
                )
            wrong = list(damage(source))
            if wrong:
                raise LibraryError(f"{copy} is damaged and was not restored: {wrong[0]}")
            copy_to(source, fresh)
        renewed(fresh, 0)
        with closing(sqlite3.connect(fresh)) as taken:
            for sentence in disagreements(taken, {**CONSISTENCY, **SqliteWords.consistency}):
                raise LibraryError(f"{copy} is not whole and was not restored: {sentence}")
    except sqlite3.DatabaseError as error:
        raise LibraryError(
            f"{copy} is damaged or no copy of a library, and was not restored ({error})."
        ) from error


def _opened(copy: Path) -> sqlite3.Connection:
    """Return a connection to a file that changes nothing of it, not even beside it."""
    uri = copy.absolute().as_uri()
    log = copy.with_name(f"{copy.name}-wal")
    still = "" if log.exists() and log.stat().st_size else "&immutable=1"
    return sqlite3.connect(f"{uri}?mode=ro{still}", uri=True)


def _holds(path: Path) -> bool:
    """Return whether there is anything at ``path``."""
    return path.is_file() and path.stat().st_size > 0


def _moved_in(path: Path, fresh: Path) -> Path | None:
    """Move a file into the place of one that cannot be opened, which is kept aside."""
    left = aside(path, "damaged") if _holds(path) else None
    for more in _COMPANIONS:
        there = path.with_name(path.name + more)
        if left is None:
            there.unlink(missing_ok=True)
        elif there.exists():
            there.rename(left.with_name(left.name + more))
    fresh.rename(path)
    return left
