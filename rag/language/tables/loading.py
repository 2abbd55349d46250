"""Reads the tables of languages out of their files, once, and refuses what does not belong there.

A language is a file: sections of keys, and each key a list of words or of pieces of regular
expressions. What a key is for stands beside it in ``zh.toml``, whose keys are those that every
language has. Nothing is compiled here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rag.language.tables.keys import KEYS, LETTERS, SIGNS, USES_OF_STOP_WORDS

LANGUAGES = ("zh", "en", "ru")
"""The languages of questions, each by the name of its file."""

Table = Mapping[str, tuple[str, ...]]
"""The lists of a language by ``section.key``."""


_PAIR = 2


class TableError(ValueError):
    """A file of tables is not as it should be; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Chinese characters that names are written with, each as a string of them.

    ``sounds`` are those that foreign names are written with, by the classes of their sound.
    The other fields are named as in ``signs.toml``.
    """

    sounds: Mapping[str, str]
    seldom: str
    often: str
    person: str
    surnames: str
    rare_surnames: str
    traditional_surnames: str
    double_surnames: tuple[str, ...]
    rare_double_surnames: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Land:
    """A country: its names and its people's, and the signs that Chinese writes for it.

    ``beside`` says that they stand beside those of another country: 中苏.
    """

    names: tuple[str, ...]
    short: str
    beside: bool


@cache
def table(language: str) -> Table:
    """Return the lists of a language."""
    return parsed(f"{language}.toml", _read(f"{language}.toml"))


def words(key: str) -> tuple[str, ...]:
    """Return what all languages have under a key, in the order of ``LANGUAGES``."""
    return tuple(word for language in LANGUAGES for word in table(language)[key])


@cache
def stop_words(use: str) -> frozenset[str]:
    """Return the small words of all languages that are passed over for a use.

    The uses are told in the files' heads.
    """
    return frozenset(
        word
        for language in LANGUAGES
        for key, listed in table(language).items()
        if key.startswith("stop.") and use in key.removeprefix("stop.").split()
        for word in listed
    )


def parsed(name: str, content: Mapping[str, Any]) -> Table:
    """Return the lists of a language out of what its file holds.

    Raises TableError for keys that are missing or unknown, and for what is no list of words.
    """
    _check(name, "", set(content), {*KEYS, "stop"})
    found: dict[str, tuple[str, ...]] = {}
    for section, keys in KEYS.items():
        _check(name, f"{section}.", set(content[section]), set(keys))
        for key, value in content[section].items():
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise TableError(f"{name}: {section}.{key} is no list of words")
            found[f"{section}.{key}"] = tuple(value)
    for uses, value in content["stop"].items():
        _check(name, "stop: ", set(uses.split()), set(USES_OF_STOP_WORDS), every=False)
        found[f"stop.{uses}"] = tuple(value.split())
    return MappingProxyType(found)


@cache
def opposites() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return the rows of words that exclude one another: sides, and their words."""
    name = "opposites.toml"
    content = _read(name)
    _check(name, "", set(content), {"rows"})
    return tuple(tuple(tuple(side.split()) for side in row) for row in content["rows"])


@cache
def lands() -> tuple[Land, ...]:
    """Return the countries, each with its names in all languages."""
    name = "lands.toml"
    content = _read(name)
    _check(name, "", set(content), {"lands"})
    for land in content["lands"]:
        _check(name, "lands: ", set(land), {"names", "short", "beside"})
    return tuple(
        Land(tuple(land["names"]), land["short"], land["beside"]) for land in content["lands"]
    )


@cache
def signs() -> Signs:
    """Return the characters that names are written with."""
    name = "signs.toml"
    content = _read(name)
    _check(name, "", set(content), set(SIGNS))
    doubles = ("double_surnames", "rare_double_surnames")
    strings = {key: str(content[key]) for key in SIGNS if key not in {"sounds", *doubles}}
    return Signs(
        sounds=MappingProxyType(content["sounds"]),
        double_surnames=tuple(content[doubles[0]]),
        rare_double_surnames=tuple(content[doubles[1]]),
        **strings,
    )


@cache
def letters(key: str) -> Mapping[str, str]:
    """Return pairs of characters of ``letters.toml``, the second by the first."""
    name = "letters.toml"
    content = _read(name)
    _check(name, "", set(content), set(LETTERS))
    pairs = str(content[key]).split()
    for pair in pairs:
        if len(pair) != _PAIR:
            raise TableError(f"{name}: {key}: {pair} is no pair of characters")
    return MappingProxyType({pair[0]: pair[1] for pair in pairs})


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def _check(name: str, where: str, there: set[str], wanted: set[str], *, every: bool = True) -> None:
    """Raise TableError for keys of a file that are not wanted, or, where every is, missing."""
    for kind, keys in (("unknown", there - wanted), ("missing", wanted - there if every else ())):
        for key in sorted(keys):
            raise TableError(f"{name}: {where}{key} is {kind}")
