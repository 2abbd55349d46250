"""A real PostgreSQL server for tests, and databases on it."""

from __future__ import annotations

import secrets
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """Yield the address of an empty database on a server whose files lie in a folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a folder of the system that is not there
        from pgserver.postgres_server import get_server  # noqa: PLC0415 -- as it warns
    server = get_server(folder, cleanup_mode="stop")
    try:
        name = f"library_{secrets.token_hex(4)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        yield urlsplit(server.get_uri())._replace(path=f"/{name}").geturl()
    finally:
        server.cleanup()
