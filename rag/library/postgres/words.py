"""The index of words in PostgreSQL: an inverted table, ranked by BM25.

The engine's own full-text search knows no BM25, and its parsers know no bigrams of Chinese.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rag.library.tables import marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.library.tables import Connection

_SEARCH = """
WITH size AS (
    SELECT count(*) AS passages, greatest(avg(tokens), 1)::float8 AS mean FROM lengths
), rare AS (
    SELECT token, greatest(ln((passages - count(*) + 0.5) / (count(*) + 0.5)), 1e-6) AS weight
    FROM words, size WHERE token IN ({tokens}) GROUP BY token, passages
)
SELECT passages.id,
    sum(weight * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * tokens / mean)))::float8 AS score
FROM rare JOIN words USING (token) JOIN lengths USING (passage)
    JOIN passages ON number = words.passage, size
{within}
GROUP BY passages.number ORDER BY score DESC, number LIMIT ?
"""
"""BM25 as SQLite's FTS5 reckons it: k1 = 1.2, b = 0.75, no token for less than nothing."""


class PostgresWords:
    """``Words`` as a table of tokens."""

    consistency = {  # noqa: RUF012 -- a constant
        "{} passages in the library are not in its index of words; add their books again.": """
            SELECT count(*) FROM passages LEFT JOIN lengths ON passage = number
            WHERE passage IS NULL""",
    }

    def put(self, connection: Connection, number: int, tokens: Sequence[str]) -> None:
        """See ``Words.put``."""
        connection.execute("INSERT INTO lengths VALUES (?, ?)", [number, len(tokens)])
        counted = Counter(tokens)
        if counted:
            connection.execute(
                "INSERT INTO words SELECT token, ?, times "
                "FROM unnest(CAST(? AS TEXT[]), CAST(? AS BIGINT[])) AS counted (token, times)",
                [number, list(counted), list(counted.values())],
            )

    def forget(self, connection: Connection, book_id: str) -> None:
        """See ``Words.forget``: they go with their passages."""

    def search(
        self,
        connection: Connection,
        tokens: Sequence[str],
        book_ids: Sequence[str] | None,
        limit: int,
    ) -> list[tuple[str, float]]:
        """See ``Words.search``."""
        within = "" if book_ids is None else f"WHERE book IN ({marks(book_ids)})"
        statement = _SEARCH.format(tokens=marks(tokens), within=within)
        return connection.execute(statement, [*tokens, *(book_ids or ()), limit]).fetchall()

    def counts(self, connection: Connection, tokens: Sequence[str]) -> dict[str, int]:
        """See ``Words.counts``."""
        if not tokens:
            return {}
        rows = connection.execute(
            f"SELECT token, count(*) FROM words WHERE token IN ({marks(tokens)}) GROUP BY token",  # noqa: S608 -- placeholders
            tokens,
        )
        return dict.fromkeys(tokens, 0) | {token: int(count) for token, count in rows}
