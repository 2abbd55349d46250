"""The conversations that readers have had, kept in the library, each its owner's own.

An owner is a random key that a reader's browser keeps. Who holds the library's file (the
command line) may read all of them; over the web a conversation is given to its owner alone.
"""

from __future__ import annotations

import json
import secrets
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rag.library.sqlite.file import LibraryFile
from rag.types import (
    Answer,
    Citation,
    CitedNote,
    Hit,
    Language,
    LibraryError,
    Match,
    NotInLibraryError,
    PageStatus,
    Passage,
    PassageKind,
    Place,
    Seconds,
    Sentence,
    Span,
    Turn,
    Verdict,
    json_of_record,
    record_of,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

TITLE = 80
"""Characters of the first question that name a conversation."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation as it is listed: its id, its first question, how long, and since when.

    ``changed`` is the moment of its last turn, as ISO 8601 in UTC.
    """

    id: str
    title: str
    turns: int
    changed: str


class Conversations(LibraryFile):
    """The conversations of one library; safe to use from several threads.

    A turn is written in a transaction of its own and waits for no book that is being added,
    but for the moment in which that is written. Errors as of ``LibraryFile``.
    """

    def add(self, turn: Turn, owner: str, conversation: str | None = None) -> str:
        """Keep a turn and return its conversation's id: a new one, or the one it goes on.

        Raises NotInLibraryError where the owner has no such conversation.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        identifier = conversation or secrets.token_hex(6)
        with self._keeping() as connection:
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
        """Return the turns of a conversation, oldest first; NotInLibraryError.

        With ``owner`` it must be that reader's; to another it is not there.
        """
        with self._read() as connection:
            found = connection.execute(
                "SELECT owner FROM conversations WHERE id = ?", [conversation]
            ).fetchone()
            if found is None or (owner is not None and found[0] != owner):
                raise _none(conversation)
            rows = connection.execute(
                "SELECT question, answer FROM turns WHERE conversation = ? ORDER BY position",
                [conversation],
            ).fetchall()
        return [Turn(question, answer_of(answer)) for question, answer in rows]

    def latest(self, limit: int = 20) -> list[Kept]:
        """Return the conversations that were last gone on with, the newest first."""
        with self._read() as connection:
            rows = connection.execute(
                "SELECT id, title, changed, (SELECT count(*) FROM turns WHERE conversation = id) "
                "FROM conversations ORDER BY changed DESC, rowid DESC LIMIT ?",
                [limit],
            ).fetchall()
        return [
            Kept(identifier, title, turns, changed) for identifier, title, changed, turns in rows
        ]

    def forget(self, conversation: str, owner: str) -> None:
        """Take a conversation of a reader out; NotInLibraryError where there is none."""
        with self._keeping() as connection:
            gone = connection.execute(
                "DELETE FROM conversations WHERE id = ? AND owner = ?", [conversation, owner]
            ).rowcount
            if not gone:
                raise _none(conversation)

    @contextmanager
    def _keeping(self) -> Iterator[sqlite3.Connection]:
        """Hold this object's own connection for one transaction.

        The lock for writing books is not taken: a book may be minutes in the making, and a
        turn touches nothing of it.
        """
        with self._reading_lock, self._clear_errors():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.commit()
            except UnicodeEncodeError as error:
                raise LibraryError(
                    "The question holds characters that no text can hold."
                ) from error
            finally:
                # After a commit there is nothing to undo, and this does nothing.
                self._writer.rollback()


def _none(conversation: str) -> NotInLibraryError:
    return NotInLibraryError(
        f"The library holds no conversation {conversation}; 'rag export --list' shows which it has."
    )


def json_of_answer(answer: Answer) -> str:
    """Return an answer as JSON, whole, with the records of its books but for their contents."""
    value = asdict(answer)
    for citation, written in zip(answer.citations, value["citations"], strict=True):
        bare = replace(citation.record, contents=(), aliases=(), corrections=())
        written["record"] = json_of_record(bare)
    return json.dumps(value, ensure_ascii=False)


def answer_of(written: str) -> Answer:
    """Return the answer that ``json_of_answer`` wrote."""
    value: dict[str, Any] = json.loads(written)
    value["language"] = Language(value["language"])
    value["sentences"] = tuple(
        Sentence(item["text"], tuple(item["citations"]), Verdict(item["verdict"]))
        for item in value["sentences"]
    )
    value["citations"] = tuple(_citation(item) for item in value["citations"])
    value["nearest"] = tuple(_hit(item) for item in value["nearest"])
    value["seconds"] = Seconds(**value["seconds"])
    return Answer(**value)


def _citation(value: dict[str, Any]) -> Citation:
    value["record"] = record_of(value["record"])
    value["place"] = _place(value["place"])
    value["footnotes"] = tuple(CitedNote(**note) for note in value["footnotes"])
    return Citation(**value)


def _hit(value: dict[str, Any]) -> Hit:
    passage = value["passage"]
    value["passage"] = Passage(**{**passage, "kind": PassageKind(passage["kind"])})
    value["place"] = _place(value["place"])
    value["match"] = Match(value["match"])
    value["marks"] = tuple(Span(**mark) for mark in value["marks"])
    return Hit(**value)


def _place(value: dict[str, Any]) -> Place:
    value["status"] = PageStatus(value["status"])
    value["pages"] = tuple(value["pages"])
    value["notes"] = tuple(value["notes"])
    return Place(**value)
