"""What is logged of a question: one line of JSON, with the question's words only if that is set."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.types import Answer

REQUESTS = "rag.requests"
"""The logger of these lines."""
_log = logging.getLogger(REQUESTS)


class Request:
    """A question while it is answered; ``answer`` is the last that was given."""

    answer: Answer | None = None


@contextmanager
def logged(setting: str, question: str) -> Iterator[Request]:
    """Yield a request, and log one line when it has been answered, or not.

    The line has the request's id and moment, language, status and mode of the answer, how long
    its parts took (milliseconds), how many sentences have which verdict, and the kind of an
    error; ``setting`` is ``off``, ``requests``, or ``questions``, which adds the question.
    """
    request, began = Request(), time.perf_counter()
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
        if setting != "off":
            line = _line(request.answer, time.perf_counter() - began, error)
            if setting == "questions":
                line["question"] = question
            _log.info("%s", json.dumps(line, ensure_ascii=False))


def _line(answer: Answer | None, seconds: float, error: str | None) -> dict[str, object]:
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
    if error is not None:
        line["error"] = error
    return line
