"""A reader who asks over the protocol that the page speaks, as a browser does."""

from __future__ import annotations

import json
import secrets
from http.client import HTTPConnection
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.addressing import Address


class Asker:
    """An open page: a session of its own, and the browser's cookie.

    ``door`` is the cookie of a reader who has come in, where the server asks who he is.
    """

    def __init__(self, server: Address, source: str = "127.0.0.1", door: str = "") -> None:
        self._server = server
        self._source = source
        self.session = secrets.token_hex(6)
        [cookie] = server.ask("/", {"Cookie": door}).cookies
        self.cookie = "; ".join(filter(None, (door, cookie.partition(";")[0])))
        config = json.loads(server.ask("/config", {"Cookie": self.cookie}).text)
        self._config = config
        [box] = [
            one["id"] for one in config["components"] if one["props"].get("elem_id") == "question"
        ]
        [self._function] = [
            one["id"]
            for one in config["dependencies"]
            if one["targets"] == [[box, "submit"]] and len(one["outputs"]) > 1
        ]
        self._box = box

    def ask(self, question: str, language: str = "en", memory: object = None) -> list[str]:
        """Return what the conversation shows, again and again, until the answer is complete."""
        self.begin(question, language, memory)
        return [drawn for drawn in map(shown, self.messages()) if drawn]

    def leave(self, question: str) -> None:
        """Ask, and go away as soon as the first is heard of it."""
        self.begin(question, "en")
        list(self.messages(most=1))

    def functions(self) -> list[dict[str, Any]]:
        """Return what the page can call on the server."""
        return [one for one in self._config["dependencies"] if one["backend_fn"]]

    def call(
        self, function: dict[str, Any], *, text: str, memory: object, event: dict[str, Any]
    ) -> str:
        """Return all that comes of a function whose inputs are a text, and what a browser keeps."""
        kinds = {one["id"]: one for one in self._config["components"]}

        def value(identifier: int) -> object:
            component = kinds[identifier]
            if component["props"].get("elem_id") == "language":
                return "en"
            return {"state": None, "browserstate": memory, "checkbox": False}.get(
                component["type"], text
            )

        self._send([value(one) for one in function["inputs"]], function["id"], event)
        return json.dumps(list(self.messages()), ensure_ascii=False)

    def begin(self, question: str, language: str, memory: object = None) -> None:
        """Put a question; what comes of it is told by ``messages``."""
        self._send([question, "", language, None, None, memory], self._function)

    def _send(self, data: list[object], function: int, event: dict[str, Any] | None = None) -> None:
        sent = {
            "data": data,
            "fn_index": function,
            "trigger_id": self._box,
            "session_hash": self.session,
            "event_data": event,
        }
        told = {"Content-Type": "application/json", "Cookie": self.cookie}
        # JSON carries half a character as it is; json.dumps escapes it.
        body = json.dumps(sent).encode()
        joined = self._server.ask(
            "/gradio_api/queue/join", told, method="POST", body=body, source=self._source
        )
        assert joined.status == 200, joined

    def messages(self, most: int | None = None) -> Iterator[dict[str, Any]]:
        """Yield the events of the session's stream as they come, to its end or so many."""
        place = ("127.0.0.1", self._server.port)
        connection = HTTPConnection(*place, timeout=300, source_address=(self._source, 0))
        try:
            path = f"/gradio_api/queue/data?session_hash={self.session}"
            connection.request("GET", path, headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            assert answer.status == 200
            lines = (line for line in answer if line.startswith(b"data: "))
            for line in islice(lines, most):
                yield json.loads(line.removeprefix(b"data: "))
        finally:
            connection.close()


def shown(message: dict[str, Any]) -> str:
    """Return the conversation as an event shows it anew; "" where it shows nothing whole."""
    data = (message.get("output") or {}).get("data") or []
    texts = [part for part in data if isinstance(part, str)]
    # As it grows, only what changed is sent.
    for part in data:
        if isinstance(part, list):
            texts += [str(change[2]) for change in part if len(change) == 3]
    return next((text for text in texts if "<article" in text), "")
