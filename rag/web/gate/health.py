"""An ASGI wrapper that says whether the server can answer questions, to whoever keeps it running.

``GET /health`` needs no password and tells nothing but this.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.web.gate.guard import Application, Message, Receive, Send

PATH = "/health"
FRESH = 2.0
"""Seconds that what was found holds, however often one asks."""


class Health:
    """``app``, and the path of health before it: 503 where ``sound`` raises, 200 otherwise."""

    def __init__(self, app: Application, sound: Callable[[], object]) -> None:
        self._app = app
        self._sound = sound
        self._looked = -FRESH
        self._well = False

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer for the path of health, and pass all else on."""
        asked = scope["type"] == "http" and scope["path"] == PATH
        if not asked or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        if time.monotonic() - self._looked >= FRESH:
            self._looked = time.monotonic()
            self._well = await anyio.to_thread.run_sync(self._try)
        answer = PlainTextResponse(*(("ok\n", 200) if self._well else ("not ok\n", 503)))
        await answer(scope, receive, send)

    def _try(self) -> bool:
        try:
            self._sound()
        except Exception:  # noqa: BLE001 -- whatever it is, questions are not answered
            return False
        return True
