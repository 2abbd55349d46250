"""An ASGI wrapper that lets in whoever knows the password, and nobody by guessing."""

from __future__ import annotations

import hashlib
import hmac
import logging
import math
import secrets
import time
from collections import OrderedDict, deque
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from rag.language.catalog import say
from rag.web.gate.guard import authority, network_of
from rag.web.html import read_link, safe
from rag.web.words import choose

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.types import Language
    from rag.web.gate.guard import Application, Message, Receive, Send

SESSION = 12 * 3600
"""Seconds after which a reader gives the password again."""

WINDOW = 60.0
"""Seconds that a wrong guess counts."""

GUESSES = 5
"""Wrong guesses that count at once, from one address."""

GUESSES_IN_ALL = 60
"""Wrong guesses that count at once, after which only an address without one may guess."""

GUESSES_AT_MOST = 600
"""Wrong guesses that count at once, after which all wait for the first of them to pass."""

SESSIONS = 10_000
"""Readers let in at one time; one more, and the first of them gives the password again."""

LARGEST_FORM = 4096
"""Bytes that a form with a password may have."""

_LOG = logging.getLogger(__name__)

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{again}
<style>
:root {{ color-scheme: light dark; --paper: #faf8f3; --ink: #26221d; --seal: #96281f; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --paper: #191715; --ink: #e9e3d8; --seal: #e5958a; }} }}
body {{ background: var(--paper); color: var(--ink); font: 1.1rem/1.6 Georgia, "Songti SC", serif;
  display: grid; place-content: center; min-height: 90vh; margin: 0 1rem; }}
input, button {{ font: inherit; padding: .4em .8em; box-sizing: border-box; width: 100%;
  margin-top: .8em; }}
button {{ background: var(--seal); color: var(--paper); border: 0; border-radius: 4px; }}
[role=alert] {{ color: var(--seal); }}
</style></head><body><main><h1>{title}</h1>{said}
<form method="post" action="login{place}"><label>{label}
<input type="password" name="password" autocomplete="current-password" required autofocus></label>
<button>{enter}</button></form></main></body></html>
"""


class Guesses:
    """How many wrong guesses were made of late, from each address and in all."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._all: deque[tuple[float, str]] = deque()
        self._by: dict[str, deque[float]] = {}

    def wait(self, address: str) -> int:
        """Return the whole seconds until this address may guess; 0 where it may at once.

        Many addresses that guess together are held back together, except those that have not
        guessed wrong of late: a reader who knows the password comes in meanwhile.
        """
        now = self._clock()
        while self._all and self._all[0][0] <= now - WINDOW:
            _, old = self._all.popleft()
            self._by[old].popleft()
            if not self._by[old]:
                del self._by[old]
        own = self._by.get(address)
        if own and len(self._all) >= GUESSES_IN_ALL:
            return math.ceil(own[-1] + WINDOW - now)
        if own and len(own) >= GUESSES:
            return math.ceil(own[0] + WINDOW - now)
        if len(self._all) >= GUESSES_AT_MOST:
            return math.ceil(self._all[0][0] + WINDOW - now)
        return 0

    def wrong(self, address: str) -> None:
        """Count a wrong guess."""
        now = self._clock()
        self._all.append((now, address))
        self._by.setdefault(address, deque()).append(now)


class Door:
    """``app`` for those who have given ``password``; a page that asks for it for all others.

    ``clock`` tells seconds that only grow. Sessions end with the process, after ``SESSION``
    seconds, or where the reader goes to ``logout``.
    """

    def __init__(
        self,
        app: Application,
        password: str,
        *,
        port: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._password = _digest(password.encode())
        self._clock = clock
        self._cookie = f"shuzheng-{port}"  # a browser does not tell servers on one host apart
        self._guesses = Guesses(clock)
        self._sessions: OrderedDict[bytes, float] = OrderedDict()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what comes from a reader who was let in; let in, or ask for the password."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", "")).rstrip("/")
        if scope["type"] == "http" and path == "/login":
            if scope["method"] == "POST":
                await self._enter(scope, receive, send)
            else:
                await RedirectResponse(f"./{_place(scope)}", 303)(scope, receive, send)
            return
        sessions = self._given_sessions(scope)
        if scope["type"] == "http" and path == "/logout":
            for session in sessions:
                self._sessions.pop(session, None)
            await self._inside(scope, "", 0)(scope, receive, send)
        elif any(self._sessions.get(one, -math.inf) > self._clock() for one in sessions):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["method"] in {"GET", "HEAD"} and not path:
            await HTMLResponse(self._page(scope), 401)(scope, receive, send)
        else:
            sentence = say("web.password", _language(scope))
            await PlainTextResponse(sentence, 401)(scope, receive, send)

    async def _enter(self, scope: Message, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        answer = Response(status_code=413) if body is None else self._judged(scope, _given(body))
        await answer(scope, receive, send)

    def _judged(self, scope: Message, given: bytes) -> Response:
        """Return the answer to a password; nothing is waited for, so that no guess is uncounted."""
        address = network_of(scope)
        wait = self._guesses.wait(address)
        language = _language(scope)
        if wait:
            page = self._page(scope, say("web.password_wait", language, seconds=str(wait)))
            return HTMLResponse(page, 429, {"retry-after": str(wait)})
        if hmac.compare_digest(_digest(given), self._password):
            token = secrets.token_urlsafe(32)
            self._remember(token)
            return self._inside(scope, token, SESSION)
        self._guesses.wrong(address)
        _LOG.warning("A wrong password was given from %s", address)
        return HTMLResponse(self._page(scope, say("web.password_wrong", language)), 401)

    def _remember(self, token: str) -> None:
        now = self._clock()
        self._sessions[_digest(token.encode())] = now + SESSION
        # They end in the order in which they began.
        while len(self._sessions) > SESSIONS or next(iter(self._sessions.values())) <= now:
            self._sessions.popitem(last=False)

    def _name(self, scope: Message) -> str:
        return f"__Host-{self._cookie}" if scope.get("scheme") in {"https", "wss"} else self._cookie

    def _given_sessions(self, scope: Message) -> list[bytes]:
        """Return what the cookies of a session hold: one, or more where another host set one."""
        name = self._name(scope).encode()
        pairs = [
            pair.strip().partition(b"=")
            for key, value in scope["headers"]
            if key == b"cookie"
            for pair in value.split(b";")
        ]
        return [_digest(token) for key, _, token in pairs if key == name]

    def _inside(self, scope: Message, token: str, age: int) -> Response:
        """Return what leads to the page, with the cookie of a session of ``age`` seconds."""
        answer = RedirectResponse(f"./{_place(scope)}", 303)
        name = self._name(scope)
        secure = "; Secure" if name.startswith("__Host-") else ""
        answer.headers["set-cookie"] = (
            f"{name}={token}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}"
        )
        return answer

    def _page(self, scope: Message, said: str = "") -> str:
        language = _language(scope)
        # Who follows a link from another site brings no cookie; asked again, from here, he does.
        again = scope["method"] == "GET" and linked(scope)
        return _PAGE.format(
            language=language.value,
            title=safe(say("web.title", language)),
            again='<meta http-equiv="refresh" content="0">' if again else "",
            said=f'<p role="alert">{safe(said)}</p>' if said else "",
            label=safe(say("web.password", language)),
            place=safe(_place(scope)),
            enter=safe(say("web.enter", language)),
        )


def _place(scope: Message) -> str:
    """Return the place in a book that the reader's address names, as a query; empty for none.

    It is kept while the password is asked for. Whatever else stands in an address is not.
    """
    link = read_link(scope["query_string"].decode("latin-1"))
    return str(link) if link else ""


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()


def _given(body: bytes) -> bytes:
    """Return the password in a form's body; nothing where there is none."""
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        if name == b"password":
            return unquote_to_bytes(value.replace(b"+", b" "))
    return b""


def _header(scope: Message, name: bytes) -> str | None:
    value = dict(scope["headers"]).get(name)
    return None if value is None else str(value, "latin-1")


def _language(scope: Message) -> Language:
    return choose(_header(scope, b"accept-language"))


def linked(scope: Message) -> bool:
    """Return whether the reader came by a link on another site."""
    site = _header(scope, b"sec-fetch-site")
    if site is not None:
        return site == "cross-site"
    referer = _header(scope, b"referer")
    try:
        came = authority(urlsplit(referer or "").netloc)
    except ValueError:
        return False
    here = authority(_header(scope, b"host") or "")
    return came is not None and here is not None and came.host != here.host


async def _body(receive: Receive) -> bytes | None:
    """Return a request's body, or None where it is too large or the reader has gone."""
    body = b""
    while True:
        message = await receive()
        part: bytes = message.get("body", b"")
        body += part
        if message["type"] != "http.request" or len(body) > LARGEST_FORM:
            return None
        if not message.get("more_body"):
            return body
