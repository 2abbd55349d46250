"""A book's text as the page shows it, without what says where each stretch of it stands."""

from __future__ import annotations

import re

_STRETCH = re.compile(r'<span data-at="\d+">([^<]*)</span>')
_AT = re.compile(r' data-at="\d+"')


def without_offsets(html: str) -> str:
    """Return HTML without the elements and attributes that carry offsets alone."""
    return _AT.sub("", _STRETCH.sub(r"\1", html))
