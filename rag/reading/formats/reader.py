"""Files -> Books. ``read_book`` is the way in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.reading.source import Kind, Source, kind_of, read_record, record_for
from rag.types import ReadingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.types import Book

__all__ = ["Source", "read_book", "read_record", "record_for"]

# ruff: noqa: PLC0415 -- a reader is imported when a file of its kind is read


def read_book(source: Source) -> Book:
    """Return the book that a file, or a folder of pictures of pages, holds.

    A text ending in ``.md`` is paged Markdown, any other the text of a scan, or, where no trace
    of a page is in it, one that never had pages; what a file
    begins with tells PDF, EPUB, Word, HTML and pictures, whatever its ending. Without a
    record, the title pages are read, and where they name a known book its record is taken.
    What was likely misread is among the book's problems. Raises ReadingError, with one
    sentence, where it cannot be read as a book.
    """
    from rag.reading.formats.misreadings import doubtful_characters, likely_misreadings

    book = _READERS[kind_of(source.path)](source)
    if not book.text[: book.body_end].strip():
        raise ReadingError(f"{source.path.name} is empty; there is nothing to read in it.")
    found = (*doubtful_characters(book), *likely_misreadings(book))
    return replace(book, problems=(*book.problems, *found))


def _scan_text(source: Source) -> Book:
    from rag.reading.files import read_text
    from rag.reading.formats.etext import is_etext, read_etext
    from rag.reading.formats.scan import read_scan

    text, problems = read_text(source.path)
    if is_etext(text, source.record):
        book = read_etext(text, source)
    else:
        book = read_scan(text, source.stem, source.record, source.known)
    return replace(book, problems=(*problems, *book.problems))


def _markdown(source: Source) -> Book:
    from rag.reading.files import read_text
    from rag.reading.formats.markdown import read_markdown

    text, problems = read_text(source.path)
    book = read_markdown(text, source.stem, source.record, source.known)
    return replace(book, problems=(*problems, *book.problems))


def _pdf(source: Source) -> Book:
    from rag.reading.formats.pdf import read_pdf

    return read_pdf(source)


def _pictures(source: Source) -> Book:
    from rag.reading.formats.ocr import read_pictures

    return read_pictures(source)


def _epub(source: Source) -> Book:
    from rag.reading.formats.epub import read_epub

    return read_epub(source)


def _docx(source: Source) -> Book:
    from rag.reading.formats.docx import read_docx

    return read_docx(source)


def _html(source: Source) -> Book:
    from rag.reading.formats.html import read_html

    return read_html(source)


_READERS: dict[Kind, Callable[[Source], Book]] = {
    Kind.SCAN_TEXT: _scan_text,
    Kind.MARKDOWN: _markdown,
    Kind.PDF: _pdf,
    Kind.PICTURES: _pictures,
    Kind.EPUB: _epub,
    Kind.DOCX: _docx,
    Kind.HTML: _html,
}
