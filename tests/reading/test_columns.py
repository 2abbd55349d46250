"""Pages in columns are read column by column, and pages in one column as they were."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from rag.reading.formats.pdf.document import read_pdf
from rag.reading.formats.pdf.text import read_layer
from rag.reading.sheets.model import Line, Part, Sheet
from rag.reading.sheets.sides.parting import part_sheets
from rag.reading.source.source import Source
from rag.types import Span
from tests.support.press.columns import (
    Columns,
    Reading,
    breaks_of_order,
    print_columns,
    scan_columns,
    score_order,
)
from tests.support.press.single import KINDS, print_single

CASES = Path(__file__).parent.parent / "cases"

PAGES = some.builds(
    Columns,
    language=some.sampled_from(["zh", "en", "ru"]),
    columns=some.sampled_from([2, 3]),
    gutter=some.floats(1.2, 3.0),
    size=some.sampled_from([8.5, 9.5, 10.5]),
    leading=some.floats(0.6, 0.95),
    justified=some.booleans(),
    indented=some.booleans(),
    title=some.booleans(),
    across=some.sampled_from(["nothing", "table", "picture"]),
    head=some.sampled_from(["none", "middle", "corners"]),
    folio=some.sampled_from(["middle", "corner"]),
    paragraphs=some.integers(50, 70),
)


def printed_and_read(how: Columns, seed: int) -> Reading:
    """Return how well pages in columns are read."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pages.pdf"
        sentences = print_columns(how, path, seed)
        return score_order(read_pdf(Source(path)).text, sentences, how.language)


@settings(max_examples=3)
@given(how=PAGES, seed=some.integers(0, 99))
def test_sentences_in_columns_are_read_in_their_order(how: Columns, seed: int) -> None:
    """Every sentence is whole, and stands behind the one before it."""
    found = printed_and_read(how, seed)
    assert found.broken <= 1
    assert found.words >= 0.995


@pytest.mark.slow
def test_over_many_layouts_the_order_breaks_once_in_a_thousand_sentences() -> None:
    """Columns, gutters, sizes, tables, pictures, heads and folios drawn at random change nothing.

    A sentence counts as broken too where a head stays in it.
    """
    scores: list[Reading] = []

    @settings(max_examples=60)
    @given(how=PAGES, seed=some.integers(0, 999))
    def each(how: Columns, seed: int) -> None:
        scores.append(printed_and_read(how, seed))

    each()
    sentences, broken = sum(s.sentences for s in scores), sum(s.broken for s in scores)
    assert sentences > 5000
    assert broken <= sentences / 1000, (broken, sentences)
    assert min(s.words for s in scores) >= 0.995


@pytest.mark.parametrize("language", ["zh", "en"])
def test_notes_under_a_column_are_notes(tmp_path: Path, language: str) -> None:
    """Footnotes stand under one column, and neither break a sentence nor stay in the text."""
    how = Columns(language="zh" if language == "zh" else "en", notes=0.3, paragraphs=24)
    sentences = print_columns(how, tmp_path / "pages.pdf", 5)
    book = read_pdf(Source(tmp_path / "pages.pdf"))
    found = score_order(book.text[: book.body_end], sentences, how.language)
    assert found.broken == 0
    assert len(book.footnotes) >= 5
    assert all(note.anchor is not None for note in book.footnotes)


def test_a_file_in_two_columns_is_read_in_order() -> None:
    """Of 260 numbered sentences in two narrow columns each follows the one before it."""
    text = read_pdf(Source(CASES / "two-columns.pdf")).text
    found = [int(part[:4]) for part in text.replace("\n", "").split("甲")[1:]]
    assert found == list(range(260))


@pytest.mark.parametrize("whole", [False, True], ids=["between paragraphs", "alone"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_column_stays_one(tmp_path: Path, kind: str, whole: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    """Verse in halves, tables, word lists and notes in the margin are no columns of text."""
    print_single(kind, tmp_path / "pages.pdf", 4, whole=whole)
    with pypdfium2.PdfDocument(tmp_path / "pages.pdf") as document:
        sheets = [
            Sheet(page.get_width(), page.get_height(), read_layer(page).lines) for page in document
        ]
    assert [side.lines for side in part_sheets(sheets)] == [sheet.lines for sheet in sheets]


def row(number: int, gap: float) -> Line:
    """Return a line of two columns that only a gap parts, its last character doubtful."""
    left, right = f"左{number:02}" + "文" * 17, f"右{number:02}" + "字" * 17
    start, width = 60.0, 200.0
    parts = (
        Part(0, start, start + width, 10.0),
        Part(21, start + width + gap, start + 2 * width + gap, 10.0, bold=number == 0),
    )
    bottom = 80.0 + 16 * number
    text = f"{left} {right}"
    return Line(
        text,
        start,
        bottom - 10,
        parts[1].right,
        bottom,
        10.0,
        raised=(Span(0, 1),),
        doubts=(Span(len(text) - 1, len(text)),),
        parts=parts,
    )


def test_a_line_over_two_columns_is_cut_with_all_it_has() -> None:
    """Each half keeps its text, its marks, its doubts and its boldness."""
    [side] = part_sheets([Sheet(520.0, 800.0, tuple(row(n, 14.0) for n in range(12)))])
    lefts, rights = side.lines[:12], side.lines[12:]
    assert [x.text[:3] for x in side.lines] == [f"{c}{n:02}" for c in "左右" for n in range(12)]
    assert [line.raised for line in rights] == [()] * 12
    assert {line.raised for line in lefts} == {(Span(0, 1),)}
    assert {line.doubts for line in rights} == {(Span(19, 20),)}
    assert [line.bold for line in rights] == [True, *[False] * 11]


def test_columns_stand_below_each_other_as_wide_as_the_page() -> None:
    """A line keeps its distance from the edges of its column, and the steps stay even."""
    [side] = part_sheets([Sheet(520.0, 800.0, tuple(row(n, 14.0) for n in range(12)))])
    assert {line.left for line in side.lines} == {60.0}
    assert {line.right for line in side.lines} == {474.0}
    bottoms = [line.bottom for line in side.lines]
    assert bottoms == sorted(bottoms)
    assert side.height == 800.0 + 12 * 16


@pytest.mark.slow
@pytest.mark.parametrize(("language", "columns", "most"), [("zh", 2, 0), ("en", 3, 2)])
def test_columns_of_a_scan_are_read_in_order(
    tmp_path: Path, language: str, columns: int, most: int
) -> None:
    """OCR reads sentence after sentence; of three narrow columns it may join one line to the next.

    A line out of its place breaks the order twice.
    """
    how = Columns(
        language="zh" if language == "zh" else "en", columns=columns, paragraphs=14, notes=0.2
    )
    sentences = print_columns(how, tmp_path / "pages.pdf", 3)
    scan = scan_columns(tmp_path / "pages.pdf", tmp_path / "scan.pdf")
    count, breaks = breaks_of_order(read_pdf(Source(scan)).text)
    assert count >= 0.97 * len(sentences)
    assert breaks <= most
