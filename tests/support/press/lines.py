"""The press draws single lines: pictures small enough to be read in a moment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZE = 44
"""The size of characters in pixels: 10.5 points at 300 dpi."""

PITCH = 75
SIDE = 120

_FONT = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSerifSC-Regular.otf"


def draw(lines: Sequence[str], *, width: int = 1500, size: int = SIZE) -> Image.Image:
    """Return the picture of a page with these lines, a line each ``PITCH`` pixels."""
    page = Image.new("L", (width, 2 * SIDE + PITCH * len(lines)), 255)
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(_FONT), size)
    for k, line in enumerate(lines):
        pen.text((SIDE, SIDE + k * PITCH), line, font=font, fill=0)
    return page


def draw_down(columns: Sequence[str], *, size: int = SIZE) -> Image.Image:
    """Return the picture of a page whose lines run from top to bottom, the first on the right."""
    height = 2 * SIDE + max(map(len, columns)) * round(1.15 * size)
    page = Image.new("L", (2 * SIDE + PITCH * len(columns), height), 255)
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(_FONT), size)
    for k, column in enumerate(columns, 1):
        for row, character in enumerate(column):
            place = (page.width - SIDE - k * PITCH, SIDE + row * round(1.15 * size))
            pen.text(place, character, font=font, fill=0)
    return page
