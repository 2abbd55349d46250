"""The front end served over HTTP in this process, and requests with whatever headers one likes."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import urlencode

from rag.web.application import application
from rag.web.serving import server_of

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng
    from rag.settings import Settings
    from rag.web.gate import Application


class Got(NamedTuple):
    """What came back: the status, the headers in lower case, each cookie, and the body."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the seconds that have passed."""
        return self.now


async def _built(shuzheng: Shuzheng, settings: Settings, clock: Clock | None) -> Application:
    return application(shuzheng, settings, clock=clock or time.monotonic)


class WebServer:
    """The product's own server on a free port of this machine, stopped at the end."""

    def __init__(self, shuzheng: Shuzheng, settings: Settings, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        # Gradio leaves a loop open where none runs while it builds.
        with ThreadPoolExecutor(max_workers=1) as pool:
            app = pool.submit(asyncio.run, _built(shuzheng, settings, clock)).result()
        self._listening = socket.create_server((settings.host, 0))
        self.port = int(self._listening.getsockname()[1])
        self.own = f"127.0.0.1:{self.port}"
        self._server = server_of(app)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listening]}
        )

    def __enter__(self) -> Self:
        """Return the server, which answers from now on."""
        self._thread.start()
        until = time.monotonic() + 60
        while not self._server.started:
            assert self._thread.is_alive()
            assert time.monotonic() < until
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self._server.should_exit = True
        self._thread.join()
        self._listening.close()

    def ask(
        self,
        path: str = "/",
        headers: dict[str, str] | list[tuple[str, str]] | None = None,
        *,
        method: str = "GET",
        body: bytes | None = None,
        source: str = "127.0.0.1",
    ) -> Got:
        """Return what a request brings, sent with these headers and a ``Host`` where none is."""
        pairs = list(headers.items()) if isinstance(headers, dict) else list(headers or ())
        if not any(name == "Host" for name, _ in pairs):
            pairs.insert(0, ("Host", self.own))
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(source, 0))
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in pairs:
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        named = {name.lower(): value for name, value in answer.getheaders()}
        cookies = answer.headers.get_all("set-cookie") or []
        return Got(answer.status, named, cookies, text)

    def guess(
        self, password: str, headers: dict[str, str] | None = None, source: str = "127.0.0.1"
    ) -> Got:
        """Return what giving a password brings."""
        form = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        body = urlencode({"password": password}).encode()
        return self.ask("/login", form, method="POST", body=body, source=source)
