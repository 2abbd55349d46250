"""Passages with what is asked of them, and what such examples are read and compared by."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from opencc import OpenCC

from rag.types import EncoderError

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = ("zh", "en", "ru")


@dataclass
class Asked:
    """A question put to a passage; ``spans`` are the characters that answer, if any do.

    ``kind`` is ``asked`` or ``natural`` where they do; otherwise ``near`` (written as a near miss),
    ``hidden`` (the sentence that answers was taken out) or ``stranger`` (another passage's).
    ``prior`` has the encoder's nearness of each sentence, where it is known.
    """

    text: str
    language: str
    spans: list[tuple[int, int]]
    kind: str
    prior: list[float] | None = None


@dataclass
class Pack:
    """A passage with all that is asked of it."""

    id: str
    text: str
    asked: list[Asked] = field(default_factory=list)


def read_list(path: Path) -> list[dict[str, Any]]:
    """Return what a data file holds. Raises EncoderError where that is no list in JSON."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderError(f"{path} is no data to learn from ({error}).") from error
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        raise EncoderError(f"{path} is no data to learn from: it holds no list.")
    return content


@cache
def simple(text: str) -> str:
    """Return a text in Simplified characters, for comparing."""
    return str(_converter("t2s").convert(text))


def occurrences(text: str, answer: str) -> list[tuple[int, int]]:
    """Return every place where an answer stands in a text."""
    answer = answer.strip()
    return [match.span() for match in re.finditer(re.escape(answer), text)] if answer else []


def other_script(text: str) -> str:
    """Return a text in Simplified characters, or if it is in these, in Traditional ones."""
    return str(_converter("t2s" if simple(text) != text else "s2t").convert(text))


@cache
def _converter(way: str) -> OpenCC:
    """Return the converter of scripts that OpenCC calls ``way``."""
    return OpenCC(way)
