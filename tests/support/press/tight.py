"""The press prints lines of words without a space character: the gaps alone tell the words."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import typst

from tests.support.press.font import FONTS
from tests.support.press.stocks import STOCKS

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tight:
    """How lines are set: ``gap`` between words and ``tracking`` between letters, in sizes.

    The gap of each line is up to ``loose`` wider, as justification makes it. ``spaced_out`` sets
    some words in letters that stand apart, as Russian and German do for emphasis; ``marks`` sets
    raised numbers behind some words, ``capitals`` some words in small capitals. ``spaces`` puts
    a space character into every gap.
    """

    language: Literal["en", "ru"] = "en"
    font: Literal["Noto Serif SC", "Libertinus Serif"] = "Noto Serif SC"
    size: float = 10.0
    gap: float = 0.17
    loose: float = 0.08
    tracking: float = 0.0
    spaced_out: bool = False
    marks: bool = False
    capitals: bool = False
    spaces: bool = False
    lines: int = 60


def print_tight(how: Tight, path: Path, seed: int) -> list[str]:
    """Print lines of words; the words are returned, marks of notes left out."""
    chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets
    stock = STOCKS[how.language]
    waiting: list[str] = []
    words: list[str] = []
    rows = []
    for _ in range(how.lines):
        while len(waiting) < 10:
            waiting += [word for text, _ in stock.paragraph(chance, 0) for word in text.split()]
        count = chance.randint(7, 9)
        here, waiting = waiting[:count], waiting[count:]
        words += here
        gap = how.gap + chance.random() * how.loose
        joint = " " if how.spaces else f"#h({gap + how.tracking:.3f}em)"
        row = joint.join(_set(word, how, gap, chance) for word in here)
        rows.append(f"#box[{row}]")
    source = f"""
#set page(width: 160mm, height: 230mm, margin: 18mm)
#set text(font: "{how.font}", size: {how.size}pt, tracking: {how.tracking}em, hyphenate: false)
#set par(leading: .7em, justify: false)
"""
    typst.compile(  # type: ignore[misc]  # its overloads name a type that nothing binds
        (source + " \\\n".join(rows)).encode(),
        output=str(path),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )
    return words


def _set(word: str, how: Tight, gap: float, chance: random.Random) -> str:
    """Return a word for typst, some in another way than the others."""
    bare = re.sub(r"\W", "", word)
    drawn = chance.random()
    if how.spaced_out and drawn < 0.08 and len(bare) > 4:
        return f"#text(tracking: {0.6 * (0.25 if how.spaces else gap):.3f}em)[{word}]"
    if how.capitals and drawn < 0.2:
        return f"#smallcaps[{word}]"
    if how.marks and drawn > 0.9:
        return f"{word}#super[{chance.randint(1, 9)}]"
    return word


def share_of_words(text: str, words: list[str]) -> float:
    """Return the share of words that a text has, punctuation and raised numbers aside."""
    found = Counter(re.findall(r"[^\W\d_]+", text.casefold()))
    wanted = Counter(part for word in words for part in re.findall(r"[^\W\d_]+", word.casefold()))
    return (found & wanted).total() / wanted.total()
