"""All rows of a library put into the empty tables of another engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.language.text import bigrams
from rag.library.tables.schema import TABLES

if TYPE_CHECKING:
    from rag.library.tables.engine import Connection, Words

_TABLE = re.compile(r"CREATE TABLE (\w+) \(\n(.*?)\n\)", re.DOTALL)
_COLUMN = re.compile(r'^    ("?[a-z_]+"?) ', re.MULTILINE)
_FIRST = ("meta", "books", "passages", "conversations")
"""What other tables refer to."""


def columns() -> dict[str, list[str]]:
    """Return the columns of each table as statements name them, what is referred to first."""
    found = {name: _COLUMN.findall(body) for name, body in _TABLE.findall(TABLES)}
    return {name: found[name] for name in (*_FIRST, *(one for one in found if one not in _FIRST))}


def copy_rows(source: Connection, target: Connection, words: Words) -> None:
    """Put all rows that ``source`` sees into ``target``, and its words into the target's index.

    The tables of ``target`` are there and empty. Numbers of passages stay.
    """
    for table, names in columns().items():
        listed = ", ".join(names)
        places = ", ".join("?" * len(names))
        target.executemany(
            f"INSERT INTO {table} ({listed}) VALUES ({places})",  # noqa: S608 -- our own names
            source.execute(f"SELECT {listed} FROM {table}"),  # noqa: S608 -- our own names
        )
    for number, text in source.execute(
        'SELECT number, substr(text, start + 1, "end" - start) FROM passages '
        "JOIN books ON book = books.id"
    ):
        words.put(target, number, bigrams(text))
