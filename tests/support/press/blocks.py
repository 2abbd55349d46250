"""The press prints paragraphs that are set apart from the text and belong to it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Literal

import typst

from tests.support.press.font import FONTS
from tests.support.press.stocks import STOCKS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.press.stocks import Language

Kind = Literal["ragged", "small"]

_PAGE = """
#set page(width: 148mm, height: 210mm, margin: 20mm,
  footer: align(center, context counter(page).display()))
#set text(font: "Noto Serif SC", size: 10.5pt, lang: "{language}", hyphenate: true)
#set par(justify: true)
"""
_RAGGED = """#pad(left: 3em, right: 2em)[
#set par(justify: false)
#set text(size: {size}pt)
{text}
]"""


def print_blocks(kind: Kind, language: Language, path: Path, seed: int) -> list[str]:
    """Print a text with blocks of a kind; the blocks are returned, each one paragraph.

    They are block quotations in ragged lines, of the size of the text or smaller, or the numbered
    documents of an appendix in small type, on pages of their own.
    """
    chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets

    def paragraph() -> str:
        return "".join(sentence for sentence, _ in STOCKS[language].paragraph(chance, 0))

    blocks = [paragraph() for _ in range(6 if kind == "ragged" else 30)]
    parts = []
    if kind == "ragged":
        for k, block in enumerate(blocks):
            parts += [paragraph() * 2, _RAGGED.format(size=9 if k % 2 else 10.5, text=block)]
        parts.append(paragraph() * 2)
    else:
        blocks = [f"{k}. {block}" for k, block in enumerate(blocks, 1)]
        parts = [*(paragraph() * 2 for _ in range(8)), "#pagebreak()", "#set text(size: 8.5pt)"]
        parts += blocks
    typst.compile(  # type: ignore[misc]  # its overloads name a type that nothing binds
        "\n\n".join([_PAGE.format(language=language), *parts]).encode(),
        output=str(path),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )
    return blocks
