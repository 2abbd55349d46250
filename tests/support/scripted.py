"""A server that speaks OpenAI's chat completions over HTTP and says what a script tells it."""

from __future__ import annotations

import json
import re
import select
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import socket

_POLL = 0.02


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to one call; ``[@words]`` in it is the mark of the passage with the words.

    ``[!words]`` is the mark of the last passage without them.

    The words of ``text`` go out in pieces of ``piece`` characters, ``pause`` seconds apart,
    after ``before`` seconds. After ``stops`` pieces the connection is dropped, after
    ``hangs`` pieces nothing more is said. ``raw`` is sent in place of the protocol.
    """

    text: str = ""
    status: int = 200
    before: float = 0.0
    pause: float = 0.0
    piece: int = 6
    stops: int | None = None
    hangs: int | None = None
    raw: bytes | None = None
    reason: str = "stop"


class ScriptedServer:
    """The server on a free port of this machine; ``calls`` are the bodies it was sent.

    The replies are said in turn, the last one again and again. ``asked`` is set by a call,
    ``left`` when a reader goes before the end.
    """

    def __init__(self, *replies: Reply | str) -> None:
        self.calls: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.asked = threading.Event()
        self.left = threading.Event()
        self._replies: list[Reply] = []
        self._stopping = threading.Event()
        self.say(*replies or ("",))
        script = self

        class Handler(BaseHTTPRequestHandler):
            """One call: it is kept, and answered by the script."""

            def do_POST(self) -> None:
                """Answer by the script's next reply."""
                body = self.rfile.read(int(self.headers["Content-Length"]))
                script.headers.append(dict(self.headers))
                script.calls.append(json.loads(body))
                script.asked.set()
                reply = script._next()
                try:
                    script._answer(self, reply)
                except OSError:
                    script.left.set()
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Say nothing on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL,))

    @property
    def address(self) -> str:
        """The address that a client is given."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        """Serve."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End every answer and the server."""
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def say(self, *replies: Reply | str) -> None:
        """Have these said from now on, and forget what was asked so far."""
        self.calls.clear()
        self.asked.clear()
        self.left.clear()
        self._replies = [Reply(item) if isinstance(item, str) else item for item in replies]

    def _next(self) -> Reply:
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def _answer(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        if reply.status != 200:
            body = json.dumps({"error": {"message": "scripted"}}).encode()
            handler.send_response(reply.status)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
            return
        self._wait(handler.connection, reply.before)
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        if reply.raw is not None:
            handler.wfile.write(reply.raw)
            return
        text = _numbered(reply.text, self.calls[-1])
        pieces = [text[at : at + reply.piece] for at in range(0, len(text), reply.piece)]
        for number, piece in enumerate(pieces):
            if number == reply.stops:
                return
            if number == reply.hangs:
                self._wait(handler.connection, 3600.0)
            self._wait(handler.connection, reply.pause)
            handler.wfile.write(_event({"content": piece}))
        handler.wfile.write(_event({}, reply.reason))
        handler.wfile.write(b"data: [DONE]\n\n")

    def _wait(self, connection: socket.socket, seconds: float) -> None:
        """Wait, and raise OSError where the reader goes meanwhile or the server ends."""
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            if self._stopping.is_set():
                raise OSError
            readable, _, _ = select.select([connection], [], [], min(_POLL, until - now))
            if readable and not connection.recv(1):
                raise OSError


def _numbered(text: str, call: dict[str, Any]) -> str:
    """Return text with the numbers that passages have in a call in place of their words."""
    shown = call["messages"][-1]["content"]
    passages = re.findall(r"<passage (\d+) \w+>\n(.*?)\n</passage", shown, re.DOTALL)

    def number(mark: re.Match[str]) -> str:
        wanted = mark[1] == "@"
        order = passages if wanted else passages[::-1]
        return next(f"[{n}]" for n, passage in order if (mark[2] in passage) is wanted)

    return re.sub(r"\[([@!])(.+?)\]", number, text)


def _event(delta: dict[str, str], reason: str | None = None) -> bytes:
    chunk = {
        "id": "scripted",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
    }
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"  # escaped: halves of characters too
