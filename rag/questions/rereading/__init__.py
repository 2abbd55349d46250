"""What a reader meant to type, told from what was typed and the words of the books; pure."""

from __future__ import annotations

from rag.questions.rereading.lexicon import FEW_BOOKS
from rag.questions.rereading.reading import reread

__all__ = ["FEW_BOOKS", "reread"]
