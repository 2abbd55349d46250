"""What the stores of one process share of a database: its connections, and the lock of writers."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg_pool import ConnectionPool

MOST_CONNECTIONS = 12
"""Connections of one process; more threads than these wait for one."""

WAIT_SECONDS = 10.0


@dataclass(slots=True, eq=False)
class Shared:
    """The connections to one database; who writes books holds ``writers``, ``depth`` times."""

    url: str
    connections: ConnectionPool[Any]
    writers: threading.RLock = field(default_factory=threading.RLock)
    depth: int = 0
    users: int = 0

    def leave(self) -> None:
        """Let go of it; whoever is the last closes the connections."""
        with _guard:
            self.users -= 1
            if not self.users:
                del _shared[os.getpid(), self.url]
                self.connections.close()


def _see_the_dead(connection: Connection[Any]) -> None:
    """Have the server let go, within a minute, of a machine that has gone without a word."""
    for name, value in (("idle", 30), ("interval", 10), ("count", 3)):
        connection.execute(f"SET tcp_keepalives_{name} = {value}")
    connection.commit()


_shared: dict[tuple[int, str], Shared] = {}
_guard = threading.Lock()


def share(url: str) -> Shared:
    """Return what this process shares of a database, connected where nobody was yet.

    Raises psycopg's errors, and ImportError where what speaks to a server is not installed.
    """
    import psycopg  # noqa: PLC0415 -- for whom keeps his library there alone
    from psycopg_pool import ConnectionPool  # noqa: PLC0415 -- as above

    with _guard:
        held = _shared.get((os.getpid(), url))
        if held is None:
            # Asked once by itself, so that what is wrong with the address is said at once.
            psycopg.connect(url, connect_timeout=int(WAIT_SECONDS)).close()
            connections = ConnectionPool(
                url,
                min_size=1,
                max_size=MOST_CONNECTIONS,
                timeout=WAIT_SECONDS,
                kwargs={"cursor_factory": psycopg.ClientCursor},
                configure=_see_the_dead,
                # One that the server has closed, as when it was started anew, is not given out.
                check=ConnectionPool.check_connection,
                open=True,
            )
            held = _shared[os.getpid(), url] = Shared(url, connections)
        held.users += 1
        return held
