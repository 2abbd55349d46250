"""What a question wants, learned from samples of every kind; pure."""

from __future__ import annotations

from rag.questions.sensing.head import HEAD, Head, fit, load, save
from rag.questions.sensing.samples import SAMPLES, draw

__all__ = ["HEAD", "SAMPLES", "Head", "draw", "fit", "load", "save"]
