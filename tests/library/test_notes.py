"""Notes hang on words: they are their owner's, and are found again or said to be lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rag.application.shuzheng import Shuzheng
from rag.library.keeping import Anchor, Note, Standing, anchor_at, placed
from rag.library.keeping.notes import AROUND, LONGEST_QUOTE, found_again
from rag.settings import Settings
from rag.types import Correction, LibraryError, NotInLibraryError, Span
from tests.support.files import SqliteLibrary, SqliteNotes
from tests.support.shelves import volume

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWNER, OTHER = "a" * 40, "b" * 40
TEXTS = ["河灯自东门放起。至三更方散。", "守塔人每夜点灯三次。风大的夜里点四次。", "见旧县志。"]
BOOK = volume("lamps", TEXTS).book
HOSTILE = "<script>alert(1)</script>'; DROP TABLE notes; -- %_\u202e"


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[SqliteNotes]:
    """Yield the notes of an empty library."""
    with SqliteNotes(tmp_path / "library.sqlite") as opened:
        yield opened


def at(words: str) -> Anchor:
    """Return what a note on these words of the book hangs on."""
    start = BOOK.text.index(words)
    return anchor_at(BOOK, Span(start, start + len(words)))


def test_notes_come_back_as_they_were(tmp_path: Path) -> None:
    """Another start finds each note, whatever is written in it, in the order of the book."""
    path = tmp_path / "library.sqlite"
    with SqliteNotes(path) as kept:
        second = kept.add(OWNER, at("点灯三次"), f"  {HOSTILE} ")
        first = kept.add(OWNER, at("河灯"))
        assert kept.add(OWNER, at("河灯")) == first
    with SqliteNotes(path) as kept:
        assert kept.of(OWNER) == [first, second]
        assert second.body == HOSTILE
        assert second.anchor.before.endswith("守塔人每夜")
        assert kept.of(OWNER, "other") == []


def test_a_note_is_its_owners(notes: SqliteNotes) -> None:
    """To another reader a note is not there to read, change or delete; its owner does all three."""
    note = notes.add(OWNER, at("河灯"), "问")
    assert notes.of(OTHER) == []
    with pytest.raises(NotInLibraryError):
        notes.edit(note.id, OTHER, "x")
    for note_id, owner in ((note.id, OTHER), ("none", OWNER)):
        with pytest.raises(NotInLibraryError):
            notes.remove(note_id, owner)
    notes.edit(note.id, OWNER, "改过的话")
    assert [one.body for one in notes.of(OWNER)] == ["改过的话"]
    assert [one.id for one in notes.of(None)] == [note.id]
    notes.remove(note.id, OWNER)
    assert notes.of(OWNER) == []


def test_notes_are_searched(notes: SqliteNotes) -> None:
    """Words of the book and of the reader are found, in small or capital letters."""
    first = notes.add(OWNER, at("河灯"), "Festival OF Lamps; Река")
    second = notes.add(OWNER, at("点灯三次"), "100% of it")
    assert notes.of(OWNER, words="of lamps") == [first]
    assert notes.of(OWNER, words="РЕКА") == [first]
    assert notes.of(OWNER, words="三 次") == [second]
    assert notes.of(OWNER, words="100_") == []


def test_no_text_can_hold_half_a_character(notes: SqliteNotes) -> None:
    """A note that no text can hold is refused whole."""
    with pytest.raises(LibraryError, match="no text can hold"):
        notes.add(OWNER, at("河灯"), "\ud800")
    assert notes.of(OWNER) == []


def test_a_note_needs_words_of_the_book() -> None:
    """What lies outside, is blank or too long is refused; spaces at the ends are not taken in."""
    book = replace(BOOK, text="  灯。  " + "长" * (LONGEST_QUOTE + 1))
    assert anchor_at(book, Span(0, 6)).words == "灯。"
    assert anchor_at(book, Span(0, 6)).start == 2
    for span in (Span(4, 6), Span(5, 5), Span(0, 10**9), Span(6, len(book.text)), Span(3, 2)):
        with pytest.raises(NotInLibraryError):
            anchor_at(book, span)


FAR = "远" * AROUND


@pytest.mark.parametrize(
    ("text", "words", "start", "changed", "found"),
    [
        (
            "序。河灯自东门放起。至三更方散。",
            "河灯自东门放起",
            2,
            "河灯自东门放起。至三更方散。",
            0,
        ),
        ("甲点灯。乙点灯。丙点灯。", "点灯", 5, "首先。甲点灯。乙点灯。丙点灯。", 8),
        ("甲点灯。乙点灯。", "点灯", 5, "甲点灯。", None),
        (
            "守塔人每夜点灯三次，风大不停。",
            "守塔人每夜点灯三次，风大不停",
            0,
            "新：守塔人\n每夜点灯 三次，风大不停！",
            2,
        ),
        (f"{FAR}灯{FAR}", "灯", AROUND, f"灯{FAR}火", 0),
        ("远处的灯。", "灯", 3, "近处的灯。", None),
        (
            "守塔人每夜点灯三次，风大不停。",
            "守塔人每夜点灯三次，风大不停",
            0,
            "守塔人每夜点灯三次，风大不停。" * 2,
            None,
        ),
        ("点灯。点灯。点灯。", "点灯", 3, "点灯。点灯。点灯。", 3),
        (f"甲{FAR}点灯{FAR}", "点灯", AROUND + 1, f"乙{FAR}点灯{FAR}丙{FAR}点灯{FAR}", AROUND + 1),
        (f"甲{FAR}点灯{FAR}", "点灯", AROUND + 1, f"乙丁{FAR}点灯{FAR}丙{FAR}点灯{FAR}", None),
        ("没有了的话一共十二个字左右。", "没有了的话一共十二个字左右", 0, "别的书。", None),
    ],
)
def test_words_are_found_again_or_said_to_be_lost(
    text: str, words: str, start: int, changed: str, found: int | None
) -> None:
    """In a changed book words are where one can be sure of them, and nowhere else."""
    anchor = anchor_at(replace(BOOK, text=text), Span(start, start + len(words)))
    assert anchor.words == words
    again = found_again(anchor, changed)
    assert (again and again.start) == found


def test_a_note_follows_its_book(tmp_path: Path) -> None:
    """Pages are asked when shown: a correction, a replaced and a removed book all show."""
    with (
        Shuzheng(Settings(data=tmp_path, corpus=tmp_path / "none")) as whole,
        SqliteLibrary(tmp_path / "library.sqlite") as library,
    ):
        volume("lamps", TEXTS).put(library)
        whole.notes.add(OWNER, at("守塔人每夜点灯三次"), "几次？")
        whole.notes.add(OWNER, at("河灯自东门"))

        def seen() -> list[tuple[Standing, tuple[str, ...]]]:
            found = whole.placed_notes(whole.notes.of(OWNER))
            return [(one.standing, one.place.pages if one.place else ()) for one in found]

        assert seen() == [(Standing.THERE, ("1",)), (Standing.THERE, ("2",))]
        library.correct("lamps", [Correction(first=1, label="7")])
        assert seen()[1] == (Standing.THERE, ("7",))
        library.correct("lamps", [])
        volume("lamps", ["新加的一页。", "又一页。", TEXTS[1], "注。"]).put(library, digest="new")
        assert seen() == [(Standing.LOST, ()), (Standing.MOVED, ("3",))]
        library.remove("lamps")
        assert seen() == [(Standing.GONE, ()), (Standing.GONE, ())]


def test_a_note_on_a_footnote_has_its_mark() -> None:
    """The place of a note on a footnote names the footnote."""
    found = placed(Note("n", at("见旧县志"), "", "", ""), BOOK)
    assert found.place is not None
    assert (found.place.notes, found.place.pages) == (("①",), ("1",))
