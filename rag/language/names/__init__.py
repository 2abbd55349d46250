"""Names of persons, places and countries as texts write them; pure."""

from __future__ import annotations

from rag.language.names.known import (
    has_name,
    has_title,
    known_names,
    looks_like_name,
    same_word,
    strange_capitals,
    titles,
    without_names,
)
from rag.language.names.patterns import name_pattern
from rag.language.names.persons import Known, Name, is_thing, known_spellings, names_in, spelt_for

__all__ = [
    "Known",
    "Name",
    "has_name",
    "has_title",
    "is_thing",
    "known_names",
    "known_spellings",
    "looks_like_name",
    "name_pattern",
    "names_in",
    "same_word",
    "spelt_for",
    "strange_capitals",
    "titles",
    "without_names",
]
