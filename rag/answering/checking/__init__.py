"""Whether what is said stands in the passages that it cites; pure."""

from __future__ import annotations

from rag.answering.checking.claims import Claim, parse_composed
from rag.answering.checking.premises import saying_otherwise
from rag.answering.checking.translations import is_faithful
from rag.answering.checking.verifying import Judgement, found_elsewhere, verify

__all__ = [
    "Claim",
    "Judgement",
    "found_elsewhere",
    "is_faithful",
    "parse_composed",
    "saying_otherwise",
    "verify",
]
