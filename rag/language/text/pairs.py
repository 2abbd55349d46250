"""Brackets and quotation marks: which opening mark belongs to which closing one; pure."""

from __future__ import annotations

from dataclasses import dataclass

_CLOSING_OF = {
    "“": "”", "‘": "’", "「": "」", "『": "』", "〝": "〞", "«": "»", "‹": "›", "„": "“”",
    "《": "》", "〈": "〉", "（": "）", "(": ")", "【": "】", "〔": "〕", "［": "］", "[": "]",
}  # fmt: skip
TITLES = "《〈"
BRACKETS = "（(【〔［["
QUOTES = '“‘「『〝«‹„"'
OPENING = TITLES + BRACKETS + QUOTES
CLOSING = "”’」』〞»›》〉）)】〕］]\"'"
_DEEPEST = 32
"""Pairs within one another that are followed; marks that were never closed are forgotten."""
_ALL = set(OPENING) | {mark for marks in _CLOSING_OF.values() for mark in marks}


@dataclass(frozen=True, slots=True)
class Pair:
    """An opening mark and the closing one that belongs to it, by their offsets."""

    opening: int
    closing: int


def pairs(line: str) -> list[Pair]:
    """Return the pairs of marks in a line, each after those that it holds.

    A mark without its partner is passed over: what is never closed holds nothing, and what
    was opened inside of a pair and not closed there holds nothing either.
    """
    found: list[Pair] = []
    waiting: list[int] = []
    for offset, character in enumerate(line):
        if character not in _ALL:
            continue
        partner = next(
            (k for k in reversed(range(len(waiting))) if _closes(line, waiting[k], offset)), None
        )
        if partner is not None:
            found.append(Pair(waiting[partner], offset))
            del waiting[partner:]
        elif character in OPENING:
            waiting = [*waiting[-_DEEPEST:], offset]
    return found


def _closes(line: str, opening: int, offset: int) -> bool:
    """Whether the mark at an offset closes the one that was opened; an apostrophe closes none."""
    mark, other = line[opening], line[offset]
    if mark == '"':
        return other == '"'
    if other not in _CLOSING_OF[mark]:
        return False
    return other != "’" or not line[offset + 1 : offset + 2].isalnum()
