"""Words stay apart, whatever the gaps between them are and whatever parts their letters."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from rag.reading.formats.pdf.document import read_pdf
from rag.reading.formats.pdf.lines import Glyph, make_lines
from rag.reading.formats.pdf.spacing import Gap, spaces
from rag.reading.source.source import Source
from tests.support.press.tight import Tight, print_tight, share_of_words

CASES = Path(__file__).parent.parent / "cases"

LINES = some.builds(
    Tight,
    language=some.sampled_from(["en", "ru"]),
    font=some.sampled_from(["Noto Serif SC", "Libertinus Serif"]),
    size=some.sampled_from([8.0, 10.0, 12.0]),
    gap=some.floats(0.14, 0.3),
    loose=some.floats(0.0, 0.1),
    tracking=some.sampled_from([0.0, 0.0, 0.04, 0.12]),
    marks=some.booleans(),
    capitals=some.booleans(),
    lines=some.just(40),
)


def share(how: Tight, seed: int) -> float:
    """Return the share of the printed words that are read."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lines.pdf"
        words = print_tight(how, path, seed)
        return share_of_words(read_pdf(Source(path)).text, words)


def gaps(text: str, word: float, letter: float = 0.0, *, spaced: bool = False) -> list[Gap]:
    """Return the gaps of a line; ``_`` stands for one between words."""
    widths = []
    for k, sign in enumerate(text):
        if k and sign != "_":
            between = text[k - 1] == "_"
            widths.append(Gap(word if between else letter, between and spaced, letters=True))
    return widths


def shown(text: str, found: list[bool]) -> str:
    """Return the letters of a line with the spaces that were found."""
    letters = text.replace("_", "")
    parted = (f" {c}" if space else c for space, c in zip(found, letters[1:], strict=True))
    return letters[0] + "".join(parted)


LINE = "the_keeper_of_the_lamp_read_every_letter"


@pytest.mark.parametrize("letter", [0.0, 0.05, 0.15, 0.3])
@pytest.mark.parametrize("word", [0.12, 0.17, 0.25, 0.6])
def test_the_gap_between_words_is_learnt_from_the_line(word: float, letter: float) -> None:
    """Tight, usual and wide lines are parted, their letters set apart or not."""
    found = spaces(gaps(LINE, word + letter, letter), None)
    assert shown(LINE, found) == LINE.replace("_", " ")


def test_a_line_of_one_word_is_one_word() -> None:
    """Letters that are all set apart alike are one word; a short line goes by its font."""
    assert not any(spaces(gaps("contents", 0.0, 0.25), None))
    assert spaces(gaps("to_do", 0.15), 0.09) == [False, True, False]
    assert spaces(gaps("to_do", 0.15), None) == [False] * 3


def test_a_word_set_apart_for_emphasis_is_one_word() -> None:
    """Even gaps inside a word, with wider ones about it, part nothing."""
    inside = [Gap(0.2, spaced=False, letters=True)] * 3
    word = Gap(0.3, spaced=False, letters=True)
    line = [*gaps("an_old", 0.3), word, *inside, word, *gaps("was_here", 0.3)]
    assert shown("anoldlampwashere", spaces(line, None)) == "an old lamp was here"


def test_space_characters_of_the_file_are_believed() -> None:
    """Where the file parts words, a gap that is less wide parts none."""
    line = gaps("the_keeper_of", 0.5, spaced=True)
    line[5] = Gap(0.22, spaced=False, letters=True)
    assert shown("thekeeperof", spaces(line, None)) == "the keeper of"


def test_quotation_marks_of_latin_text_are_no_wide_signs() -> None:
    """In text without Chinese characters a usual gap beside a quotation mark is a space."""
    text, left, glyphs = "He said “no” — and left early", 50.0, []
    for sign in text:
        if sign != " ":
            glyphs.append(Glyph(sign, left, left + 5, 100.0, 10.0))
        left += 2.5 if sign == " " else 5.0
    [line] = make_lines(glyphs)
    assert line.text == text


def test_a_file_of_tight_lines_keeps_its_words() -> None:
    """All 441 words of a file without a space character are read."""
    assert len(read_pdf(Source(CASES / "tight-lines.pdf")).text.split()) >= 441


@settings(max_examples=4)
@given(how=LINES, seed=some.integers(0, 99))
def test_words_of_tight_lines_are_found(how: Tight, seed: int) -> None:
    """Without a space character in the file the words are found by their gaps."""
    assert share(how, seed) >= 0.99


@pytest.mark.slow
def test_words_of_tight_lines_are_found_over_many_settings() -> None:
    """Over gaps, fonts, tracking, raised numbers and small capitals one word in 200 is lost."""
    shares: list[float] = []

    @settings(max_examples=100)
    @given(how=LINES, seed=some.integers(0, 999))
    def each(how: Tight, seed: int) -> None:
        shares.append(share(how, seed))

    each()
    assert sum(shares) >= 0.995 * len(shares)
    assert min(shares) >= 0.9


@pytest.mark.parametrize("language", ["en", "ru"])
def test_words_in_spaced_letters_are_found(language: str) -> None:
    """Words set apart for emphasis cost at most two words in a hundred."""
    how = Tight(language="ru" if language == "ru" else "en", gap=0.25, spaced_out=True)
    assert share(how, 3) >= 0.98
