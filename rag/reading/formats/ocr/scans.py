"""Scans -> Books: pages without text are read by OCR on this machine, one by one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2

from rag.reading.formats.ocr.pages import VERSION, read_page
from rag.reading.formats.ocr.pictures import load, pack, pictures_in
from rag.reading.formats.ocr.store import Read, Store
from rag.reading.sheets import Sheet, read_sheets
from rag.types import Problem, RagError, ReadingError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.reading.sheets import Bookmark
    from rag.reading.source import Source
    from rag.types import Book

    Grey = NDArray[np.uint8]

_log = logging.getLogger(__name__)
_POINTS = 72.0
_DPI = 300.0
_SHORTEST, _LONGEST = 1800.0, 3600.0
"""Pixels that the longer side of a rendered page has at least and at most."""


def read_scanned_pdf(source: Source, bookmarks: Sequence[Bookmark] = ()) -> Book:
    """Return the book whose pages are the pictures in a PDF.

    The text layer is not looked at; ``bookmarks`` are the file's outline. With
    ``source.pictures`` what was read is kept, and a run that was broken off goes on. Raises
    ReadingError where the PDF cannot be opened, or nothing on any page can be read.
    """
    try:
        document = pypdfium2.PdfDocument(source.path)
    except pypdfium2.PdfiumError:
        raise ReadingError(
            f"{source.path.name} is damaged, locked or no PDF; get the file again."
        ) from None
    try:
        labels = {k: document.get_page_label(k).strip() or None for k in range(len(document))}
        pages = _read(source, [source.path], labels, lambda page: _render(document, page))
    finally:
        document.close()
    sheets = [read.sheet for read in pages.values()]
    _must_say_something(sheets, source)
    return read_sheets(sheets, bookmarks, source, _problems(pages))


def read_pages(
    source: Source, document: pypdfium2.PdfDocument, labels: Mapping[int, str | None]
) -> tuple[dict[int, Sheet], list[Problem]]:
    """Return the sheets of some pages of a PDF, and what is wrong with their reading.

    ``labels`` are what the file declares of each page that is wanted, by its index.
    """
    pages = _read(source, [source.path], labels, lambda page: _render(document, page))
    return {k: read.sheet for k, read in pages.items()}, _problems(pages)


def read_pictures(source: Source) -> Book:
    """Return the book whose pages are a folder of pictures, or the pictures in one file.

    PNG, JPEG, WebP and TIFF, also with many pages; a folder in its natural order (page 2
    before page 10). Raises ReadingError where nothing on any page can be read.
    """
    pages = pictures_in(source.path)
    files = dict.fromkeys(page.path for page in pages)
    found = _read(
        source, list(files), dict.fromkeys(range(len(pages))), lambda page: load(pages[page])
    )
    sheets = [read.sheet for read in found.values()]
    _must_say_something(sheets, source)
    return read_sheets(sheets, (), source, _problems(found))


def _render(document: pypdfium2.PdfDocument, index: int) -> tuple[Grey, float]:
    """Return the picture of a PDF's page, turned as the page is, and its dots per inch."""
    try:
        page = document[index]
        try:
            longest = max(page.get_size())
            scale = max(min(_DPI / _POINTS, _LONGEST / longest), _SHORTEST / longest)
            bitmap = page.render(scale=scale, grayscale=True)
            grey = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
        finally:
            page.close()
    except (pypdfium2.PdfiumError, ZeroDivisionError, ValueError):
        raise ReadingError("The page is damaged and cannot be shown.") from None
    return np.ascontiguousarray(grey, dtype=np.uint8), scale * _POINTS


def _read(
    source: Source,
    files: Sequence[Path],
    labels: Mapping[int, str | None],
    picture_of: Callable[[int], tuple[Grey, float]],
) -> dict[int, Read]:
    """Return what is on each of the pages, read now or before."""
    try:
        store = Store(source.pictures, files, VERSION) if source.pictures else None
    except OSError as error:
        raise ReadingError(_not_kept(error)) from None
    pages: dict[int, Read] = {}
    for done, (page, label) in enumerate(labels.items(), start=1):
        read = store.get(page) if store else None
        if read is None:
            read, picture = _read_page(label, picture_of, page)
            if store and picture is not None:
                try:
                    read = store.put(page, read, picture)
                except OSError as error:
                    raise ReadingError(_not_kept(error)) from None
        pages[page] = read
        if source.on_progress:
            source.on_progress("reading", done, len(labels))
    return pages


def _must_say_something(sheets: Sequence[Sheet], source: Source) -> None:
    """Raise ReadingError where nothing was read on any sheet."""
    if not any(sheet.lines for sheet in sheets):
        why = next((sheet.unreadable for sheet in sheets if sheet.unreadable), None)
        raise ReadingError(why or f"Nothing is printed on the pages of {source.path.name}.")


def _read_page(
    label: str | None, picture_of: Callable[[int], tuple[Grey, float]], page: int
) -> tuple[Read, bytes | None]:
    """Return what is printed on a page, and its picture; a page that cannot be read says why."""
    try:
        picture, dpi = picture_of(page)
    except ReadingError as error:
        return Read(Sheet(0.0, 0.0, (), label, unreadable=str(error))), None
    try:
        found = read_page(picture, dpi)
    except (MemoryError, RagError):
        raise
    except Exception as error:  # noqa: BLE001 -- what one page does to the models stops no other
        _log.info("The page of sheet %d", page + 1, exc_info=error)
        why = "The page could not be read: the models that read scans failed on it."
        return Read(Sheet(0.0, 0.0, (), label, unreadable=why)), None
    sheet = Sheet(found.width, found.height, found.lines, label, unreadable=found.unreadable)
    return Read(sheet, found.vertical, found.lost), pack(found.picture)


def _problems(pages: Mapping[int, Read]) -> list[Problem]:
    """Return what is wrong with the reading of a scan, beside the pages that were not read."""
    found: list[Problem] = []
    vertical = [k + 1 for k, read in pages.items() if read.vertical]
    if vertical:
        found.append(
            Problem(
                "vertical",
                f"On {len(vertical)} sheets, first on sheet {vertical[0]}, lines run from top to "
                "bottom; they were read, but what stands around the text is not told from it.",
            )
        )
    lost = [(k + 1, read.lost) for k, read in pages.items() if read.lost]
    if lost:
        found.append(
            Problem(
                "lost_lines",
                f"On {len(lost)} sheets, first on sheet {lost[0][0]}, what looks like "
                f"{sum(count for _, count in lost)} lines of text could not be read.",
            )
        )
    return found


def _not_kept(error: OSError) -> str:
    return (
        f"The pages that were read cannot be kept: {error.strerror or error}; make room on the "
        "disk, then add the scan again, and reading goes on where it stopped."
    )
