"""Figures of the server, as Prometheus reads them; none holds a word of a question."""

from __future__ import annotations

import math
from collections import Counter as Tally
from typing import TYPE_CHECKING

from rag.types import RagError, SettingsError

if TYPE_CHECKING:
    from rag.application import Served, Shuzheng
    from rag.web.gate import Application, Line

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)


def serve_metrics(shuzheng: Shuzheng, line: Line) -> Application:
    """Return what answers with the figures of a server from now on; SettingsError."""
    try:
        from prometheus_client import (  # noqa: PLC0415 - where figures are wanted
            CollectorRegistry,
            Counter,
            Gauge,
            Histogram,
            ProcessCollector,
            make_asgi_app,
        )
    except ImportError:
        raise SettingsError(
            "RAG_METRICS needs a package that is not installed: "
            ".venv/bin/pip install -e '.[metrics]'"
        ) from None
    figures = CollectorRegistry()
    ProcessCollector(registry=figures)
    answers = Counter(
        "shuzheng_answers",
        "Questions by what came of them, and by language.",
        ("status", "language"),
        registry=figures,
    )
    verdicts = Counter(
        "shuzheng_sentences", "Sentences by verdict.", ("verdict",), registry=figures
    )
    seconds = Histogram(
        "shuzheng_seconds",
        "Seconds that the stages of an answer took.",
        ("stage",),
        buckets=_SECONDS,
        registry=figures,
    )

    def books() -> float:
        try:
            return len(shuzheng.books())
        except RagError:
            return math.nan

    for name, about, value in (
        ("waiting", "Questions that wait in the line.", lambda: line.waiting),
        ("answering", "Questions that are being answered.", lambda: line.answering),
        ("books", "Books in the library.", books),
    ):
        Gauge(f"shuzheng_{name}", about, registry=figures).set_function(value)

    def count(served: Served) -> None:
        answer = served.answer
        language = str(answer.language) if answer else ""
        failed = "left" if served.error == "left" else "error"
        status = answer.status if answer and not served.error else failed
        answers.labels(status, language).inc()
        seconds.labels("total").observe(served.seconds)
        if answer and not served.error:
            seconds.labels("retrieve").observe(answer.seconds.retrieve)
            seconds.labels("answer").observe(answer.seconds.answer)
            for verdict, number in Tally(str(one.verdict) for one in answer.sentences).items():
                verdicts.labels(verdict).inc(number)

    shuzheng.listen(count)
    application: Application = make_asgi_app(registry=figures)
    return application
