"""A server that speaks OpenAI's embeddings over HTTP, with vectors that are hashed."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

from tests.support.fakes import HashEncoder

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[list[dict[str, Any]]], Any]


class EmbeddingServer:
    """The server on a free port of this machine; ``calls`` are the bodies it was sent.

    It gives its vectors last one first, as the protocol numbers them. ``status`` is said in
    place of an answer, ``change`` makes another one of what it would say.
    """

    def __init__(self, dimension: int = 64) -> None:
        self.encoder = HashEncoder(dimension)
        self.calls: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        self.change: Change = lambda data: {"object": "list", "data": data, "model": "hash"}
        served = self

        class Handler(BaseHTTPRequestHandler):
            """One request for vectors."""

            def do_POST(self) -> None:
                """Answer it."""
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                served.calls.append({"path": self.path, **body})
                served.headers.append({name.lower(): one for name, one in self.headers.items()})
                said = json.dumps(served.said(body["input"])).encode()
                self.send_response(served.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                """Say nothing on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def said(self, texts: list[str]) -> Any:
        """Return what is said of texts; vectors have any length, as a server may give them."""
        if self.status != 200:
            return {"error": {"message": "the key sk-geheim is wrong"}}
        rows = (3 * self.encoder.encode_queries(texts)).tolist()
        data = [{"object": "embedding", "index": n, "embedding": row} for n, row in enumerate(rows)]
        return self.change(data[::-1])

    @property
    def address(self) -> str:
        """The address that a client is given."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def sent(self) -> list[str]:
        """The texts that it was sent."""
        return [text for call in self.calls for text in call["input"]]

    def __enter__(self) -> Self:
        """Serve."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the server."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
