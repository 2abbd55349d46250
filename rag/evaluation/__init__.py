"""Questions with known answers to figures."""

from __future__ import annotations

from rag.evaluation.claims import judge_claims
from rag.evaluation.evaluating import evaluate

__all__ = ["evaluate", "judge_claims"]
