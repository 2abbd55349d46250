"""Files -> Books. ``read_book`` is the way in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rag.errors import ReadingError
from rag.reading.decoding import read_text
from rag.reading.markdown import read_markdown
from rag.reading.record import read_record, record_for
from rag.reading.scan import read_scan
from rag.types import Book, BookRecord

__all__ = ["read_book", "read_record", "record_for"]

_Reader = Callable[[str, str, BookRecord | None, Sequence[BookRecord]], Book]
_READERS: dict[str, _Reader] = {".md": read_markdown, ".txt": read_scan}


def read_book(
    path: Path, record: BookRecord | None = None, known: Sequence[BookRecord] = ()
) -> Book:
    """Return the book that a file holds: ``.txt`` the text of a scan, ``.md`` paged Markdown.

    ``record`` is what is known of the book; without one, the title pages are read, and
    where they name one of ``known`` its record is taken. Raises ReadingError, with one
    sentence, where the file cannot be read as a book.
    """
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None and path.exists() and not path.is_dir():
        endings = ", ".join(sorted(_READERS))
        raise ReadingError(
            f"{path.name} is of a kind that is not read; the kinds that are end in {endings}."
        )
    text, problems = read_text(path)
    if reader is None:
        raise ReadingError(f"{path.name} is of a kind that is not read.")
    book = reader(text, path.stem, record, known)
    if not book.text[: book.body_end].strip():
        raise ReadingError(f"{path.name} is empty; there is nothing to read in it.")
    return replace(book, problems=(*problems, *book.problems))
