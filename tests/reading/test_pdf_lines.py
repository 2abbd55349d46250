"""Glyphs with their places become the lines that a reader sees."""

from __future__ import annotations

import random

from rag.reading.formats.pdf.lines import Glyph, make_lines

SIZE = 10.0


def row(text: str, left: float = 50.0, baseline: float = 100.0, size: float = SIZE) -> list[Glyph]:
    """Return the glyphs of a line; Latin ones are half as wide as Chinese ones."""
    glyphs = []
    spaced = False
    for character in text:
        width = size if character > "⺀" else size / 2
        if character != " ":
            glyphs.append(Glyph(character, left, left + width, baseline, size, spaced))
        spaced = character == " "
        left += width
    return glyphs


def stretched(text: str, by: float) -> list[Glyph]:
    """Return a line that was justified by parting all its characters."""
    return [
        Glyph(character, 50 + k * (SIZE + by), 50 + k * (SIZE + by) + SIZE, 100.0, SIZE)
        for k, character in enumerate(text)
    ]


def texts(glyphs: list[Glyph]) -> list[str]:
    """Return the text of each line that glyphs make."""
    return [line.text for line in make_lines(glyphs)]


def test_no_glyphs_make_no_lines() -> None:
    """An empty page has no lines."""
    assert make_lines([]) == ()


def test_lines_do_not_depend_on_the_order_of_drawing() -> None:
    """Glyphs drawn in any order make the same lines."""
    glyphs = row("河口的渔民修了水渠") + row("次年绘出地图", baseline=118.0)
    mixed = list(glyphs)
    random.Random(1).shuffle(mixed)  # noqa: S311 - made up, not a secret
    assert make_lines(mixed) == make_lines(glyphs)
    assert texts(mixed) == ["河口的渔民修了水渠", "次年绘出地图"]


def test_justified_chinese_has_no_spaces() -> None:
    """Chinese characters that were set apart to fill a line are one text."""
    assert texts(stretched("河口的渔民修了水渠", by=4.0)) == ["河口的渔民修了水渠"]


def test_spaces_that_a_file_holds_between_chinese_characters_are_none() -> None:
    """A space in the file that leaves no gap on the paper does not count."""
    glyphs = [
        Glyph(c, 50 + k * SIZE, 60 + k * SIZE, 100.0, SIZE, spaced=True)
        for k, c in enumerate("河口的渔民")
    ]
    assert texts(glyphs) == ["河口的渔民"]


def test_words_in_latin_letters_are_parted_where_the_paper_shows_it() -> None:
    """Between Latin words a gap is a space, though the file has none."""
    words = row("the", 50.0) + row("river", 69.0)
    assert texts(words) == ["the river"]


def test_setters_space_beside_digits_is_none() -> None:
    """The quarter space beside digits in Chinese text is no space; one in the file is."""
    assert texts(row("共", 50.0) + row("12", 62.5) + row("页", 75.0)) == ["共12页"]
    assert texts(row("共 12 页")) == ["共 12 页"]


def test_a_raised_mark_is_part_of_its_line_and_known_as_raised() -> None:
    """Small glyphs above the baseline join the line they stand in."""
    glyphs = row("修了水渠。") + row("①", 100.0, 95.0, 6.0) + row("次年", 106.0)
    (line,) = make_lines(glyphs)
    assert line.text == "修了水渠。①次年"
    assert [line.text[span.start : span.end] for span in line.raised] == ["①"]


def test_a_mark_longer_than_its_line_is_raised_all_the_same() -> None:
    """The rest of a paragraph may be shorter than the mark on it."""
    (line,) = make_lines(row("。") + row("[12]", 60.0, 94.5, 6.0))
    assert (line.size, [line.text[s.start : s.end] for s in line.raised]) == (SIZE, ["[12]"])


def test_numbers_in_the_margin_are_lines_of_their_own() -> None:
    """A small number beside a line does not join it, raised as it may seem."""
    assert texts(row("修了水渠") + row("15", 102.0, 97.0, 7.0)) == ["15", "修了水渠"]


def test_what_stands_far_apart_is_apart() -> None:
    """Two pages on one sheet do not run into each other."""
    assert texts(row("左页的文字") + row("右页的文字", 180.0)) == ["左页的文字", "右页的文字"]


def test_a_glyph_drawn_twice_for_boldness_counts_once() -> None:
    """What is overprinted a hair beside itself is one glyph."""
    assert texts(row("引言") + row("引言", 50.3)) == ["引言"]


def test_a_mark_that_went_over_alone_belongs_to_the_line_above() -> None:
    """A small circled mark on a line of its own stands raised behind the line before it."""
    glyphs = row("河口的渔民修了水渠。") + row("①", baseline=116.0, size=6.0)
    [line] = make_lines(glyphs)
    assert line.text == "河口的渔民修了水渠。①"
    assert [(span.start, span.end) for span in line.raised] == [(10, 11)]
    assert texts(row("河口的渔民。") + row("①", baseline=180.0, size=6.0)) == ["河口的渔民。", "①"]
