r"""Text as every kind of document can hold and show it; pure.

Nothing is dropped: a character that a document cannot hold, or that hides or turns what
stands beside it, is written by its number, so that whoever reads sees that it was there.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from rag.language.text import CJK

# Controls, lone surrogates and non-characters, which XML cannot hold; marks that turn the
# direction of writing; tags, which show as nothing and can carry a hidden text.
_BY_NUMBER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
_WIDE = re.compile(f"[{CJK}]")
_BREAKS = re.compile(r"\s*[\r\n\v\f\x85\u2028\u2029]\s*")


def sound(text: str) -> str:
    """Return text in which what no document can hold or show is named: ``⟨U+202E⟩``."""
    return _BY_NUMBER.sub(by_number, text)


def by_number(found: re.Match[str]) -> str:
    """Return the name of the one character that was found, by its number."""
    return f"⟨U+{ord(found[0]):04X}⟩"


def one_line(text: str) -> str:
    """Return sound text on one line: a break in it becomes a space, or nothing between Chinese."""
    return sound(_BREAKS.sub(_joint, text.strip().replace("\t", " ")))


def sounded(value: Any) -> Any:  # noqa: ANN401 - the same kind of value
    """Return a value with all text in it, however deep in dataclasses and tuples, sound."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return sound(value)
    if isinstance(value, tuple):
        return tuple(map(sounded, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{one.name: sounded(getattr(value, one.name)) for one in fields(value)}
        )
    return value


def _joint(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1 : found.start()]
    after = found.string[found.end() : found.end() + 1]
    return "" if _WIDE.match(before) and _WIDE.match(after) else " "
