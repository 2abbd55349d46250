"""How near names in letters sound to words in Chinese characters; pure.

Foreign names are written in Chinese with some three hundred characters, each for a sound.
Names in letters and words made up of those characters alone are both turned into classes of
consonants with vowels between, and compared by an edit distance in which vowels are cheap
and sounds that Chinese does not tell apart cost little.

Source: classes of letters as in Zobel and Dart, "Phonetic String Matching: Lessons from
Information Retrieval", SIGIR 1996, joined where Chinese joins them; the characters are those
usual in 《世界人名翻译大辞典》, 1993, grouped here by their sound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from rag.language.tables import signs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

_CONSONANTS = "BDGSJMNRLFVWHYTIXKZ"
_VOWELS = "AEO"
_SIGNS = _CONSONANTS + _VOWELS
"""Classes of sounds: B is b and p, D d and t, G g and hard c and k, S s and z and ts, J ch and
sh and zh, R r and l, L the same where no vowel follows, T th, I g before e or i and 基, X 希,
K kh, Z the j of French and 日; of the vowels E is e and i, O is o and u."""

_LETTERS = (
    ("ß", "ss"), ("ł", "l"), ("ø", "o"), ("[æœ]", "e"), ("[đð]", "d"), ("þ", "T"), ("^wr", "r"),
    ("^kn", "n"), ("^ps", "s"), ("^mc", "mak"), ("^x", "S"), ("t?sch", "J"), ("t?ch(?![rl])", "J"),
    ("ch", "G"), ("sh|cz|zh", "J"), ("kh", "K"), ("ph", "f"), ("th", "T"), ("gh(?=[aeiou])", "I"),
    ("(?<=[iu])gh", ""), ("gh", "g"), ("ck", "k"), ("qu", "gw"), ("q", "g"), ("sz", "J"),
    ("[cs]c?(?=[eiy])", "S"), ("x", "gs"), ("c", "g"), ("g(?=[eiy])", "I"),
    ("ng(?![aeiou])", "N"), ("j", "J"), ("w(?![aeiouy])", "o"), ("ia$", "eYa"),
    ("y(?=[aeo])", "Y"), ("^y", "Y"), ("y", "e"), ("(?<=[aeiou])h(?![aeiou])", ""),
)  # fmt: skip
"""What letters of Latin script sound like, in this order; capitals are signs already."""
_CYRILLIC = dict(
    zip("абвгдежзийклмнопрстуфхцчшщыэё", "AOVGDEJSEEGRMNOBRSDOFKSJJJEEO", strict=True)
) | {"б": "B", "ю": "YO", "я": "YA", "ъ": "", "ь": ""}
_CYRILLIC_STARTS = (("^е", "YE"), ("дж", "J"), ("(?<=[бвгдзклмнпрстфх])ю", "O"))
_CASE = re.compile("(?:[аяыи]ми|[ое]го|[ое]му|[аяыи]х|[оеёыи][мй]|[аеоуыюя]|и[яюеи]|ием)$")
"""Endings of Russian cases."""

_OTHER, _LOST, _FIRST = 1.0, 0.9, 1.5
"""What it costs to take one class for any other, or to leave one out; another first sound
costs this many times as much."""
_ALIKE = {
    pair: float(cost)
    for pair, cost in re.findall(
        r"(\w+):(\S+)",
        "VW:0.1 FV:0.15 FW:0.3 BV:0.35 BF:0.6 HW:0.3 DT:0.1 ST:0.15 FT:0.5 IG:0.1 IJ:0.1 DI:0.5 "
        "IZ:0.2 ZJ:0.15 RZ:0.5 RL:0.15 XS:0.1 XH:0.1 XJ:0.1 XK:0.15 KH:0.1 KG:0.15 GH:0.4 FH:0.3 "
        "YJ:0.25 YZ:0.3 YI:0.4 SJ:0.25 DJ:0.45 GJ:0.4 MN:0.3 ZS:0.3 YE:0.15 WO:0.25 HJ:0.5 "
        "AE:0.2 AO:0.2 EO:0.2 HY:0.5",
    )
}
"""What it costs to take one class for another that sounds like it."""
_CHEAP = {
    sign: float(cost)
    for sign, cost in re.findall(
        r"(\w+):(\S+)",
        "A:0.12 E:0.12 O:0.12 L:0.4 H:0.4 Y:0.2 W:0.6 N:0.6 D:0.7 G:0.7 T:0.7",
    )
}
"""What it costs to leave out what is often not written; the rest costs ``_LOST``."""


@cache
def transliterating() -> Mapping[str, str]:
    """Return the characters that foreign names are written with, each with its sound."""
    return {sign: code for code, listed in signs().sounds.items() for sign in listed}


@dataclass(frozen=True, slots=True)
class Sounds:
    """The words of a vocabulary that may be foreign names, as they sound.

    ``rows`` are their places in the vocabulary, ``codes`` their signs by number, -1 past the
    end, shape (n, longest), ``lengths`` how many signs each has, ``sizes`` what it would cost
    to leave all of them out.
    """

    rows: tuple[int, ...]
    codes: NDArray[np.int64]
    lengths: NDArray[np.int64]
    sizes: NDArray[np.float64]


def sounds(words: Sequence[str]) -> Sounds:
    """Return how those of some words sound that are written as foreign names are."""
    heard = transliterating()
    rows = tuple(
        row for row, word in enumerate(words) if len(word) > 1 and set(word) <= heard.keys()
    )
    codes = [_joined("".join(heard[sign] for sign in words[row])) for row in rows]
    lengths = np.array([len(code) for code in codes], np.int64)
    table = np.full((len(codes), max(map(len, codes), default=1)), -1, np.int64)
    for row, code in enumerate(codes):
        table[row, : len(code)] = _numbers(code)
    return Sounds(rows, table, lengths, np.array([_size(code) for code in codes]))


def nearness(name: str, known: Sounds) -> NDArray[np.float64]:
    """Return how near a name in small letters sounds to each word, up to 1 for the same.

    Of a Russian name the best of its readings with and without the ending of a case counts.
    """
    if not known.rows:
        return np.zeros(0)
    best = np.zeros(len(known.rows))
    for form in dict.fromkeys((name, _CASE.sub("", name))):
        code = _code(form)
        if code:
            size = (known.sizes + _size(code)) / 2
            best = np.maximum(best, 1.0 - _distances(code, known) / size)
    return best


def consonants_of(name: str) -> int:
    """Return how many consonants a name in small letters has, as it is spoken."""
    return _count(_code(name))


def _code(name: str) -> str:
    """Return the signs of a name in small letters without marks over the letters."""
    name = re.sub("['\\s-]", "", name)
    cyrillic = re.search("[а-я]", name)
    for pattern, sign in _CYRILLIC_STARTS if cyrillic else _LETTERS:
        name = re.sub(pattern, sign, name)
    latin = dict(zip("abdefghiklmnoprstuvwz", "ABDEFGHEGRMNOBRSDOVWS", strict=True))
    heard = (_CYRILLIC if cyrillic else latin).get
    return _joined("".join(letter if letter in _SIGNS else heard(letter, "") for letter in name))


def _joined(code: str) -> str:
    """Return signs with each run of one sign, or of vowels, as its first."""
    code = re.sub(rf"([{_VOWELS}])[{_VOWELS}]+|([{_CONSONANTS}])\2+", r"\1\2", code)
    return re.sub(rf"(?<=.)R(?![{_VOWELS}])", "L", code)


def _count(code: str) -> int:
    return sum(sign in _CONSONANTS for sign in code)


def _size(code: str) -> float:
    """Return what it costs to leave out all signs of a name."""
    return float(_costs()[1][_numbers(code)].sum())


def _numbers(code: Iterable[str]) -> list[int]:
    return [_SIGNS.index(sign) for sign in code]


@cache
def _costs() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what it costs to take one sign for another, and to leave one out."""
    other = np.full((len(_SIGNS), len(_SIGNS)), _OTHER)
    np.fill_diagonal(other, 0.0)
    for pair, cost in _ALIKE.items():
        one, two = _numbers(pair)
        other[one, two] = other[two, one] = cost
    return other, np.array([_CHEAP.get(sign, _LOST) for sign in _SIGNS])


def _distances(code: str, known: Sounds) -> NDArray[np.float64]:
    """Return the edit distance of signs from those of each word, all words at once."""
    other, lost = _costs()
    there = known.codes >= 0
    without = np.where(there, lost[known.codes], 0.0)
    row = np.concatenate([np.zeros((len(without), 1)), np.cumsum(without, axis=1)], axis=1)
    for place, sign in enumerate(_numbers(code)):
        changed = np.where(there, other[sign][known.codes], 0.0)
        if place == 0:
            changed[:, 0] *= _FIRST
        below = np.minimum(row[:, 1:] + lost[sign], row[:, :-1] + changed)
        last = row[:, 0] + lost[sign]
        columns = [last]
        for column in range(below.shape[1]):
            last = np.minimum(below[:, column], last + without[:, column])
            columns.append(last)
        row = np.stack(columns, axis=1)
    distances: NDArray[np.float64] = row[np.arange(len(row)), known.lengths]
    return distances
