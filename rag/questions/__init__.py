"""A question, before it meets a book: what it asks for and what it leans on; pure."""

from __future__ import annotations

from rag.questions.asking import Kind, clean_question, content_words, kind_of
from rag.questions.following import Followed, follow
from rag.questions.manner import Manner, Sides, manner_of, sides_of
from rag.questions.outline import OutlineAnswer, ask_outline
from rag.questions.scoping import confine
from rag.questions.terms import Weighed, all_tokens, find_terms, inverse_frequency, weigh

__all__ = [
    "Followed",
    "Kind",
    "Manner",
    "OutlineAnswer",
    "Sides",
    "Weighed",
    "all_tokens",
    "ask_outline",
    "clean_question",
    "confine",
    "content_words",
    "find_terms",
    "follow",
    "inverse_frequency",
    "kind_of",
    "manner_of",
    "sides_of",
    "weigh",
]
