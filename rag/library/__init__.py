"""The record: books, their text and pages, vectors, conversations, notes, reports."""

from __future__ import annotations

from contextlib import closing
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
    from rag.library.tables import Engine
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
    "left_copies",
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
    if settings.library_url:
        from rag.library.postgres import holds_tables  # noqa: PLC0415 -- what is behind the port

        return holds_tables(settings.library_url.get_secret_value())
    path = settings.data / _FILE
    return path.is_file() and path.stat().st_size > 0


def restore_library(settings: Settings, copy: Path) -> Path | None:
    """Put a copy in the place of the library; return where what was there is kept, if any was.

    Raises LibraryError where the copy is no sound library or cannot be put there, and
    LibraryBusyError where another process writes; the library is then as it was.
    """
    if settings.library_url:
        from rag.library.postgres import Server, copy_in  # noqa: PLC0415 -- what is behind the port

        settings.data.mkdir(parents=True, exist_ok=True)
        with closing(Server(settings.library_url.get_secret_value())) as server:
            return copy_in(server, copy, settings.data)
    from rag.library.sqlite import restore  # noqa: PLC0415 -- what is behind the port

    return restore(settings.data / _FILE, copy)


def left_copies(settings: Settings, before: float) -> list[Path]:
    """Return what copies of the library were begun in the folder of data, and never done.

    Nobody has touched it since ``before``, a moment as ``time.time`` gives it.
    """
    from rag.library.sqlite import left_copies as left  # noqa: PLC0415 -- what is behind the port

    return left(settings.data, before)


def open_library(settings: Settings) -> Library:
    """Return the library of the settings' folder of data or server, made where there is none.

    Raises LibraryError where it cannot be opened or made.
    """
    from rag.library.tables import TableLibrary  # noqa: PLC0415 -- what is behind the port

    return TableLibrary(_engine(settings))


def open_conversations(settings: Settings) -> Conversations:
    """Return the conversations beside the settings' library; errors as ``open_library``."""
    from rag.library.tables import TableConversations  # noqa: PLC0415 -- what is behind the port

    return TableConversations(_engine(settings))


def open_readers(settings: Settings) -> Readers:
    """Return the readers' accounts of the settings' library; errors as ``open_library``."""
    from rag.library.tables import TableReaders  # noqa: PLC0415 -- what is behind the port

    return TableReaders(_engine(settings))


def open_notes(settings: Settings) -> Notes:
    """Return the readers' notes in the settings' library; errors as ``open_library``."""
    from rag.library.tables import TableNotes  # noqa: PLC0415 -- what is behind the port

    return TableNotes(_engine(settings))


def open_reports(settings: Settings) -> Reports:
    """Return the readers' reports in the settings' library; errors as ``open_library``."""
    from rag.library.tables import TableReports  # noqa: PLC0415 -- what is behind the port

    return TableReports(_engine(settings))


def open_shelves(settings: Settings) -> Shelves:
    """Return the sets of books of the settings' library; errors as ``open_library``."""
    from rag.library.tables import TableShelves  # noqa: PLC0415 -- what is behind the port

    return TableShelves(_engine(settings))


def _engine(settings: Settings) -> Engine:
    """Return what keeps the tables of the settings' library, opened; LibraryError."""
    if settings.library_url:
        from rag.library.postgres import Server  # noqa: PLC0415 -- for whom has a server alone

        return Server(settings.library_url.get_secret_value())
    from rag.library.sqlite import LibraryFile  # noqa: PLC0415 -- what is behind the port

    return LibraryFile(settings.data / _FILE)
