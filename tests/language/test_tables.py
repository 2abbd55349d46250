"""The tables of languages: complete, each word once, and refused where they are not so."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

import rag
from rag.language.tables import loading
from rag.language.tables.keys import KEYS
from rag.language.tables.patterns import expanded

ROOT = Path(rag.__file__).parent
FOLDER = Path(loading.__file__).parent
FILES = sorted(path.name for path in FOLDER.glob("*.toml"))
ALL_KEYS = {f"{section}.{key}" for section, keys in KEYS.items() for key in keys}


def content(language: str) -> dict[str, dict[str, object]]:
    """Return what the file of a language holds."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", loading.LANGUAGES)
def test_every_language_has_every_key(language: str) -> None:
    """What one language has a list for, each has."""
    there = {key for key in loading.table(language) if not key.startswith("stop.")}
    assert there == ALL_KEYS


@pytest.mark.parametrize("language", loading.LANGUAGES)
@pytest.mark.parametrize("key", sorted(ALL_KEYS - {"following.in_year"}))
def test_what_a_language_has_can_be_searched_for(language: str, key: str) -> None:
    """The items of a key are words or pieces of regular expressions."""
    for item in loading.table(language)[key]:
        re.compile(expanded(item, (language,)))


def test_every_key_is_read_and_every_key_that_is_read_is_there() -> None:
    """No list is left that no rule looks into, and no rule looks for one that is not there."""
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*ROOT.rglob("*.py"), *FOLDER.glob("*.toml")]
        if path.name != "keys.py"
    )
    named = set(re.findall(rf"[{{:\"]((?:{'|'.join(KEYS)})\.[a-z_]+)[}}\"]", sources))
    made = {f"outline.{field}" for field in ("authors", "publisher", "year", "series", "title")}
    made |= {
        f"scoping.{part}{end}" for part in ("front", "appendix", "back") for end in ("", "_heads")
    }
    assert named | made == ALL_KEYS


@pytest.mark.parametrize("language", loading.LANGUAGES)
def test_a_small_word_stands_in_one_place(language: str) -> None:
    """Each stop word is listed once, with all that it is passed over for."""
    words = Counter(
        word
        for key, listed in loading.table(language).items()
        if key.startswith("stop.")
        for word in listed
    )
    assert [word for word, count in words.items() if count > 1] == []


def test_a_sign_has_one_sound_and_a_surname_one_place() -> None:
    """No character stands twice among the sounds, and none among the surnames."""
    signs = loading.signs()
    singles = signs.surnames + signs.rare_surnames + signs.traditional_surnames
    for signs_of in ("".join(signs.sounds.values()), singles):
        assert [sign for sign, count in Counter(signs_of).items() if count > 1] == []


def test_a_word_is_on_one_side_of_a_row() -> None:
    """No word excludes itself."""
    for row in loading.opposites():
        words = Counter(word for side in row for word in set(side))
        assert [word for word, count in words.items() if count > 1] == []


def test_a_key_too_many_is_refused_by_name() -> None:
    """The file and the key are named."""
    with pytest.raises(loading.TableError, match=r"^en\.toml: asking\.colour is unknown$"):
        loading.parsed("en.toml", _changed("asking", "colour", ["red"]))


def test_a_key_too_few_is_refused_by_name() -> None:
    """The file and the key are named."""
    with pytest.raises(loading.TableError, match=r"^en\.toml: asking\.time is missing$"):
        loading.parsed("en.toml", _changed("asking", "time", None))


def test_a_use_that_nobody_has_is_refused_by_name() -> None:
    """Stop words are listed for known uses only."""
    with pytest.raises(loading.TableError, match=r"^en\.toml: stop: dinner is unknown$"):
        loading.parsed("en.toml", _changed("stop", "search dinner", "plate"))


def test_what_is_no_list_is_refused_by_name() -> None:
    """A key holds words, not one string of them."""
    with pytest.raises(loading.TableError, match=r"^en\.toml: asking\.time is no list of words$"):
        loading.parsed("en.toml", _changed("asking", "time", "when"))


@pytest.mark.parametrize("name", FILES)
def test_a_table_says_where_it_comes_from(name: str) -> None:
    """The comment at the head of each file names its source."""
    head = (FOLDER / name).read_text(encoding="utf-8").split("\n\n")[0]
    assert all(line.startswith("#") for line in head.splitlines())
    assert "# Source: " in head


def _changed(section: str, key: str, value: object) -> dict[str, dict[str, object]]:
    """Return the English tables with one key set, or taken out."""
    changed = content("en")
    if value is None:
        del changed[section][key]
    else:
        changed[section][key] = value
    return changed
