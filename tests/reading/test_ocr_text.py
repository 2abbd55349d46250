"""The text of a line from the characters that were read in it."""

from __future__ import annotations

import pytest

from rag.reading.formats.ocr.text import Character, typeset

WIDE_GAP = 0.7


def typeset_text(text: str, gaps: dict[int, float] | None = None) -> str:
    """Return a text as it is typeset, all of it read with confidence."""
    characters = [Character(c, 1.0, (gaps or {}).get(k, 0.0)) for k, c in enumerate(text)]
    return "".join(character.text for character in typeset(characters, WIDE_GAP))


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("河口的渔民,北岸的商会", "河口的渔民，北岸的商会"),
        ("(第3卷)", "（第3卷）"),
        ("约在1903年(旱季)以前", "约在1903年（旱季）以前"),
        ("25),是图纸", "25），是图纸"),
        ("卷18, 第66页", "卷18，第66页"),
        ("账簿:“水位”;图纸", "账簿：“水位”；图纸"),
        ("See (note 3), p. 45", "See (note 3), p. 45"),
        ("A，B", "A,B"),
        ("1,000 t", "1,000 t"),
    ],
)
def test_punctuation_is_as_wide_as_the_text_about_it(read: str, meant: str) -> None:
    """Half-width marks in Chinese become full-width ones; in Latin text they stay."""
    assert typeset_text(read) == meant


def test_spaces_that_nobody_printed_are_left_out() -> None:
    """Between Chinese characters, and between them and digits, a space that was read goes."""
    assert typeset_text("河 口在 1903 年") == "河口在1903年"


def test_an_empty_square_between_characters_is_a_space() -> None:
    """Where a square is left empty between Chinese characters, there is a space."""
    assert typeset_text("前言", {1: 1.0}) == "前 言"


def test_the_blank_that_belongs_to_a_mark_is_no_space() -> None:
    """Full-width punctuation fills its square with blank on one side."""
    assert typeset_text("水，木", {2: 0.75}) == "水，木"


def test_words_that_stand_apart_are_parted() -> None:
    """Between Latin words a space is put where recognition has read none."""
    assert typeset_text("Smith,J.", {6: 0.4}) == "Smith, J."


@pytest.mark.parametrize(
    ("character", "confidence", "doubtful"),
    [("水", 0.79, True), ("水", 0.81, False), ("，", 0.79, False), ("，", 0.49, True)],
)
def test_a_character_of_a_word_is_doubted_sooner(
    character: str, confidence: float, *, doubtful: bool
) -> None:
    """Punctuation is read right with less confidence than the characters of words."""
    assert Character(character, confidence).doubtful is doubtful
