"""The characters that were read in a line -> its text, as Chinese is printed.

Recognition takes half-width punctuation for full-width and the reverse, and guesses at
spaces. Which was meant follows from the characters beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.language.text import CJK, is_han

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

_WIDE = re.compile(rf"[{CJK}“”‘’—…·]")
_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_HALF = {full: half for half, full in _FULL.items()}
_NARROW = re.compile(r"[A-Za-zÀ-ɏͰ-ӿ]")
_LATIN_GAP = 0.22
_DOUBTFUL, _DOUBTFUL_SIGN = 0.8, 0.5


@dataclass(frozen=True, slots=True)
class Character:
    """A character as read: how sure, and whether it is raised above its line.

    ``gap`` is the empty width before it, in sizes of the line's characters; where that is
    wide, ``cut`` says where it begins and ends on the page.
    """

    text: str
    confidence: float
    gap: float = 0.0
    raised: bool = False
    cut: tuple[float, float] | None = None

    @property
    def doubtful(self) -> bool:
        """Whether it was read with little confidence.

        Measured on pages printed and blurred until a third of them was misread: of words'
        characters so marked not quite half are wrong, and most of the wrong ones are marked.
        On clean pages the few errors are confident ones, and are not. Punctuation is often
        read right with less confidence, as its forms are alike.
        """
        return self.confidence < (_DOUBTFUL if self.text.isalnum() else _DOUBTFUL_SIGN)


def is_wide(character: str) -> bool:
    """Whether a character takes the full width, as Chinese and its punctuation do."""
    return bool(_WIDE.match(character))


def typeset(characters: Sequence[Character], wide_gap: float) -> list[Character]:
    """Return the characters with the punctuation and the spaces that were meant.

    Between Chinese characters stands a space only where ``wide_gap`` sizes are empty.
    """
    blanks: set[int] = set()
    kept: list[Character] = []
    for character in characters:
        if character.text.isspace():
            blanks.add(len(kept))
        else:
            kept.append(character)
    return _spaced(_paired(_punctuated(kept)), blanks, wide_gap)


def _punctuated(characters: Sequence[Character]) -> list[Character]:
    """Return the characters with each mark as wide as the text about it."""
    result = list(characters)
    # From the end and from the beginning, for marks beside marks.
    for k in (*reversed(range(len(result))), *range(len(result))):
        before = result[k - 1].text if k else ""
        after = result[k + 1].text if k + 1 < len(result) else ""
        latin = bool(_NARROW.match(before) and _NARROW.match(after))
        sign = result[k].text
        if latin:
            sign = _HALF.get(sign, sign)
        elif is_wide(before) or is_wide(after):
            sign = _FULL.get(sign, sign)
        result[k] = replace(result[k], text=sign)
    return result


def _paired(characters: list[Character]) -> list[Character]:
    """Return the characters with both halves of a pair of brackets of one width."""
    result = list(characters)
    opened: list[int] = []
    for k, character in enumerate(characters):
        if character.text in "(（":
            opened.append(k)
        elif character.text in ")）" and opened:
            start = opened.pop()
            both = characters[start].text + character.text
            if both in ("(）", "（)"):
                result[start] = replace(characters[start], text="（")
                result[k] = replace(character, text="）")
    return result


def _spaced(
    characters: Sequence[Character], blanks: AbstractSet[int], wide_gap: float
) -> list[Character]:
    """Return the characters with spaces; ``blanks`` are those with one before them, as read."""
    result: list[Character] = []
    for k, character in enumerate(characters):
        if k and _is_space(characters[k - 1].text, character, wide_gap, blank=k in blanks):
            result.append(Character(" ", 1.0))
        result.append(character)
    return result


def _is_space(before: str, character: Character, wide_gap: float, *, blank: bool) -> bool:
    signs = (before, character.text)
    if character.raised or any(is_wide(sign) and not is_han(sign) for sign in signs):
        return False
    if any(map(is_wide, signs)):
        return character.gap > wide_gap
    return blank or (any(map(str.isalpha, signs)) and character.gap > _LATIN_GAP)
