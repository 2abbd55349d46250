"""A PDF -> a Book: by its text layer, or by OCR where it has none."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.language.text import close_up, letters_of, mended
from rag.reading.flow import Declared, record_of
from rag.reading.formats.pdf.garbling import Letters, broken
from rag.reading.formats.pdf.text import read_layer
from rag.reading.sheets import Bookmark, Sheet, read_sheets
from rag.types import ReadingError

if TYPE_CHECKING:
    from pathlib import Path

    from pypdfium2 import PdfDocument

    from rag.reading.source import Source
    from rag.types import Book, Problem

_MOST_PAGES = 20_000
_MOST_BOOKMARKS = 20_000
_PROGRESS_PAGES = 10
_TITLE_PAGES = 8
"""Sheets among which title pages are; what a file declares of its title must stand on one."""
_GARBLED = "The text layer of the page stands for no known characters."
_MISNAMED = "Letters of the page are in a broken font, which gives other characters for them."
_PICTURED = "The page is a picture without a text layer."
_BROKEN = "The page is damaged and cannot be opened."


def read_pdf(source: Source) -> Book:
    """Return the book that a PDF holds.

    Pages that have pictures, unknown glyphs or broken fonts for text are read by OCR; where most
    have, all of them are. Raises ReadingError for a file that is
    encrypted, damaged beyond opening or without pages.
    """
    document = _open(source.path)
    try:
        sheets = _read(document, source)
        scanned = {
            k: sheet.label
            for k, sheet in enumerate(sheets)
            if sheet.unreadable in (_GARBLED, _MISNAMED, _PICTURED)
        }
        printed = sum(bool(sheet.lines) for sheet in sheets)
        bookmarks = _bookmarks(document)
        if len(scanned) <= printed:
            if not printed:
                raise ReadingError(
                    f"{source.path.name} shows no text on any page; export it again from its "
                    "source, or give a scan of the book."
                )
            problems: list[Problem] = []
            if scanned:
                from rag.reading.formats.ocr import read_pages  # noqa: PLC0415 -- loads the OCR models

                seen, problems = read_pages(source, document, scanned)
                sheets = [_clearer(sheet, seen.get(k)) for k, sheet in enumerate(sheets)]
            book = read_sheets(sheets, bookmarks, source, problems)
            return _with_declared_title(book, document, source)
    finally:
        document.close()
    from rag.reading.formats.ocr import read_scanned_pdf  # noqa: PLC0415 -- loads the OCR models

    return read_scanned_pdf(source, bookmarks)


def _clearer(sheet: Sheet, seen: Sheet | None) -> Sheet:
    """Return a sheet as OCR has seen it; where that saw nothing of what it holds, it says so."""
    blind = seen is not None and not seen.lines and not seen.unreadable
    if seen is None or (blind and sheet.unreadable in (_GARBLED, _MISNAMED)):
        return sheet
    return seen


def _open(path: Path) -> PdfDocument:
    import pypdfium2  # noqa: PLC0415 -- loaded for a PDF only
    import pypdfium2.raw as pdfium  # noqa: PLC0415 -- likewise

    if not path.is_file():
        raise ReadingError(f"{path.name} is not there; check the path.")
    try:
        document = pypdfium2.PdfDocument(path)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        # Of a looping page tree pdfium gives the code that the file before it had.
        locked = error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        if locked and b"/Encrypt" in path.read_bytes():
            raise ReadingError(
                f"{path.name} is locked by a password; save it without one and add it again."
            ) from error
        raise ReadingError(
            f"{path.name} is damaged or is no PDF; get the file again, or print it to a new PDF."
        ) from error
    if not 0 < pages <= _MOST_PAGES:
        document.close()
        raise ReadingError(
            f"{path.name} says that it has {pages} pages, and up to {_MOST_PAGES} are read; "
            "get the file again, or print it to a new PDF."
        )
    return document


def _read(document: PdfDocument, source: Source) -> list[Sheet]:
    """Return the sheets of a document; one that cannot be opened says so."""
    import pypdfium2  # noqa: PLC0415 -- loaded for a PDF only

    sheets: list[Sheet] = []
    letters: dict[int, Letters] = {}
    for index in range(len(document)):
        if source.on_progress and index % _PROGRESS_PAGES == 0:
            source.on_progress("reading", index, len(document))
        label = document.get_page_label(index).strip() or None
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            sheets.append(Sheet(0.0, 0.0, (), label, unreadable=_BROKEN))
            continue
        width, height = page.get_size()
        layer = read_layer(page)
        page.close()
        why = _GARBLED if layer.garbled else _PICTURED if layer.pictured else None
        if why is None:
            letters[index] = layer.letters
        sheets.append(Sheet(width, height, layer.lines, label, unreadable=why))
    for index, misnamed in zip(letters, broken(list(letters.values())), strict=True):
        if misnamed:
            sheets[index] = replace(sheets[index], lines=(), unreadable=_MISNAMED)
    if all(sheet.unreadable == _BROKEN for sheet in sheets):
        raise ReadingError(
            f"{source.path.name} is damaged: not one of its pages opens; get the file again."
        )
    return sheets


def _with_declared_title(book: Book, document: PdfDocument, source: Source) -> Book:
    """Return a book that nothing names so far with the title and authors that its file declares.

    Programs declare what they please (a template's title, the name of a draft): only what the
    first pages print too is believed.
    """
    if source.record is not None or book.record.title != close_up(source.stem):
        return book
    said = document.get_metadata_dict()
    first = book.pages[:_TITLE_PAGES]
    printed = letters_of(book.text[: first[-1].end]) if first else ""
    title = close_up(mended(said["Title"]))
    if not letters_of(title) or letters_of(title) not in printed:
        return book
    people = re.split(r"[;；、]|,(?=\s)|\band\b", mended(said["Author"]))
    authors = (close_up(name) for name in people)
    named = tuple(name for name in authors if letters_of(name) and letters_of(name) in printed)
    return replace(book, record=record_of(Declared(title, named), source, ()))


def _bookmarks(document: PdfDocument) -> list[Bookmark]:
    """Return the outline that the file declares, in its order."""
    found = []
    for mark in document.get_toc():
        target = mark.get_dest()
        sheet = target.get_index() if target is not None else None
        title = " ".join(mended(mark.get_title()).split())
        if sheet is not None and title:
            found.append(Bookmark(title, mark.level + 1, sheet))
        if len(found) >= _MOST_BOOKMARKS:
            break
    return found
