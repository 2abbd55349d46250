"""What is affirmed, denied or ended, and what is the opposite of what; pure."""

from __future__ import annotations

from rag.language.polarity.opposites import contrasts, opposed
from rag.language.polarity.poles import contrary, counterpart, supposes, unmatched
from rag.language.polarity.turns import (
    denies,
    exchanged,
    negations,
    same_sense,
    swapped,
    turned_negation,
    turned_round,
)

__all__ = [
    "contrary",
    "contrasts",
    "counterpart",
    "denies",
    "exchanged",
    "negations",
    "opposed",
    "same_sense",
    "supposes",
    "swapped",
    "turned_negation",
    "turned_round",
    "unmatched",
]
