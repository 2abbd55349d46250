"""The accounts of readers, kept in the library's file."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from rag.library.readers import Reader, Role
from rag.library.sqlite.file import LibraryFile
from rag.library.sqlite.readers.passwords import fits, hashed
from rag.settings import PASSWORD_FAULTS, password_fault
from rag.types import AccountError, NotInLibraryError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable
    from pathlib import Path

LONGEST_NAME = 40
"""Characters that a reader's name may have."""

INVITED = timedelta(days=14)
"""How long a code is good for."""

_GONE = "gone"
_QUERY = (
    "SELECT name, role, row_number() OVER (ORDER BY created), secret, invited, agreed, created "
    "FROM readers ORDER BY created"
)
_ONE = f"SELECT * FROM ({_QUERY}) WHERE name = ?"  # noqa: S608 -- of constants


class SqliteReaders:
    """``Readers`` in the file of a library; opening it raises as ``SqliteLibrary`` does.

    Of who was removed the row stays without name and password, so that the numbers of the
    others stay theirs. ``now`` tells the moment, in UTC.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._file = LibraryFile(path)
        self._now = now

    def __enter__(self) -> Self:
        """Return the readers themselves."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the accounts."""
        self.close()

    def close(self) -> None:
        """See ``Readers.close``."""
        self._file.close()

    def exist(self) -> bool:
        """See ``Readers.exist``."""
        with self._file.read() as connection:
            query = "SELECT 1 FROM readers WHERE role <> ? LIMIT 1"
            return connection.execute(query, [_GONE]).fetchone() is not None

    def all(self) -> list[Reader]:
        """See ``Readers.all``."""
        with self._file.read() as connection:
            return _all(connection)

    def find(self, name: str) -> Reader | None:
        """See ``Readers.find``."""
        with self._file.read() as connection:
            row = connection.execute(_ONE, [name]).fetchone()
        return None if row is None or row[1] == _GONE else _reader(row)

    def add(self, names: Iterable[str], role: Role = Role.READER) -> list[Reader]:
        """See ``Readers.add``."""
        wanted = dict.fromkeys(map(_name, names))
        with self._file.keep() as connection:
            known = {_folded(one.name): one for one in _all(connection)}
            added = []
            for name in wanted:
                there = known.get(_folded(name))
                if there is None:
                    self._insert(connection, name, role)
                    added.append(name)
                    known |= {_folded(one.name): one for one in _all(connection)}
                elif there.role is not role:
                    raise AccountError(
                        f"{there.name} is there already, as a {there.role}; take another name, "
                        f"or first: rag readers remove {there.name}"
                    )
            return [_reader(connection.execute(_ONE, [name]).fetchone()) for name in added]

    def _insert(self, connection: sqlite3.Connection, name: str, role: Role) -> None:
        """Add a reader whose moment is his own, and after all others."""
        now = self._now()
        [last] = connection.execute("SELECT max(created) FROM readers").fetchone()
        if last is not None:
            now = max(now, datetime.fromisoformat(last) + timedelta(microseconds=1))
        connection.execute(
            "INSERT INTO readers (name, role, agreed, created) VALUES (?, ?, 0, ?)",
            [name, role, _moment(now)],
        )

    def remove(self, name: str) -> None:
        """See ``Readers.remove``."""
        with self._file.keep() as connection:
            reader = _held(connection, name)
            for table in ("conversations", "notes"):
                connection.execute(f"DELETE FROM {table} WHERE owner = ?", [reader.owner])  # noqa: S608
            connection.execute(
                "UPDATE readers SET name = char(9) || created, role = ?, secret = NULL, "
                "invited = NULL, agreed = 0 WHERE name = ?",
                [_GONE, reader.name],
            )

    def invite(self, name: str) -> str:
        """See ``Readers.invite``."""
        code = secrets.token_urlsafe(24)
        with self._file.keep() as connection:
            reader = _held(connection, name)
            invited = f"{_moment(self._now() + INVITED)} {_digest(code)}"
            connection.execute(
                "UPDATE readers SET invited = ? WHERE name = ?", [invited, reader.name]
            )
        return code

    def choose(self, name: str, code: str, password: str) -> Reader | None:
        """See ``Readers.choose``; the code is looked at again where the password is written."""
        if not self._is_invited(name, code):
            return None
        fault = password_fault(password, name)
        if fault:
            raise AccountError(f"A password {PASSWORD_FAULTS[fault]}.")
        secret = hashed(password)
        with self._file.keep() as connection:
            reader = _of_name(connection, name)
            if reader is None or not self._good(connection, reader, code):
                return None
            connection.execute(
                "UPDATE readers SET secret = ?, invited = NULL WHERE name = ?",
                [secret, reader.name],
            )
            return _held(connection, reader.name)

    def _is_invited(self, name: str, code: str) -> bool:
        with self._file.read() as connection:
            reader = _of_name(connection, name)
            return self._good(connection, reader, code)

    def _good(self, connection: sqlite3.Connection, reader: Reader | None, code: str) -> bool:
        """Return whether a code is a reader's, and good still."""
        until, digest = "", ""
        if reader is not None:
            query = "SELECT invited FROM readers WHERE name = ?"
            [invited] = connection.execute(query, [reader.name]).fetchone()
            until, _, digest = (invited or "").partition(" ")
        same = hmac.compare_digest(digest, _digest(code))
        return same and _moment(self._now()) < until

    def enter(self, name: str, password: str) -> Reader | None:
        """See ``Readers.enter``."""
        with self._file.read() as connection:
            reader = _of_name(connection, name)
            query = "SELECT secret FROM readers WHERE name = ?"
            [secret] = connection.execute(query, [reader.name]).fetchone() if reader else [None]
        return reader if fits(password, secret) else None

    def agree(self, name: str, *, agreed: bool) -> None:
        """See ``Readers.agree``."""
        with self._file.keep() as connection:
            reader = _held(connection, name)
            connection.execute(
                "UPDATE readers SET agreed = ? WHERE name = ?", [int(agreed), reader.name]
            )


def _all(connection: sqlite3.Connection) -> list[Reader]:
    return [_reader(row) for row in connection.execute(_QUERY) if row[1] != _GONE]


def _of_name(connection: sqlite3.Connection, name: str) -> Reader | None:
    """Return the reader of a name, its letters small or capital."""
    folded = _folded(name)
    return next((one for one in _all(connection) if _folded(one.name) == folded), None)


def _held(connection: sqlite3.Connection, name: str) -> Reader:
    found = _of_name(connection, name)
    if found is None:
        raise NotInLibraryError(
            f"There is no reader {name}; 'rag readers list' shows who there is."
        )
    return found


def _reader(row: tuple[str, str, int, str | None, str | None, int, str]) -> Reader:
    name, role, number, secret, invited, agreed, created = row
    return Reader(
        name=name,
        role=Role(role),
        number=number,
        owner=f"reader:{created}",
        seal=_digest(secret or ""),
        chosen=secret is not None,
        invited=invited.partition(" ")[0] if invited else None,
        agreed=bool(agreed),
        created=created,
    )


def _name(text: str) -> str:
    """Return a name as it is kept; AccountError for what is none."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or name.startswith("-"):
        raise AccountError(
            f"A reader's name has 1 to {LONGEST_NAME} characters that can be printed, "
            f"and no hyphen at first; {name[:LONGEST_NAME]!r} has not."
        )
    return name


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
