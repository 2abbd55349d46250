"""Connections that say nothing are closed before they shut others out.

A connection costs a descriptor, of which a process has so many and no more. Whoever opens one
must ask something within ``SILENCE`` seconds; of those that have not asked yet, the oldest gives
way where there are more than ``MOST_SILENT``.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

SILENCE = 15.0
"""Seconds in which a request must have been said to the end of its headers."""
MOST_SILENT = 128


class Heedful(HttpToolsProtocol):
    """Uvicorn's protocol of HTTP, which waits for nobody without end."""

    silent: ClassVar[OrderedDict[Heedful, asyncio.TimerHandle]]
    """Those of one server that have not asked yet, the oldest first."""

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 -- as uvicorn has it
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what was said; wait on where it is no request yet."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self in self.silent or self.transport.is_closing():
            return
        self.silent[self] = self.loop.call_later(SILENCE, self.give_up)
        if len(self.silent) > MOST_SILENT:
            next(iter(self.silent)).give_up()

    def _stop_waiting(self) -> None:
        handle = self.silent.pop(self, None)
        if handle:
            handle.cancel()

    def give_up(self) -> None:
        """Close the connection."""
        self._stop_waiting()
        self.transport.close()


def heedful() -> type[Heedful]:
    """Return the protocol for one server: connections of another are none of its own."""

    class OfOneServer(Heedful):
        silent: ClassVar[OrderedDict[Heedful, asyncio.TimerHandle]] = OrderedDict()

    return OfOneServer
