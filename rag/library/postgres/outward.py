"""A copy of a library on a server, written to a SQLite file: a library moves between engines."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from rag.library.sqlite import LibraryFile, scratch
from rag.library.tables import TableLibrary, copy_rows
from rag.types import LibraryError

if TYPE_CHECKING:
    from pathlib import Path

    from rag.library.tables import Connection


def copy_out(source: Connection, target: Path) -> None:
    """Write what a connection sees as a library in one SQLite file; LibraryError."""
    try:
        with scratch(target.parent) as folder:
            fresh = folder / "library.sqlite"
            with closing(LibraryFile(fresh)) as file, file.write() as connection:
                connection.execute("DELETE FROM meta")
                copy_rows(source, connection, file.words)
                connection.execute("DELETE FROM meta WHERE key = 'version'")
            with TableLibrary(LibraryFile(fresh)) as copied:
                wrong = copied.check()
                if wrong:
                    raise LibraryError(f"The library is not whole, so no copy was made: {wrong[0]}")
                copied.backup(target)
    except OSError as error:
        raise LibraryError(
            f"The copy {target} cannot be written ({error.strerror}); free some space, or name "
            "another place."
        ) from error
