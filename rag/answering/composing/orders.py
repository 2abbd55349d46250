"""Text in a book that speaks to a language model in place of a reader; pure.

The table is about what such orders look like in the four languages, and is narrow on
purpose: people in books ignore orders all the time, and tell each other to be silent.
"""

from __future__ import annotations

import re

from rag.language.tables import Pattern

_ORDER = Pattern("{orders.speaks}", re.IGNORECASE)


def speaks_to_a_model(text: str) -> bool:
    """Return whether a sentence gives orders to whoever answers from it."""
    return bool(_ORDER.search(text))
