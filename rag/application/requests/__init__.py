"""What is told of each question that is asked: a line of a log, figures, spans."""

from __future__ import annotations

from rag.application.requests.served import Served, Tracing
from rag.application.requests.watching import REQUESTS, open_tracing, watched

__all__ = ["REQUESTS", "Served", "Tracing", "open_tracing", "watched"]
