"""Text without halves of characters, which no UTF-8 can carry.

A character beyond the first 65,536 is two units to many programs; where one cuts between them,
or sends them apart, a lone surrogate is left, and whatever writes it as UTF-8 fails.
"""

from __future__ import annotations

import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")
_FIRST_HALF = re.compile("[\ud800-\udbff]$")
BLOT = "\N{REPLACEMENT CHARACTER}"


def whole_text(text: str) -> str:
    """Return a text whose halves of characters are joined where they meet, and blotted out else."""
    if not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def whole_values(value: Any) -> Any:  # noqa: ANN401 -- whatever JSON holds
    """Return a value of JSON in whose texts every half of a character is a blot.

    No text changes its length, so that offsets into it stay right.
    """
    if isinstance(value, str):
        return _HALF.sub(BLOT, value)
    if isinstance(value, list):
        return [whole_values(one) for one in value]
    if isinstance(value, dict):
        return {whole_values(key): whole_values(one) for key, one in value.items()}
    return value


def without_half(text: str) -> tuple[str, str]:
    """Return a piece of a text, and apart the first half of a character that it ends with, if any.

    The other half may begin the next piece.
    """
    cut = len(text) - 1 if _FIRST_HALF.search(text) else len(text)
    return text[:cut], text[cut:]
