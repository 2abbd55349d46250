"""The texts of the catalog, one file a language, read when the first of them is said."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from rag.types import Language

if TYPE_CHECKING:
    from collections.abc import Mapping


def say(key: str, language: Language, **values: object) -> str:
    """Return the words under a key such as ``web.title``, their places filled with ``values``.

    Raises LookupError for a key or language that there is not, and where the places that the
    words have are not those that are filled.
    """
    text = _catalog().get(language, {}).get(key)
    if text is None:
        raise LookupError(f"The catalog has no words for {key} in {language}.")
    if _places(text) != values.keys():
        wanted, given = (", ".join(sorted(names)) or "nothing" for names in (_places(text), values))
        raise LookupError(f"{key} in {language} takes {wanted}, and was given {given}.")
    return text.format(**values)


def languages() -> tuple[Language, ...]:
    """Return the languages that the product speaks: those that have a file."""
    return tuple(_catalog())


def read_catalog(folder: Path) -> Mapping[Language, Mapping[str, str]]:
    """Return the texts of every file of a folder by their keys, ``table.key``.

    Raises ValueError, which names file and key, for a file that is not named after a
    ``Language``, a key that not all files have, a text that is empty or none at all, and places
    to fill that are not the same in all.
    """
    files = {path.stem: _flat(path) for path in sorted(folder.glob("*.toml"))}
    if strange := files.keys() - {*Language}:
        raise ValueError(f"{min(strange)}.toml: there is no Language of that name.")
    found = {language: files[language] for language in Language if language in files}
    holders = {key: language for language, texts in reversed(found.items()) for key in texts}
    for language, texts in found.items():
        for key, holder in holders.items():
            if key not in texts:
                raise ValueError(f"{language}.toml lacks {key}, which {holder}.toml has.")
            if _places(texts[key]) != _places(found[holder][key]):
                raise ValueError(f"{language}.toml: {key} has other places than in {holder}.toml.")
    return found


@cache
def _catalog() -> Mapping[Language, Mapping[str, str]]:
    return read_catalog(Path(__file__).parent)


def _flat(path: Path) -> dict[str, str]:
    found = {}
    for table, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if not isinstance(row, dict):
            raise ValueError(f"{path.name}: {table} stands in no table.")  # noqa: TRY004 - the file's fault
        for key, text in row.items():
            if not isinstance(text, str) or not text.strip():
                raise ValueError(f"{path.name}: {table}.{key} is no text.")
            found[f"{table}.{key}"] = text
    return found


@cache
def _places(text: str) -> frozenset[str]:
    """Return the names in braces of a text."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
