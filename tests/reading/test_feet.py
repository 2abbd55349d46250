"""Running heads and feet in all their forms leave the text and number the pages."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from rag.reading.formats.pdf.document import read_pdf
from rag.reading.sheets.layout import read_sheets
from rag.reading.sheets.model import Line, Sheet
from rag.reading.source.source import Source
from rag.types import PageStatus, Span
from tests.support.press.pdf import Paper, Running, print_pdf
from tests.support.press.printing import Layout, print_book, renumbered, score

if TYPE_CHECKING:
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
    numerals: list[Literal["arabic", "wide", "han"]] = ["arabic", "arabic", "wide", "han"]
    left, right = FORMS[form]
    running = Running(
        left,
        right,
        head=chance.random() < 0.4,
        place=pick(("outer", "outer", "outer", "center", "right")),
        numerals=pick(numerals if form in BARE else numerals[:1]),
        openings=chance.random() < 0.6,
    )
    both: tuple[Running, ...] = (running,)
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


STOCK = "渔民们在旱季到来以前修了三条水渠后来的人多半引用这个数字费用由各村分摊"
SIZE, PITCH, COLUMNS = 10.0, 18.0, 28


def line(text: str, top: float, left: float = 60.0, *, size: float = SIZE) -> Line:
    """Return a line whose Chinese characters are as wide as they are high, others half."""
    width = sum(size if c > "⺀" else size / 2 for c in text)
    return Line(text, left, top, left + width, top + size, size)


def sheet(number: int, *extra: Line, rows: int = 20) -> Sheet:
    """Return a page of full lines, with others; the words of a page are its own."""
    words = "".join(STOCK[(number * 7 + k) % len(STOCK)] for k in range(rows * COLUMNS))
    full = [line(words[k * COLUMNS :][:COLUMNS], 80 + k * PITCH) for k in range(rows)]
    return Sheet(400.0, 600.0, (*full, *extra))


def sheets_read(sheets: list[Sheet]) -> Book:
    """Return the book that sheets make."""
    return read_sheets(sheets, (), Source(Path("河谷旧事.pdf")))


def exact(book: Book) -> list[str | None]:
    """Return the labels that are called exact, None for any other."""
    return [p.label if p.status is PageStatus.EXACT else None for p in book.pages]


def counted(first: int, last: int) -> list[str]:
    """Return the labels from first to last."""
    return [str(n) for n in range(first, last + 1)]


def test_the_head_of_a_chapter_of_one_page_goes_by_its_number() -> None:
    """Where every head has other words, the number that counts up tells that they are heads."""
    sheets = [sheet(n, line(f"{STOCK[n : n + 4]} {n}", 45, 250, size=8.0)) for n in range(11, 19)]
    book = sheets_read(sheets)
    assert exact(book) == counted(11, 18)
    assert not any(c.isdigit() for c in book.text)


def test_feet_without_any_number_leave_the_text() -> None:
    """The same words below the text of left- or of right-hand pages are no text."""
    feet = ("河谷旧事", "水渠的来历")
    sheets = [sheet(n, line(feet[n % 2], 570, 250 - n % 2 * 190)) for n in range(1, 9)]
    book = sheets_read(sheets)
    assert exact(book) == [None] * 8
    assert not any(foot in book.text for foot in feet)


def test_a_refrain_at_the_end_of_pages_stays() -> None:
    """A line of the text that comes back, set off, where text stands on other pages, is text."""
    refrain = line("水渠啊水渠", 80 + 19 * PITCH, 120)
    sheets = [sheet(n, refrain, rows=17) if n % 2 else sheet(n) for n in range(1, 13)]
    assert sheets_read(sheets).text.count(refrain.text) == 6


def test_notes_of_which_every_page_has_one_number_nothing() -> None:
    """Signs of notes count up with the pages where each page has one; they are not folios."""
    sheets = [
        sheet(n, line(f"{n} 见县志抄本第{n % 5 + 3}卷", 520, size=8.0), line(f"{n + 30}", 570, 195))
        for n in range(1, 12)
    ]
    sheets = [
        replace(s, lines=(replace(s.lines[0], text=f"{s.lines[0].text[:-1]}{n}", raised=(Span(
            27, 27 + len(str(n))),)), *s.lines[1:]))
        for n, s in enumerate(sheets, 1)
    ]  # fmt: skip
    book = sheets_read(sheets)
    assert exact(book) == counted(31, 41)
    assert [note.mark for note in book.footnotes] == counted(1, 11)


def test_numbers_of_verses_of_lists_and_of_tables_number_nothing() -> None:
    """What counts in the text itself, or stands in the last row of a table, is no folio."""
    for text in ("{} 渔民们说", "{}、修渠的人", "{} 亩  34 户  {} 石"):
        sheets = [
            sheet(n, line(text.format(n + 40, n * 3), 80 + 20 * PITCH), rows=20)
            for n in range(1, 10)
        ]
        book = sheets_read(sheets)
        assert exact(book) == [None] * 9
        assert all(f"{n + 40}" in book.text for n in range(1, 10))


def test_a_number_in_front_matter_begins_no_numbering() -> None:
    """A number that by chance is what the first page would have, had it one, gives it none."""
    front = [sheet(n, line(roman, 570, 195)) for n, roman in enumerate(("11", "ii", "iii", "iv"))]
    body = [sheet(n, line(str(n), 570, 195)) for n in range(15, 24)]
    assert exact(sheets_read([*front, *body])) == [None, "ii", "iii", "iv", *counted(15, 23)]


def test_a_book_of_parts_has_the_labels_that_are_printed() -> None:
    """Letters before numbers are not misread digits, and stay in the label."""
    labels = [f"S{n}" for n in range(11, 17)] + [f"B-{n}" for n in range(1, 6)]
    sheets = [sheet(n, line(label, 570, 195)) for n, label in enumerate(labels)]
    assert exact(sheets_read(sheets)) == labels


def test_a_quotation_in_ragged_lines_is_one_paragraph() -> None:
    """Lines that stand in from both sides run on where the next word would not have fitted."""
    rows = (
        "You misunderstand the keeper: he only talks of the",
        "harbour as it should be, and it is the goal of any har-",
        "bour to keep what is right. If we were to talk of what",
        "it is, he said little that was wrong.",
    )
    quoted = [line(text, 80 + (21 + k) * PITCH, 78) for k, text in enumerate(rows)]
    verse = [line(text, 80 + (26 + k) * PITCH, 78) for k, text in enumerate(("水渠长", "木桥短"))]
    tall = [replace(sheet(n, *quoted, *verse), height=800.0) for n in (1, 2, 3)]
    paragraphs = sheets_read(tall).text.split("\n")
    assert paragraphs.count(" ".join(rows).replace("har- bour", "harbour")) == 3
    assert paragraphs.count("水渠长") == paragraphs.count("木桥短") == 3


def test_rows_of_ornaments_are_nothing() -> None:
    """Stars between two paragraphs are neither text nor the sign of a note."""
    sheets = [
        sheet(n, line("* * *", 80 + 21 * PITCH, 180), line(str(n), 570, 195)) for n in range(1, 6)
    ]
    book = sheets_read(sheets)
    assert "*" not in book.text
    assert book.footnotes == ()
    assert exact(book) == counted(1, 5)


def test_a_note_whose_sign_cannot_be_read_is_a_note_without_one() -> None:
    """Small type at the foot answers the mark above it, though its own sign is lost."""

    def noted(n: int, sign: str) -> Sheet:
        plain = sheet(n, line(f"{sign} 见县志抄本第三卷。", 520, size=8.0))
        first = replace(plain.lines[0], text=f"{plain.lines[0].text[:-1]}①", raised=(Span(27, 28),))
        return replace(plain, lines=(first, *plain.lines[1:]))

    book = sheets_read([noted(n, "@" if n == 3 else "" if n == 5 else "①") for n in range(1, 8)])
    assert len(book.footnotes) == 7
    assert all(note.anchor is not None for note in book.footnotes)
    assert "县志抄本" not in book.text[: book.body_end]


def test_a_whole_page_of_small_type_is_text() -> None:
    """An appendix in small type behind a note without a full stop is no part of the note."""
    marked = sheet(2, line("① 同上书，第15页", 520, size=8.0))
    first = replace(marked.lines[0], text=f"{marked.lines[0].text[:-1]}①", raised=(Span(27, 28),))
    appendix = Sheet(
        400.0, 600.0, tuple(line(f"{STOCK[:30]}。", 80 + k * 14, size=8.0) for k in range(20))
    )
    book = sheets_read(
        [sheet(1), replace(marked, lines=(first, *marked.lines[1:])), appendix, sheet(4)]
    )
    assert [book.text[n.start : n.end] for n in book.footnotes] == ["同上书，第15页"]
    assert book.text[: book.body_end].count(STOCK[:30]) >= 20


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_heads_and_feet_drawn_at_random(tmp_path: Path, form: str) -> None:
    """Over books, places and numerals what is called exact is right, and nearly all is."""
    exact, right, residue = [], [], 0
    for seed in range(6):
        found = read(tmp_path, *drawn(seed, form))
        result = score(found.book, found.printed)
        exact.append(result.exact)
        right.append(result.right_where_exact)
        residue += found.residue.total()
        assert result.lost == 0
    assert min(right) >= 0.995
    assert sum(exact) / len(exact) >= 0.97
    assert residue == 0
