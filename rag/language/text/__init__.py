"""Text made comparable, measured, and cut into sentences; pure."""

from __future__ import annotations

from rag.language.text.abbreviated import abbreviations
from rag.language.text.folding import bigrams, find_exact, fold, token_set
from rag.language.text.halves import BLOT, whole_text, whole_values, without_half
from rag.language.text.heads import is_contents_head
from rag.language.text.letters import in_one_alphabet, mended, unified
from rag.language.text.scripts import (
    CJK,
    COMMON_HAN,
    CYRILLIC,
    HAN,
    HANGUL,
    KANA,
    LATIN,
    family,
    has_han,
    html_tag,
    is_foreign,
    is_han,
    is_traditional,
    language_of,
    language_of_book,
    simplifier,
    traditional,
)
from rag.language.text.sentence import sentences
from rag.language.text.typography import (
    cells,
    close_up,
    ends_clause,
    ends_sentence,
    is_ornament,
    joint,
    letters_of,
    narrow_count,
)

__all__ = [
    "BLOT",
    "CJK",
    "COMMON_HAN",
    "CYRILLIC",
    "HAN",
    "HANGUL",
    "KANA",
    "LATIN",
    "abbreviations",
    "bigrams",
    "cells",
    "close_up",
    "ends_clause",
    "ends_sentence",
    "family",
    "find_exact",
    "fold",
    "has_han",
    "html_tag",
    "in_one_alphabet",
    "is_contents_head",
    "is_foreign",
    "is_han",
    "is_ornament",
    "is_traditional",
    "joint",
    "language_of",
    "language_of_book",
    "letters_of",
    "mended",
    "narrow_count",
    "sentences",
    "simplifier",
    "token_set",
    "traditional",
    "unified",
    "whole_text",
    "whole_values",
    "without_half",
]
