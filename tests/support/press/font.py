"""How wide characters are in the press's typeface."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from PIL.ImageFont import FreeTypeFont, truetype

FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
"""The folder of the typefaces."""


def ems(text: str) -> float:
    """Return how wide a text is, in widths of a Chinese character."""
    return sum(_width(character) for character in text)


@cache
def _width(character: str) -> float:
    return _font().getlength(character) / 100


@cache
def _font() -> FreeTypeFont:
    return truetype(FONTS / "NotoSerifSC-Regular.otf", 100)
