"""Characters that a file gives in place of others are read as what they stand for."""

from __future__ import annotations

import random
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from rag.language.tables import letters
from rag.language.text import find_exact
from rag.reading.formats.pdf.document import read_pdf
from rag.reading.formats.pdf.garbling import broken, letters_on
from rag.reading.formats.reader import read_book
from rag.reading.source.source import Source
from tests.support.press.docx import print_docx
from tests.support.press.epub import print_epub
from tests.support.press.flow import print_html, print_markdown
from tests.support.press.letters import misname
from tests.support.press.pdf import Paper, print_pdf
from tests.support.press.printing import Layout, Printed, print_book, retold, score

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LAYOUT = Layout(chapters=2, sections=2, paragraphs=(3, 5), notes=0.8)
PLAIN = Paper(labels="none")
TWINS = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0x2F00, 0x2FD6)} | {
    character: radical for radical, character in letters("radicals").items() if radical < "⼀"
}
"""Radicals by the characters that they look like."""

WRITERS: dict[str, Callable[[Printed, Path], object]] = {
    "book.md": print_markdown,
    "book.epub": print_epub,
    "book.html": print_html,
    "book.docx": print_docx,
}


def characters(printed: Printed) -> list[str]:
    """Return the Chinese characters of a book's text, the commonest first."""
    text = "".join(piece.text for sheet in printed.body for piece in sheet.pieces)
    return [c for c, _ in Counter(text).most_common() if c >= "一"]


def test_a_font_that_gives_radicals_is_read_as_what_it_draws(tmp_path: Path) -> None:
    """Headings, contents and text of a PDF have the characters, and every place is right."""
    printed = print_book(LAYOUT, 5)
    path = print_pdf(printed, tmp_path / "book.pdf", PLAIN)
    names = {c: TWINS[c] for c in [*characters(printed), *"第一二目"] if c in TWINS}
    assert len(names) > 15
    misname(path, names)
    book = read_pdf(Source(path))
    found = score(book, printed)
    assert (found.exact, found.right_where_exact, found.sections) == (1.0, 1.0, 1.0)
    assert (found.notes, found.lost) == (1.0, 0.0)


@pytest.mark.parametrize("name", WRITERS)
def test_radicals_are_characters_in_every_format(tmp_path: Path, name: str) -> None:
    """Text, headings and title of a book are in characters, whatever the file gives."""
    printed = print_book(LAYOUT, 5)
    twins = str.maketrans(TWINS)
    WRITERS[name](retold(printed, lambda text: text.translate(twins)), tmp_path / name)
    book = read_book(Source(tmp_path / name))
    assert not set(book.text) & set(TWINS.values())
    found = score(book, printed, signs=name == "book.docx")
    assert (found.sections, found.lost) == (1.0, 0.0)
    words = next(p.text for p in printed.body[0].pieces if not p.heading).split("，")[0]
    [place, *_] = find_exact(book.text, words.translate(twins))
    assert book.text[place.start : place.end] == words


FOREIGN = {
    "Armenian": "ԱԲԳԴԵԶԷԸԹԺ",
    "private": "".join(chr(0xE000 + k) for k in range(30)),
    "Cyrillic": "АБВГДЖЗИКЛ",
    "bytes": "ÎÒÃÇÐÖúÈËñ",
}


@pytest.mark.parametrize(
    "name", ["Armenian", pytest.param("private", marks=pytest.mark.slow),
             pytest.param("Cyrillic", marks=pytest.mark.slow)],
)  # fmt: skip
@pytest.mark.slow
def test_pages_in_a_broken_font_are_read_by_ocr(tmp_path: Path, name: str) -> None:
    """What the font names wrongly is seen on the page instead, and nothing of it is quoted."""
    printed = print_book(LAYOUT, 5)
    path = print_pdf(printed, tmp_path / "book.pdf", PLAIN)
    chance = random.Random(1)  # noqa: S311 -- no secret
    common = characters(printed)[5:45]
    misname(path, {c: chance.choice(FOREIGN[name]) for c in common}, {6})
    book = read_pdf(Source(path))
    assert not set(book.text) & set(FOREIGN[name])
    assert score(book, printed).lost < 0.02


CHINESE = "渔民们在旱季到来以前修了三条水渠后来的人多半引用这个数字费用由各村分摊" * 20
ENGLISH = "the fishermen of the estuary constructed three stone aqueducts " * 12
RUSSIAN = "рыбаки с устья реки вырыли три каменных канала до наступления засухи " * 10

FRENCH = "les pêcheurs de la rivière ont creusé trois canaux avant la saison sèche, et après " * 8


def amid(text: str, alphabet: str, every: int) -> str:
    """Return a text with a letter of another alphabet for every so many of its own."""
    return "".join(alphabet[k % len(alphabet)] if k % every == 0 else c for k, c in enumerate(text))


def are_broken(text: str, *pages: str) -> list[bool]:
    """Return which of some pages of a book are in a broken font; the others hold a text."""
    private = [Counter(ord(c) for c in page if c in FOREIGN["private"]) for page in pages]
    letters_of_pages = [
        letters_on([page], codes) for page, codes in zip(pages, private, strict=True)
    ]
    return broken([*[letters_on([text], {})] * 8, *letters_of_pages])[8:]


@pytest.mark.parametrize("text", [CHINESE, ENGLISH, RUSSIAN], ids=["zh", "en", "ru"])
@pytest.mark.parametrize("alphabet", ["Armenian", "private", "bytes", "Cyrillic"])
def test_a_tenth_of_foreign_letters_breaks_a_page(text: str, alphabet: str) -> None:
    """Letters of a script that the book has not, amid its own, are those of a broken font."""
    if (text, alphabet) == (RUSSIAN, "Cyrillic"):
        alphabet = "Armenian"
    foreign = FOREIGN[alphabet]
    assert are_broken(text, amid(text, foreign, 6), amid(text, foreign, 40)) == [True, False]


def test_a_broken_font_is_seen_where_all_pages_have_it() -> None:
    """Letters that are strewn among others are of no script of the book, however many they are."""
    pages = [letters_on([amid(CHINESE, FOREIGN["Armenian"], 4)], {})] * 5
    assert broken(pages) == [True] * 5
    japanese = "渔民たちは旱季が来る前に三本の水路を掘りコンクリートで固めた" * 20
    assert broken([letters_on([japanese], {})] * 5) == [False] * 5


def test_accents_that_a_font_gives_apart_are_put_on_their_letters(tmp_path: Path) -> None:
    """A letter that the font names as two is one, and a Latin twin is the letter of its word."""
    layout = Layout(60, chapters=1, sections=1, paragraphs=(3, 4), language="ru")
    printed = print_book(layout, 5)
    path = print_pdf(printed, tmp_path / "book.pdf", PLAIN)
    misname(path, {"й": "и\u0306", "р": "p"})
    found = score(read_pdf(Source(path)), printed)
    assert (found.exact, found.right_where_exact, found.lost) == (1.0, 1.0, 0.0)


def test_quoted_words_bullets_and_names_break_no_page() -> None:
    """Pages in a foreign tongue, lists with bullets of a font of signs, and initials are sound."""
    assert are_broken(CHINESE, RUSSIAN, ENGLISH, CHINESE[:300] + "《Известия》" * 12) == [False] * 3
    assert are_broken(RUSSIAN, CHINESE, ENGLISH, FRENCH) == [False] * 3
    assert are_broken(ENGLISH, amid(ENGLISH, "αβγπ", 8)) == [False]
    bullets = letters_on([CHINESE[:100]], {0xF0B7: 30, 0xF0A7: 5})
    assert broken([letters_on([CHINESE], {}), bullets]) == [False, False]
    assert broken([letters_on([CHINESE], {}), letters_on([CHINESE[:100]], {0xFFFD: 30})])[1]
