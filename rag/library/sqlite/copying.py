"""Copies of a library's file: made while it is in use, checked, and moved into place."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from rag.types import LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GIVEN_UP = 3600.0
"""Seconds after which a copy that is written to no more will not be done."""
_FRESH = re.compile(r"\..+-[0-9a-f]{12}\.new(-wal|-shm|-journal)?")
"""What ``fresh_beside`` names, and what SQLite puts beside it."""


def copy_to(source: sqlite3.Connection, target: Path) -> None:
    """Write what a connection sees, whole, as a file of its own; it is on the disk on return.

    SQLite's online backup: whoever writes meanwhile is not kept waiting, and what he writes is
    in it whole or not at all. Raises LibraryError where the copy cannot be written or is not
    sound.
    """
    fresh = fresh_beside(target)
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


def left_copies(folder: Path, before: float) -> list[Path]:
    """Return what copies were written to in a folder that were never done: files, and folders.

    That which nobody has touched since the moment ``before``, as ``time.time`` gives it: what was
    killed in its midst is written to no more.
    """
    found = []
    for path in folder.glob(".*.new*"):
        with suppress(OSError):
            touched = max(one.stat().st_mtime for one in (path, *path.rglob("*")))
            if _FRESH.fullmatch(path.name) and not path.is_symlink() and touched < before:
                found.append(path)
    return sorted(found)


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Yield a folder in a folder, to write a copy in; others' that were killed are deleted."""
    name = fresh_beside(folder / "library")
    name.mkdir()
    try:
        yield name
    finally:
        shutil.rmtree(name, ignore_errors=True)


def fresh_beside(target: Path) -> Path:
    """Return a name beside a file to write it under until it is whole.

    What others left there who were killed at this is deleted.
    """
    for left in left_copies(target.parent, time.time() - GIVEN_UP):
        with suppress(OSError):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    return target.with_name(f".{target.name}-{uuid4().hex[:12]}.new")


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
