"""The conversations that readers have had, kept in the library's tables."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Self

from rag.library.ports import LATEST, Asked, Kept
from rag.library.tables.rows import marks
from rag.types import NotInLibraryError, Turn
from rag.types.forms import answer_of, json_of_answer

if TYPE_CHECKING:
    from collections.abc import Collection

    from rag.library.tables.engine import Engine

TITLE = 80
"""Characters of the first question that name a conversation."""


class TableConversations:
    """``Conversations`` in the tables of an engine that is open.

    A turn is written in a transaction of its own and waits for no book that is being added,
    but for the moment in which that is written.
    """

    def __init__(self, engine: Engine) -> None:
        self._file = engine

    def __enter__(self) -> Self:
        """Return the conversations themselves."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the conversations."""
        self.close()

    def close(self) -> None:
        """See ``Conversations.close``."""
        self._file.close()

    def add(self, turn: Turn, owner: str, conversation: str | None = None) -> str:
        """See ``Conversations.add``."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        identifier = conversation or secrets.token_hex(6)
        with self._file.keep() as connection:
            if conversation is None:
                title = " ".join(turn.question.split())[:TITLE]
                connection.execute(
                    "INSERT INTO conversations (id, owner, created, changed, title) "
                    "VALUES (?, ?, ?, ?, ?)",
                    [identifier, owner, now, now, title],
                )
            elif not connection.execute(
                "UPDATE conversations SET changed = ? WHERE id = ? AND owner = ?",
                [now, identifier, owner],
            ).rowcount:
                raise _none(identifier)
            connection.execute(
                "INSERT INTO turns (conversation, position, asked, question, answer) "
                "SELECT ?, coalesce(max(position) + 1, 0), ?, ?, ? FROM turns "
                "WHERE conversation = ?",
                [identifier, now, turn.question, json_of_answer(turn.answer), identifier],
            )
        return identifier

    def turns(self, conversation: str, owner: str | None = None) -> list[Turn]:
        """See ``Conversations.turns``."""
        with self._file.read() as connection:
            there = "SELECT 1 FROM conversations WHERE id = ? AND (? IS NULL OR owner = ?)"
            if not connection.execute(there, [conversation, owner, owner]).fetchone():
                raise _none(conversation)
            rows = connection.execute(
                "SELECT question, answer FROM turns WHERE conversation = ? ORDER BY position",
                [conversation],
            ).fetchall()
        return [Turn(question, answer_of(answer)) for question, answer in rows]

    def rename(self, conversation: str, owner: str, title: str) -> None:
        """See ``Conversations.rename``."""
        named = " ".join(title.split())[:TITLE]
        with self._file.keep() as connection:
            renamed = connection.execute(
                "UPDATE conversations SET title = coalesce(nullif(?, ''), title) "
                "WHERE id = ? AND owner = ?",
                [named, conversation, owner],
            )
            if not renamed.rowcount:
                raise _none(conversation)

    def forget(self, conversation: str, owner: str) -> None:
        """See ``Conversations.forget``."""
        with self._file.keep() as connection:
            gone = connection.execute(
                "DELETE FROM conversations WHERE id = ? AND owner = ?", [conversation, owner]
            )
            if not gone.rowcount:
                raise _none(conversation)

    def of(self, owner: str, words: str = "", limit: int = LATEST) -> list[Kept]:
        """See ``Conversations.of``."""
        sought = " ".join(words.split()).casefold()
        with self._file.read() as connection:
            rows = connection.execute(
                "SELECT id, title, changed, question FROM conversations "
                "JOIN turns ON conversation = id WHERE owner = ? "
                "ORDER BY changed DESC, conversations.rowid DESC, position",
                [owner],
            )
            kept = groupby(rows, key=itemgetter(0, 1, 2))
            talks = ((*about, [question for *_, question in turns]) for about, turns in kept)
            found = (
                Kept(identifier, title, len(questions), changed)
                for identifier, title, changed, questions in talks
                if sought in "\n".join((title, *questions)).casefold()  # engines fold ASCII alone
            )
            return list(islice(found, limit))

    def asked(self, owners: Collection[str], limit: int) -> list[Asked]:
        """See ``Conversations.asked``."""
        if not owners:
            return []
        with self._file.read() as connection:
            rows = connection.execute(
                "SELECT owner, asked, question, answer FROM turns "  # noqa: S608 -- placeholders
                f"JOIN conversations ON conversation = id WHERE owner IN ({marks([*owners])}) "
                "ORDER BY asked DESC, turns.rowid DESC LIMIT ?",
                [*owners, limit],
            ).fetchall()
        return [_asked(*row) for row in rows]

    def latest(self, limit: int = LATEST) -> list[Kept]:
        """See ``Conversations.latest``."""
        with self._file.read() as connection:
            rows = connection.execute(
                "SELECT id, title, changed, (SELECT count(*) FROM turns WHERE conversation = id) "
                "FROM conversations ORDER BY changed DESC, rowid DESC LIMIT ?",
                [limit],
            ).fetchall()
        return [
            Kept(identifier, title, turns, changed) for identifier, title, changed, turns in rows
        ]


def _asked(owner: str, at: str, question: str, answer: str) -> Asked:
    found = answer_of(answer)
    first = next(iter(found.citations), None)
    book = first.record.title if first else ""
    chapter = first.place.chapter if first else None
    return Asked(owner, at, question, found.status, book, chapter or "")


def _none(conversation: str) -> NotInLibraryError:
    return NotInLibraryError(
        f"The library holds no conversation {conversation}; 'rag export --list' shows which it has."
    )
