"""The conversations that readers have had, kept in the library's file."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from rag.library.ports import LATEST, Kept
from rag.library.sqlite.file import LibraryFile
from rag.types import (
    Answer,
    Citation,
    CitedNote,
    Hit,
    Language,
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
    from pathlib import Path

TITLE = 80
"""Characters of the first question that name a conversation."""


class SqliteConversations:
    """``Conversations`` in the file of a library; opening it raises as ``SqliteLibrary`` does.

    A turn is written in a transaction of its own and waits for no book that is being added,
    but for the moment in which that is written.
    """

    def __init__(self, path: Path) -> None:
        self._file = LibraryFile(path)

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

    def turns(self, conversation: str) -> list[Turn]:
        """See ``Conversations.turns``."""
        with self._file.read() as connection:
            there = "SELECT 1 FROM conversations WHERE id = ?"
            if not connection.execute(there, [conversation]).fetchone():
                raise _none(conversation)
            rows = connection.execute(
                "SELECT question, answer FROM turns WHERE conversation = ? ORDER BY position",
                [conversation],
            ).fetchall()
        return [Turn(question, answer_of(answer)) for question, answer in rows]

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
