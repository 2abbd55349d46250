"""Connections that say nothing, or say it slowly, leave room for those that ask."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
SERVE = """
import resource, socket, sys
from rag.web.serving import server_of
resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300))
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        return
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})
listening = socket.create_server(("127.0.0.1", 0), backlog=512)
print(listening.getsockname()[1], flush=True)
server_of(app).run(sockets=[listening])
"""


def test_silent_connections_shut_nobody_out() -> None:
    """With more connections open that say nothing than the server may have, others are answered."""
    with (
        ExitStack() as held,
        subprocess.Popen(
            [sys.executable, "-c", SERVE], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as server,
    ):
        assert server.stdout is not None
        port = int(server.stdout.readline())
        try:
            for number in range(400):
                silent = held.enter_context(socket.create_connection(("127.0.0.1", port), 5))
                if number % 2:
                    silent.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            began = time.monotonic()
            for _ in range(3):
                with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    assert answer.read() == b"ok"
            assert time.monotonic() - began < 3
        finally:
            server.terminate()
