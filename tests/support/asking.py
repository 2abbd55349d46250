"""A reader who asks over the protocol that the page speaks, as a browser does."""

from __future__ import annotations

import json
import secrets
from http.client import HTTPConnection
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.website import WebServer


class Asker:
    """An open page: a session of its own, and the browser's cookie."""

    def __init__(self, server: WebServer, source: str = "127.0.0.1") -> None:
        self._server = server
        self._source = source
        self.session = secrets.token_hex(6)
        [cookie] = server.ask("/").cookies
        self.cookie = cookie.partition(";")[0]
        config = json.loads(server.ask("/config").text)
        [box] = [
            one["id"] for one in config["components"] if one["props"].get("elem_id") == "question"
        ]
        [self._function] = [
            one["id"]
            for one in config["dependencies"]
            if one["targets"] == [[box, "submit"]] and len(one["outputs"]) > 1
        ]
        self._box = box

    def ask(self, question: str, language: str = "en") -> list[str]:
        """Return what the conversation shows, again and again, until the answer is complete."""
        self._join(question, language)
        return [shown for shown in map(_shown, self._messages()) if shown]

    def leave(self, question: str) -> None:
        """Ask, and go away as soon as the first is heard of it."""
        self._join(question, "en")
        self._messages(most=1)

    def _join(self, question: str, language: str) -> None:
        sent = {
            "data": [question, "", language, None, None, None],
            "fn_index": self._function,
            "trigger_id": self._box,
            "session_hash": self.session,
        }
        told = {"Content-Type": "application/json", "Cookie": self.cookie}
        # JSON carries half a character as it is; json.dumps escapes it.
        body = json.dumps(sent).encode()
        joined = self._server.ask(
            "/gradio_api/queue/join", told, method="POST", body=body, source=self._source
        )
        assert joined.status == 200, joined

    def _messages(self, most: int | None = None) -> list[dict[str, Any]]:
        """Return the events of the session's stream, to its end or so many."""
        place = ("127.0.0.1", self._server.port)
        connection = HTTPConnection(*place, timeout=300, source_address=(self._source, 0))
        try:
            path = f"/gradio_api/queue/data?session_hash={self.session}"
            connection.request("GET", path, headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            assert answer.status == 200
            lines = (line for line in answer if line.startswith(b"data: "))
            return [json.loads(line.removeprefix(b"data: ")) for line in islice(lines, most)]
        finally:
            connection.close()


def _shown(message: dict[str, Any]) -> str:
    """Return the conversation as an event shows it anew; "" where it shows nothing whole."""
    data = (message.get("output") or {}).get("data") or []
    texts = [part for part in data if isinstance(part, str) and "<article" in part]
    # As it grows, only what changed is sent.
    for part in data:
        if isinstance(part, list):
            texts += [str(change[2]) for change in part if len(change) == 3]
    return texts[-1] if texts else ""
