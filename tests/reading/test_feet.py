"""Running heads and feet in all their forms leave the text and number the pages."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from rag.reading.formats.pdf.document import read_pdf
from rag.reading.source.source import Source
from tests.support.press.pdf import Paper, Running, print_pdf
from tests.support.press.printing import Layout, print_book, renumbered, score

if TYPE_CHECKING:
    from pathlib import Path

    from rag.types import Book
    from tests.support.press.printing import Printed

SMALL = Layout(chapters=2, sections=2, paragraphs=(3, 6))

FORMS = {
    "title tight": ("{page}{title}", "{chapter}{page}"),
    "title in quotation marks": ("“{title}” {page}", "“{chapter}”{page}"),
    "title": ("{page} {title}", "{chapter} {page}"),
    "bar": ("{page} | {title}", "{chapter} | {page}"),
    "full bar": ("{page}｜{title}", "{chapter}｜{page}"),
    "number of the chapter": ("{page}  {title}", "第{n}章 {chapter}  {page}"),
    "page of": ("Page {page} of {pages}", "Page {page} of {pages}"),
    "page of in Chinese": ("第{page}页 共{pages}页", "第{page}页 共{pages}页"),
    "page of, the whole first": ("共{pages}页 第{page}页", "共{pages}页 第{page}页"),
    "page of in Russian": ("Стр. {page} из {pages}", "Стр. {page} из {pages}"),
    "slash": ("{page} / {pages}", "{page} / {pages}"),
    "page": ("Page {page}", "Page {page}"),
    "dot": ("p. {page}", "p. {page}"),
    "ordinal": ("第{page}页", "第{page}页"),
    "dashes": ("— {page} —", "— {page} —"),
    "brackets": ("［{page}］", "［{page}］"),
    "tortoise": ("〔{page}〕", "〔{page}〕"),
    "bullet": ("• {page}", "{page} •"),
    "bare": ("{page}", "{page}"),
    "apart": ("{page}\t{title}", "{chapter}\t{page}"),
    "address": ("https://example.org/a/17.html\t{page}", "https://example.org/a/17.html\t{page}"),
    "date": ("2026/11/29 11:20\t{title} {page}/{pages}",) * 2,
    "title with a number": ("{page} {title} 1931", "{chapter} 1931 {page}"),
}

LABELS = {
    "as they are": None,
    "from fifteen": lambda sheet, _c, _p: str(sheet.number + 14),
    "from ninety-five": lambda sheet, _c, _p: str(sheet.number + 94),
    "letter": lambda sheet, _c, _p: f"A-{sheet.number + 14}",
    "chapter": lambda _s, chapter, place: f"{chapter}-{place}",
    "star": lambda sheet, _c, _p: f"{sheet.number + 14}*",
}
ALONE = {"letter", "chapter", "star"}
"""Labels that are printed in forms without words only, where nothing else could be meant."""
BARE = ("dashes", "brackets", "bare", "ordinal", "bullet", "title", "apart", "bar", "tortoise")


@dataclass(frozen=True, slots=True)
class Read:
    """A book as it was read, beside what was printed."""

    book: Book
    printed: Printed

    @property
    def residue(self) -> Counter[str]:
        """The characters of the running text that were not printed as text."""
        body = "".join(self.book.text[: self.book.body_end].split())
        sheets = (*self.printed.preface, *self.printed.body)
        pieces = (piece.text for sheet in sheets for piece in sheet.pieces)
        words = self.printed.words
        # Headings are written in one line with a space, and the title page has two lines.
        written = "".join(("".join(pieces), self.printed.title, words.author))
        return Counter(body) - Counter("".join(written.split()))


def read(path: Path, paper: Paper, printed: Printed) -> Read:
    """Return a book as read from the PDF into which it was printed."""
    return Read(read_pdf(Source(print_pdf(printed, path / "book.pdf", paper))), printed)


def drawn(seed: int, form: str) -> tuple[Paper, Printed]:
    """Return paper and book for a form, whatever else is drawn by chance."""
    chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets
    pick = chance.choice
    layout = Layout(
        width=pick((24, 27)),
        height=pick((18, 24)),
        chapters=pick((2, 3)),
        sections=pick((2, 3)),
        paragraphs=(3, 6),
        notes=pick((0.0, 0.25, 0.8)),
        preface=pick((True, False)),
        front="roman",
        recto=pick((True, False)),
        language=pick(("zh", "zh", "en")),
    )
    printed = print_book(layout, seed)
    label = LABELS[pick([name for name in LABELS if form in BARE or name not in ALONE])]
    if label is not None:
        printed = renumbered(printed, label)
    left, right = FORMS[form]
    running = Running(
        left,
        right,
        head=chance.random() < 0.4,
        place=pick(("outer", "outer", "outer", "center", "right")),
        numerals=pick(("arabic", "arabic", "wide", "han") if form in BARE else ("arabic",)),
        openings=chance.random() < 0.6,
    )
    both = (running,)
    if running.head and chance.random() < 0.3:
        both = (running, Running("{title}", "{chapter}", place="center"))
    paper = Paper(
        folio=None,
        heads=not running.head and chance.random() < 0.5,
        labels="none",
        contents=False,
        bookmarks=True,
        justified=pick((True, False)),
        running=both,
    )
    return paper, printed


@pytest.mark.parametrize("form", ["title tight", "page of in Chinese", "number of the chapter"])
def test_a_foot_of_any_form_numbers_its_pages_and_leaves_the_text(
    tmp_path: Path, form: str
) -> None:
    """Every page that shows its number has it, and nothing of head or foot is in the text."""
    printed = renumbered(print_book(SMALL, 3), lambda sheet, _c, _p: str(sheet.number + 14))
    paper = Paper(folio=None, labels="none", contents=False, running=(Running(*FORMS[form]),))
    found = read(tmp_path, paper, printed)
    result = score(found.book, printed)
    assert (result.exact, result.right_where_exact, result.lost) == (1.0, 1.0, 0.0)
    assert not found.residue


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_heads_and_feet_drawn_at_random(tmp_path: Path, form: str) -> None:
    """Over books, places and numerals what is called exact is right, and nearly all is."""
    exact, right, residue, count = [], [], 0, 0
    for seed in range(6):
        found = read(tmp_path, *drawn(seed, form))
        result = score(found.book, found.printed)
        exact.append(result.exact)
        right.append(result.right_where_exact)
        residue += found.residue.total()
        count += len(found.book.pages)
        assert result.lost == 0
    print(form, count, [round(x, 3) for x in exact], [round(x, 3) for x in right], residue)
    assert min(right) >= 0.995
    assert sum(exact) / len(exact) >= 0.97
    assert residue == 0
