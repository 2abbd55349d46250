"""Figures of the server, as Prometheus reads them; none holds a word of a question."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from rag.types import RagError, SettingsError

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from rag.application import Served, Shuzheng
    from rag.web.gate import Application, Line

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)


def serve_metrics(shuzheng: Shuzheng, line: Line) -> Application:
    """Return what answers with the figures of a server from now on; SettingsError."""
    try:
        import prometheus_client as client  # noqa: PLC0415 - where figures are wanted
    except ImportError:
        raise SettingsError(
            "RAG_METRICS needs a package that is not installed: make EXTRAS=metrics install"
        ) from None
    figures = client.CollectorRegistry()
    client.ProcessCollector(registry=figures)

    def books() -> float:
        try:
            return len(shuzheng.records())
        except RagError:
            return math.nan

    for name, about, value in (
        ("waiting", "Questions that wait in the line.", lambda: line.waiting),
        ("answering", "Questions that are being answered.", lambda: line.answering),
        ("books", "Books in the library.", books),
    ):
        client.Gauge(f"shuzheng_{name}", about, registry=figures).set_function(value)
    shuzheng.listen(_Counts(figures).count)
    application: Application = client.make_asgi_app(registry=figures)
    return application


class _Counts:
    """What grows with each question."""

    def __init__(self, figures: CollectorRegistry) -> None:
        import prometheus_client as client  # noqa: PLC0415 - as above

        self._answers = client.Counter(
            "shuzheng_answers",
            "Questions by what came of them, and by language.",
            ("status", "language"),
            registry=figures,
        )
        self._sentences = client.Counter(
            "shuzheng_sentences", "Sentences by verdict.", ("verdict",), registry=figures
        )
        self._seconds = client.Histogram(
            "shuzheng_seconds",
            "Seconds that the stages of an answer took.",
            ("stage",),
            buckets=_SECONDS,
            registry=figures,
        )

    def count(self, served: Served) -> None:
        """Count a question; ``error`` or ``left`` stand for its status where it has none."""
        answer, seconds = served.answer, self._seconds
        seconds.labels("total").observe(served.seconds)
        if answer is None or served.error:
            status = "left" if served.error == "left" else "error"
            self._answers.labels(status, str(answer.language) if answer else "").inc()
            return
        self._answers.labels(answer.status, str(answer.language)).inc()
        seconds.labels("retrieve").observe(answer.seconds.retrieve)
        seconds.labels("answer").observe(answer.seconds.answer)
        for verdict, number in Counter(str(one.verdict) for one in answer.sentences).items():
            self._sentences.labels(verdict).inc(number)
