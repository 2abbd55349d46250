"""Names of people and bodies, taken apart as far as a style needs it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.tables import Pattern, signs
from rag.language.text import HAN, HANGUL, KANA

if TYPE_CHECKING:
    from rag.types import Person

EASTERN = re.compile(f"[{HAN}{KANA}{HANGUL}]")
"""A letter of a name that is written family first, without a space."""
_COUNTRY = re.compile(r"^[〔\[(（【［][^〕\])）】］]{1,6}[〕\])）】］]\s*")
_INITIAL = re.compile(r"(?:\w\.[-‐]?)+")
_BODY = Pattern(r"\b{names.bodies}\b", re.IGNORECASE)
"""Words that stand in the names of bodies, whose names are never turned round."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in two parts, or whole in ``family`` where ``given`` is empty.

    ``family_first`` says that the family's name leads and no comma follows it (Li Jiagu).
    """

    family: str
    given: str = ""
    family_first: bool = False


def whole_name(person: Person) -> Name:
    """Return a name for a Chinese style: what Han writes is not taken apart."""
    name = _clean(person.name)
    return Name(name) if EASTERN.search(name) else _western(name)


def split_name(person: Person, *, latin: bool, translated: bool) -> Name:
    """Return a name for a foreign style, which cites by family name.

    ``latin`` takes the Latin spelling where the record has one. Where a name in Han is that
    of a foreigner (``translated``: the book is a translation; or 〔美〕 stands before it; or
    the Latin spelling is not how its characters are read), it stays whole: which part is the
    family's is not known.
    """
    printed = _clean(person.name)
    name = _COUNTRY.sub("", printed)
    spelled = _clean(person.latin or "")
    chinese = None if not EASTERN.search(name) else _chinese(name)
    if chinese and spelled:
        chinese = chinese if _reads_as(chinese.family, spelled) else None
    elif translated or name != printed:
        chinese = None
    if latin and spelled:
        if chinese and "," not in spelled:
            family, _, given = spelled.partition(" ")
            return Name(family, given, family_first=True)
        return _western(spelled)
    if chinese:
        return chinese
    return Name(name) if EASTERN.search(name) else _western(name)


def _clean(text: str) -> str:
    return " ".join(text.split())


def _chinese(name: str) -> Name | None:
    """Return a Chinese name in its parts; None where it does not look like one."""
    known = signs()
    double = name.startswith(known.double_surnames + known.rare_double_surnames)
    single = known.surnames + known.rare_surnames + known.traditional_surnames
    size = 2 if double and len(name) > 2 else 1
    if (size == 2 or name[0] in single) and 1 <= len(name) - size <= 2:
        return Name(name[:size], name[size:], family_first=True)
    return None


def _reads_as(family: str, spelled: str) -> bool:
    """Return whether a Latin spelling begins as a family name in Han is read."""
    from pypinyin import Style, lazy_pinyin, pinyin  # noqa: PLC0415 -- loads large tables

    first = re.split(r"[\s,]", spelled.lower())[0].replace("ü", "v")
    readings = ["".join(lazy_pinyin(family))]
    if len(family) == 1:
        readings += pinyin(family, style=Style.NORMAL, heteronym=True)[0]
    return first in readings


def _western(name: str) -> Name:
    """Return a name in letters in its parts: ``Smith, John``, ``John Smith``, ``Smith J. K.``."""
    if "," in name:
        family, _, given = name.partition(",")
        return Name(family.strip(), given.strip())
    words = name.split()
    if len(words) == 1 or _BODY.search(name):
        return Name(name)
    if not _INITIAL.fullmatch(words[0]) and all(_INITIAL.fullmatch(word) for word in words[1:]):
        return Name(words[0], " ".join(words[1:]))
    # Words in small letters before the last belong to it: de Gaulle, van der Veen.
    at = len(words) - 1
    while at > 1 and words[at - 1].islower():
        at -= 1
    return Name(" ".join(words[at:]), " ".join(words[:at]))
