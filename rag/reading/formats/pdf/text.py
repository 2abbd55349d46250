"""The text layer of a PDF's page, read glyph by glyph with pdfium."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from rag.reading.formats.pdf.lines import Glyph, make_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pypdfium2 import PdfPage, PdfTextPage

    from rag.reading.sheets import Line

_BOLD = re.compile(r"bold|black|heavy|hei(?!ght)|黑|gothic", re.IGNORECASE)
_NAME_BYTES = 128
_HYPHENS = {0x02, 0xFFFE}
_LEAST_GLYPHS = 8
_COVERING = 0.25


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The lines of a page; ``garbled`` says that most of its glyphs stand for no known character.

    ``pictured`` says that a picture covers much of the page, and is only looked for where
    there is little text.
    """

    lines: tuple[Line, ...]
    garbled: bool
    pictured: bool

    @property
    def usable(self) -> bool:
        """Whether what the page shows can be had from its text layer."""
        return not self.garbled and not self.pictured


def read_layer(page: PdfPage) -> TextLayer:
    """Return the text layer of a page."""
    glyphs, unknown = _glyphs(page)
    garbled = unknown > len(glyphs)
    pictured = len(glyphs) < _LEAST_GLYPHS and _is_pictured(page)
    return TextLayer(() if garbled else make_lines(glyphs), garbled, pictured)


def _glyphs(page: PdfPage) -> tuple[list[Glyph], int]:
    """Return the upright glyphs of a page, and how many others stand for no character."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 -- loaded for a PDF only

    place = _Places(page)
    text = page.get_textpage()
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y, flags = ctypes.c_double(), ctypes.c_double(), ctypes.c_int()
    name = ctypes.create_string_buffer(_NAME_BYTES)
    bold: dict[bytes, bool] = {}
    glyphs: list[Glyph] = []
    drawn: list[tuple[float, ...]] = []
    unknown, spaced = 0, False
    for index in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if pdfium.FPDFText_IsGenerated(text, index) and code != 0x2D:
            # A space that pdfium adds is seen again in the distance of the glyphs.
            continue
        character = "-" if code in _HYPHENS else _character(code)
        if character.isspace():
            spaced = True
            continue
        if not character or pdfium.FPDFText_HasUnicodeMapError(text, index):
            unknown += 1
            continue
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        pdfium.FPDFText_GetLooseCharBox(text, index, box)
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        if not place.upright(matrix.a, matrix.b):
            continue
        size = pdfium.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
        left, right, baseline = place.along(
            (box.left, box.bottom), (box.right, box.top), (x.value, y.value)
        )
        if size <= 0 or not (-size < left < place.width and 0 < baseline < place.height + size):
            continue
        pdfium.FPDFText_GetFontInfo(text, index, name, _NAME_BYTES, flags)
        font = name.value
        if font not in bold:
            bold[font] = _BOLD.search(font.decode("utf-8", "replace")) is not None
        glyphs.append(Glyph(character, left, right, baseline, size, spaced, bold[font]))
        drawn.append((box.left, box.right, x.value, y.value, _drawing(text, index)))
        spaced = False
    text.close()
    return _parted(glyphs, drawn), unknown


def _drawing(text: PdfTextPage, index: int) -> int:
    """Return what tells the drawing operation of a character from others."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 -- loaded for a PDF only

    return ctypes.cast(pdfium.FPDFText_GetTextObject(text, index), ctypes.c_void_p).value or 0


def _parted(glyphs: Sequence[Glyph], drawn: Sequence[tuple[float, ...]]) -> list[Glyph]:
    """Return the glyphs, those that one drawn sign stands for (ff, ——) side by side in it."""
    parted: list[Glyph] = []
    for _, group in groupby(zip(drawn, glyphs, strict=True), key=itemgetter(0)):
        signs = [glyph for _, glyph in group]
        width = (signs[0].right - signs[0].left) / len(signs)
        parted += [
            replace(g, left=g.left + k * width, right=g.left + (k + 1) * width)
            for k, g in enumerate(signs)
        ]
    return parted


def _character(code: int) -> str:
    """Return the character of a code; nothing for one that means nothing by itself."""
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return ""
    character = chr(code)
    if character in "\t\r\n" or character.isspace():
        return " "
    if character == "\xad":
        return "-"
    if character == "\ufffd" or unicodedata.category(character) in {"Co", "Cn", "Cc", "Cf"}:
        return ""
    return character


class _Places:
    """Turns a page's own coordinates into points from the upper left corner as it is seen."""

    def __init__(self, page: PdfPage) -> None:
        """Read the box and the rotation of the page."""
        self.box = page.get_bbox()
        self.turns = page.get_rotation() // 90
        self.width, self.height = page.get_size()

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return a point as it is seen."""
        left, bottom, right, top = self.box
        return ((x - left, top - y), (y - bottom, x - left), (right - x, y - bottom),
                (top - y, right - x))[self.turns]  # fmt: skip

    def along(
        self, one: tuple[float, float], other: tuple[float, float], origin: tuple[float, float]
    ) -> tuple[float, float, float]:
        """Return left, right and baseline of a glyph, given two corners and its origin."""
        a, b = self.at(*one)[0], self.at(*other)[0]
        return min(a, b), max(a, b), self.at(*origin)[1]

    def upright(self, a: float, b: float) -> bool:
        """Whether text that runs in the direction (a, b) runs from left to right as seen."""
        across = (a, b, -a, -b)[self.turns]
        return across > 0.9 * math.hypot(a, b)


def _is_pictured(page: PdfPage) -> bool:
    """Whether a picture covers much of the page."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 -- loaded for a PDF only

    width, height = page.get_size()
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) > _COVERING * width * height:
            return True
    return False
