"""Every error that a user can meet, each saying what to do next.

::

    RagError                    exit status 1, one sentence
    ├── SettingsError           a setting is unknown or bad
    ├── ReadingError            a file cannot become a book
    │   └── RecordError         a book.toml is wrong
    ├── PromptError             a prompt's file is not what it must be
    ├── QuestionError           a question cannot be asked
    ├── NotInLibraryError       a book or passage is not there
    ├── LibraryError            the record cannot be opened or written
    │   └── LibraryBusyError    another process is writing
    ├── VectorStoreError        Chroma cannot be used
    └── EncoderError            a model cannot be made or loaded, or is not the library's
"""

from __future__ import annotations


class RagError(Exception):
    """Something a user can mend; the message is one sentence that says how."""


class SettingsError(RagError):
    """A setting is unknown or has a bad value; the message names it."""


class ReadingError(RagError):
    """A file cannot be read as a book."""


class RecordError(ReadingError):
    """A ``book.toml`` is malformed; the message names the key."""


class PromptError(RagError):
    """A prompt cannot be read or filled; the message names file and placeholder."""


class QuestionError(RagError):
    """A question is empty, too long or has no words."""


class NotInLibraryError(RagError):
    """The library holds no such book, page or passage."""


class LibraryError(RagError):
    """The library's file cannot be opened, read or written."""


class LibraryBusyError(LibraryError):
    """Another process holds the library for writing."""


class VectorStoreError(RagError):
    """Chroma cannot be opened, filled or asked."""


class EncoderError(RagError):
    """An encoder cannot be made or loaded, or is not the one the library was made with."""
