"""What words, numbers, names and sentences are, in every language; pure."""

from __future__ import annotations

from rag.language.dictionaries import (
    cut_chinese,
    is_chinese_word,
    is_spelt,
    kinds_of,
    parts_of_characters,
    tagged,
)
from rag.language.enumerating import counted, member_of, members_in, run_of
from rag.language.words import (
    best_sentences,
    clauses,
    covered,
    split_sentences,
    stem,
    tokens,
    weight,
)

__all__ = [
    "best_sentences",
    "clauses",
    "counted",
    "covered",
    "cut_chinese",
    "is_chinese_word",
    "is_spelt",
    "kinds_of",
    "member_of",
    "members_in",
    "parts_of_characters",
    "run_of",
    "split_sentences",
    "stem",
    "tagged",
    "tokens",
    "weight",
]
