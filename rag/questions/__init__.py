"""A question, before it meets a book's vectors: ``understand`` makes it a value; pure."""

from __future__ import annotations

from rag.questions.asking import Kind, clean_question, content_words
from rag.questions.deciding import Whether, is_choice, whether
from rag.questions.manner import Manner
from rag.questions.parts import OutlineAnswer, heading_number
from rag.questions.question import Compared, Question, Sought
from rag.questions.rereading import FEW_BOOKS
from rag.questions.terms import Term, Weighed, all_tokens, inverse_frequency, stand_in, weigh
from rag.questions.understanding import understand
from rag.questions.wanting import ASIDES, About, Sense, Want

__all__ = [
    "ASIDES",
    "FEW_BOOKS",
    "About",
    "Compared",
    "Kind",
    "Manner",
    "OutlineAnswer",
    "Question",
    "Sense",
    "Sought",
    "Term",
    "Want",
    "Weighed",
    "Whether",
    "all_tokens",
    "clean_question",
    "content_words",
    "heading_number",
    "inverse_frequency",
    "is_choice",
    "stand_in",
    "understand",
    "weigh",
    "whether",
]
