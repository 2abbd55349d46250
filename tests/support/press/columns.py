"""The press prints pages in columns: typst breaks lines and fills columns, the order is known.

Every sentence has its number, so that a reading can be scored for its order. What does not
belong to the text (title, table, picture, notes, head, folio) has no number.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import pypdfium2
import typst

from tests.support.press.font import FONTS
from tests.support.press.stocks import STOCKS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.press.stocks import Language

_ITEM: dict[Language, str] = {
    "zh": "第{}件，{}",
    "en": "Item {}. {}",
    "ru": "Дело {}. {}",
}
_NUMBER = re.compile(r"(?:第\s*|Item\s+|Дело\s+)(\d+)\s*(?:件|\.)")


@dataclass(frozen=True, slots=True)
class Columns:
    """How pages in columns are set: ``size`` in points, ``gutter`` and ``leading`` in sizes.

    ``across`` is what stands across all columns in the middle of the text, ``notes`` the share
    of paragraphs with a footnote. Pages are numbered from 11, at the head where it has
    ``corners``.
    """

    language: Language = "zh"
    columns: int = 2
    gutter: float = 1.6
    size: float = 10.0
    leading: float = 0.75
    justified: bool = True
    indented: bool = True
    title: bool = True
    across: Literal["nothing", "table", "picture"] = "nothing"
    notes: float = 0.0
    head: Literal["none", "middle", "corners"] = "middle"
    folio: Literal["middle", "corner"] = "middle"
    paragraphs: int = 40


@dataclass(frozen=True, slots=True)
class Reading:
    """How well pages in columns were read.

    ``broken`` counts the sentences that are not whole behind those before them; ``words`` is
    the share of the printed words that are there.
    """

    sentences: int
    broken: int
    words: float


def print_columns(how: Columns, path: Path, seed: int) -> list[str]:
    """Print pages in columns; their sentences in order are returned."""
    sentences, blocks = _text(how, seed)
    half = len(blocks) // 2
    across = _ACROSS[how.across].format(words=_cells(how.language))
    body = (
        [_flow(how, blocks[:half]), across, _flow(how, blocks[half:])]
        if across
        else [_flow(how, blocks)]
    )
    title = _TITLE.format(STOCKS[how.language].title) if how.title else ""
    source = "\n\n".join([_head(how), title, *body])
    typst.compile(  # type: ignore[misc]  # its overloads name a type that nothing binds
        source.encode(),
        output=str(path),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )
    return sentences


_TITLE = "#align(center, text(size: 1.8em, weight: 700)[{0}])\n#v(1em)\n"
_ACROSS = {
    "nothing": "",
    "table": "#v(1em)\n#align(center, table(columns: 4, inset: 6pt, column-gutter: 2em, "
    "stroke: none, {words}))\n#v(1em)",
    "picture": "#v(1em)\n#align(center, rect(width: 80%, height: 90pt, fill: luma(190)))\n#v(1em)",
}


def _head(how: Columns) -> str:
    """Return what typst is told of the page and the letters."""
    heads = {
        "none": "none",
        "middle": f"align(center, text(size: .8em)[{STOCKS[how.language].title}])",
        "corners": f"text(size: .8em)[{STOCKS[how.language].title} #h(1fr) "
        "#context counter(page).display()]",
    }
    side = "center" if how.folio == "middle" else "right"
    foot = f"align({side}, text(size: .8em, context counter(page).display()))"
    if how.head == "corners":
        foot = "none"
    indent = "(amount: 2em, all: true)" if how.indented else "0em"
    spacing = how.leading if how.indented else 2 * how.leading
    return f"""
#set page(width: 210mm, height: 297mm, margin: (x: 20mm, y: 22mm), header: {heads[how.head]},
  footer: {foot})
#counter(page).update(11)
#set text(font: "Noto Serif SC", size: {how.size}pt, lang: "{how.language}",
  hyphenate: true)
#set par(justify: {str(how.justified).lower()}, leading: {how.leading}em, spacing: {spacing}em,
  first-line-indent: {indent})
"""


def _flow(how: Columns, blocks: list[str]) -> str:
    """Return paragraphs in columns of which each page holds its own."""
    return (
        f"#columns({how.columns}, gutter: {how.gutter * how.size}pt)[\n"
        + "\n\n".join(blocks)
        + "\n]"
    )


def _cells(language: Language) -> str:
    """Return the words in the cells of a table."""
    topics = STOCKS[language].topics
    return ", ".join(f"[{topics[k % len(topics)]}]" for k in range(16))


def _text(how: Columns, seed: int) -> tuple[list[str], list[str]]:
    """Return the sentences of a text, and its paragraphs for typst, some with a note."""
    chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets
    stock = STOCKS[how.language]
    sentences: list[str] = []
    blocks = []
    for _ in range(how.paragraphs):
        here = []
        for sentence, _ in stock.paragraph(chance, 0.0):
            here.append(_ITEM[how.language].format(len(sentences) + 1, sentence.strip()))
            sentences.append(here[-1])
        note = ""
        if chance.random() < how.notes:
            note = f"#footnote[{stock.note.format(topic=stock.topics[0], volume=1, leaf=2)}]"
        blocks.append(stock.gap.join(here) + note)
    return sentences, blocks


def score_order(text: str, sentences: list[str], language: Language) -> Reading:
    """Return how well a text has the sentences of pages in columns."""
    plain = _plain(text, language)
    cursor = broken = 0
    for sentence in sentences:
        wanted = _plain(sentence, language)
        at = plain.find(wanted, cursor)
        if at < 0:
            broken += 1
        else:
            cursor = at + len(wanted)
    words, found = (Counter(re.findall(r"\w+", t)) for t in (" ".join(sentences), text))
    if language == "zh":
        words, found = Counter("".join(sentences)), Counter(text)
    return Reading(len(sentences), broken, (words & found).total() / words.total())


def breaks_of_order(text: str) -> tuple[int, int]:
    """Return how many numbers of sentences a text has, and how many do not follow each other.

    For what OCR reads, which is seldom word for word.
    """
    numbers = [int(number) for number in _NUMBER.findall(text)]
    steps = pairwise(numbers)
    return len(numbers), sum(not 0 < after - before < 3 for before, after in steps)


def scan_columns(pdf: Path, path: Path, *, dpi: int = 200) -> Path:
    """Return the PDF of pictures of a PDF's pages."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        first, *rest = (page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document)
        first.save(path, "PDF", resolution=dpi, save_all=True, append_images=rest)
    finally:
        document.close()
    return path


def _plain(text: str, language: Language) -> str:
    return re.sub(r"\s+", "" if language == "zh" else " ", text)
