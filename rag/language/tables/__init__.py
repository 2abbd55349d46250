"""The tables of languages, one file a language, and what is made of them; pure.

They hold closed classes: the words that make a question, join clauses, deny, count and head the
parts of a book. A rule over them is exact, takes no time, and says why it decided. What is open
is left to models that have learned it: which words mean the same (``rag.search.wording``), and
whether a passage answers (``rag.models``). Opposites alone are open and stand in a table, until
a model tells what contradicts what: none that was tried did. What names of bodies, places and
treaties end with, and titles before persons, are open too: a learned tagger tells them in Chinese
(``rag.models.ready``), and in English and Russian no model that is installed does.
"""

from __future__ import annotations

from rag.language.tables.loading import (
    LANGUAGES,
    lands,
    letters,
    opposites,
    signs,
    stop_words,
    table,
    words,
)
from rag.language.tables.patterns import Pattern, each

__all__ = [
    "LANGUAGES",
    "Pattern",
    "each",
    "lands",
    "letters",
    "opposites",
    "signs",
    "stop_words",
    "table",
    "words",
]
