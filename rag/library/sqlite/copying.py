"""Copies of a library's file: made while it is in use, checked, and moved into place."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from rag.types import LibraryError

if TYPE_CHECKING:
    from pathlib import Path


def copy_to(source: sqlite3.Connection, target: Path) -> None:
    """Write what a connection sees, whole, as a file of its own; it is on the disk on return.

    SQLite's online backup: whoever writes meanwhile is not kept waiting, and what he writes is
    in it whole or not at all. Raises LibraryError where the copy cannot be written or is not
    sound.
    """
    fresh = target.with_name(f".{target.name}-{uuid4().hex[:12]}.new")
    try:
        try:
            with closing(sqlite3.connect(fresh, isolation_level=None)) as copy:
                source.backup(copy)
                # One file, which can be read where nothing can be written.
                copy.execute("PRAGMA journal_mode = DELETE")
                found = [text for [text] in copy.execute("PRAGMA integrity_check(1)")]
            if found != ["ok"]:
                raise LibraryError(
                    f"The library is damaged ({found[0]}), so no copy was made of it; run "
                    "'rag doctor'."
                )
            with fresh.open("rb+") as written:
                os.fsync(written.fileno())
            fresh.rename(target)
        except (sqlite3.Error, OSError) as error:
            raise LibraryError(
                f"The copy {target} cannot be written ({error}); free some space, or name "
                "another place."
            ) from error
    finally:
        fresh.unlink(missing_ok=True)


def copy_aside(source: sqlite3.Connection, path: Path, why: str) -> Path:
    """Return a copy of the library at ``path``, beside it, named after the moment and ``why``."""
    target = aside(path, why)
    copy_to(source, target)
    return target


def aside(path: Path, why: str) -> Path:
    """Return a name beside ``path`` that no file has."""
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    start = f"{path.stem}-{why}-{moment}"
    number, name = 1, path.with_name(f"{start}{path.suffix}")
    while name.exists():
        number += 1
        name = path.with_name(f"{start}-{number}{path.suffix}")
    return name
