"""How text is put before a language model, and its words are taken: the same for every prompt."""

from __future__ import annotations

import re
import unicodedata

_THOUGHTS = re.compile(r"\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
"""What some models think aloud before they answer."""
_BRACKETS = str.maketrans("[]", "［］")


def shown(text: str) -> str:
    """Return text as a model sees it: nothing hidden in it, and no mark like ours."""
    visible = (c for c in text if c in "\n\t" or not unicodedata.category(c).startswith("C"))
    return "".join(visible).translate(_BRACKETS)


def fenced(kind: str, number: int, text: str, fence: str) -> str:
    """Return text between two lines that name it and bear a code that nobody can forge."""
    return f"<{kind} {number} {fence}>\n{shown(text)}\n</{kind} {number} {fence}>"


def without_thoughts(text: str) -> str:
    """Return what a model said without what it thought aloud before."""
    return _THOUGHTS.sub("", text, count=1)
