"""A question and what was found for it to an answer, from the book's own sentences."""

from __future__ import annotations

from rag.answering.enumerating import member_of, run_of
from rag.answering.gathering import MARGIN
from rag.answering.picking import Quote
from rag.answering.quoting import Inquiry, Quoting, cite, cited, escape, in_the_book
from rag.answering.redating import redated

__all__ = [
    "MARGIN",
    "Inquiry",
    "Quote",
    "Quoting",
    "cite",
    "cited",
    "escape",
    "in_the_book",
    "member_of",
    "redated",
    "run_of",
]
