"""Readers' accounts: hashed, invited once and for some days, each with what is his alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rag.library.readers import Role
from rag.library.tables.readers.accounts import INVITED
from rag.types import AccountError, NotInLibraryError, Turn
from tests.support.exported import quoted
from tests.support.files import SqliteConversations, SqliteReaders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "nine boats with salt"  # noqa: S105 - of these tests


class Days:
    """A calendar that a test turns."""

    now = datetime(2026, 11, 29, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a library is kept."""
    return tmp_path / "library.sqlite"


@pytest.fixture
def days() -> Days:
    """Return a calendar."""
    return Days()


@pytest.fixture
def readers(path: Path, days: Days) -> Iterator[SqliteReaders]:
    """Yield the accounts of an empty library."""
    with SqliteReaders(path, days) as opened:
        yield opened


def entered(readers: SqliteReaders, name: str) -> None:
    """Add a reader who has chosen a password."""
    readers.add([name])
    assert readers.choose(name, readers.invite(name), PASSWORD)


def test_a_reader_is_invited_chooses_and_comes_in(readers: SqliteReaders) -> None:
    """A code lets him choose a password once; by it and his name he comes in from then on."""
    assert not readers.exist()
    [reader] = readers.add(["王 老师"], Role.TEACHER)
    assert readers.exist()
    assert (reader.role, reader.chosen, reader.invited) == (Role.TEACHER, False, None)
    code = readers.invite("王 老师")
    assert readers.choose("王 老师", code + "x", PASSWORD) is None
    chosen = readers.choose(" 王  老师 ", code, PASSWORD)
    assert chosen is not None
    assert (chosen.chosen, chosen.invited, chosen.owner) == (True, None, reader.owner)
    assert chosen.seal != reader.seal
    assert readers.choose("王 老师", code, "another boat of salt") is None
    assert readers.enter("王 老师", PASSWORD) == chosen
    assert readers.enter("王 老师", PASSWORD + " ") is None


def test_a_code_is_good_for_its_days_and_for_its_reader(readers: SqliteReaders, days: Days) -> None:
    """After them, after a newer code, or at another name it opens nothing."""
    readers.add(["Anna", "Boris"])
    code = readers.invite("Anna")
    assert readers.choose("Boris", code, PASSWORD) is None
    assert readers.choose("Clara", code, PASSWORD) is None
    days.now += INVITED
    assert readers.choose("Anna", code, PASSWORD) is None
    old, new = readers.invite("Anna"), readers.invite("Anna")
    assert readers.choose("Anna", old, PASSWORD) is None
    days.now += INVITED - timedelta(seconds=1)
    assert readers.choose("Anna", new, PASSWORD) is not None


def test_no_name_and_no_password_opens_an_account_without_one(readers: SqliteReaders) -> None:
    """Who was never there, was not invited yet, or was removed comes in with nothing."""
    readers.add(["Anna"])
    for name in ("Anna", "Boris", "", "\t"):
        for password in ("", PASSWORD):
            assert readers.enter(name, password) is None
            assert readers.choose(name, password, PASSWORD) is None
    entered(readers, "Boris")
    readers.remove("boris")
    [row] = [one for one in _rows(readers) if one[1] == "gone"]
    assert [row[2], row[3], row[4]] == [None, None, 0]
    assert readers.enter("Boris", PASSWORD) is None
    assert readers.enter(row[0], PASSWORD) is None
    assert readers.find(row[0]) is None


def test_neither_passwords_nor_codes_are_kept(readers: SqliteReaders, path: Path) -> None:
    """In the file there is the hash of the one, made by Argon2id, and the digest of the other."""
    entered(readers, "Anna")
    code = readers.invite("Anna")
    [row] = _rows(readers)
    assert row[2].startswith("$argon2id$v=19$m=65536,t=3,")
    readers.close()
    with closing(sqlite3.connect(path)) as connection:
        dump = "\n".join(connection.iterdump())
    assert "Anna" in dump
    assert PASSWORD not in dump
    assert code not in dump


@pytest.mark.parametrize("password", ["short", "password123", "Anna Smith 1", "12345678901234"])
def test_a_password_that_is_soon_guessed_is_not_taken(
    readers: SqliteReaders, password: str
) -> None:
    """The rules are those of the server's own password; the code stays good for a better one."""
    readers.add(["Anna Smith"])
    code = readers.invite("Anna Smith")
    with pytest.raises(AccountError, match="password"):
        readers.choose("Anna Smith", code, password)
    assert readers.choose("Anna Smith", code, PASSWORD) is not None


@pytest.mark.parametrize("name", ["", " ", "a\tb\x00", "-x", "x" * 41, "\u202eabc"])
def test_what_is_no_name_is_refused(readers: SqliteReaders, name: str) -> None:
    """Of a list with such a name in it, nobody is added."""
    with pytest.raises(AccountError):
        readers.add(["Anna", name])
    assert readers.all() == []


def test_a_list_adds_those_who_are_not_there(readers: SqliteReaders) -> None:
    """A name that differs in small and capital letters alone is the same reader's."""
    entered(readers, "Anna")
    assert [one.name for one in readers.add(["anna", "Boris", " boris", "李同学"])] == [
        "Boris",
        "李同学",
    ]
    assert [one.name for one in readers.all()] == ["Anna", "Boris", "李同学"]
    assert readers.enter("ANNA", PASSWORD) == readers.find("Anna")
    with pytest.raises(AccountError, match="as a reader"):
        readers.add(["Clara", "Anna"], Role.TEACHER)
    assert readers.find("Clara") is None


def test_who_is_removed_takes_his_conversations_along(readers: SqliteReaders, path: Path) -> None:
    """Another reader of the same name later is another; the numbers of the others stay."""
    old, other = readers.add(["Anna", "Boris"])
    with SqliteConversations(path) as conversations:
        mine = conversations.add(Turn("谁？", quoted()), old.owner)
        theirs = conversations.add(Turn("谁？", quoted()), other.owner)
        readers.remove("Anna")
        assert [one.id for one in conversations.latest()] == [theirs]
        with pytest.raises(NotInLibraryError):
            conversations.turns(mine)
    [new] = readers.add(["Anna"])
    assert new.owner != old.owner
    assert [(one.name, one.number) for one in readers.all()] == [("Boris", 2), ("Anna", 3)]
    with pytest.raises(NotInLibraryError, match="no reader"):
        readers.remove("Clara")


def test_a_reader_agrees_and_takes_it_back(readers: SqliteReaders) -> None:
    """His name stands beside what he asked only as long as he wants it."""
    readers.add(["Anna"])
    for agreed in (False, True, False):
        readers.agree("Anna", agreed=agreed)
        [reader] = readers.all()
        assert reader.agreed is agreed


def _rows(readers: SqliteReaders) -> list[tuple[Any, ...]]:
    with readers._file.read() as connection:
        return connection.execute("SELECT * FROM readers ORDER BY created").fetchall()
