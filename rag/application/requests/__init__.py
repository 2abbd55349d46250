"""What is told of each question that is asked: a line of a log, figures, spans."""

from __future__ import annotations

from rag.application.requests.watching import REQUESTS, Served, watched

__all__ = ["REQUESTS", "Served", "watched"]
