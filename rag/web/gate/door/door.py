"""An ASGI wrapper that lets in whoever knows a password, and nobody by guessing."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

import anyio
import anyio.to_thread
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from rag.language.catalog import say
from rag.language.text import whole_text
from rag.settings import password_fault
from rag.types import AccountError, LibraryError
from rag.web.gate.crowding import OF_NAMES, Guesses
from rag.web.gate.door.identity import admitted
from rag.web.gate.door.threshold import invitation_page, login_page
from rag.web.gate.guard import authority, network_of
from rag.web.html import read_link
from rag.web.words import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rag.library import Reader, Readers
    from rag.types import Language
    from rag.web.gate.guard import Application, Message, Receive, Send

SESSION = 12 * 3600
"""Seconds after which a reader gives the password again."""

SESSIONS = 10_000
"""Readers let in at one time; one more, and the first of them gives the password again."""

LARGEST_FORM = 4096
"""Bytes that a form with a password may have."""

JUDGED = 2
"""Passwords of accounts that are looked at at one time: each takes a core, and 64 MiB."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Session:
    """Until when a session lasts, and whose account it is of; None: of the one password."""

    until: float
    reader: Reader | None


class Door:
    """``app`` for those who have given a password; a page that asks for it for all others.

    As long as ``readers`` has accounts, each gives his own name and password. Where it has
    none, all give ``password``, or nothing where that is None. ``clock`` tells seconds that
    only grow. Sessions end with the process, after ``SESSION`` seconds, where the reader goes
    to ``logout``, is removed or chooses another password.
    ``guesses`` counts wrong ones of an address, with those of programs.
    """

    def __init__(
        self,
        app: Application,
        readers: Callable[[], Readers],
        password: str | None,
        *,
        port: int,
        guesses: Guesses,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._readers = readers
        self._password = None if password is None else _digest(password.encode())
        self._clock = clock
        self._cookie = f"shuzheng-{port}"  # a browser does not tell servers on one host apart
        self._guesses, self._named = guesses, Guesses(clock, OF_NAMES)
        self._sessions: OrderedDict[bytes, _Session] = OrderedDict()
        self._judging = anyio.CapacityLimiter(JUDGED)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what comes from a reader who was let in; let in, or ask for the password."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        try:
            named = self._readers().exist()
            if not named and self._password is None:
                await self._app(admitted(scope, None), receive, send)
                return
            found = [one for one in self._given_sessions(scope) if self._is_good(one, named=named)]
        except LibraryError:
            # Who may come in cannot be known just now: nobody does.
            _LOG.exception("The accounts of readers cannot be read")
            await _refuse(scope, receive, send, "errors.library", 503)
            return
        path = scope["path"].removeprefix(scope.get("root_path", "")).rstrip("/")
        forms = (
            {"/login": self._enter, "/invitation": self._choose}
            if named
            else {"/login": self._enter}
        )
        if scope["type"] == "http" and path in forms and scope["method"] == "POST":
            body = await _body(receive)
            answer = Response(status_code=413)
            if body is not None:
                answer = await forms[path](scope, _given(body))
            await answer(scope, receive, send)
        elif scope["type"] == "http" and path == "/invitation" and named:
            await HTMLResponse(invitation_page(_language(scope), ""))(scope, receive, send)
        elif scope["type"] == "http" and path == "/login":
            await RedirectResponse(f"./{_place(scope)}", 303)(scope, receive, send)
        elif scope["type"] == "http" and path == "/logout":
            for session in found:
                del self._sessions[session]
            await self._inside(scope, "", 0)(scope, receive, send)
        elif found:
            reader = self._sessions[found[0]].reader
            await self._app(admitted(scope, reader), receive, send)
        elif scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and not path:
            await HTMLResponse(self._page(scope, named=named), 401)(scope, receive, send)
        else:
            await _refuse(scope, receive, send, "web.password", 401)

    def _is_good(self, session: bytes, *, named: bool) -> bool:
        """Return whether a session is one that lasts, of a reader who is as he was."""
        kept = self._sessions.get(session)
        if kept is None or kept.until <= self._clock():
            return False
        if kept.reader is None:
            return not named
        now = self._readers().find(kept.reader.name)
        if now is None or (now.owner, now.seal) != (kept.reader.owner, kept.reader.seal):
            return False
        self._sessions[session] = _Session(kept.until, now)  # with the role that he has now
        return True

    async def _enter(self, scope: Message, given: Mapping[str, str]) -> Response:
        """Return the answer to a password, or to a name and password."""
        if self._readers().exist():
            judge = self._readers().enter
            return await self._judged(scope, given, lambda: judge(given["name"], given["password"]))
        wait = self._guesses.wait(network_of(scope))
        if wait:
            return self._waits(scope, wait)
        # Nothing is waited for meanwhile, so that no guess is uncounted.
        secret = given["password"].encode("utf-8", "surrogateescape")
        if hmac.compare_digest(_digest(secret), self._password or b""):
            return self._opened(scope, None)
        self._guesses.wrong(network_of(scope))
        return self._wrong(scope, named=False)

    async def _judged(
        self, scope: Message, given: Mapping[str, str], judge: Callable[[], Reader | None]
    ) -> Response:
        """Return the answer to what opens an account, or does not.

        A guess counts as wrong while it is looked at, so that none goes uncounted.
        """
        address, name = network_of(scope), _digest(given["name"].casefold().encode()).hex()
        wait = max(self._guesses.wait(address), self._named.wait(name))
        if wait:
            return self._waits(scope, wait)
        guess, at = self._guesses.wrong(address), self._named.wrong(name)
        try:
            reader = await anyio.to_thread.run_sync(judge, limiter=self._judging)
        except LibraryError:
            _LOG.exception("The accounts of readers cannot be read")
            return PlainTextResponse(say("errors.library", _language(scope)), 503)
        if reader is None:
            return self._wrong(scope, named=True)
        self._guesses.right(guess)
        self._named.right(at)
        return self._opened(scope, reader)

    async def _choose(self, scope: Message, given: Mapping[str, str]) -> Response:
        """Return the answer to a password that an invited reader has chosen."""
        language, name, code = _language(scope), given["name"], given["code"]
        fault = "again" if given["password"] != given["again"] else None
        fault = fault or password_fault(given["password"], name)
        if fault is None:
            choose_it = self._readers().choose
            try:
                answer = await self._judged(
                    scope, given, lambda: choose_it(name, code, given["password"])
                )
            except AccountError:
                fault = "easy"
            else:
                if answer.status_code != 401:
                    return answer
                fault = "spent"
        said = say(f"web.class_{fault}", language)
        return HTMLResponse(invitation_page(language, said, name=name, code=code), 401)

    def _opened(self, scope: Message, reader: Reader | None) -> Response:
        token = secrets.token_urlsafe(32)
        now = self._clock()
        self._sessions[_digest(token.encode())] = _Session(now + SESSION, reader)
        # They end in the order in which they began.
        while len(self._sessions) > SESSIONS or next(iter(self._sessions.values())).until <= now:
            self._sessions.popitem(last=False)
        return self._inside(scope, token, SESSION)

    def _waits(self, scope: Message, seconds: int) -> Response:
        said = say("web.password_wait", _language(scope), seconds=str(seconds))
        page = self._page(scope, said, named=self._readers().exist())
        return HTMLResponse(page, 429, {"retry-after": str(seconds)})

    def _wrong(self, scope: Message, *, named: bool) -> Response:
        _LOG.warning("A wrong password was given from %s", network_of(scope))
        key = "web.class_wrong" if named else "web.password_wrong"
        return HTMLResponse(self._page(scope, say(key, _language(scope)), named=named), 401)

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

    def _page(self, scope: Message, said: str = "", *, named: bool) -> str:
        # Who follows a link from another site brings no cookie; asked again, from here, he does.
        again = scope["method"] == "GET" and linked(scope)
        return login_page(_language(scope), said, named=named, again=again, place=_place(scope))


def _place(scope: Message) -> str:
    """Return the place in a book that the reader's address names, as a query; empty for none.

    It is kept while the password is asked for. Whatever else stands in an address is not.
    """
    link = read_link(scope["query_string"].decode("latin-1"))
    return str(link) if link else ""


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()


def _given(body: bytes) -> dict[str, str]:
    """Return what a form's body gives, as text; nothing for what is not there.

    Of a password every byte counts; what is no UTF-8 in it stays as it is.
    """
    given = dict.fromkeys(("name", "code", "password", "again"), "")
    for pair in reversed(body.split(b"&")):  # of two, the first counts
        name, _, value = pair.partition(b"=")
        if (key := name.decode("latin-1")) in given:
            text = unquote_to_bytes(value.replace(b"+", b" "))
            given[key] = text.decode("utf-8", "surrogateescape")
    return given | {key: whole_text(given[key]) for key in ("name", "code")}


async def _refuse(scope: Message, receive: Receive, send: Send, key: str, status: int) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await PlainTextResponse(say(key, _language(scope)), status)(scope, receive, send)


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
