"""Sheets with their lines become a book."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.reading.sheets.layout import read_sheets
from rag.reading.sheets.model import Bookmark, Line, Sheet
from rag.reading.source.source import Source
from rag.types import Book, PageStatus, Span

WIDTH, HEIGHT, LEFT, SIZE, PITCH = 400.0, 600.0, 60.0, 10.0, 18.0
COLUMNS = 28
NAMES = ("石渠", "木桥", "茶路", "灯塔")
SOURCE = Source(Path("河谷旧事.pdf"))
WORDS = "渔民们在旱季到来以前修了三条水渠后来的人多半引用这个数字费用由各村分摊"


def line(
    text: str, top: float, left: float = LEFT, *, size: float = SIZE, raised: tuple[Span, ...] = ()
) -> Line:
    """Return a line whose Chinese characters are as wide as they are high, others half."""
    width = sum(size if c > "⺀" else size / 2 for c in text)
    return Line(text, left, top, left + width, top + size, size, raised)


def filler(start: int, count: int) -> str:
    """Return so many characters, beginning at a place in the stock of words."""
    return "".join(WORDS[(start + k) % len(WORDS)] for k in range(count))


def set_lines(text: str, row: int, *, indent: bool = True) -> list[Line]:
    """Return a paragraph as full lines, from a row of the page on."""
    first = COLUMNS - 2 if indent else COLUMNS
    rows = [text[:first], *(text[k : k + COLUMNS] for k in range(first, len(text), COLUMNS))]
    return [
        line(words, 80 + (row + k) * PITCH, LEFT + 2 * SIZE * (indent and k == 0))
        for k, words in enumerate(rows)
        if words
    ]


def page(*lines: Line, folio: str | None = None, head: str | None = None) -> Sheet:
    """Return a page with its lines, running head and folio."""
    extra = []
    if head:
        extra.append(line(head, 45, 190, size=8.0))
    if folio:
        extra.append(line(folio, 570, 195, size=8.0))
    return Sheet(WIDTH, HEIGHT, (*extra, *lines))


def full(number: int, rows: int = 20) -> list[Line]:
    """Return a page of one long paragraph, which neither begins nor ends on it."""
    return set_lines(filler(number * 7, rows * COLUMNS), 0, indent=False)


def english(rows: list[str], top: float = 80.0) -> list[Line]:
    """Return lines of English, all reaching the right edge."""
    made = [line(text, top + k * PITCH) for k, text in enumerate(rows)]
    return [replace(x, right=LEFT + COLUMNS * SIZE) for x in made]


def read(*sheets: Sheet, bookmarks: tuple[Bookmark, ...] = ()) -> Book:
    """Return the book that sheets make."""
    return read_sheets(sheets, bookmarks, SOURCE)


def running(book: Book) -> str:
    """Return the running text."""
    return book.text[: book.body_end]


def labels(book: Book) -> list[str | None]:
    """Return the labels that are called exact, None for any other."""
    return [p.label if p.status is PageStatus.EXACT else None for p in book.pages]


@pytest.mark.parametrize("folio", ["{}", "· {} ·", "—{}—", "第{}页", "－ {} －", "({})", "{}/300"])
def test_folios_of_every_kind_are_read_and_leave_the_text(folio: str) -> None:
    """A number at the foot is the page's whatever stands about it."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    sheets = [page(*full(n), folio=folio.format(n)) for n in range(11, 16)]
    sheets += [page(*full(n), folio=folio.format(str(n).translate(wide))) for n in (16, 17)]
    book = read(*sheets)
    assert labels(book) == [str(n) for n in range(11, 18)]
    assert running(book).strip() == "".join(x.text for n in range(11, 18) for x in full(n))


def test_running_heads_leave_the_text_and_first_lines_stay() -> None:
    """Heads of long and short chapters go; a first line that comes back is text."""
    heads = ["河谷旧事", "水渠的来历", "河谷旧事", "水渠的来历", "河谷旧事", "木桥", "河谷旧事"]
    short = "费用由各村分摊。"
    sheets = [
        page(line(short, 80), *set_lines(filler(n, 300), 1), head=head, folio=str(n))
        for n, head in enumerate(heads, 1)
    ]
    text = running(read(*sheets))
    assert text.count(short) == len(heads)
    assert not any(head in text for head in heads)


def test_a_stamp_at_the_foot_leaves_the_text_and_ends_of_notes_stay() -> None:
    """What a supplier prints under all pages goes; notes that end alike are notes."""
    stamp = line("(C)2010-2024 Press of the Valley", 586, 120, size=7.0)
    sheets = []
    for n in range(1, 8):
        marked = line(f"{filler(n, 26)}①", 80, raised=(Span(26, 27),))
        note = (line("① 见县志抄本，原文载于", 500, size=8.0), line("第198页。", 514, size=8.0))
        rows = set_lines(filler(n, 280), 1, indent=False)
        sheets.append(page(marked, *rows, *note, stamp, folio=str(n)))
    book = read(*sheets)
    assert "Press" not in book.text
    assert [book.text[n.start : n.end] for n in book.footnotes] == [
        "见县志抄本，原文载于第198页。"
    ] * 7


def test_a_number_in_the_text_is_no_folio() -> None:
    """A section's number that stands alone at the head of pages is text and numbers nothing."""
    sheets = [
        page(line(str(k), 80, 190), *set_lines(filler(k, 400), 1), folio=str(20 + k))
        for k in (1, 2, 3, 4)
    ]
    book = read(*sheets)
    assert labels(book) == ["21", "22", "23", "24"]
    assert [x for x in running(book).split("\n") if x.isdigit()] == ["1", "2", "3", "4"]


def test_paragraphs_are_whole_across_lines_and_pages() -> None:
    """Lines and the halves that a page cut are joined; indents begin paragraphs."""
    one = filler(0, 26 + 28 * 19)
    book = read(
        page(*set_lines(one, 0), folio="1"),
        page(*set_lines("数字。", 0, indent=False), *set_lines("次年。", 1), folio="2"),
        page(*full(3), folio="3"),
    )
    first, second, *_ = running(book).split("\n")
    assert (first, second) == (one + "数字。", "次年。")
    assert book.pages[1].start == len(one)


def test_what_a_missing_page_parted_is_not_joined() -> None:
    """Text before and behind pages that are missing or unreadable is not one sentence."""
    sheets = [page(*full(n), folio=str(n)) for n in (1, 2, 3, 4, 6, 7, 8, 9, 10)]
    sheets[6] = Sheet(WIDTH, HEIGHT, (), unreadable="The page is a picture without text.")
    book = read(*sheets)
    starts = [book.pages[k].start for k in (4, 7)]
    assert [book.text[start - 1] for start in starts] == ["\n", "\n"]
    assert running(book).count("\n") == 3


def test_broken_words_are_made_whole() -> None:
    """A hyphen at a line's or a page's end goes, unless the word has it elsewhere too."""
    rows = [
        "the riverside people kept a well-known record of",
        "the institu-",
        "tional history of the well-",
        "known river and of the moun-",
    ]
    book = read(
        page(*english(rows), folio="1"),
        page(*english(["tain villages beyond the old town in those years"]), folio="2"),
        page(*english(["and of all the rest of the country in later years"]), folio="3"),
    )
    text = running(book)
    assert "the institutional history of the well-known river and of the mountain villages" in text
    assert text[book.pages[1].start :].startswith("tain villages")


def test_a_note_that_runs_on_is_joined_to_its_note() -> None:
    """What stands in small type without a sign continues the note of the page before."""
    note = [line("① 见县志抄本第三卷，此处所", 480, size=8.0)]
    rest = [line("引为残本。", 480, size=8.0), line("② 同上书。", 494, size=8.0)]
    marked = line(f"{filler(0, 20)}①{filler(3, 7)}", 80, raised=(Span(20, 21),))
    other = line(f"{filler(0, 9)}②{filler(3, 18)}", 80, raised=(Span(9, 10),))
    book = read(
        page(marked, *set_lines(filler(5, 280), 1, indent=False), *note, folio="1"),
        page(other, *set_lines(filler(5, 280), 1, indent=False), *rest, folio="2"),
        page(*full(3), folio="3"),
    )
    notes = [(n.mark, book.text[n.start : n.end], n.page) for n in book.footnotes]
    assert notes == [("①", "见县志抄本第三卷，此处所引为残本。", 0), ("②", "同上书。", 1)]
    anchors = [n.anchor for n in book.footnotes]
    assert anchors == [20, book.pages[1].start + 9]
    assert not {"①", "②"} & set(running(book))


def test_a_list_in_small_type_stays_in_the_text() -> None:
    """Numbered lines without marks anywhere are no notes."""
    works = [line(f"[{k}] 某人著，书名，某社。", 400 + 14 * k, size=8.0) for k in range(1, 7)]
    book = read(
        page(*full(1, 10), *works, folio="1"), *(page(*full(n), folio=str(n)) for n in (2, 3))
    )
    assert book.footnotes == ()
    assert "[6] 某人著" in running(book)


def test_enumeration_in_the_text_is_no_mark() -> None:
    """Circled numbers that no note answers stay where they stand."""
    rows = set_lines("其法有三：①修渠；②架桥；③筑路。", 0)
    book = read(*(page(*rows, *set_lines(filler(n, 400), 2), folio=str(n)) for n in (1, 2, 3)))
    assert "①修渠；②架桥；③筑路" in running(book)


def test_two_pages_on_a_sheet_are_two_pages() -> None:
    """A landscape sheet with an empty middle is read as its left and its right page."""
    spreads = []
    for n in (2, 4, 6):
        left, right = page(*full(n), folio=str(n)), page(*full(n + 1), folio=str(n + 1))
        moved = [replace(x, left=x.left + WIDTH, right=x.right + WIDTH) for x in right.lines]
        spreads.append(Sheet(2 * WIDTH, HEIGHT, (*left.lines, *moved)))
    book = read(*spreads)
    assert labels(book) == [str(n) for n in range(2, 8)]
    assert running(book).strip() == "".join(x.text for n in range(2, 8) for x in full(n))


def test_numbers_in_the_margin_leave_the_text() -> None:
    """Numbers of lines and another edition's pages are neither text nor folios."""
    sheets = [
        page(*full(n), line(str(70 + 2 * n), 80 + 18 * (n % 9) + 2, 350, size=7.0), folio=str(n))
        for n in range(1, 8)
    ]
    book = read(*sheets)
    assert labels(book) == [str(n) for n in range(1, 8)]
    assert not any(c.isdigit() for c in running(book))


def test_a_sheets_ordinal_is_never_a_page() -> None:
    """Without folio, declared label or contents no page has a number."""
    assert labels(read(*(page(*full(n)) for n in range(1, 9)))) == [None] * 8


def contents_and_chapters(off: int = 0, declared: int | None = None) -> list[Sheet]:
    """Return printed contents and the pages of four chapters, which show no number.

    The chapters begin on pages 1, 4, 7 and 10; ``off`` misprints the last, ``declared`` is
    the label of the first page of text.
    """
    starts = [1, 4, 7, 10 + off]
    table = [
        line(f"第{n}章 {name}的来历…………………({start})", 120 + 18 * k)
        for k, (n, name, start) in enumerate(zip("一二三四", NAMES, starts, strict=True))
    ]
    sheets = [page(line("目录", 80, 190, size=14.0), *table)]
    for n, name in zip("一二三四", NAMES, strict=True):
        sheets.append(page(line(f"第{n}章 {name}的来历", 80, 150, size=14.0), *full(2)[3:]))
        sheets += [page(*full(4)), page(*full(5))]
    if declared is not None:
        sheets[1:] = [replace(s, label=str(declared + k)) for k, s in enumerate(sheets[1:])]
    return sheets


def test_printed_contents_date_pages_between_headings() -> None:
    """Where all headings stand equally far from what the contents say, that dates the pages."""
    book = read(*contents_and_chapters())
    assert labels(book) == [None, *(str(n) for n in range(1, 11)), None, None]
    assert [p.status for p in book.pages[-2:]] == [PageStatus.APPROXIMATE] * 2


def test_contents_that_disagree_with_headings_date_nothing() -> None:
    """One heading that does not fit the others leaves all without a number."""
    assert labels(read(*contents_and_chapters(off=1))) == [None] * 13


def test_declared_labels_that_the_contents_contradict_are_not_taken() -> None:
    """Without folios the printed contents tell whether declared labels lie."""
    true, lying = (read(*contents_and_chapters(declared=n)) for n in (1, 6))
    assert labels(true)[1:] == [str(n) for n in range(1, 13)]
    assert labels(lying)[1:11] == [str(n) for n in range(1, 11)]
    assert [p.kind for p in lying.problems] == ["labels_disagree"]


def test_bookmarks_are_the_outline() -> None:
    """A bookmark over all others is the book's title, those below it are its chapters."""
    sheets = contents_and_chapters()[1:]
    marks = (
        Bookmark("河谷旧事", 1, 0),
        *(Bookmark(f"第{n}章 {name}的来历", 2, 3 * k)
          for k, (n, name) in enumerate(zip("一二三四", NAMES, strict=True))),
    )  # fmt: skip
    book = read(*sheets, bookmarks=marks)
    chapters = [section.chapter for section in book.sections]
    assert chapters == [f"第{n}章 {name}的来历" for n, name in zip("一二三四", NAMES, strict=True)]


def test_without_an_outline_larger_type_makes_headings() -> None:
    """Headings without a number are known by their size, and nest by it."""
    sheets = [
        page(line("石渠", 80, 190, size=16.0), line("选址", 120, 190, size=13.0), *full(1)[4:]),
        page(*full(2), folio="2"),
        page(line("木桥", 80, 190, size=16.0), *full(3)[3:]),
    ]
    found = [(section.chapter, section.section) for section in read(*sheets).sections]
    assert found == [("石渠", None), ("石渠", "选址"), ("木桥", None)]


def test_doubts_pictures_and_unreadable_pages_are_carried_through() -> None:
    """Doubtful characters keep their place, pages their picture; what is lost is a problem."""
    first = set_lines(filler(0, 26), 0)[0]
    sheets = [page(*full(n), folio=str(n)) for n in (1, 2, 3)]
    sheets[1] = replace(
        sheets[1],
        lines=(replace(first, doubts=(Span(3, 5),)), *sheets[1].lines[1:]),
        image="2.webp",
    )
    broken = Sheet(0.0, 0.0, (), unreadable="The page is damaged.")
    book = read(*sheets, broken)
    (doubt,) = book.doubts
    assert book.text[doubt.start : doubt.end] == first.text[3:5]
    assert [p.image for p in book.pages] == [None, "2.webp", None, None]
    assert [p.kind for p in book.problems] == ["unreadable_page"]
