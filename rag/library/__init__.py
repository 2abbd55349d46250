"""The record: books, their text and pages, vectors, conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.library.correcting import revised
from rag.library.pictures import discard_pictures
from rag.library.ports import Conversations, Kept, Library, StoredPassage

if TYPE_CHECKING:
    from rag.settings import Settings

__all__ = [
    "Conversations",
    "Kept",
    "Library",
    "StoredPassage",
    "discard_pictures",
    "open_conversations",
    "open_library",
    "revised",
]

_FILE = "library.sqlite"
"""In the folder of data: books and conversations lie in one file."""


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
