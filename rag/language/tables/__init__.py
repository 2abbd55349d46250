"""The tables of languages, one file a language, and what is made of them; pure."""

from __future__ import annotations

from rag.language.tables.loading import LANGUAGES, lands, opposites, signs, stop_words, table, words
from rag.language.tables.patterns import Pattern, each

__all__ = [
    "LANGUAGES",
    "Pattern",
    "each",
    "lands",
    "opposites",
    "signs",
    "stop_words",
    "table",
    "words",
]
