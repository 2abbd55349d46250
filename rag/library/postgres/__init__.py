"""The library on a PostgreSQL server, for several machines and processes at once."""

from __future__ import annotations

from rag.library.postgres.inward import copy_in
from rag.library.postgres.server import Server, holds_tables

__all__ = ["Server", "copy_in", "holds_tables"]
