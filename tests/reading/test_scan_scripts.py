"""Scans of books in Latin and Cyrillic script."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

import pytest

from rag.reading.formats.scan import read_scan
from rag.types import PageStatus

HEIGHT, WIDTH = 34, 62


@dataclass(frozen=True, slots=True)
class Words:
    """What a book of some language is made of."""

    contents: str
    chapter: str
    who: tuple[str, ...]
    did: tuple[str, ...]
    so: tuple[str, ...]


ENGLISH = Words(
    "Contents",
    "Chapter",
    ("the miller", "the old surveyor", "two teachers", "the harbour council", "a carpenter"),
    ("built a wooden bridge", "measured the fields along the river", "wrote a long report"),
    ("which nobody had expected", "as the accounts still show", "although the winter was hard"),
)
RUSSIAN = Words(
    "Оглавление",
    "Глава",
    ("мельник", "старый землемер", "два учителя", "совет гавани", "странствующий врач"),
    ("построил деревянный мост", "измерил поля вдоль реки", "написал длинный отчёт"),
    ("чего никто не ожидал", "как показывают счета", "хотя зима была очень суровой"),
)


@dataclass(slots=True)
class Press:
    """Pages as set so far, each with its blocks; and the contents."""

    pages: list[list[str]] = field(default_factory=lambda: [[]])
    contents: list[tuple[str, int]] = field(default_factory=list)
    used: int = 0

    def heading(self, text: str, lines: int) -> None:
        """Set a heading with room for two lines under it."""
        if self.used + lines + 2 > HEIGHT:
            self.turn()
        self.used += lines
        self.pages[-1].append(text)
        self.contents.append((text, len(self.pages)))

    def turn(self) -> None:
        """Begin a new page."""
        self.pages.append([])
        self.used = 0

    def paragraph(self, text: str) -> None:
        """Set a paragraph in lines, cut where a page is full."""
        lines = [""]
        for word in text.split():
            limit = WIDTH - 3 * (len(lines) == 1)
            if len(lines[-1]) + len(word) >= limit:
                lines.append("")
            lines[-1] = f"{lines[-1]} {word}".strip()
        while lines:
            room = HEIGHT - self.used
            if lines[:room]:
                self.pages[-1].append(" ".join(lines[:room]))
            self.used += len(lines[:room])
            lines = lines[room:]
            if lines:
                self.turn()


def print_book(words: Words, seed: int) -> tuple[str, list[list[str]]]:
    """Return the text of a scan, and the blocks of each page."""
    draw = random.Random(seed)  # noqa: S311 - books are made up, not secrets
    press = Press()
    for chapter in range(1, 5):
        if press.used:
            press.turn()
        press.heading(f"{words.chapter} {chapter}. {draw.choice(words.who).title()}", 6)
        for section in range(1, 4):
            press.heading(f"{chapter}.{section}. {draw.choice(words.who).title()}", 3)
            for _ in range(draw.randint(5, 12)):
                sentences = (
                    f"{draw.choice(words.who)} {draw.choice(words.did)}, {draw.choice(words.so)}."
                    for _ in range(draw.randint(3, 12))
                )
                press.paragraph(" ".join(s[0].upper() + s[1:] for s in sentences))
    lines = [words.contents, *(f"{text} ....... {page}" for text, page in press.contents)]
    return "\n\n".join(["\n".join(lines), *(b for page in press.pages for b in page)]), press.pages


@pytest.mark.parametrize("words", [ENGLISH, RUSSIAN], ids=["english", "russian"])
def test_pages_of_other_scripts_are_right(words: Words) -> None:
    """A plain text in another script has its pages, chapters and sections."""
    text, printed = print_book(words, 5)
    book = read_scan(text, "x", None, ())
    shown = {page.label: page for page in book.pages if page.status is PageStatus.EXACT}
    assert len(shown) >= 0.9 * len(printed)
    for number, blocks in enumerate(printed, 1):
        page = shown.get(str(number))
        if page is not None:
            found = re.sub(r"\s", "", book.text[page.start : page.end])
            assert found == re.sub(r"\s", "", "".join(blocks))
    assert len({section.chapter for section in book.sections if section.chapter}) == 4


def test_a_hyphen_at_the_end_of_a_page_goes() -> None:
    """A word that a page cut is whole again, and the page begins inside it."""
    text = (
        "Chapter 1. Roads\n\n"
        "The villages shared the cost of the new road, as the accounts of the har-\n\n"
        "bour council show. The winter was hard that year, and nobody came."
    )
    book = read_scan(text, "x", None, ())
    assert "of the harbour council" in book.text
