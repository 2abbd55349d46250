"""Readers' own notes, kept in the library's file."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from rag.library.keeping import Anchor, Note
from rag.library.sqlite.file import LibraryFile
from rag.types import NotInLibraryError

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 8000
"""Characters that a reader may write in one note."""
_NOTE = 'SELECT id, book, start, "end", quoted, body, created, changed FROM notes'


class SqliteNotes:
    """``Notes`` in the file of a library; opening it raises as ``SqliteLibrary`` does.

    A note waits for no book that is being added, as a turn of a conversation does not.
    """

    def __init__(self, path: Path) -> None:
        self._file = LibraryFile(path)

    def __enter__(self) -> Self:
        """Return the notes themselves."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the notes."""
        self.close()

    def close(self) -> None:
        """See ``Notes.close``."""
        self._file.close()

    def add(self, owner: str, anchor: Anchor, body: str = "") -> Note:
        """See ``Notes.add``."""
        body = body.strip()[:_LONGEST]
        quoted = json.dumps([anchor.words, anchor.before, anchor.after], ensure_ascii=False)
        values = [owner, anchor.book_id, anchor.start, anchor.end, quoted, body]
        with self._file.keep() as connection:
            row = connection.execute(
                f'{_NOTE} WHERE owner = ? AND book = ? AND start = ? AND "end" = ? '
                "AND quoted = ? AND body = ?",
                values,
            ).fetchone()
            if row is not None:
                return _note(*row)
            note_id, now = secrets.token_hex(6), _now()
            connection.execute(
                'INSERT INTO notes (owner, book, start, "end", quoted, body, id, created, changed) '
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [*values, note_id, now, now],
            )
        return Note(note_id, anchor, body, now, now)

    def edit(self, note_id: str, owner: str, body: str) -> None:
        """See ``Notes.edit``."""
        with self._file.keep() as connection:
            if not connection.execute(
                "UPDATE notes SET body = ?, changed = ? WHERE id = ? AND owner = ?",
                [body.strip()[:_LONGEST], _now(), note_id, owner],
            ).rowcount:
                raise _none(note_id)

    def remove(self, note_id: str, owner: str) -> None:
        """See ``Notes.remove``."""
        with self._file.keep() as connection:
            if not connection.execute(
                "DELETE FROM notes WHERE id = ? AND owner = ?", [note_id, owner]
            ).rowcount:
                raise _none(note_id)

    def of(self, owner: str | None, book_id: str | None = None, words: str = "") -> list[Note]:
        """See ``Notes.of``."""
        sought = "".join(words.split()).casefold()
        with self._file.read() as connection:
            rows = connection.execute(
                f"{_NOTE} WHERE (:owner IS NULL OR owner = :owner) "
                "AND (:book IS NULL OR book = :book) ORDER BY book, start, created",
                {"owner": owner, "book": book_id},
            )
            notes = [_note(*row) for row in rows]
        return [
            note
            for note in notes
            if sought in "".join(f"{note.anchor.words}\n{note.body}".split()).casefold()
        ]


def _note(  # noqa: PLR0917 -- the columns of a row
    note_id: str,
    book: str,
    start: int,
    end: int,
    quoted: str,
    body: str,
    created: str,
    changed: str,
) -> Note:
    words, before, after = json.loads(quoted)
    return Note(note_id, Anchor(book, start, end, words, before, after), body, created, changed)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _none(note_id: str) -> NotInLibraryError:
    return NotInLibraryError(f"You have no note {note_id}; it may have been deleted elsewhere.")
