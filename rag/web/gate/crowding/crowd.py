"""An ASGI wrapper that keeps streams from taking every connection that there is.

A page that is open holds a stream or two; whoever opens them by the hundred is refused while
there is still room for others.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

from rag.web.gate.guard import network_of

if TYPE_CHECKING:
    from rag.web.gate.guard import Application, Message, Receive, Send

STREAMS = ("/gradio_api/call/", "/gradio_api/heartbeat/", "/gradio_api/queue/data")
MOST = 4000
"""Streams of all readers, where the system lets the process have connections enough."""
_SHARE = 2
"""All streams together may take one of so many descriptors, one address one of so many of them."""


class Crowd:
    """``app`` with at most ``most`` streams at a time, half of them from one address."""

    def __init__(self, app: Application, most: int | None = None) -> None:
        self._app = app
        self._most = most or min(MOST, _descriptors() // _SHARE)
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, but for one stream too many."""
        if scope["type"] != "http" or not scope["path"].startswith(STREAMS):
            await self._app(scope, receive, send)
            return
        address = network_of(scope)
        if self._open.total() >= self._most or self._open[address] >= self._most // _SHARE:
            answer = PlainTextResponse(
                "Too many pages are open just now; close some, or try again in a minute.\n",
                429,
                {"retry-after": "60"},
            )
            await answer(scope, receive, send)
            return
        self._open[address] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]


def _descriptors() -> int:
    """Return how many files and connections this process may have open."""
    if sys.platform == "win32":
        return 2 * MOST
    import resource  # noqa: PLC0415 -- not on Windows

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 2 * MOST if soft == resource.RLIM_INFINITY else soft
