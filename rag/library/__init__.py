"""The record: books, their text and pages, vectors, conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.library.correcting import revised
from rag.library.pictures import discard_pictures, left_pictures
from rag.library.ports import Asked, Conversations, Kept, Library, StoredPassage
from rag.library.readers import Reader, Readers, Role, invitation

if TYPE_CHECKING:
    from pathlib import Path

    from rag.settings import Settings

__all__ = [
    "Asked",
    "Conversations",
    "Kept",
    "Library",
    "Reader",
    "Readers",
    "Role",
    "StoredPassage",
    "discard_pictures",
    "holds_library",
    "invitation",
    "left_pictures",
    "open_conversations",
    "open_library",
    "open_readers",
    "restore_library",
    "revised",
]

_FILE = "library.sqlite"
"""In the folder of data: books and conversations lie in one file."""


def holds_library(settings: Settings) -> bool:
    """Return whether the settings' folder of data holds a library, be it a damaged one.

    A file that was emptied is none: opening it would make a new library.
    """
    path = settings.data / _FILE
    return path.is_file() and path.stat().st_size > 0


def restore_library(settings: Settings, copy: Path) -> Path | None:
    """Put a copy in the place of the library; return where what was there is kept, if any was.

    Raises LibraryError where the copy is no sound library or cannot be put there, and
    LibraryBusyError where another process writes; the library is then as it was.
    """
    from rag.library.sqlite import restore  # noqa: PLC0415 -- what is behind the port

    return restore(settings.data / _FILE, copy)


def open_library(settings: Settings) -> Library:
    """Return the library of the settings' folder of data, made where there is none.

    Raises LibraryError where it cannot be opened or made.
    """
    from rag.library.sqlite import SqliteLibrary  # noqa: PLC0415 -- what is behind the port

    return SqliteLibrary(settings.data / _FILE)


def open_conversations(settings: Settings) -> Conversations:
    """Return the conversations of the settings' folder of data; errors as ``open_library``."""
    from rag.library.sqlite import SqliteConversations  # noqa: PLC0415 -- what is behind the port

    return SqliteConversations(settings.data / _FILE)


def open_readers(settings: Settings) -> Readers:
    """Return the readers' accounts of the settings' folder of data; errors as ``open_library``."""
    from rag.library.sqlite import SqliteReaders  # noqa: PLC0415 -- what is behind the port

    return SqliteReaders(settings.data / _FILE)
