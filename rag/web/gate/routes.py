"""An ASGI wrapper that leaves open what page and programs use of the framework, and nothing else.

Gradio answers on some seventy paths: it takes recordings, stands proxy for other servers, edits
its own code where it may. The page needs these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Collection

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


CALL = "/gradio_api/call/"
"""Where programs call a function by its name, and fetch what comes of it."""
TOOLS = frozenset({"/gradio_api/mcp", "/gradio_api/mcp/"})
"""Where programs speak the Model Context Protocol."""


class Routes:
    """``app`` on the paths that the page and programs use; not found on every other.

    ``names`` are the functions that programs may call by name; ``mcp`` lets them use tools.
    """

    def __init__(self, app: Application, names: Collection[str] = (), *, mcp: bool = False) -> None:
        self._app = app
        self._names = frozenset(names)
        self._mcp = mcp

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what may be asked."""
        if scope["type"] == "http" and not self._is_open(scope["method"], scope["path"]):
            await PlainTextResponse("", 404)(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http" and scope["path"] == "/":
            # The address of a place in a book is read by the page's own script alone; Gradio
            # would take words of it for its own, and fail.
            await self._app({**scope, "query_string": b""}, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_open(self, method: str, path: str) -> bool:
        return _is_used(method, path) or self._is_called(method, path)

    def _is_called(self, method: str, path: str) -> bool:
        """Return whether a program may ask this: what there is, a call, or what came of one."""
        if self._mcp and path in TOOLS:
            return method in {"POST", "DELETE"}
        if path == "/gradio_api/info":
            return bool(self._names) and method == "GET"
        name, *event = path.removeprefix(CALL).removeprefix("v2/").split("/")
        if not path.startswith(CALL) or name not in self._names:
            return False
        if not event:
            return method == "POST"
        return method == "GET" and len(event) == 1 and event[0].isalnum()


def _is_used(method: str, path: str) -> bool:
    if method in {"GET", "HEAD"}:
        return path in READ or (path.startswith(READ_BELOW) and ".." not in path)
    return method == "POST" and path in SENT
