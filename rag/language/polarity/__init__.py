"""What is affirmed, denied or ended, and what is the opposite of what; pure."""

from __future__ import annotations

from rag.language.polarity.opposites import opposed
from rag.language.polarity.turns import negations, supposes, turned_negation

__all__ = ["negations", "opposed", "supposes", "turned_negation"]
