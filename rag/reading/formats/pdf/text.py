"""The text layer of a PDF's page, read glyph by glyph with pdfium."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from rag.language.text import unified
from rag.reading.formats.pdf.garbling import Letters, letters_on
from rag.reading.formats.pdf.lines import Glyph, make_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pypdfium2 import PdfPage

    from rag.reading.sheets import Line

    _Form = tuple[int, str, float]

_BOLD = re.compile(r"bold|black|heavy|hei(?!ght)|黑|gothic", re.IGNORECASE)
_NAME_BYTES = 128
_HYPHENS = {0x02, 0xFFFE}
_SPACE = 0x20
_NO_CODE = 0xFFFD
_LEAST_GLYPHS = 8
_COVERING = 0.25
_OVERHANG, _ALIKE, _NEXT, _MOSTLY = 0.02, 0.015, 0.1, 0.7


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The lines of a page; ``garbled`` says that most of its glyphs stand for no known character.

    ``pictured`` says that a picture covers much of the page, and is only looked for where
    there is little text. ``letters`` are those of the lines, by which broken fonts are told.
    """

    lines: tuple[Line, ...]
    garbled: bool
    pictured: bool
    letters: Letters


def read_layer(page: PdfPage) -> TextLayer:
    """Return the text layer of a page."""
    glyphs, unknown = _glyphs(page)
    garbled = unknown.total() > len(glyphs)
    pictured = len(glyphs) < _LEAST_GLYPHS and _is_pictured(page)
    lines = () if garbled else make_lines(glyphs)
    return TextLayer(lines, garbled, pictured, letters_on((x.text for x in lines), unknown))


def _glyphs(page: PdfPage) -> tuple[list[Glyph], Counter[int]]:
    """Return the upright glyphs of a page, and the codes of others that stand for no character."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 -- loaded for a PDF only

    page_text = page.get_textpage()
    text = page_text.raw
    hands = _Hands(page, text)
    glyphs: list[Glyph] = []
    drawn: list[tuple[float, ...]] = []
    fonts: list[int] = []
    unknown: Counter[int] = Counter()
    spaced = False
    for index in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code <= _SPACE and pdfium.FPDFText_IsGenerated(text, index):
            # A space that pdfium adds is seen again in the distance of the glyphs.
            continue
        character = "-" if code in _HYPHENS else _character(code)
        if character == " ":
            spaced = True
            continue
        unmapped = pdfium.FPDFText_HasUnicodeMapError(text, index)
        if not character or unmapped:
            unknown[_NO_CODE if unmapped else code] += 1
            continue
        hand = hands.of(index)
        if hand is None:
            continue
        box, (left, right, baseline) = hands.place(index, hand)
        if not (-hand.size < left < hands.width and 0 < baseline < hands.height + hand.size):
            continue
        glyphs.append(Glyph(character, left, right, baseline, hand.size, spaced, hand.bold))
        drawn.append((*box, hand.drawing))
        fonts.append(hand.font)
        spaced = False
    page_text.close()
    return _parted(glyphs, drawn, fonts), unknown


@dataclass(slots=True)
class _Hand:
    """How the characters of one drawing operation are set; the box of one, and its baseline."""

    drawing: int
    size: float
    bold: bool
    font: int
    bottom: float = 0.0
    top: float = 0.0
    baseline: float = 0.0


class _Hands:
    """The drawing operations of a page: what all characters of one share is asked for once.

    Asking pdfium for every property of every character takes most of the time of reading.
    """

    def __init__(self, page: PdfPage, text: object) -> None:
        """Take the page, and its text as pdfium has it."""
        import pypdfium2.raw as pdfium  # noqa: PLC0415 -- loaded for a PDF only

        self._pdfium = pdfium
        self._text = text
        self._places = _Places(page)
        self.width, self.height = self._places.width, self._places.height
        # The same functions, their results taken for numbers instead of pointers.
        addresses = [
            ctypes.cast(function, ctypes.c_void_p).value or 0
            for function in (pdfium.FPDFText_GetTextObject, pdfium.FPDFTextObj_GetFont)
        ]
        number = ctypes.c_void_p
        self._drawing = ctypes.CFUNCTYPE(number, number, ctypes.c_int)(addresses[0])
        self._font = ctypes.CFUNCTYPE(number, number)(addresses[1])
        self._known: dict[int, _Hand | None] = {}
        self._bold: dict[bytes, bool] = {}
        self._box, self._matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._flags = ctypes.c_int()
        self._name = ctypes.create_string_buffer(_NAME_BYTES)

    def of(self, index: int) -> _Hand | None:
        """Return how a character is set; None for one that is not upright, or has no size."""
        drawing = self._drawing(self._text, index) or 0
        if drawing not in self._known or not drawing:
            self._known[drawing] = self._ask(index, drawing)
        return self._known[drawing]

    def _ask(self, index: int, drawing: int) -> _Hand | None:
        pdfium, matrix = self._pdfium, self._matrix
        pdfium.FPDFText_GetMatrix(self._text, index, matrix)
        if not self._places.upright(matrix.a, matrix.b):
            return None
        size = pdfium.FPDFText_GetFontSize(self._text, index) * math.hypot(matrix.c, matrix.d)
        pdfium.FPDFText_GetFontInfo(self._text, index, self._name, _NAME_BYTES, self._flags)
        font = self._name.value
        if font not in self._bold:
            self._bold[font] = _BOLD.search(font.decode("utf-8", "replace")) is not None
        known = self._font(drawing) or 0 if drawing else 0
        return _Hand(drawing, size, self._bold[font], known) if size > 0 else None

    def place(
        self, index: int, hand: _Hand
    ) -> tuple[tuple[float, float, float, float], tuple[float, float, float]]:
        """Return the box of a character as the page has it; left, right and baseline as seen."""
        pdfium, box, places = self._pdfium, self._box, self._places
        pdfium.FPDFText_GetLooseCharBox(self._text, index, box)
        left, bottom, right, top = box.left, box.bottom, box.right, box.top
        if bottom != hand.bottom or top != hand.top or places.turns:
            pdfium.FPDFText_GetCharOrigin(self._text, index, self._x, self._y)
            hand.bottom, hand.top = bottom, top
            hand.baseline = places.at(self._x.value, self._y.value)[1]
        one, other = places.at(left, bottom)[0], places.at(right, top)[0]
        seen = (one, other) if one < other else (other, one)
        return (left, bottom, right, top), (*seen, hand.baseline)


def _parted(
    glyphs: Sequence[Glyph], drawn: Sequence[tuple[float, ...]], fonts: Sequence[int]
) -> list[Glyph]:
    """Return the glyphs, those that one drawn sign stands for (ff, ——) side by side in it.

    What of a sign hangs over the next (as f does) is not counted to its width.
    """
    hanging = _hanging(glyphs, drawn, fonts)
    parted: list[Glyph] = []
    start = 0
    while start < len(glyphs):
        end = start + 1
        while end < len(glyphs) and drawn[end] == drawn[start]:
            end += 1
        glyph = glyphs[start]
        if end - start > 1:
            width = (glyph.right - glyph.left) / (end - start)
            parted += [
                replace(g, left=g.left + k * width, right=g.left + (k + 1) * width)
                for k, g in enumerate(glyphs[start:end])
            ]
        else:
            over = hanging.get(_form(glyph, fonts[start]), 0.0)
            parted.append(replace(glyph, right=glyph.right - over * glyph.size) if over else glyph)
        start = end
    return parted


def _form(glyph: Glyph, font: int) -> _Form:
    """Return what all glyphs of one form have in common: font, character, and width in sizes."""
    return font, glyph.text, round((glyph.right - glyph.left) / glyph.size, 2)


def _hanging(
    glyphs: Sequence[Glyph], drawn: Sequence[tuple[float, ...]], fonts: Sequence[int]
) -> dict[_Form, float]:
    """Return how far, in sizes, glyphs hang over what follows them, by their form.

    It is the same whatever follows, where kerning differs from letter to letter.
    """
    seen: defaultdict[_Form, list[float]] = defaultdict(list)
    for k, (glyph, following) in enumerate(pairwise(glyphs)):
        over = (glyph.right - following.left) / glyph.size
        if over > -_NEXT and drawn[k][-1] == drawn[k + 1][-1] and drawn[k] != drawn[k + 1]:
            seen[_form(glyph, fonts[k])].append(over)
    found = {}
    for form, overs in seen.items():
        usual = median(overs)
        alike = sum(abs(over - usual) < _ALIKE for over in overs)
        if usual > _OVERHANG and len(overs) > 1 and alike > _MOSTLY * len(overs):
            found[form] = usual
    return found


@cache
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
    return unified(character)


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
        if not self.turns:
            return x - left, top - y
        return ((y - bottom, x - left), (right - x, y - bottom), (top - y, right - x))[
            self.turns - 1
        ]

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
