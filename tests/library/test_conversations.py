"""Conversations are kept whole, each its owner's own."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rag.types import LibraryError, NotInLibraryError, Turn
from rag.types.forms import answer_of, json_of_answer
from tests.support.exported import composed, not_found, quoted, translated
from tests.support.fakes import MemoryConversations
from tests.support.files import SqliteConversations, SqliteLibrary
from tests.support.shelves import volume

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWNER, OTHER = "a" * 40, "b" * 40


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a library is kept."""
    return tmp_path / "library.sqlite"


@pytest.fixture
def conversations(path: Path) -> Iterator[SqliteConversations]:
    """Yield the conversations of an empty library."""
    with SqliteConversations(path) as opened:
        yield opened


def turn(number: int = 0) -> Turn:
    """Return a turn with a quoted answer."""
    return Turn(f"问{number}？", quoted(number))


def test_turns_come_back_as_they_were(path: Path) -> None:
    """What was kept is there, in order and equal, when the library is opened again."""
    turns = [turn(), Turn("怎样？", composed()), Turn("谁？", not_found())]
    turns += [Turn("How?", translated(quoted())), Turn("How?", translated(composed()))]
    with SqliteConversations(path) as kept:
        identifier = kept.add(turns[0], OWNER)
        for one in turns[1:]:
            assert kept.add(one, OWNER, identifier) == identifier
    with SqliteConversations(path) as kept:
        assert kept.turns(identifier) == turns


def test_what_a_class_asked_is_told_with_its_first_place(
    conversations: SqliteConversations,
) -> None:
    """The newest first, of these owners alone, with the book and chapter that is cited first."""
    answers = (quoted(), not_found(), composed())
    for number, answer in enumerate(answers):
        conversations.add(Turn(f"问{number}？", answer), OWNER)
    conversations.add(turn(), OTHER)
    found = [
        (one.owner, one.question, one.status, one.book, one.chapter)
        for one in conversations.asked([OWNER], 9)
    ]
    wanted = []
    for number, answer in reversed(list(enumerate(answers))):
        first = answer.citations[0] if answer.citations else None
        place = (first.record.title, first.place.chapter or "") if first else ("", "")
        wanted.append((OWNER, f"问{number}？", answer.status, *place))
    assert found == wanted
    assert found[0][3]
    assert [one.question for one in conversations.asked([OWNER], 1)] == ["问2？"]
    assert conversations.asked([], 9) == []


def test_what_was_kept_before_there_were_translations_has_none() -> None:
    """An answer whose citations say nothing of a translation is read, and has none."""
    value = json.loads(json_of_answer(translated(quoted())))
    assert all("translation" in citation for citation in value["citations"])
    for citation in value["citations"]:
        del citation["translation"]
    old = answer_of(json.dumps(value))
    assert [citation.translation for citation in old.citations] == [None] * 3
    assert old == replace(quoted(), language=old.language)


def test_a_conversation_is_its_owners(conversations: SqliteConversations) -> None:
    """To another reader a conversation is not there to go on with, and stays as it was."""
    identifier = conversations.add(turn(), OWNER)
    with pytest.raises(NotInLibraryError, match="no conversation"):
        conversations.add(turn(1), OTHER, identifier)
    assert len(conversations.turns(identifier)) == 1
    with pytest.raises(NotInLibraryError, match="no conversation"):
        conversations.turns("another")


def test_the_newest_are_listed_first(conversations: SqliteConversations) -> None:
    """A list names the conversations by their first question, with their length."""
    first = conversations.add(turn(), OWNER)
    second = conversations.add(Turn("长\n" * 200, quoted()), OTHER)
    conversations.add(turn(1), OTHER, second)
    listed = conversations.latest()
    assert [one.id for one in listed] == [second, first]
    assert listed[0].turns == 2
    assert len(listed[0].title) <= 80
    assert "\n" not in listed[0].title
    assert [one.id for one in conversations.latest(1)] == [second]


@pytest.mark.parametrize("store", ["file", "memory"])
def test_a_reader_has_his_own_conversations(store: str, path: Path) -> None:
    """He lists, searches, names, reads and deletes his own, and to nobody else are they there."""
    with closing(SqliteConversations(path) if store == "file" else MemoryConversations()) as kept:
        first = kept.add(Turn("Кто построил маяк?", quoted()), OWNER)
        second = kept.add(Turn("什么时候点灯？", quoted()), OWNER)
        kept.add(Turn("100% of it?", quoted()), OWNER, second)
        others = kept.add(turn(), OTHER)
        assert [one.id for one in kept.of(OWNER)] == [second, first]
        assert [one.id for one in kept.of(OWNER, "МАЯК")] == [first]
        assert [one.id for one in kept.of(OWNER, "100%")] == [second]
        assert kept.of(OWNER, "100_") == []
        assert [one.turns for one in kept.of(OWNER, limit=1)] == [2]
        kept.rename(first, OWNER, "  The \n tower " + "x" * 200)
        kept.rename(second, OWNER, "   ")
        named = {one.id: one.title for one in kept.of(OWNER)}
        assert named[first].startswith("The tower x")
        assert len(named[first]) == 80
        assert named[second] == "什么时候点灯？"
        for touch in (
            lambda: kept.turns(others, OWNER),
            lambda: kept.rename(others, OWNER, "mine"),
            lambda: kept.forget(others, OWNER),
            lambda: kept.forget("another", OWNER),
        ):
            with pytest.raises(NotInLibraryError):
                touch()
        assert [one.title for one in kept.of(OTHER)] == [turn().question]
        kept.forget(second, OWNER)
        assert [one.id for one in kept.of(OWNER)] == [first]
        with pytest.raises(NotInLibraryError):
            kept.turns(second)
        assert len(kept.turns(first, OWNER)) == 1


def test_a_book_being_added_keeps_no_reader_waiting(
    path: Path, conversations: SqliteConversations
) -> None:
    """A turn is kept while the lock for writing books is held by another thread."""
    held, done = threading.Event(), threading.Event()

    def add_a_book() -> None:
        with SqliteLibrary(path) as library, library.writing():
            held.set()
            done.wait(20)
            volume("book").put(library)

    thread = threading.Thread(target=add_a_book)
    thread.start()
    assert held.wait(20)
    identifier = conversations.add(turn(), OWNER)
    done.set()
    thread.join(20)
    assert len(conversations.turns(identifier)) == 1


def test_nothing_is_kept_by_halves(conversations: SqliteConversations) -> None:
    """A turn that no text can hold is refused whole, and the conversation is as it was."""
    identifier = conversations.add(turn(), OWNER)
    with pytest.raises(LibraryError, match="no text can hold"):
        conversations.add(Turn("\ud800", quoted()), OWNER, identifier)
    with pytest.raises(LibraryError):
        conversations.add(Turn("x", replace(quoted(), question="\ud800")), OWNER)
    assert conversations.turns(identifier) == [turn()]
    assert len(conversations.latest()) == 1


def test_books_come_and_go_around_conversations(path: Path) -> None:
    """Taking a book out leaves the conversations that cite it."""
    with SqliteLibrary(path) as library, SqliteConversations(path) as kept:
        volume("lamps").put(library)
        identifier = kept.add(turn(), OWNER)
        library.remove("lamps")
        assert kept.turns(identifier) == [turn()]
