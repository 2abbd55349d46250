"""Footnotes and their marks."""

from __future__ import annotations

from rag.reading.footnotes import as_note, find_marks, is_note, tie, without


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
