"""Printed lines from readings and their ink."""

from __future__ import annotations

import numpy as np
import pytest

from rag.reading.formats.ocr.lines import Piece, lines_of, piece_of
from rag.reading.formats.ocr.text import Character
from rag.types import Span

SCALE = 0.24


def piece(text: str, left: float, bottom: float, size: float = 44.0, sure: float = 1.0) -> Piece:
    """Return a piece whose characters are squares side by side."""
    characters = tuple(Character(character, sure) for character in text)
    return Piece(characters, left, left + size * len(text), bottom, size)


def squares(*boxes: tuple[int, int, int, int]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Return ink of 60 rows and 300 columns: boxes of (first row, last, first column, last)."""
    ink = np.zeros((60, 300), dtype=np.bool_)
    for top, bottom, left, right in boxes:
        ink[top:bottom, left:right] = True
    return ink


def test_the_size_of_a_line_is_that_of_its_chinese_characters() -> None:
    """Chinese characters fill 92 hundredths of the height of their squares."""
    ink = squares((10, 50, 10, 50), (10, 50, 60, 100), (40, 50, 105, 112))
    found = piece_of("水木，", [1.0] * 3, [30, 80, 110], ink, (100, 200))
    assert found is not None
    assert found.size == pytest.approx(40 / 0.92)
    assert found.bottom == pytest.approx(200 + 30 + found.size / 2)
    assert found.left == 110


def test_a_small_character_above_the_baseline_is_raised() -> None:
    """A digit half as high as the line, its foot well above the baseline, is a mark."""
    ink = squares((10, 50, 10, 50), (8, 26, 55, 68), (10, 50, 72, 112))
    found = piece_of("水1木", [1.0] * 3, [30, 64, 92], ink, (0, 0))
    assert found is not None
    assert [character.raised for character in found.characters] == [False, True, False]


def test_a_digit_on_the_baseline_is_not_raised() -> None:
    """A digit of the line's own size is part of its text."""
    ink = squares((10, 50, 10, 50), (14, 47, 55, 75), (10, 50, 80, 120))
    found = piece_of("水1木", [1.0] * 3, [30, 65, 100], ink, (0, 0))
    assert found is not None
    assert not any(character.raised for character in found.characters)


def test_a_raised_digit_with_a_character_of_its_own_is_a_digit() -> None:
    """Where recognition reads ² as such, the text has 2, raised."""
    ink = squares((10, 50, 10, 50), (10, 40, 55, 75))
    found = piece_of("水²", [1.0] * 2, [30, 65], ink, (0, 0))
    assert found is not None
    assert found.characters[1] == Character("2", 1.0, found.characters[1].gap, raised=True)


@pytest.mark.parametrize(("width", "text"), [(80, "水——木"), (40, "水—木")])
def test_a_dash_of_two_squares_is_two(width: int, text: str) -> None:
    """Recognition sees one dash where two are joined; their ink is as wide as two."""
    ink = squares((10, 50, 10, 50), (29, 31, 55, 55 + width), (10, 50, 150, 190))
    found = piece_of("水—木", [1.0] * 3, [30, 60 + width / 2, 170], ink, (0, 0))
    assert found is not None
    assert "".join(character.text for character in found.characters) == text


def test_a_picture_without_ink_has_no_piece() -> None:
    """Where there is no ink nothing was printed."""
    assert piece_of("水", [1.0], [30], squares(), (0, 0)) is None


def test_pieces_of_one_printed_line_are_joined() -> None:
    """What stands close side by side on one height is one line; lines come from the top."""
    lines = lines_of(
        [piece("下一行", 100, 175), piece("木桥", 200, 101), piece("水渠", 100, 100)], 1.0
    )
    assert [line.text for line in lines] == ["水渠木桥", "下一行"]


def test_what_stands_far_apart_remains_apart() -> None:
    """A folio far from the running head on the same height is a line of its own."""
    lines = lines_of([piece("水渠的来历", 100, 100), piece("38", 900, 100)], 1.0)
    assert [line.text for line in lines] == ["水渠的来历", "38"]


def test_leaders_join_an_entry_and_its_page() -> None:
    """The dots of a table of contents hold the line together, however far they reach."""
    entry, page = piece("木桥", 100, 100), piece("…（3）", 700, 100)
    assert [line.text for line in lines_of([entry, page], 1.0)] == ["木桥…（3）"]


def test_leaders_by_themselves_are_no_line() -> None:
    """Dots that join nothing say nothing."""
    assert lines_of([piece("………", 300, 100)], 1.0) == ()


def test_a_mark_found_by_itself_is_raised_in_its_line() -> None:
    """A small piece in the upper half of a line, at its end, is the mark of a note."""
    lines = lines_of([piece("水渠", 100, 100), piece("①", 190, 80, size=24)], 1.0)
    assert [(line.text, line.raised) for line in lines] == [("水渠①", (Span(2, 3),))]


def test_what_was_found_twice_is_read_once() -> None:
    """A piece that lies in another is left out."""
    lines = lines_of([piece("水渠木桥", 100, 100), piece("木桥", 188, 100)], 1.0)
    assert [line.text for line in lines] == ["水渠木桥"]


def test_doubtful_characters_are_spans_of_the_text() -> None:
    """Neighbouring doubtful characters make one span."""
    lines = lines_of([piece("水渠", 100, 100), piece("木桥", 190, 100, sure=0.4)], 1.0)
    assert [line.doubts for line in lines] == [(Span(2, 4),)]


def test_lengths_are_in_points() -> None:
    """At 300 dpi a pixel is 0.24 points."""
    [line] = lines_of([piece("水渠", 100, 100)], SCALE)
    assert (line.left, line.bottom, line.size) == pytest.approx((24.0, 24.0, 44 * SCALE))


def test_a_page_without_pieces_has_no_lines() -> None:
    """Nothing read, no lines."""
    assert lines_of([], 1.0) == ()
