"""Sessions are the browser's that began them, and what comes in is text."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from rag.web.gate.binding import Binding
from rag.web.gate.crowding.crowd import Crowd

COOKIE = "shuzheng-reader-7860"


class Inner:
    """An application that remembers what came to it."""

    def __init__(self) -> None:
        self.path = ""
        self.query = ""
        self.body: Any = None
        self.length = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer with nothing."""
        self.path, self.query = scope["path"], scope["query_string"].decode()
        self.length = int(dict(scope["headers"]).get(b"content-length", b"0"))
        if scope["method"] == "POST":
            body = (await receive())["body"]
            assert len(body) == self.length
            self.body = json.loads(body) if body else None
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def ask(
    app: Any,
    path: str,
    *,
    cookie: str = "",
    query: str = "",
    body: bytes | None = None,
    address: str = "192.0.2.1",
    site: str = "none",
) -> tuple[int, list[str]]:
    """Return the status and the cookies of an answer."""
    told: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body or b"", "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    headers = [(b"content-length", str(len(body or b"")).encode())]
    headers += [(b"sec-fetch-site", site.encode())]
    headers += [(b"cookie", f"other=1; {COOKIE}={cookie}".encode())] if cookie else []
    scope = {
        "type": "http",
        "method": "GET" if body is None else "POST",
        "path": path,
        "query_string": query.encode(),
        "headers": headers,
        "client": (address, 5),
        "scheme": "http",
    }
    asyncio.run(app(scope, receive, send))
    cookies = [value.decode() for key, value in told[0]["headers"] if key == b"set-cookie"]
    return told[0]["status"], cookies


def sessions(app: Binding, inner: Inner, cookie: str = "", address: str = "192.0.2.1") -> set[str]:
    """Return by what id the session ``abc`` of a reader goes, on every way that there is."""
    found = set()
    ask(app, "/gradio_api/queue/data", query="session_hash=abc&x=1", cookie=cookie, address=address)
    found.add(inner.query.removeprefix("session_hash=").removesuffix("&x=1"))
    ask(app, "/gradio_api/heartbeat/abc", cookie=cookie, address=address)
    found.add(inner.path.removeprefix("/gradio_api/heartbeat/"))
    for path in ("queue/join", "cancel", "run/predict", "reset"):
        body = b'{"session_hash": "abc", "data": []}'
        ask(app, f"/gradio_api/{path}", body=body, cookie=cookie, address=address)
        found.add(inner.body["session_hash"])
    return found


def test_an_id_from_a_log_opens_nobodys_conversation() -> None:
    """A session goes by one id for its own browser, and by another for every other one."""
    inner = Inner()
    app = Binding(inner, port=7860, functions={0, 7})
    [mine] = sessions(app, inner, cookie="mine")
    [theirs] = sessions(app, inner, cookie="theirs")
    [nobodys] = sessions(app, inner)
    [elsewhere] = sessions(app, inner, address="192.0.2.2")
    [restarted] = sessions(Binding(inner, port=7860, functions={0, 7}), inner, cookie="mine")
    assert len({mine, theirs, nobodys, elsewhere, restarted, "abc"}) == 6


def test_the_cookie_is_for_this_server_alone() -> None:
    """The page gives it once, to be seen by no script and sent from no other site."""
    app = Binding(Inner(), port=7860, functions={0, 7})
    _, [cookie] = ask(app, "/")
    assert cookie.startswith(f"{COOKIE}=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert ask(app, "/", cookie="mine") == (200, [])
    assert ask(app, "/config") == (200, [])
    # Behind a link on another site a browser keeps its cookie back; it is not given another.
    assert ask(app, "/", site="cross-site") == (200, [])
    assert len(ask(app, "/theme.css", site="same-origin")[1]) == 1


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        (rb'"\ud83d"', "\ufffd"),
        (rb'"\ud83d\ude00"', "\N{GRINNING FACE}"),
        (rb'["a\udc00b", {"\ud83d": [1, null]}]', ["a\ufffdb", {"\ufffd": [1, None]}]),
    ],
)
def test_half_a_character_goes_no_further(sent: bytes, got: object) -> None:
    """What JSON carries as a lone surrogate comes in as a blot, wherever it stands."""
    inner = Inner()
    ask(
        Binding(inner, port=1, functions={0, 7}),
        "/gradio_api/queue/join",
        body=b'{"data": ' + sent + b"}",
    )
    assert inner.body == {"data": got}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"fn_index": 99}',
        b'{"fn_index": -1}',
        b'{"fn_index": "x"}',
        b'{"fn_index": [7]}',
    ],
)
def test_what_the_page_does_not_send_is_refused(body: bytes) -> None:
    """What is no JSON, or calls what is not there, fills no log with what is behind."""
    assert (
        ask(Binding(Inner(), port=1, functions={0, 7}), "/gradio_api/queue/join", body=body)[0]
        == 400
    )


def test_open_streams_shut_nobody_out() -> None:
    """One address has half of the streams at most; who is refused is told when to come back."""
    held = asyncio.Event()

    async def inner(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await held.wait()

    async def run() -> None:
        app = Crowd(inner, most=4)
        statuses: list[int] = []

        async def open_one(address: str, path: str = "/gradio_api/heartbeat/x") -> None:
            async def send(message: Any) -> None:
                if message["type"] == "http.response.start":
                    statuses.append(message["status"])

            scope = {"type": "http", "path": path, "headers": [], "client": (address, 1)}
            await app(scope, None, send)  # type: ignore[arg-type]

        async with asyncio.TaskGroup() as group:
            for number in (1, 1, 1, 2, 2, 3):
                group.create_task(open_one(f"192.0.2.{number}"))
            group.create_task(open_one("192.0.2.1", "/config"))
            await asyncio.sleep(0.01)
            assert statuses == [200, 200, 429, 200, 200, 429, 200]
            held.set()
        await open_one("192.0.2.1")
        assert statuses[-1] == 200

    asyncio.run(run())
