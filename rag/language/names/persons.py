"""The names of a sentence, as far as a follow-up can take them over; pure.

Known names are those of the books' aliases; others are told by how they are written:
capitals, a Chinese surname between words that stand beside names, 《》.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rag.language.names.patterns import name_pattern
from rag.language.tables import Pattern, signs, stop_words
from rag.language.text import HAN, LATIN, fold, is_han
from rag.types import Language

_PLACE = Pattern("{names.places}$")


@cache
def _chinese() -> re.Pattern[str]:
    """Return what finds Chinese names: a surname between words that stand beside names."""
    known = signs()
    begin = f"(?:{'|'.join(known.double_surnames)}|[{known.surnames}])"
    return re.compile(
        rf"(?<![{HAN}])(?P<first>{begin}[{HAN}]{{1,2}}?)"
        r"(?=[，。、；？?,;.的在是被把和与與同向于於曾任为為后後说説称稱认認]|何|怎|什|哪)"
        rf"|(?:名叫|叫做|叫|姓名是|名为|就是|[长長员員师師官使])(?P<called>{begin}[{HAN}]{{1,2}}?)"
        r"(?=[，。、；,;.的在是被把和与與同向于於曾任为為]|$)"
        rf"|(?P<dotted>[{HAN}]{{1,8}}·[{HAN}]{{1,8}}?(?=[，。、；,;.的在是被把和与同向于受来提]|$))"
    )


_TITLE = re.compile("《[^《》]{1,40}》")
_CAPITALS = re.compile(
    r"(?<![\w’'-])[A-ZÀ-ÞА-ЯЁ][^\W\d_]+(?:[’'-][^\W\d_]+)*"
    r"(?:\s+[A-ZÀ-ÞА-ЯЁ][^\W\d_]+(?:[’'-][^\W\d_]+)*)*"
)
_THING = Pattern(r"{names.things}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text at ``[start, end)``; ``group`` are all its spellings where known."""

    text: str
    start: int
    end: int
    group: tuple[str, ...]
    person: bool

    def same(self, other: Name) -> bool:
        """Return whether two names are of one person or thing, as far as they tell."""
        return self.text == other.text or bool(self.group and self.group == other.group)


Known = Sequence[tuple[str, tuple[str, ...], bool]]
"""Names that are known: folded, the longest first, with their spellings, and if a person's."""


def known_spellings(aliases: Sequence[Sequence[str]]) -> Known:
    """Return the names of groups of spellings as ``names_in`` takes them."""
    names = [
        (fold(name), group, _is_person(group)) for group in map(tuple, aliases) for name in group
    ]
    there = [item for item in names if len(item[0]) > 1 or not is_han(item[0])]
    return sorted(there, key=lambda item: -len(item[0]))


def names_in(text: str, known: Known) -> list[Name]:
    """Return the names of a text in reading order, none inside another."""
    rest = fold(text)
    found: list[Name] = []
    for spelling, group, person in known:
        if spelling[:2] not in rest:
            continue
        for match in name_pattern(spelling).finditer(rest):
            span = slice(match.start(), match.end())
            found.append(Name(text[span], span.start, span.stop, group, person))
        rest = name_pattern(spelling).sub(lambda match: "|" * len(match.group()), rest)
    # Each character of the folded text stands where it stands in the text itself.
    plain = "".join("|" if sign == "|" else own for sign, own in zip(rest, text, strict=True))
    found.extend(
        Name(match.group(), match.start(), match.end(), (), person=False)
        for match in _TITLE.finditer(text)
    )
    for match in _chinese().finditer(rest):
        for key in ("first", "called", "dotted"):
            if match[key] and not _PLACE.search(match[key]):
                start, end = match.span(key)
                found.append(Name(text[start:end], start, end, (), person=True))
    for match in _CAPITALS.finditer(plain):
        words = match.group()
        start = match.start()
        first = words.split()[0]
        if fold(first) in stop_words("opening"):
            words = words[len(first) :].lstrip()
            start = match.end() - len(words)
        words = re.sub(r"['’]s$", "", words)
        alone = start == 0 and " " not in words  # any word is capital there
        if words and not alone:
            is_person = not _THING.search(words)
            found.append(Name(words, start, start + len(words), (), is_person))
    found.sort(key=lambda name: (name.start, -name.end))
    apart: list[Name] = []
    for name in found:
        if not apart or name.start >= apart[-1].end:
            apart.append(name)
    return apart


def spelt_for(name: Name, language: Language) -> str:
    """Return a name as a question in a language would write it, where that is known."""
    wanted = {
        Language.EN: f"[{LATIN}]",
        Language.RU: r"[А-Яа-яЁё]",
    }.get(language, f"[{HAN}]")
    if re.search(wanted, name.text):
        return name.text
    fitting = [other for other in name.group if re.search(wanted, other)]
    return fitting[0] if fitting else name.text


def is_thing(name: str) -> bool:
    """Return whether a name is that of a place, a body or an event, by how it ends."""
    return bool(_PLACE.search(name) or _THING.search(name))


def _is_person(group: Sequence[str]) -> bool:
    """Return whether the spellings of a name are those of a person, by how they are written."""
    chinese = [fold(name) for name in group if is_han(name)]
    # Nobody is written in small letters in any language: munitions, оружие.
    if any(_THING.search(name) or name.islower() for name in group):
        return False
    if not chinese:
        return True
    known = signs()
    return any(
        not _PLACE.search(name)
        and (
            "·" in name
            or (2 <= len(name) <= 3 and name[0] in known.surnames)
            or name.startswith(known.double_surnames)
            or (len(name) > 1 and all(sign in known.person for sign in name))
        )
        for name in chinese
    )
