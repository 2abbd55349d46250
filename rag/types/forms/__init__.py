"""The public JSON of the values, which other programs read."""

from __future__ import annotations

from rag.types.forms.contract import (
    added_json,
    answer_json,
    chronology_json,
    found_json,
    one_line,
    pages_json,
    summary_json,
)

__all__ = [
    "added_json",
    "answer_json",
    "chronology_json",
    "found_json",
    "one_line",
    "pages_json",
    "summary_json",
]
