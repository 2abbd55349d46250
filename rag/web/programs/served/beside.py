"""An ASGI wrapper that gives the paths below some names to applications of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.web.gate import Application, Message, Receive, Send


class Beside:
    """``app``, and before it others, each for one path and those below it."""

    def __init__(self, app: Application, others: Mapping[str, Application]) -> None:
        self._app = app
        self._others = dict(others)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on to whom its path belongs."""
        path = scope["path"] if scope["type"] == "http" else ""
        app = next(
            (other for name, other in self._others.items() if f"{path}/".startswith(f"{name}/")),
            self._app,
        )
        await app(scope, receive, send)
