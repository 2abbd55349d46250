"""What words, numbers, names and sentences are, in every language; pure."""

from __future__ import annotations

from rag.language.words import (
    EMPTY,
    IRREGULAR,
    STOP,
    best_sentences,
    clauses,
    covered,
    split_sentences,
    stem,
    tokens,
    uncovered_runs,
    units,
    weight,
    without_numbers,
)

__all__ = [
    "EMPTY",
    "IRREGULAR",
    "STOP",
    "best_sentences",
    "clauses",
    "covered",
    "split_sentences",
    "stem",
    "tokens",
    "uncovered_runs",
    "units",
    "weight",
    "without_numbers",
]
