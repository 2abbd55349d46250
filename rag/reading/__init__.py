"""Files -> Books. ``read_book`` is the way in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.errors import ReadingError
from rag.reading.decoding import read_text
from rag.reading.markdown import read_markdown
from rag.reading.record import read_record, record_for
from rag.reading.scan import read_scan
from rag.reading.source import Source
from rag.types import Book, BookRecord

__all__ = ["Source", "read_book", "read_record", "record_for"]

_TextReader = Callable[[str, str, BookRecord | None, Sequence[BookRecord]], Book]
_TEXTS: dict[str, _TextReader] = {".md": read_markdown, ".txt": read_scan}


def read_book(source: Source) -> Book:
    """Return the book that a file holds: ``.txt`` the text of a scan, ``.md`` paged Markdown.

    Without a record, the title pages are read, and where they name a known book its record
    is taken. Raises ReadingError, with one sentence, where the file cannot be read as a
    book.
    """
    path = source.path
    reader = _TEXTS.get(path.suffix.lower())
    if reader is None and path.exists() and not path.is_dir():
        endings = ", ".join(sorted(_TEXTS))
        raise ReadingError(
            f"{path.name} is of a kind that is not read; the kinds that are end in {endings}."
        )
    text, problems = read_text(path)
    if reader is None:
        raise ReadingError(f"{path.name} is of a kind that is not read.")
    book = reader(text, source.stem, source.record, source.known)
    if not book.text[: book.body_end].strip():
        raise ReadingError(f"{path.name} is empty; there is nothing to read in it.")
    return replace(book, problems=(*problems, *book.problems))
