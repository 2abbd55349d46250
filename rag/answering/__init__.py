"""A question and what was found for it to an answer, from the book's own sentences."""

from __future__ import annotations

from rag.answering.evidence import (
    FAMILIES,
    GROUNDS,
    MOST_SENTENCES,
    SIGNS,
    WAYS,
    Fit,
    Fitted,
    fitted,
    lead_of,
    shares_of,
)
from rag.answering.quoting import Inquiry, Quoting
from rag.answering.redating import redated

__all__ = [
    "FAMILIES",
    "GROUNDS",
    "MOST_SENTENCES",
    "SIGNS",
    "WAYS",
    "Fit",
    "Fitted",
    "Inquiry",
    "Quoting",
    "fitted",
    "lead_of",
    "redated",
    "shares_of",
]
