"""An ASGI wrapper that binds each of Gradio's sessions to the browser that began it.

Gradio keeps a conversation under an id that the browser makes up, and that stands in addresses:
a proxy's log would be a key to every conversation. So behind this wrapper a session goes by
another id, made of the browser's, of a cookie that no script and no log sees, and of the account
that the reader came in with: of two who share a browser, neither finds what the other left open.
Whoever has the one without the others opens a session of his own, in which there is nothing.

What a browser sends is text in UTF-8 from here on: of halves of characters (see
``rag.language.text.halves``), which JSON can carry, nothing is passed on.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from starlette.responses import PlainTextResponse

from rag.language.text import whole_values
from rag.web.gate.door import linked, reader_in
from rag.web.gate.guard import UPLOAD
from rag.web.gate.programs import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Collection

    from rag.web.gate.guard import Application, Message, Receive, Send

_GIVING = frozenset({"/", "/theme.css"})
"""What every page asks for at first, before it can call anything."""
_STREAM = "/gradio_api/heartbeat/"
_KEY = "session_hash"
_FILE = "gradio.FileData"


class Binding:
    """``app`` with sessions that are a browser's own; ``port`` tells servers of one host apart.

    ``functions`` are the numbers of what the page can call, ``named`` those of them that programs
    may; whatever calls another is refused, and of a program that says a secret all but the named.
    A browser that keeps no cookies shares its sessions with those at its address that know
    their ids.
    """

    def __init__(
        self,
        app: Application,
        *,
        port: int,
        functions: Collection[int],
        named: Collection[int] = (),
    ) -> None:
        self._app = app
        self._functions = frozenset(functions)
        self._named = frozenset(named)
        self._name = f"shuzheng-reader-{port}"
        self._secret = secrets.token_bytes(32)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on with the session that is this browser's by that id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = self._token(scope)
        account = reader_in(scope)
        reader = token or f"\0{(scope.get('client') or ('',))[0]}"
        reader = f"{account.owner}\0{reader}" if account else reader
        path = scope["path"]
        if path.startswith(_STREAM):
            own = _STREAM + self._own(reader, path.removeprefix(_STREAM))
            scope = {**scope, "path": own, "raw_path": own.encode()}
        if _KEY.encode() in scope["query_string"]:
            pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            own_pairs = [(k, self._own(reader, v) if k == _KEY else v) for k, v in pairs]
            scope = {**scope, "query_string": urlencode(own_pairs).encode()}
        if scope["method"] == "POST" and path != UPLOAD:
            body = await _whole(receive)
            if body is None:
                await PlainTextResponse("", 408)(scope, receive, send)
                return
            try:
                program = scope.get(PROGRAM, "here") != "here"
                sent = self._sent(reader, body, self._named if program else self._functions)
            except (ValueError, RecursionError):
                refused = PlainTextResponse("The page sends no such thing.\n", 400)
                await refused(scope, receive, send)
                return
            scope, receive = _with_body(scope, receive, sent)

        # Who comes by a link on another site may have the cookie, and does not bring it this once.
        gives = not token and path in _GIVING and not linked(scope)

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start" and gives:
                cookie = self._cookie(scope).encode()
                message["headers"] = [*message.get("headers", ()), (b"set-cookie", cookie)]
            await send(message)

        await self._app(scope, receive, answered)

    def _own(self, reader: str, session: str) -> str:
        """Return the id by which a session of a reader's goes behind this wrapper."""
        text = f"{reader}\0{session}".encode("utf-8", "replace")
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:32]

    def _sent(self, reader: str, body: bytes, functions: Collection[int]) -> bytes:
        """Return what was sent, as JSON whose texts are whole and whose session is the reader's.

        ValueError where it is no JSON in UTF-8, or calls none of ``functions``.
        """
        if not body:
            return body
        value = whole_values(json.loads(body))
        if _names_files(value):
            raise ValueError(_FILE)
        if isinstance(value, dict) and value.get("fn_index") is not None:
            called = value["fn_index"]
            if not isinstance(called, int) or called not in functions:
                raise ValueError(called)
        if isinstance(value, dict) and isinstance(value.get(_KEY), str):
            value[_KEY] = self._own(reader, value[_KEY])
        return json.dumps(value).encode()

    def _token(self, scope: Message) -> str | None:
        """Return what this server's cookie holds; None where the browser brings none."""
        for key, value in scope["headers"]:
            if key != b"cookie":
                continue
            for pair in value.split(b";"):
                name, _, token = pair.strip().partition(b"=")
                if name == self._cookie_name(scope).encode() and token:
                    return str(token, "latin-1")
        return None

    def _cookie_name(self, scope: Message) -> str:
        return f"__Host-{self._name}" if scope.get("scheme") == "https" else self._name

    def _cookie(self, scope: Message) -> str:
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        token = secrets.token_urlsafe(32)
        return f"{self._cookie_name(scope)}={token}; Path=/; HttpOnly; SameSite=Strict{secure}"


def _names_files(value: object) -> bool:
    """Return whether what was sent names a file of this machine, or one to be fetched.

    Gradio would copy or fetch it for any of its parts; the page sends no part a file.
    """
    if isinstance(value, dict):
        return value.get("_type") == _FILE or any(map(_names_files, value.values()))
    return isinstance(value, list) and any(map(_names_files, value))


async def _whole(receive: Receive) -> bytes | None:
    """Return a request's body, whose length others limit; None where the reader has gone."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part: bytes = message.get("body", b"")
        body += part
        if not message.get("more_body"):
            return body


def _with_body(scope: Message, receive: Receive, body: bytes) -> tuple[Message, Receive]:
    """Return a request that has another body."""
    headers = [(key, value) for key, value in scope["headers"] if key != b"content-length"]
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return {**scope, "headers": headers}, again
