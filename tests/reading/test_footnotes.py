"""Footnotes and their marks."""

from __future__ import annotations

import pytest

from rag.reading.notes import (
    align,
    as_listed,
    as_note,
    ends_whole,
    find_marks,
    is_note,
    tie,
    without,
)


def test_a_caret_makes_a_note_certain() -> None:
    """A block that begins with a caret and a circled number is a note."""
    note = as_note("^① 《水利志》第3页。")
    assert note is not None
    assert (note.sign, note.text, note.certain) == ("①", "《水利志》第3页。", True)


def test_a_bare_number_needs_its_mark() -> None:
    """A block that begins with a bare circled number is a note only if its mark is near."""
    note = as_note("① 一般的列举。")
    assert note is not None
    assert not is_note(note, [], cut=False, after=None)
    assert is_note(note, find_marks(0, "修渠。①"), cut=False, after=None)


def test_each_note_gets_the_last_mark_of_its_sign() -> None:
    """Marks restart on each page, so the nearest mark before the note is its own."""
    marks = find_marks(0, "甲^①乙^②丙^①丁^②")
    assert tie(["①", "②"], marks) == [2, 3]


def test_a_note_without_a_mark_stays_alone() -> None:
    """A note whose mark is nowhere is tied to nothing."""
    assert tie(["③"], find_marks(0, "甲^①")) == [None]


def test_marks_leave_no_trace() -> None:
    """A mark is taken out with the spaces around it, and its place is kept."""
    text = "缓冲的镇子^① 以及渡口"
    plain, offsets = without(text, find_marks(0, text))
    assert plain == "缓冲的镇子以及渡口"
    assert offsets == [5]


def test_latin_words_stay_apart() -> None:
    """Between Latin words a space stays where a mark stood."""
    text = "the canal [1] was dug"
    assert without(text, find_marks(0, text))[0] == "the canal was dug"


@pytest.mark.parametrize("sign", ["[1]", "［１］", "〔1〕", "(1)", "（１）", "*", "①"])
def test_marks_of_every_kind_meet_their_notes(sign: str) -> None:
    """A mark and its note are of one sign, whatever the width of their characters."""
    (mark,) = find_marks(0, f"费用由各村分摊。{sign}后来")
    note = as_note(f"{sign} 见县志。")
    assert note is not None
    assert note.sign == mark.sign
    assert is_note(note, [mark], cut=False, after=None)


@pytest.mark.parametrize(
    "text", ["有三：（1）渠；（2）桥", "战前（1936）的渠", "见图（1）", "1937年[注]"]
)
def test_numbers_in_brackets_are_no_marks(text: str) -> None:
    """A number in brackets is no mark unless something has just ended before it."""
    assert find_marks(0, text) == []


def test_notes_of_a_list_hang_in_order() -> None:
    """Notes that restart and marks that restart are matched in order; what is missing is left."""
    marks = find_marks(0, "甲。[1]乙。[2]丙。[3]丁。[1]戊。[2]")
    assert align(["1", "2", "3", "1", "2"], marks) == [0, 1, 2, 3, 4]
    assert align(["1", "3", "1", "2"], marks) == [0, 2, 3, 4]
    assert align(["1", "2"], []) == [None, None]


def test_a_list_takes_plain_numbers_for_signs() -> None:
    """In a list a number with a stop is the sign of a note."""
    note = as_listed("12. 见县志。")
    assert note is not None
    assert (note.sign, note.text) == ("12", "见县志。")


def test_a_mark_does_not_keep_a_sentence_open() -> None:
    """A sentence with the mark of a note behind it has ended."""
    assert ends_whole("费用由各村分摊。^①")
    assert ends_whole("费用由各村分摊。[3]")
    assert not ends_whole("费用由各村分^①")
