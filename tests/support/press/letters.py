"""The press gives a PDF fonts that name other characters than they draw."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from pathlib import Path


def misname(path: Path, names: Mapping[str, str], pages: Container[int] | None = None) -> None:
    """Let the fonts of a PDF give for characters those that ``names`` has for them.

    ``pages`` are the sheets, counted from 0, that get such fonts, all where it is None; what
    is drawn stays the same.
    """
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        made: dict[tuple[int, int], pikepdf.Object] = {}
        for number, page in enumerate(pdf.pages):
            if pages is not None and number not in pages:
                continue
            fonts = pikepdf.Dictionary()
            for key, font in page.obj.Resources.Font.items():
                if font.objgen not in made:
                    table = _renamed(font.ToUnicode.read_bytes(), names)
                    made[font.objgen] = pdf.make_indirect(pikepdf.Dictionary(dict(font.items())))
                    made[font.objgen].ToUnicode = pdf.make_stream(table)
                fonts[key] = made[font.objgen]
            resources = pikepdf.Dictionary(dict(page.obj.Resources.items()))
            resources.Font = fonts
            page.obj.Resources = resources
        pdf.save(path)


def _renamed(table: bytes, names: Mapping[str, str]) -> bytes:
    """Return a font's table of characters with other names in it."""
    codes = {_code(old): _code(new) for old, new in names.items()}
    return re.sub(
        rb"(<[0-9A-F]+> )<([0-9A-F]+)>",
        lambda found: found[1] + b"<" + codes.get(found[2], found[2]) + b">",
        table,
    )


def _code(text: str) -> bytes:
    return text.encode("utf-16-be").hex().upper().encode()
