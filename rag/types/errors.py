"""Every error that a user can meet, each saying what to do next.

::

    RagError                    exit status 1, one sentence
    ├── SettingsError           a setting is unknown or bad
    ├── ReadingError            a file cannot become a book
    │   └── RecordError         a book.toml is wrong
    ├── PromptError             a prompt's file is not what it must be
    ├── QuestionError           a question cannot be asked
    ├── NotInLibraryError       a book or passage is not there
    ├── CorrectionError         a correction of pages, or of a record, cannot be
    ├── LikenessError           a new book may be one that is there, and nobody has said so
    ├── AccountError            a reader's account cannot be made or changed so
    ├── LibraryError            the record cannot be opened or written
    │   ├── LibraryBusyError    another process is writing
    │   └── LibraryReadOnlyError  it can be read, and nothing can be kept in it
    ├── CitingError             a citation cannot be written in a style
    ├── ExportError             answers cannot be written as a document
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


class CorrectionError(RagError):
    """A correction of printed pages or of a record cannot be; the message names it."""


class LikenessError(RagError):
    """A new book may be one of those with the ids ``alike``: a person is to say which it is.

    ``both`` tells whether it can be kept beside them.
    """

    def __init__(self, message: str, alike: tuple[str, ...], *, both: bool) -> None:
        super().__init__(message)
        self.alike = alike
        self.both = both


class AccountError(RagError):
    """A reader's account cannot be made or changed as was asked; the message says why."""


class LibraryError(RagError):
    """The library's file cannot be opened, read or written."""


class LibraryBusyError(LibraryError):
    """Another process holds the library for writing."""


class LibraryReadOnlyError(LibraryError):
    """The disk is full or read-only: what is there can be read, and nothing can be kept."""


class CitingError(RagError):
    """There is no such style, or what writes citations cannot be run."""


class ExportError(RagError):
    """Answers cannot be read, or cannot be written in the format asked for."""


class VectorStoreError(RagError):
    """Chroma cannot be opened, filled or asked."""


class EncoderError(RagError):
    """An encoder cannot be made or loaded, or is not the one the library was made with."""
