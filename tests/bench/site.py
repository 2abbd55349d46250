"""A server as readers meet it over HTTP: the page's own protocol, and a plain one of the peer's."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING

from tests.support.addressing import Address
from tests.support.asking import Asker, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

FAR = 250
"""Readers of one address of this machine's own network; the next has the next address."""

_WAITS = 'class="searching">'


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: seconds until it was answered, and until its first words.

    ``told`` says that a place in the line was told before; ``failed`` why there is no answer,
    empty where there is one.
    """

    seconds: float
    first: float
    told: bool = False
    failed: str = ""


class Site(Address):
    """A server on a port of this machine."""

    def reader(self, number: int = 0) -> Reader:
        """Return a reader who has opened the page; some hundreds share an address."""
        return Reader(self, f"127.0.{1 + number // FAR}.{1 + number % FAR}")

    def ask_plain(self, question: str) -> Outcome:
        """Return what comes of a question to the plain pipeline's page."""
        started = time.perf_counter()
        try:
            body = json.dumps({"data": [question]}).encode()
            told = {"Content-Type": "application/json"}
            asked = self.ask("/gradio_api/call/ask", told, method="POST", body=body)
            event = json.loads(asked.text)["event_id"]
            for line in self.lines(f"/gradio_api/call/ask/{event}"):
                if line.startswith(b"event: complete"):
                    taken = time.perf_counter() - started
                    return Outcome(taken, taken)
        except (OSError, HTTPException, ValueError, KeyError) as error:
            return Outcome(time.perf_counter() - started, 0.0, failed=repr(error))
        return Outcome(time.perf_counter() - started, 0.0, failed="no answer")

    def lines(self, path: str, headers: dict[str, str] | None = None) -> Iterator[bytes]:
        """Yield the lines of a stream."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            connection.request("GET", path, headers=headers or {})
            yield from connection.getresponse()
        finally:
            connection.close()


class Reader:
    """A reader with the page open in a browser of his own."""

    def __init__(self, site: Site, address: str) -> None:
        self._asker = Asker(site, address)

    def ask(self, question: str) -> Outcome:
        """Return what comes of a question."""
        started = time.perf_counter()
        first = taken = 0.0
        told, last = False, ""
        try:
            self._asker.begin(question, "zh")
            # To the end of the stream: what comes next is not to be sent into one that is left.
            for message in self._asker.messages():
                last = shown(message) or last
                told = told or any(sign.isdigit() for sign in _waiting(last))
                if not first and 'class="cite' in last:
                    first = time.perf_counter() - started
                if message["msg"] == "process_completed":
                    taken = time.perf_counter() - started
        except (OSError, HTTPException, ValueError, AssertionError) as error:
            return Outcome(time.perf_counter() - started, first, told, repr(error))
        answered = last and 'error"' not in last and _WAITS not in last
        return Outcome(taken, first or taken, told, "" if answered else "refused")


def _waiting(page: str) -> str:
    """Return what stands on a page for a question that waits; "" for none."""
    return page.rpartition(_WAITS)[2].partition("</p>")[0] if _WAITS in page else ""
