"""What the font of the PDF can draw: a character it lacks is named, not shown as an empty box."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from rag.exporting.sound import by_number

if TYPE_CHECKING:
    from collections.abc import Callable

# Of scripts and signs outside these ranges Typst's own fonts have what the Chinese one lacks;
# selectors of variants are drawn as nothing by any.
_ASKED = re.compile(
    "[\u0600-\u109f\u1100-\u1dff\u2c00-\ufdff\ufe10-\U000e00ff\U000e01f0-\U0010ffff]"
)
_NOWHERE = "\U000f0000"  # for private use: in no font


def drawable(text: str) -> str:
    """Return text in which a character that the font lacks is named: ``⟨U+20BB7⟩``."""
    return _ASKED.sub(_shown, text)


@lru_cache(maxsize=20_000)
def _drawn(character: str) -> bool:
    draw = _drawing()
    return draw(character) != draw(_NOWHERE)


def _shown(found: re.Match[str]) -> str:
    return found[0] if _drawn(found[0]) else by_number(found)


@cache
def _drawing() -> Callable[[str], bytes]:
    """Return what draws a character in the font, as bytes that tell one drawing from another."""
    import pylopdf_fonts_zh_cn  # noqa: PLC0415 - only where a page is set
    from PIL import ImageFont  # noqa: PLC0415 - likewise

    font: Any = ImageFont.truetype(str(pylopdf_fonts_zh_cn.serif_path()), 20)
    return lambda character: bytes(font.getmask(character))
