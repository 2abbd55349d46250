"""Books whose lines and pages typst itself made, and sheets as uneven as those of a scan."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pylopdf_fonts_zh_cn
import pypdfium2
import pytest
import typst

from rag.reading.formats.pdf.document import read_pdf
from rag.reading.formats.pdf.text import read_layer
from rag.reading.sheets.layout import read_sheets
from rag.reading.sheets.model import Sheet
from rag.reading.source.source import Source
from rag.types import PageStatus
from tests.support.press.pdf import Paper, print_pdf
from tests.support.press.printing import Layout, print_book, running_on, score
from tests.support.press.stocks import STOCKS

if TYPE_CHECKING:
    from rag.types import Book

_PAGE = """
#set page(width: 148mm, height: 210mm, margin: (inside: 22mm, outside: 18mm, y: 22mm),
  header: context {
    let page = counter(page).get().first()
    let chapters = query(heading.where(level: 1)).filter(h => h.location().page() <= here().page())
    if chapters.len() > 0 and chapters.last().location().page() != here().page() {
      let title = chapters.last().body
      if calc.even(page) [#page #h(1fr) OLD TALES] else [#h(1fr) #title #h(1em) #page]
    }
  },
  footer: context {
    let opening = query(heading.where(level: 1)).any(h => h.location().page() == here().page())
    if opening { align(center)[#counter(page).display()] }
  })
#set par(justify: true, leading: 0.9em, spacing: 0.9em)
"""
_CHINESE = """
#set text(font: "Noto Serif SC", size: 10.5pt, lang: "zh")
#set par(first-line-indent: (amount: 2em, all: true))
#set footnote(numbering: "①")
"""
_ENGLISH = """
#set text(font: "Noto Serif SC", size: 10.5pt, lang: "en", hyphenate: true)
#set par(first-line-indent: 1.2em)
"""


def typeset(path: Path, head: str, language: str) -> tuple[Book, list[str], list[str]]:
    """Return a book of three chapters as read, the words of its paragraphs, and its notes."""
    chance = random.Random(3)  # noqa: S311 - books are made up, not secrets
    stock = STOCKS["zh" if language == "zh" else "en"]
    source, words, notes = [_PAGE, head], [], []
    for chapter in range(1, 4):
        number = "一二三"[chapter - 1]
        name = f"第{number}章 水渠的来历" if language == "zh" else f"Chapter {chapter} The canals"
        source.append(f"#pagebreak(weak: true)\n= {name}")
        for _ in range(14):
            text = ""
            spoken = ""
            for sentence, note in stock.paragraph(chance, 0.5):
                gap = " " if language == "en" and text else ""
                text += gap + sentence + (f"#footnote[{note}]" if note else "")
                spoken += gap + sentence
                notes += [note] if note else []
            source.append(text)
            words.append(spoken)
    path.with_suffix(".typ").write_text("\n\n".join(source), encoding="utf-8")
    typst.compile(
        str(path.with_suffix(".typ")),
        output=str(path),
        font_paths=[str(Path(pylopdf_fonts_zh_cn.__file__).parent)],
        ignore_system_fonts=True,
    )
    return read_pdf(Source(path)), words, notes


def flat(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


@pytest.mark.parametrize(("language", "head"), [("zh", _CHINESE), ("en", _ENGLISH)])
def test_a_typeset_book_is_read_word_for_word(tmp_path: Path, language: str, head: str) -> None:
    """Heads, folios, hyphens and notes are undone: paragraphs and notes are those written."""
    book, words, notes = typeset(tmp_path / "book.pdf", head, language)
    lines = book.text[: book.body_end].split("\n")
    found = {flat(text) for text in lines}
    assert [text for text in words if flat(text) not in found] == []
    assert [flat(book.text[n.start : n.end]) for n in book.footnotes] == list(map(flat, notes))
    assert all(n.anchor is not None for n in book.footnotes)
    assert [p.label for p in book.pages] == [str(n) for n in range(1, len(book.pages) + 1)]
    assert {p.status for p in book.pages} == {PageStatus.EXACT}


def test_english_words_stay_apart(tmp_path: Path) -> None:
    """Where lines were joined words are parted by one space, and none is left hyphened."""
    book, words, _ = typeset(tmp_path / "book.pdf", _ENGLISH, "en")
    lines = book.text[: book.body_end].split("\n")
    assert [text for text in words if " ".join(text.split()) not in lines] == []


def _uneven(path: Path, seed: int) -> list[Sheet]:
    """Return the sheets of a PDF as a scan would give them: shifted, sizes not quite the same."""
    chance = random.Random(seed)  # noqa: S311 - made up, not a secret
    sheets = []
    document = pypdfium2.PdfDocument(path)
    for page in document:
        width, height = page.get_size()
        across, down = chance.uniform(-15, 15), chance.uniform(-9, 9)
        lines = []
        for line in read_layer(page).lines:
            size = line.size * chance.uniform(0.95, 1.05)
            bottom = line.bottom + down + chance.uniform(-0.8, 0.8)
            lines.append(
                replace(
                    line,
                    left=line.left + across + chance.uniform(-0.8, 0.8),
                    right=line.right + across + chance.uniform(-0.8, 0.8),
                    top=bottom - size,
                    bottom=bottom,
                    size=size,
                    raised=(),
                )
            )
        sheets.append(Sheet(width, height, tuple(lines)))
    document.close()
    return sheets


@pytest.mark.parametrize(
    "paper",
    [
        Paper(labels="none", bookmarks=False),
        Paper(labels="none", bookmarks=False, folio="· {} ·", corners=True, contents=False),
        Paper(labels="none", bookmarks=False, spreads=True, signs="[1]"),
        Paper(labels="none", bookmarks=False, margin="lines", justified=False),
    ],
    ids=str,
)
def test_sheets_of_a_scan_are_read_like_those_of_a_file(tmp_path: Path, paper: Paper) -> None:
    """Sheets that lie a little differently, and sizes not quite alike, change nothing."""
    printed = running_on(print_book(Layout(chapters=3, sections=3, notes=0.6), 6), 0.5, 1)
    path = print_pdf(printed, tmp_path / "book.pdf", paper)
    found = score(read_sheets(_uneven(path, 6), (), Source(path)), printed)
    assert (found.exact, found.right_where_exact, found.lost) == (1.0, 1.0, 0.0)
    assert (found.sections, found.notes) == (1.0, 1.0)


def test_one_sign_may_stand_for_several_letters(tmp_path: Path) -> None:
    """Letters that a font draws as one sign (ff, fi, ffl) are all read."""
    words = "Different officers offered an efficient baffle and affluent coffee."
    source = tmp_path / "page.typ"
    source.write_text(f'#set text(font: "Libertinus Serif")\n{words}', encoding="utf-8")
    typst.compile(source, output=tmp_path / "page.pdf")
    with pypdfium2.PdfDocument(tmp_path / "page.pdf") as document:
        [line] = read_layer(document[0]).lines
    assert line.text == words


@pytest.mark.parametrize(
    ("declared", "title", "authors"),
    [
        ('title: "The Salt Roads", author: ("Ann Dale", "Ivo Kern")',
         "The Salt Roads", ["Ann Dale", "Ivo Kern"]),
        ('title: "Microsoft Word - draft3.doc", author: "user"', "page", []),
        ('title: "The Salt Roads", author: "Typesetter Ltd"', "The Salt Roads", []),
        ('author: "Ann Dale"', "page", []),
    ],
)  # fmt: skip
def test_a_declared_title_is_believed_where_it_is_printed(
    declared: str, title: str, authors: list[str], tmp_path: Path
) -> None:
    """What no title page prints is a program's word, and left out."""
    source = tmp_path / "page.typ"
    source.write_text(
        f"#set document({declared})\n#align(center)[The Salt Roads \\ by Ann Dale and Ivo Kern]\n"
        "#pagebreak()\n#lorem(300)\n",
        encoding="utf-8",
    )
    typst.compile(source, output=tmp_path / "page.pdf")
    record = read_pdf(Source(tmp_path / "page.pdf")).record
    assert (record.title, [person.name for person in record.authors]) == (title, authors)
