"""A question and what was found for it to an answer, from the book's own sentences."""

from __future__ import annotations

from rag.answering.guiding import Guiding
from rag.answering.quoting import Inquiry, Quoting
from rag.answering.redating import redated

__all__ = ["Guiding", "Inquiry", "Quoting", "redated"]
