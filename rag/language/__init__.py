"""What words, numbers, names and sentences are, in every language; pure."""

from __future__ import annotations

from rag.language.enumerating import counted, member_of, members_in, run_of
from rag.language.words import (
    best_sentences,
    clauses,
    covered,
    irregular,
    split_sentences,
    stem,
    tokens,
    uncovered_runs,
    units,
    weight,
    without_numbers,
)

__all__ = [
    "best_sentences",
    "clauses",
    "counted",
    "covered",
    "irregular",
    "member_of",
    "members_in",
    "run_of",
    "split_sentences",
    "stem",
    "tokens",
    "uncovered_runs",
    "units",
    "weight",
    "without_numbers",
]
