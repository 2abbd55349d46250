"""Short blocks that look like headings and are none: captions, items of lists; pure."""

from __future__ import annotations

import re

from rag.language.tables import Pattern
from rag.language.text import ends_sentence

_CAPTION = Pattern(r"^\s*{reading.captions}\s*[\d一二三四五六七八九十]")
_LONGEST_CAPTION = 60
_BULLET = re.compile(r"\s*[•◦▪▸►‣·*–—-]\s*(?=\w)")


def is_caption(text: str) -> bool:
    """Whether a block is the caption of a picture or table, which stands outside the text."""
    return len(text) <= _LONGEST_CAPTION and not ends_sentence(text) and bool(_CAPTION.match(text))


def is_item(text: str) -> bool:
    """Whether a block begins with a bullet or a dash, as the items of a list do."""
    return _BULLET.match(text) is not None
