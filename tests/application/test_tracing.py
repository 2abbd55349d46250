"""Spans of questions, as a real collector gets them."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rag.application.shuzheng import Shuzheng
    from tests.support.scripted import ScriptedServer

    Wire = Callable[..., Shuzheng]

QUESTION = "盐引的有效期是多少天？"
SAID = "盐引的有效期是九十天[@九十天]。"


class Collector:
    """A collector of OTLP over HTTP; ``spans`` are those it was sent."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.text = b""
        collector = self

        class Handler(BaseHTTPRequestHandler):
            """One delivery of spans."""

            def do_POST(self) -> None:
                """Take spans in."""
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.text += body
                sent = ExportTraceServiceRequest.FromString(body)
                for resource in sent.resource_spans:
                    for scope in resource.scope_spans:
                        collector.spans += scope.spans
                self.send_response(200 if self.path == "/v1/traces" else 404)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing on the terminal."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Return a collector that listens."""
    collecting = Collector()
    thread = threading.Thread(target=collecting.server.serve_forever, args=(0.02,))
    thread.start()
    yield collecting
    collecting.server.shutdown()
    thread.join()
    collecting.server.server_close()


@pytest.mark.parametrize("log", ["requests", "questions"])
def test_a_question_its_stages_and_its_model_are_spans(
    wire: Wire, server: ScriptedServer, collector: Collector, log: str
) -> None:
    """The whole, its stages and the model's call hang together; words only where asked for."""
    server.say(SAID)
    whole = wire(otlp=collector.address, log=log)
    for _ in whole.stream(QUESTION):
        pass
    whole.close()
    named = {span.name: span for span in collector.spans}
    assert set(named) == {"ask", "retrieve", "answer", "chat"}
    asked = named.pop("ask")
    assert {span.parent_span_id for span in named.values()} == {asked.span_id}
    assert {span.trace_id for span in named.values()} == {asked.trace_id}
    told = {one.key: one.value for one in asked.attributes}
    assert told["shuzheng.status"].string_value == "answered"
    assert told["shuzheng.verdicts.supported"].int_value == 1
    assert asked.end_time_unix_nano > asked.start_time_unix_nano
    assert (QUESTION.encode() in collector.text) == (log == "questions")
    assert "九十天".encode() not in collector.text
