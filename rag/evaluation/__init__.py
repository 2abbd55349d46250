"""Questions with known answers to figures."""

from __future__ import annotations

from rag.evaluation.claims import judge_claims
from rag.evaluation.evaluating import evaluate
from rag.evaluation.fitting import fit_questions

__all__ = ["evaluate", "fit_questions", "judge_claims"]
