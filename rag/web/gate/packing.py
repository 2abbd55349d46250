"""An ASGI wrapper that packs what is large and the same for everybody: the page, and what it is of.

The framework packs its own files. What is streamed, and what a reader is answered, goes out as
it is: a stream must not wait to be packed, and what holds both a secret and words from outside
tells by its packed length how like they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.middleware.gzip import GZipMiddleware

if TYPE_CHECKING:
    from rag.web.gate.guard import Application, Message, Receive, Send

PACKED = frozenset({"/", "/config"})
LEVEL = 6
"""How hard gzip tries; beyond it the page hardly gets smaller."""


class Packing:
    """``app`` with the page packed by gzip for who takes that; it stands around what makes it."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._packed: Application = GZipMiddleware(app, compresslevel=LEVEL)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, and pack what comes of one for the page."""
        packs = scope["type"] == "http" and scope["path"] in PACKED
        await (self._packed if packs else self._app)(scope, receive, send)
