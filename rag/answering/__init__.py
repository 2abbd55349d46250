"""A question and what was found for it to an answer, from the book's own sentences."""

from __future__ import annotations

from rag.answering.evidence import (
    FAMILIES,
    GROUNDS,
    MOST_SENTENCES,
    SIGNS,
    SPEAKS,
    WAYS,
    Fitted,
    fitted,
    grounds_of,
    shares_of,
    speaking,
)
from rag.answering.gathering import MARGIN
from rag.answering.guiding import Guiding
from rag.answering.picking import Quote, escape, quoted
from rag.answering.quoting import Inquiry, Quoting, cite, cited
from rag.answering.redating import redated

__all__ = [
    "FAMILIES",
    "GROUNDS",
    "MARGIN",
    "MOST_SENTENCES",
    "SIGNS",
    "SPEAKS",
    "WAYS",
    "Fitted",
    "Guiding",
    "Inquiry",
    "Quote",
    "Quoting",
    "cite",
    "cited",
    "escape",
    "fitted",
    "grounds_of",
    "quoted",
    "redated",
    "shares_of",
    "speaking",
]
