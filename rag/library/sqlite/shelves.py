"""The sets of books that have names, kept in the library's file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rag.library.sqlite.file import LibraryFile
from rag.types import NotInLibraryError, Shelf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class SqliteShelves:
    """``Shelves`` in the file of a library; opening it raises as ``SqliteLibrary`` does."""

    def __init__(self, path: Path) -> None:
        self._file = LibraryFile(path)

    def close(self) -> None:
        """See ``Shelves.close``."""
        self._file.close()

    def all(self) -> list[Shelf]:
        """See ``Shelves.all``."""
        with self._file.read() as connection:
            rows = connection.execute("SELECT name, books FROM shelves ORDER BY name")
            return [Shelf(name, tuple(json.loads(books))) for name, books in rows]

    def put(self, name: str, books: Sequence[str]) -> None:
        """See ``Shelves.put``."""
        with self._file.keep("The set of books") as connection:
            connection.execute(
                "INSERT OR REPLACE INTO shelves VALUES (?, ?)",
                [name, json.dumps(list(dict.fromkeys(books)))],
            )

    def remove(self, name: str) -> None:
        """See ``Shelves.remove``."""
        with self._file.keep("The set of books") as connection:
            gone = connection.execute("DELETE FROM shelves WHERE name = ?", [name])
            if not gone.rowcount:
                raise NotInLibraryError(f"The library holds no set of books called {name}.")
