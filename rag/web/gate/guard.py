"""An ASGI wrapper that keeps the page to this server and to the names it goes by.

A web page of another site must not read the library through a reader's browser. Two things
stop it: the name in ``Host`` must be one of this server's own, which a page that points its
own name at this machine (DNS rebinding) cannot give; and an ``Origin`` must be the very
server that is asked.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.responses import PlainTextResponse

from rag.web.gate.policy import HEADERS, POLICY, Page, policy

if TYPE_CHECKING:
    from collections.abc import Iterable

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]
"""As ASGI has them."""

LARGEST = 1_000_000
"""Bytes that a request may bring: a question and the numbers around it."""

BODY_SECONDS = 30.0
"""Seconds in which each part of what a request brings must come."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""The names by which every machine reaches itself."""

WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - read, not bound
"""What ``RAG_HOST`` may say for "every address of this machine"; no browser goes there."""

_OURS = frozenset({b"cache-control", b"expires", POLICY, *(name for name, _ in HEADERS)})

_AUTHORITY = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?)\.?)"
    r"(?::(?P<port>[0-9]{1,5}))?"
)
_PORTS = {"http": 80, "https": 443}
# The front end's own files have a digest of themselves in their names and never change.
_LASTING = re.compile(r"/assets/[^/]+-[A-Za-z0-9_-]{8,9}\.(?:js|css|woff2?|ttf)")
_UPLOADS = ("/upload", "/process_recording")
UPLOAD = "/gradio_api/upload"


class _Authority(NamedTuple):
    """A host, in lower case and without brackets or a trailing dot, and its port if one is said."""

    host: str
    port: int | None


class Guard:
    """``app`` for requests by this server's own names alone, with limits and a content policy.

    ``names`` are host names and addresses, beside the loopback's, that the server answers to;
    the literal address that a connection arrived at is always one: no name stands behind it
    that someone else could point here. ``upload`` is the most bytes that a file may have which
    is brought; without it none is taken. Who may bring one is told behind this wrapper.
    """

    def __init__(self, app: Application, names: Iterable[str] = (), *, upload: int = 0) -> None:
        self._app = app
        self._upload = upload
        known = (authority(f"[{name}]" if ":" in name else name) for name in names)
        self._names = LOOPBACK | {one.host for one in known if one} - WILDCARDS

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it is not meant for us, is too large or uploads a file."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        scheme = _scheme(scope)
        refused = self._refused(scope, scheme)
        if refused:
            await _refuse(scope, receive, send, *refused)
            return
        # What a proxy says beyond this is not believed; Gradio would take it for our address.
        passed = [(key, value) for key, value in scope["headers"] if not _hearsay(key)]
        spoken = scheme if scope["type"] == "http" else scheme.replace("http", "ws")
        scope = {**scope, "headers": passed, "scheme": spoken}
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        brings = self._upload > 0 and scope["path"] == UPLOAD
        largest = self._upload if brings else LARGEST
        too_large = not length.isdigit() or int(length) > largest
        if too_large or (not brings and scope["path"].rstrip("/").endswith(_UPLOADS)):
            await _refuse(scope, receive, send, 413 if too_large else 404, "")
            return
        received, coming = 0, True

        async def counted() -> Message:
            nonlocal received, coming
            try:
                async with asyncio.timeout(BODY_SECONDS if coming else None):
                    message = await receive()
            except TimeoutError:
                return {"type": "http.disconnect"}
            coming = bool(message.get("more_body"))
            received += len(message.get("body", b""))
            # A body without a length is cut off like a reader who has gone away.
            return {"type": "http.disconnect"} if received > largest else message

        page = Page()

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _answered(scope["path"], message)
            for passed in page.passed(message):
                await send(passed)

        await self._app(scope, counted, guarded)

    def _refused(self, scope: Message, scheme: str) -> tuple[int, str] | None:
        """Return the status and the sentence of a refusal, or None for a request that is ours."""
        hosts, origins = _values(scope, b"host"), _values(scope, b"origin")
        asked = authority(hosts[0]) if len(hosts) == 1 else None
        if asked is None:
            return 400, "A request must name one host, and its name alone, in the header Host."
        if asked.host not in self._names and asked.host != _arrived_at(scope):
            return 421, (
                f"This server does not go by the name {asked.host}; if it is meant to, "
                f"add that name to the setting RAG_ALLOWED_HOSTS and start it again."
            )
        port = asked.port or _PORTS[scheme]
        if origins and [_origin(one) for one in origins] != [(scheme, (asked.host, port))]:
            return 403, (
                "A page of another site may not read this library; if a proxy stands before this "
                "server, it must pass on Host and X-Forwarded-Proto as it got them, and the name "
                "must be in the setting RAG_ALLOWED_HOSTS."
            )
        if _from_elsewhere(scope):
            return 403, "A page of another site may link to this library, and not take from it."
        return None


def authority(text: str) -> _Authority | None:
    """Return the host and port that ``host[:port]`` names, or None where it is no such thing."""
    found = _AUTHORITY.fullmatch(text)
    if found is None:
        return None
    host = (found["six"] or found["name"]).lower()
    literal = _literal(host)
    if found["six"] and literal is None:
        return None
    return _Authority(literal or host, int(found["port"]) if found["port"] else None)


def network_of(scope: Message) -> str:
    """Return who asks, as far as is known: an address, or the network that a house is given."""
    try:
        address = ip_address(scope["client"][0].partition("%")[0])
    except (TypeError, ValueError):
        return "an unknown address"
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((int(address), 56), strict=False))


def _literal(text: str) -> str | None:
    """Return an address as it is usually written, or None for what is none."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _arrived_at(scope: Message) -> str | None:
    """Return this machine's address that the connection came to, or None where it has none."""
    return _literal(scope["server"][0]) if scope.get("server") else None


def _values(scope: Message, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _scheme(scope: Message) -> str:
    """Return ``http`` or ``https``: what the reader's browser speaks, as far as is known.

    Whoever lies about it in a header deceives himself alone: a page of another site cannot
    set one without asking, and is refused when it asks.
    """
    told = _values(scope, b"x-forwarded-proto")
    first = told[0].partition(",")[0].strip() if told else ""
    secure = scope.get("scheme") in {"https", "wss"}
    return first if first in _PORTS else ("https" if secure else "http")


def _origin(text: str) -> tuple[str, tuple[str, int]] | None:
    scheme, _, rest = text.partition("://")
    named = authority(rest)
    if named is None or scheme not in _PORTS:
        return None
    return scheme, (named.host, named.port or _PORTS[scheme])


def _from_elsewhere(scope: Message) -> bool:
    """Return whether a browser says that another site's page asks, and follows no link."""
    told = {name: _values(scope, b"sec-fetch-" + name)[:1] for name in (b"site", b"mode", b"dest")}
    if not told[b"site"] or told[b"site"][0] in {"same-origin", "none"}:
        return False
    return (told[b"mode"], told[b"dest"]) != (["navigate"], ["document"])


def _hearsay(key: bytes) -> bool:
    return key in {b"forwarded", b"x-gradio-server"} or key.startswith(b"x-forwarded-")


def _answered(path: str, message: Message) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer: ours, and of the others those that open no door."""
    kept = [
        (key, value)
        for key, value in message.get("headers", ())
        if key.lower() not in _OURS and not key.lower().startswith(b"access-control-")
    ]
    lasting = message["status"] in {200, 206, 304} and _LASTING.fullmatch(path)
    stored = b"private, max-age=31536000, immutable" if lasting else b"no-store"
    return [*kept, (b"cache-control", stored), *HEADERS]


async def _refuse(scope: Message, receive: Receive, send: Send, status: int, sentence: str) -> None:
    if scope["type"] == "websocket" and not _can_refuse_in_words(scope):
        await send({"type": "websocket.close", "code": 1008})
        return
    answer = PlainTextResponse(f"{sentence}\n" if sentence else "", status)
    answer.raw_headers += [(b"cache-control", b"no-store"), *HEADERS, (POLICY, policy())]
    await answer(scope, receive, send)


def _can_refuse_in_words(scope: Message) -> bool:
    """Return whether a refused websocket can be answered as any request is."""
    return "websocket.http.response" in scope.get("extensions", {})
