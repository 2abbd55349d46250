"""Names of a question in Latin or Cyrillic letters, found by their sound among Chinese words.

Word vectors know what common words mean, and the names that many texts hold; of a person
whom only this book speaks of they know nothing. What is left is how the name is said: a
Chinese one has the syllables of its characters (``rag.language.sounding.syllables``), a foreign one
sounds nearly as the characters that write it (``rag.language.sounding.foreign``).
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.language.sounding.foreign import Sounds, consonants_of, nearness, sounds
from rag.language.sounding.syllables import Syllables, readings
from rag.language.text import CYRILLIC, HAN, LATIN, fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

_ALPHABET = re.compile(r"[a-z\u00df-\u024f\u1e00-\u1eff'’-]+|[а-яё'’-]+")
_LETTER = f"[{LATIN}{CYRILLIC}]"
_WORD = re.compile(rf"{_LETTER}+(?:['’-]{_LETTER}+)*")
_HAN = re.compile(f"[{HAN}]{{2,4}}")
_MOST_WORDS, _MOST_NAMES = 4, 24
"""Words of the longest name that is looked up as one, and those of a question that are."""
_LEAST = {2: 0.96, 3: 0.91, 4: 0.88, 5: 0.82}
_LEAST_LONG = 0.74
"""From which nearness on a foreign name is taken for a word, by its consonants: the more it
has, the less is it like another by chance. Set where no wrong word was taken for any of 170
spellings of names of history and geography among 1,500 names of other things."""
_LEAST_READ = 0.92
"""The same for a name that can be read as Chinese, and more likely is."""
_SHORTEST, _LONGEST = 3, 40
"""Letters of the shortest and the longest foreign name."""
_BOTH = 5
"""Consonants of a foreign name and characters of its Chinese form together, at least: two of
each are too many names' to be one's."""
_LIKE_BEST = 0.03
"""What is this much less near than the best may be the name too."""
_WEAKEST = 0.6
"""How much of the meaning of a name the least near word covers."""
_SYLLABLES = 2
"""Syllables of the shortest Chinese name: one is shared by hundreds of words."""
_WHOLE, _CUT = 3, 0.8
"""Syllables of the usual Chinese name with its surname, and how much of its meaning is covered
by a word that lacks the last."""
_HETERONYMS = 2
"""Readings of a character that are used; what comes after is hardly met in names."""
_ABBREVIATION = 4
"""Letters of the longest word in capitals alone that is spelt and not spoken."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A name of a question, as its words stand there folded, and what it sounds like.

    ``forms`` are the words of a vocabulary with how surely each is meant, 0.6 to 1.
    """

    words: tuple[str, ...]
    forms: tuple[tuple[str, float], ...]


def names(question: str, bare: Collection[str] = ()) -> list[tuple[str, ...]]:
    """Return the names in letters of a question, each as its words, as they are written.

    A name is a run of words with a capital; in a question in capitals alone, of any.
    ``bare`` are words in small letters that no name has.
    """
    shouted = "".join(_WORD.findall(question)).isupper()
    runs: list[list[str]] = [[]]
    end = 0
    for match in _WORD.finditer(question):
        word = match.group()
        if runs[-1] and question[end : match.start()].strip():
            runs.append([])
        spelt = word.isupper() and not shouted and len(word) <= _ABBREVIATION
        if (shouted or word[0].isupper()) and not (spelt or word.lower() in bare):
            runs[-1].append(word)
        else:
            runs.append([])
        end = match.end()
    return [tuple(run[:_MOST_NAMES]) for run in runs if run][:_MOST_NAMES]


def listen(run: Sequence[str], words: tuple[str, ...]) -> list[Heard]:
    """Return what the words of a name sound like among the words of a vocabulary.

    Parts of the name are looked up too, longer ones first, and none twice.
    """
    spoken = [_plain(word) for word in run]
    heard: list[Heard] = []
    free = [True] * len(run)
    for start, end in _spans(len(run)):
        if all(free[start:end]) and (forms := _forms(tuple(spoken[start:end]), words)):
            heard.append(Heard(tuple(fold(word) for word in run[start:end]), forms))
            free[start:end] = [False] * (end - start)
    return heard


def _spans(length: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of some words, the longest first."""
    for size in range(min(length, _MOST_WORDS), 0, -1):
        for start in range(length - size + 1):
            yield start, start + size


def _plain(word: str) -> str:
    """Return a word in small letters without marks over them, and without a possessive 's."""
    small = re.sub("['’]s?$", "", word.lower()).replace("’", "'")
    bare = "".join(
        sign if sign == "й" else unicodedata.normalize("NFD", sign)[0]
        for sign in unicodedata.normalize("NFC", small)
    )
    return bare if _ALPHABET.fullmatch(bare) else ""


@lru_cache(maxsize=1024)
def _forms(spoken: tuple[str, ...], words: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """Return the words that a name sounds like, the surest first."""
    if not all(spoken):
        return ()
    read = readings(spoken)
    if any(len(reading) < _SYLLABLES for reading in read):
        return ()  # a surname: hundreds of words have its one syllable
    if read:
        table = _chinese(words)
        same = dict.fromkeys(word for reading in read for word in table.get(reading, ()))
        if same:
            return tuple((word, 1.0) for word in same)
        # A given name of two characters may have been cut: 沈砚之 stands as 沈砚 and 之.
        cut = [reading[:-1] for reading in read if len(spoken) > 1 and len(reading) == _WHOLE]
        same = dict.fromkeys(word for reading in cut for word in table.get(reading, ()))
        if same:
            return tuple((word, _CUT) for word in same)
    return _foreign_forms(" ".join(spoken), words, _LEAST_READ if read else 0.0)


def _foreign_forms(
    name: str, words: tuple[str, ...], least: float
) -> tuple[tuple[str, float], ...]:
    """Return the words that a name sounds like from a nearness on, the nearest first."""
    count = consonants_of(name[:_LONGEST])
    least = max(least, _LEAST.get(count, _LEAST_LONG))
    known = _foreign(words)
    if count < min(_LEAST) or not _SHORTEST <= len(name) <= _LONGEST or not known.rows:
        return ()
    near = nearness(name, known)
    enough = max(least, float(near.max()) - _LIKE_BEST)
    rows = [
        row
        for row in np.argsort(-near, kind="stable").tolist()
        if near[row] >= enough and count + len(words[known.rows[row]]) >= _BOTH
    ]
    shares = ((near - least) / (1 - least)).tolist()
    return tuple((words[known.rows[row]], _WEAKEST + (1 - _WEAKEST) * shares[row]) for row in rows)


@lru_cache(maxsize=16)
def _foreign(words: tuple[str, ...]) -> Sounds:
    """Return how the words of a vocabulary sound that may be foreign names; kept."""
    return sounds(words)


@lru_cache(maxsize=16)
def _chinese(words: tuple[str, ...]) -> Mapping[Syllables, list[str]]:
    """Return the Chinese words of a vocabulary by their syllables; kept."""
    table: dict[Syllables, list[str]] = {}
    for word in words:
        if _HAN.fullmatch(word):
            for syllables in product(*map(syllables_of, word)):
                table.setdefault(syllables, []).append(word)
    return table


@cache
def syllables_of(character: str) -> tuple[str, ...]:
    """Return the usual readings of a Chinese character without tones; ü is v, none is unknown."""
    apart = unicodedata.normalize("NFD", _marked().get(str(ord(character)), ""))
    bare = apart.replace("u\u0308", "v")
    plain = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return tuple(dict.fromkeys(plain.split(",")[:_HETERONYMS]))


@cache
def _marked() -> Mapping[str, str]:
    """Return the readings of every character by its number, with tones.

    They are pypinyin's, out of its table: importing the library would read its phrases too,
    for half a second.
    """
    spec = find_spec("pypinyin")
    folders = (spec.submodule_search_locations if spec else None) or ["."]
    folder = Path(folders[0])
    table: dict[str, str] = json.loads((folder / "pinyin_dict.json").read_text(encoding="utf-8"))
    return table
