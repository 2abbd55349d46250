"""The picture of a page of a book, drawn from the PDF that it was read from."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from rag.language.text import bigrams, mended

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pypdfium2 import PdfDocument

LARGEST = 1_000_000
"""Bytes that a picture may have."""
_LONG_SIDE = 1600.0
"""Pixels of the longer side of a picture: legible, and small."""
_QUALITIES = (70, 45, 25)
_NEAR = 8
"""Sheets before and after where a page ought to be, among which it is looked for."""
_ENOUGH = 12
"""Different pairs of characters by which a page is known."""
_ALIKE = 0.6
"""Part of a page's pairs of characters that its sheet has; another page has far fewer."""


def picture_of(path: Path, index: int, pages: int, texts: Sequence[str]) -> bytes | None:
    """Return the picture, as WebP, of the page ``index`` of ``pages``; None where it is not sure.

    ``texts`` are what stands on the page before, on the page itself and on the one after it.
    A file may have changed since it was read, have sheets of two pages, or lack some: the sheet
    that is drawn is one that has the page's text; of a page without, the one between those
    of its neighbours.
    """
    import pypdfium2  # noqa: PLC0415 -- loaded for a PDF only

    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, OSError):
        return None
    try:
        sheet = _sheet_of(document, index, pages, texts)
        return None if sheet is None else _drawn(document, sheet)
    except (pypdfium2.PdfiumError, ValueError, ZeroDivisionError):
        return None
    finally:
        document.close()


def _sheet_of(document: PdfDocument, index: int, pages: int, texts: Sequence[str]) -> int | None:
    """Return the index of the sheet on which a page is; None where none is known to be."""
    guess = index * len(document) // max(pages, 1)
    before, here, after = (_pairs(text) for text in texts)
    if len(here) >= _ENOUGH:
        return _most_alike(document, here, guess)
    if len(before) < _ENOUGH or len(after) < _ENOUGH:
        return None
    first = _most_alike(document, before, guess - 1)
    last = _most_alike(document, after, guess + 1)
    if first is None or last is None or last - first != 2:
        return None
    return first + 1


def _most_alike(document: PdfDocument, wanted: frozenset[str], guess: int) -> int | None:
    """Return the sheet that has most of a page's text, the nearest to a guess among equals."""
    best: tuple[float, int, int] | None = None
    near = range(max(0, guess - _NEAR), min(len(document), guess + _NEAR + 1))
    for sheet in sorted(near, key=lambda one: abs(one - guess)):
        page = document[sheet]
        text = page.get_textpage().get_text_bounded()
        page.close()
        alike = len(wanted & _pairs(text)) / len(wanted)
        if best is None or (alike, -abs(sheet - guess)) > best[:2]:
            best = alike, -abs(sheet - guess), sheet
        if alike == 1.0:
            break
    return best[2] if best and best[0] >= _ALIKE else None


def _pairs(text: str) -> frozenset[str]:
    return frozenset(bigrams(mended(text)))


def _drawn(document: PdfDocument, sheet: int) -> bytes | None:
    page = document[sheet]
    scale = _LONG_SIDE / max(page.get_size())
    picture = page.render(scale=scale).to_pil()
    for quality in _QUALITIES:
        packed = BytesIO()
        picture.save(packed, "WEBP", quality=quality)
        if packed.tell() <= LARGEST:
            return packed.getvalue()
    return None
