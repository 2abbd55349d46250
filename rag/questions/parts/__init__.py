"""The parts of a book: what a question is about, confines itself to, or asks the page of; pure."""

from __future__ import annotations

from rag.questions.parts.named import heading_number, part_asked
from rag.questions.parts.outline import OutlineAnswer, ask_outline
from rag.questions.parts.scoping import Part, confine

__all__ = ["OutlineAnswer", "Part", "ask_outline", "confine", "heading_number", "part_asked"]
