"""A question is watched while it is answered: one line of JSON of it, and word to who listens.

The line has the question's words only if that is set.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rag.application.requests.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.application.requests.served import Trace, Tracing
    from rag.types import Answer

REQUESTS = "rag.requests"
"""The logger of these lines."""
_log = logging.getLogger(REQUESTS)


class Request:
    """A question while it is answered; ``answer`` is the last that was given."""

    answer: Answer | None = None

    def __init__(self, trace: Trace | None) -> None:
        self._trace = trace

    def go_on(self) -> None:
        """Take up the work where a reader has been given an answer, perhaps in another thread."""
        if self._trace:
            self._trace.enter()


@contextmanager
def watched(
    setting: str,
    question: str,
    *,
    tracing: Tracing | None = None,
    listeners: Sequence[Callable[[Served], None]] = (),
) -> Iterator[Request]:
    """Yield a request; when it has been answered, or not, log one line, and tell of it.

    The line has the request's id and moment, language, status and mode of the answer, how long
    its parts took (milliseconds), how many sentences have which verdict, and the kind of an
    error; ``setting`` is ``off``, ``requests``, or ``questions``, which adds the question.
    """
    trace = tracing.begin(question if setting == "questions" else None) if tracing else None
    request, began = Request(trace), time.perf_counter()
    request.go_on()
    error: str | None = None
    try:
        yield request
    except GeneratorExit:
        error = "left"  # the reader has gone, or has asked something else
        raise
    except Exception as failed:
        error = type(failed).__name__
        raise
    finally:
        served = Served(time.perf_counter() - began, request.answer, error)
        if setting != "off":
            line = _line(served)
            if setting == "questions":
                line["question"] = question
            _log.info("%s", json.dumps(line, ensure_ascii=False))
        for listener in listeners:
            listener(served)
        if trace:
            trace.end(served)


def open_tracing(address: str) -> Tracing:
    """Return what sends spans to a collector at an address; SettingsError."""
    # It brings OpenTelemetry, which is loaded where spans are wanted.
    from rag.application.requests.tracing import OtlpTracing  # noqa: PLC0415

    return OtlpTracing(address)


def _line(served: Served) -> dict[str, object]:
    answer, seconds = served.answer, served.seconds
    line: dict[str, object] = {
        "request": secrets.token_hex(4),
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "milliseconds": {"total": round(seconds * 1000)},
    }
    if answer is not None:
        parts = {"retrieve": answer.seconds.retrieve, "answer": answer.seconds.answer}
        verdicts = Counter(str(sentence.verdict) for sentence in answer.sentences)
        line |= {
            "language": str(answer.language),
            "status": answer.status,
            "mode": answer.mode,
            "books": len({citation.record.id for citation in answer.citations}),
            "verdicts": dict(sorted(verdicts.items())),
            "milliseconds": {
                **{name: round(part * 1000) for name, part in parts.items()},
                "total": round(seconds * 1000),
            },
        }
    if served.error is not None:
        line["error"] = served.error
    return line
