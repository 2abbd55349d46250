"""The names that a claim mentions, and whether a text has them in any spelling; pure."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rag.language.names.patterns import name_pattern
from rag.language.tables import Pattern, lands, signs, stop_words, words
from rag.language.text import find_exact, fold, has_han
from rag.language.words import stem

if TYPE_CHECKING:
    from collections.abc import Sequence

_TITLE = re.compile("《([^《》]+)》")
_CAPITAL = re.compile(r"(?<![\w’'-])[A-ZÀ-ÞĀ-ŽА-ЯЁ][^\W\d_]*(?:[’'-][^\W\d_]+)*")
_OPENS = re.compile(r"(?:^|[.!?:;。！？：；“\"«(（「『—–-])\s*$")

_PLAIN_ENDING = Pattern("{names.plain_endings}")

_PLACE = re.compile("..?(?:省|市|县|州|岛|港|河|湖|镇|村|府|埠|城|湾|岭|峡)$")


@cache
def _transliterated() -> re.Pattern[str]:
    """Return what finds two signs that foreign names are written with, side by side."""
    return re.compile(f"[{signs().person}·]{{2,}}")


def known_names(claim: str, aliases: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the names of a claim that are known, each with all its spellings.

    Longer names go before shorter ones inside them. A name that several groups have brings
    the spellings of all of them.
    """
    rest = fold(claim)
    groups = [*aliases, *(land.names for land in lands())]
    homes: dict[str, list[Sequence[str]]] = {}
    for group in groups:
        for name in group:
            folded = fold(name)
            if folded[:2] in rest and (len(folded) > 1 or not has_han(folded)):
                homes.setdefault(folded, []).append(group)
    found: dict[tuple[str, ...], None] = {}
    for name in sorted(homes, key=len, reverse=True):
        pattern = name_pattern(name)
        if pattern.search(rest):
            rest = pattern.sub("|", rest)
            found[tuple(dict.fromkeys(other for group in homes[name] for other in group))] = None
    return list(found)


def has_name(spellings: Sequence[str], text: str) -> bool:
    """Return whether a text has a name in any of its spellings.

    A country is there too where its first character stands for it: 中苏, 日军, 对华.
    """
    folded = fold(text)
    if any(name_pattern(fold(name)).search(folded) for name in spellings if name):
        return True
    every = {land.names[0]: land.short for land in lands()}
    beside = "".join(land.short for land in lands() if land.beside)
    for name in spellings:
        for sign in every.get(name, ""):
            if re.search(
                rf"{sign}[方军国两{beside}商舰机文语货币侨籍]|[对驻援赴抗反来访侵{beside}]{sign}",
                folded,
            ):
                return True
    return False


def without_names(claim: str, names: Sequence[Sequence[str]]) -> str:
    """Return a claim with spaces in place of its known names."""
    folded = fold(claim)
    for name in sorted({fold(n) for group in names for n in group}, key=len, reverse=True):
        for found in name_pattern(name).finditer(folded):
            gap = " " * len(found[0])
            claim = claim[: found.start()] + gap + claim[found.end() :]
        folded = fold(claim)
    return claim


def titles(claim: str) -> list[str]:
    """Return what stands in 《》 in a claim."""
    return _TITLE.findall(claim)


def strange_capitals(
    claim: str, text: str, names: Sequence[Sequence[str]], *, others: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """Return the capitalised words of a claim that the text lacks: names, and doubtful ones.

    ``names`` are the known names of the claim, which are looked after elsewhere. A word that
    opens a sentence is a name where ``others`` have it in mid-sentence, and else doubtful
    unless it is an ordinary word by its ending or a common one.
    """
    known = fold(claim)
    for spellings in names:
        for name in spellings:
            known = name_pattern(fold(name)).sub(lambda m: "\0" * len(m[0]), known)
    there = set(re.findall(r"[^\W\d_]+", fold(text)))
    stems = {stem(word) for word in there}
    common = words("names.capitals")
    sure, doubtful = [], []
    for match in _CAPITAL.finditer(claim):
        for part in re.finditer(r"[^\W\d_]+", match[0].removesuffix("'s").removesuffix("’s")):
            start = match.start() + part.start()
            word = fold(part[0])
            if "\0" in known[start : start + len(word)] or word in common:
                continue
            if any(same_word(word, other) for other in there) or stem(word) in stems:
                continue
            if not _OPENS.search(claim[:start]) or any(
                _in_midst(part[0], other) for other in others
            ):
                sure.append(part[0])
            elif not (word in stop_words("opening") or _PLAIN_ENDING.search(word)):
                doubtful.append(part[0])
    return sure, doubtful


def same_word(one: str, two: str) -> bool:
    """Return whether two folded words may be cases of one Russian name, or are the same."""
    if one == two or not re.search("[а-я]", one):
        return one == two
    common = next(
        (k for k, (a, b) in enumerate(zip(one, two, strict=False)) if a != b),
        min(len(one), len(two)),
    )
    shorter, longer = sorted((len(one), len(two)))
    return common >= longer - 3 and common >= min(4, shorter - 1) and common >= 2


def _in_midst(word: str, text: str) -> bool:
    return any(
        match[0] == word and not _OPENS.search(text[: match.start()])
        for match in _CAPITAL.finditer(text)
    )


def looks_like_name(run: str, before: str) -> bool:
    """Return whether a stretch of Chinese that no text bears out looks like a name.

    ``before`` is the one or two characters in front of it, which may hold a surname.
    """
    if 2 <= len(run) <= 4 and run[0] in signs().surnames:
        return True
    if len(run) <= 2 and any(character in signs().surnames for character in before):
        return True
    return bool(_transliterated().search(run) or _PLACE.search(run))


def has_title(title: str, texts: Sequence[str]) -> bool:
    """Return whether one of the texts has a title word for word."""
    return any(find_exact(text, title) for text in texts)
