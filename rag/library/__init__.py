"""The record: books, their text and pages, vectors, conversations, notes, reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.library.correcting import correct, revised
from rag.library.pictures import discard_pictures, left_pictures
from rag.library.ports import Asked, Conversations, Kept, Library, StoredPassage
from rag.library.readers import Reader, Readers, Role, invitation
from rag.library.recording import FIELDS, edit_of, revised_record, text_of
from rag.library.shelves import Shelves

if TYPE_CHECKING:
    from pathlib import Path

    from rag.library.keeping import Notes, Reports
    from rag.settings import Settings

__all__ = [
    "FIELDS",
    "Asked",
    "Conversations",
    "Kept",
    "Library",
    "Reader",
    "Readers",
    "Role",
    "Shelves",
    "StoredPassage",
    "correct",
    "discard_pictures",
    "edit_of",
    "holds_library",
    "invitation",
    "left_pictures",
    "open_conversations",
    "open_library",
    "open_notes",
    "open_readers",
    "open_reports",
    "open_shelves",
    "restore_library",
    "revised",
    "revised_record",
    "text_of",
]

_FILE = "library.sqlite"
"""In the folder of data: books and what readers leave lie in one file."""


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


def open_notes(settings: Settings) -> Notes:
    """Return the readers' notes in the settings' folder of data; errors as ``open_library``."""
    from rag.library.sqlite import SqliteNotes  # noqa: PLC0415 -- what is behind the port

    return SqliteNotes(settings.data / _FILE)


def open_reports(settings: Settings) -> Reports:
    """Return the readers' reports in the settings' folder of data; errors as ``open_library``."""
    from rag.library.sqlite import SqliteReports  # noqa: PLC0415 -- what is behind the port

    return SqliteReports(settings.data / _FILE)


def open_shelves(settings: Settings) -> Shelves:
    """Return the sets of books of the settings' folder of data; errors as ``open_library``."""
    from rag.library.sqlite import SqliteShelves  # noqa: PLC0415 -- what is behind the port

    return SqliteShelves(settings.data / _FILE)
