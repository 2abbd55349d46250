"""What readers say of answers, kept in the library's file."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from rag.library.keeping import Report, Reported
from rag.library.sqlite.file import LibraryFile
from rag.types import Answer, NotInLibraryError, PageStatus, Place, ReportKind
from rag.types.forms import answer_of, json_of_answer

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 4000
"""Characters that a reader may write in one report."""
_THUMBS = (ReportKind.HELPFUL, ReportKind.UNHELPFUL)


class SqliteReports:
    """``Reports`` in the file of a library; opening it raises as ``SqliteLibrary`` does."""

    def __init__(self, path: Path) -> None:
        self._file = LibraryFile(path)

    def __enter__(self) -> Self:
        """Return the reports themselves."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the reports."""
        self.close()

    def close(self) -> None:
        """See ``Reports.close``."""
        self._file.close()

    def add(
        self,
        owner: str,
        kind: ReportKind,
        answer: Answer,
        body: str = "",
        *,
        book_id: str | None = None,
        where: Reported | None = None,
    ) -> Report:
        """See ``Reports.add``."""
        made = datetime.now(UTC).isoformat(timespec="seconds")
        written = json_of_answer(answer)
        report = Report(
            id=secrets.token_hex(6),
            kind=kind,
            made=made,
            done=None,
            book_id=book_id,
            where=where,
            question=answer.question,
            answer=answer,
            body=body.strip()[:_LONGEST],
        )
        place = json.dumps(asdict(where), ensure_ascii=False) if where else None
        row = [report.id, owner, kind, made, book_id, place, report.question, written, report.body]
        with self._file.keep() as connection:
            if kind in _THUMBS:
                connection.execute(
                    "DELETE FROM reports WHERE owner = ? AND owner <> '' AND kind IN (?, ?) "
                    "AND question = ? AND answer = ? AND done IS NULL",
                    [owner, *_THUMBS, answer.question, written],
                )
            connection.execute(
                "INSERT INTO reports "
                "(id, owner, kind, made, book, place, question, answer, body) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        return report

    def of(self, owner: str | None = None, *, undone: bool = False) -> list[Report]:
        """See ``Reports.of``."""
        with self._file.read() as connection:
            rows = connection.execute(
                "SELECT id, kind, made, done, book, place, question, answer, body FROM reports "
                "WHERE (:owner IS NULL OR owner = :owner) AND (NOT :undone OR done IS NULL) "
                "ORDER BY made, rowid",
                {"owner": owner, "undone": undone},
            ).fetchall()
        return [
            Report(
                id=report_id,
                kind=ReportKind(kind),
                made=made,
                done=done,
                book_id=book,
                where=_where(place) if place else None,
                question=question,
                answer=answer_of(answer) if answer else None,
                body=body,
            )
            for report_id, kind, made, done, book, place, question, answer, body in rows
        ]

    def finish(self, report_id: str) -> None:
        """See ``Reports.finish``."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._file.keep() as connection:
            if not connection.execute(
                "UPDATE reports SET done = coalesce(done, ?) WHERE id = ?", [now, report_id]
            ).rowcount:
                raise NotInLibraryError(
                    f"The library holds no report {report_id}; 'rag reports' shows which it has."
                )


def _where(written: str) -> Reported:
    value: dict[str, Any] = json.loads(written)
    place: dict[str, Any] = value.pop("place")
    for key in ("pages", "notes", "paragraphs"):
        place[key] = tuple(place[key])
    place["status"] = PageStatus(place["status"])
    return Reported(place=Place(**place), **value)
