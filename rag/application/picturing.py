"""The pictures of the pages of books that were read from PDFs, drawn when they are wanted."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from rag.reading.sandbox import Limits, picture_apart
from rag.types import ReadingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.types import Book, BookSummary

SECONDS = 20.0
MEMORY = 1536
"""What drawing one page may take; memory in MiB."""
_MOST_BYTES, _MOST = 48_000_000, 2000
"""Of drawn pictures that are kept in memory; those that were not looked at longest go first."""
_PDF = b"%PDF-"
_HEAD = 1024  # bytes among which a PDF says that it is one

_log = logging.getLogger(__name__)


class Picturing:
    """Draws pages; safe to use from several threads, of which one draws at a time.

    Only a file that the library's ``summaries`` name as a book's source is opened, in a
    process apart, and a page of it is shown only where it has the text of the book's page
    (see ``picture_of``). What was drawn, or could not be, is known until this process ends.
    """

    def __init__(self, summaries: Callable[[], Sequence[BookSummary]]) -> None:
        self._summaries = summaries
        self._drawn: OrderedDict[tuple[str, str, int], bytes | None] = OrderedDict()
        self._drawing = threading.Lock()

    def picture(self, book: Book, index: int) -> bytes | None:
        """Return the picture of a page as WebP; None where there is none, or it is not sure."""
        summary = next((s for s in self._summaries() if s.record.id == book.id), None)
        if summary is None or not summary.source:
            return None
        key = (summary.digest, summary.source, index)
        with self._drawing:
            if key not in self._drawn:
                self._drawn[key] = _draw(summary.source, book, index)
                self._forget()
            self._drawn.move_to_end(key)
            return self._drawn[key]

    def _forget(self) -> None:
        size = sum(len(one or b"") for one in self._drawn.values())
        while size > _MOST_BYTES or len(self._drawn) > _MOST:
            _, gone = self._drawn.popitem(last=False)
            size -= len(gone or b"")


def _draw(source: str, book: Book, index: int) -> bytes | None:
    address = urlsplit(source)
    path = Path(url2pathname(address.path))
    try:
        if address.scheme != "file" or not path.is_file():
            return None
        with path.open("rb") as file:
            if _PDF not in file.read(_HEAD):
                return None
        texts = [_text(book, near) for near in (index - 1, index, index + 1)]
        limits = Limits(seconds=SECONDS, memory=MEMORY, written=1)
        return picture_apart(path, index, len(book.pages), texts, limits=limits)
    except (OSError, ReadingError) as error:
        _log.warning("A page of %s could not be drawn: %s", path.name, error)
        return None


def _text(book: Book, index: int) -> str:
    """Return the running text of a page, as far as is needed to know it again."""
    if not 0 <= index < len(book.pages):
        return ""
    page = book.pages[index]
    return book.text[page.start : min(page.end, page.start + 4000)]
