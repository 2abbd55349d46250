"""The index of words in SQLite: FTS5 over the tokens of passages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.library.tables import marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.library.tables import Connection


class SqliteWords:
    """``Words`` as an FTS5 table, whose ranking is BM25 with k1 = 1.2 and b = 0.75."""

    consistency = {  # noqa: RUF012 -- a constant
        "{} passages in the library are not in its index of words; add their books again.": """
            SELECT count(*) FROM passages LEFT JOIN words ON words.rowid = number
            WHERE words.rowid IS NULL""",
        "{} entries in the library's index of words belong to no passage; add the books again.": """
            SELECT count(*) FROM words LEFT JOIN passages ON words.rowid = number
            WHERE number IS NULL""",
    }

    def put(self, connection: Connection, number: int, tokens: Sequence[str]) -> None:
        """See ``Words.put``."""
        connection.execute(
            "INSERT INTO words (rowid, tokens) VALUES (?, ?)", [number, " ".join(tokens)]
        )

    def forget(self, connection: Connection, book_id: str) -> None:
        """See ``Words.forget``."""
        connection.execute(
            "DELETE FROM words WHERE rowid IN (SELECT number FROM passages WHERE book = ?)",
            [book_id],
        )

    def search(
        self,
        connection: Connection,
        tokens: Sequence[str],
        book_ids: Sequence[str] | None,
        limit: int,
    ) -> list[tuple[str, float]]:
        """See ``Words.search``."""
        wanted = " OR ".join(f'"{token}"' for token in tokens if '"' not in token)
        if not wanted:
            return []
        within = "" if book_ids is None else f"AND book IN ({marks(book_ids)}) "
        rows = connection.execute(
            "SELECT passages.id, -bm25(words) AS score FROM words "  # noqa: S608 -- placeholders
            f"JOIN passages ON number = words.rowid WHERE words MATCH ? {within}"
            "ORDER BY score DESC, number LIMIT ?",
            [wanted, *(book_ids or ()), limit],
        )
        return rows.fetchall()

    def counts(self, connection: Connection, tokens: Sequence[str]) -> dict[str, int]:
        """See ``Words.counts``."""
        return {
            token: connection.execute(
                "SELECT count(*) FROM words WHERE words MATCH ?", [f'"{token}"']
            ).fetchone()[0]
            for token in tokens
            if '"' not in token
        }
