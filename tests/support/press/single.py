"""The press prints pages of one column on which something looks like several."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import typst

from tests.support.press.font import FONTS
from tests.support.press.stocks import STOCKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_HEAD = """
#set page(width: 148mm, height: 210mm, margin: 20mm,
  footer: align(center, context counter(page).display()))
#set text(font: "Noto Serif SC", size: 10.5pt, lang: "zh")
#set par(justify: true, first-line-indent: (amount: 2em, all: true))
"""
_STOCK = STOCKS["zh"]
_SIGNS = "".join(_STOCK.who) + "".join(_STOCK.did)


def print_single(kind: str, path: Path, seed: int, *, whole: bool) -> None:
    """Print pages of a kind of ``KINDS``, between paragraphs or, ``whole``, on pages of its own."""
    chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets
    middle = KINDS[kind](chance, 30 if whole else chance.randint(4, 12))
    around = [] if whole else [_paragraph(chance) for _ in range(4)]
    typst.compile(  # type: ignore[misc]  # its overloads name a type that nothing binds
        "\n\n".join([_HEAD, *around, middle, *around]).encode(),
        output=str(path),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )


def _paragraph(chance: random.Random) -> str:
    return "".join(sentence for sentence, _ in _STOCK.paragraph(chance, 0))


def _verse(chance: random.Random, count: int) -> str:
    return _halves(chance, count, 7, "　　")


def _long_verse(chance: random.Random, count: int) -> str:
    return _halves(chance, count, 10, "#h(2em)")


def _halves(chance: random.Random, count: int, length: int, gap: str) -> str:
    """Return verse whose lines are in two halves."""
    rows = (
        gap.join("".join(chance.choices(_SIGNS, k=length)) + stop for stop in "，。")
        for _ in range(count)
    )
    return "#par(first-line-indent: 0em)[#align(center)[" + " \\ ".join(rows) + "]]"


def _table(columns: int) -> Callable[[random.Random, int], str]:
    def table(chance: random.Random, count: int) -> str:
        cells = (f"[{chance.choice(_STOCK.who + _STOCK.did)}]" for _ in range(count * columns))
        return f"#table(columns: {columns}, stroke: none, {', '.join(cells)})"

    return table


def _grid(columns: str) -> Callable[[random.Random, int], str]:
    """Return a way to set words and what is said of them side by side."""

    def grid(chance: random.Random, count: int) -> str:
        cells = (
            f"[{chance.choice(_STOCK.topics)}], [{_paragraph(chance)[:70]}]" for _ in range(count)
        )
        return f"#grid(columns: {columns}, row-gutter: .8em, {', '.join(cells)})"

    return grid


def _contents(chance: random.Random, count: int) -> str:
    return "\n\n".join(
        f"#par(first-line-indent: 0em)[{chance.choice(_STOCK.topics)}#box(width: 1fr, repeat[.])"
        f"{number}]"
        for number in range(1, count + 1)
    )


def _margin(chance: random.Random, count: int) -> str:
    """Return paragraphs with a note in the margin each."""
    note = "#place(right, dx: 18mm, box(width: 15mm, text(size: 7pt)[{}]))"
    return "\n\n".join(
        _paragraph(chance) + note.format(chance.choice(_STOCK.so)) for _ in range(count)
    )


def _quotation(chance: random.Random, count: int) -> str:
    return "\n\n".join(f"#pad(left: 4em, right: 2em)[{_paragraph(chance)}]" for _ in range(count))


def _choices(chance: random.Random, count: int) -> str:
    """Return questions with four answers in two columns."""
    return "\n\n".join(
        f"{_paragraph(chance)[:30]}\n\n#grid(columns: (1fr, 1fr), "
        + ", ".join(f"[{letter}. {chance.choice(_STOCK.did)}]" for letter in "ABCD")
        + ")"
        for _ in range(count)
    )


def _english(chance: random.Random, count: int) -> str:
    """Return English in a narrow measure, with wide gaps between the words of full lines."""
    stock = STOCKS["en"]
    paragraphs = (
        "".join(sentence for sentence, _ in stock.paragraph(chance, 0)) for _ in range(count)
    )
    return '#set text(lang: "en", hyphenate: false)\n#set page(width: 70mm)\n' + "\n\n".join(
        paragraphs
    )


KINDS: dict[str, Callable[[random.Random, int], str]] = {
    "verse": _verse,
    "long verse": _long_verse,
    "table of two": _table(2),
    "table of three": _table(3),
    "table of four": _table(4),
    "glossary": _grid("(8em, 1fr)"),
    "dialogue": _grid("(4em, 1fr)"),
    "contents": _contents,
    "notes in the margin": _margin,
    "quotation": _quotation,
    "choices": _choices,
    "narrow English": _english,
}
"""What stands on the pages, by name: a way to print so many pieces of it."""
