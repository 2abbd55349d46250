"""A server that listens, and requests to it with whatever headers one likes."""

from __future__ import annotations

import socket
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import urlencode


class Got(NamedTuple):
    """What came back: the status, the headers in lower case, each cookie, and the body."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str


class Address:
    """A server on a port of this machine, and what requests to it bring."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.own = f"127.0.0.1:{port}"

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


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
