"""What is to be read: the kind of a file, and the record of the book in it."""

from __future__ import annotations

from rag.reading.source.imported import read_references
from rag.reading.source.kinds import PICTURES, Kind, kind_of, see_that_pictures_are_files
from rag.reading.source.record import read_record, record_for
from rag.reading.source.source import Source
from rag.reading.source.titles import find_record, make_id

__all__ = [
    "PICTURES",
    "Kind",
    "Source",
    "find_record",
    "kind_of",
    "make_id",
    "read_record",
    "read_references",
    "record_for",
    "see_that_pictures_are_files",
]
