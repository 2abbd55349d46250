"""An ASGI wrapper that leaves open what the page uses of its framework, and nothing else.

Gradio answers on some seventy paths: it takes recordings, stands proxy for other servers, edits
its own code where it may. The page needs these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from rag.web.gate.guard import Application, Message, Receive, Send

READ = frozenset(
    {
        "/",
        "/config",
        "/favicon.ico",
        "/theme.css",
        "/gradio_api/app_id",
        "/gradio_api/queue/data",
        "/gradio_api/startup-events",
    }
)
READ_BELOW = ("/assets/", "/static/", "/gradio_api/heartbeat/")
SENT = frozenset(
    {
        "/gradio_api/cancel",
        "/gradio_api/queue/join",
        "/gradio_api/reset",
        "/gradio_api/run/predict",
        "/gradio_api/upload",
    }
)
"""What the page asks for, and what it sends to; seen in a browser that does all it can."""


class Routes:
    """``app`` on the paths that the page uses; not found on every other."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what the page may ask."""
        if scope["type"] == "http" and not _is_used(scope["method"], scope["path"]):
            await PlainTextResponse("", 404)(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._app(scope, receive, send)


def _is_used(method: str, path: str) -> bool:
    if method in {"GET", "HEAD"}:
        return path in READ or (path.startswith(READ_BELOW) and ".." not in path)
    return method == "POST" and path in SENT
