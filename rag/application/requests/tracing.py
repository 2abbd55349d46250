"""Spans of each question for OpenTelemetry: the whole, its stages, and each call of a model.

Calls of a language model are heard of through LangChain's callbacks. No span has words of a
question or an answer, but the question's where that is asked for.
"""

from __future__ import annotations

import time
from collections import Counter
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import BaseCallbackHandler
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

from rag.types import SettingsError

if TYPE_CHECKING:
    from uuid import UUID

    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer

    from rag.application.requests.served import Served

_BILLION = 1_000_000_000
_CURRENT: ContextVar[Context | None] = ContextVar("current", default=None)
"""The span of the question that is being answered here."""


class OtlpTracing:
    """Sends spans to a collector by OTLP over HTTP, which is at ``address``."""

    def __init__(self, address: str) -> None:
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
                OTLPSpanExporter,
            )
        except ImportError:
            raise SettingsError(
                "RAG_OTLP needs a package that is not installed: make EXTRAS=tracing install"
            ) from None
        exporter = OTLPSpanExporter(endpoint=f"{address.rstrip('/')}/v1/traces", timeout=5)
        self._provider = TracerProvider(resource=Resource({"service.name": "shuzheng"}))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("shuzheng")
        self.callbacks: tuple[BaseCallbackHandler, ...] = (_Calls(self._tracer),)

    def begin(self, question: str | None) -> _Trace:
        """Return the trace of a question that is asked now, with its words where they are given."""
        return _Trace(self._tracer, question)

    def close(self) -> None:
        """Send what has not been sent."""
        self._provider.shutdown()


class _Trace:
    """The spans of one question."""

    def __init__(self, tracer: Tracer, question: str | None) -> None:
        self._tracer = tracer
        self._began = time.time_ns()
        self._span = tracer.start_span("ask", kind=SpanKind.SERVER, start_time=self._began)
        if question is not None:
            self._span.set_attribute("shuzheng.question", question)

    def enter(self) -> None:
        """Let what is done here from now on belong to this question."""
        _CURRENT.set(set_span_in_context(self._span))

    def end(self, served: Served) -> None:
        """End it with what came of it."""
        span, answer = self._span, served.answer
        if answer is not None:
            span.set_attribute("shuzheng.status", answer.status)
            span.set_attribute("shuzheng.language", str(answer.language))
            span.set_attribute("shuzheng.mode", answer.mode)
            for verdict, count in Counter(str(one.verdict) for one in answer.sentences).items():
                span.set_attribute(f"shuzheng.verdicts.{verdict}", count)
            start = self._began
            for name in ("retrieve", "answer"):
                until = start + int(getattr(answer.seconds, name) * _BILLION)
                context = set_span_in_context(span)
                self._tracer.start_span(name, context, start_time=start).end(until)
                start = until
        if served.error is not None:
            span.set_status(Status(StatusCode.ERROR, served.error))
        span.end()


class _Calls(BaseCallbackHandler):
    """A span for each call of a language model."""

    run_inline = True

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._spans: dict[UUID, Span] = {}

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],  # noqa: ARG002 - as LangChain calls it
        messages: list[list[Any]],  # noqa: ARG002
        *,
        run_id: UUID,
        **more: Any,  # noqa: ANN401
    ) -> None:
        """Begin the span of a call, below that of its question."""
        model = str((more.get("metadata") or {}).get("ls_model_name", ""))
        self._spans[run_id] = self._tracer.start_span(
            "chat",
            _CURRENT.get(),
            kind=SpanKind.CLIENT,
            attributes={"gen_ai.operation.name": "chat", "gen_ai.request.model": model},
        )

    def on_llm_end(self, response: Any, *, run_id: UUID, **_: Any) -> None:  # noqa: ANN401, ARG002
        """End it."""
        if span := self._spans.pop(run_id, None):
            span.end()

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:  # noqa: ANN401
        """End it with the kind of what went wrong: what a server says may hold the question."""
        if span := self._spans.pop(run_id, None):
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            span.end()
