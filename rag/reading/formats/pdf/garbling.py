"""Which pages of a PDF have letters that their fonts name wrongly.

A font without a sound table of characters gives Armenian or private characters for what it
draws as Chinese. That shows in letters of scripts that the book has not; words of a language
that is quoted stand together and apart from the book's own.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_BROKEN = 0.1
"""The share of a page's letters that must be strange for its font to be broken."""
_LEAST = 5
_OWN = 0.9
"""The scripts of a book are the commonest ones that have so much of its letters together."""
_LATIN, _ACCENTED = "LATIN", "LATIN WITH ACCENTS"
_QUOTED = frozenset({"CJK", "CYRILLIC", "HIRAGANA", "KATAKANA", "HANGUL"})
"""Scripts that any book may quote words in."""
_ALONE = frozenset({_LATIN, "GREEK"})
"""Scripts whose letters stand alone in any book, for numbers and quantities."""
_WORD = 2.5
_ACCENTS = 0.2
"""How many letters with accents no language has beside those without."""
_FEW_SIGNS = 3
_NO_CODE = 0xFFFD
_WIDTHS = {"FULLWIDTH", "HALFWIDTH"}
_ALIKE = {"IDEOGRAPHIC": "CJK", "MODIFIER": "", "BOPOMOFO": "CJK"}


@dataclass(frozen=True, slots=True)
class Letters:
    """What letters stand on a page: how many of each script, in how many runs, and unknown ones."""

    counts: Mapping[str, int]
    runs: Mapping[str, int]
    unknown: int = 0


def letters_on(lines: Iterable[str], unknown: Mapping[int, int]) -> Letters:
    """Return the letters of a page's lines; ``unknown`` are codes of glyphs that name none.

    A few codes that come back are ornaments, bullets and leaders, and no letters.
    """
    counts: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    for line in lines:
        scripts = [_script(character) for character in line]
        counts.update(scripts)
        runs.update(one for other, one in pairwise(["", *scripts]) if one != other)
    counts.pop("", None)
    signs = {code: count for code, count in unknown.items() if code != _NO_CODE}
    strange = unknown.get(_NO_CODE, 0) + (sum(signs.values()) if len(signs) > _FEW_SIGNS else 0)
    return Letters(counts, runs, strange)


def broken(pages: Sequence[Letters]) -> list[bool]:
    """Return for each page whether a good part of its letters comes from a broken font."""
    total: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    for page in pages:
        total.update(page.counts)
        runs.update(page.runs)
    own: set[str] = set()
    seen = 0
    for script, count in total.most_common():
        if seen >= _OWN * total.total():
            break
        # What is strewn among letters of other scripts writes no words.
        if script in _QUOTED | _ALONE or count >= _WORD * runs[script]:
            own.add(script)
        seen += count
    return [_is_broken(page, own) for page in pages]


def _is_broken(page: Letters, own: set[str]) -> bool:
    strange = page.unknown + sum(
        count for script, count in page.counts.items() if _is_strange(script, page, own)
    )
    letters = page.unknown + sum(page.counts.values())
    return strange >= max(_LEAST, _BROKEN * letters)


def _is_strange(script: str, page: Letters, own: set[str]) -> bool:
    """Whether the letters that a page has of a script are not the book's, nor words it quotes."""
    count = page.counts[script]
    if script == _ACCENTED:
        return script not in own and count > _ACCENTS * page.counts.get(_LATIN, 0)
    quoted = script in _QUOTED and count >= _WORD * page.runs[script]
    return script not in own | _ALONE and not quoted


@cache
def _script(character: str) -> str:
    """Return the script of a letter, by the first word of its name; nothing for other signs.

    Latin letters beyond ASCII are told from the others: a few stand in every language that
    has them, and many alone are bytes read wrongly.
    """
    if not character.isalpha():
        return ""
    plain = unicodedata.normalize("NFKC", character)[0]
    first, *rest = unicodedata.name(plain, "UNKNOWN").split()
    script = rest[0] if first in _WIDTHS and rest else first
    if script == _LATIN:
        return script if plain.isascii() else _ACCENTED
    return _ALIKE.get(script, script)
