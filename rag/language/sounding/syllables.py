"""Chinese syllables as three systems spell them: pinyin, Wade-Giles, Palladius; pure.

A syllable is an initial and a final, and each system has a rule for writing the pair. From
the rules comes a table for each, and with it a name in letters is read as the syllables that
it may stand for: T'ien as tian, Tien, whose apostrophe is lost, as tian or dian. Tones, which
names in letters do not show, are left out; ü is v.

Source: GB/T 16159 (pinyin); Giles, "A Chinese-English Dictionary", 1912; Palladius and Popov,
《汉俄合璧韵编》, 1888, in the form now usual.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Table = dict[str, tuple[str, ...]]
"""Spellings of a system, each with the syllables that it may stand for."""
Syllables = tuple[str, ...]
"""Toneless syllables in pinyin, without apostrophes; ü is v."""

_OPEN = "a e ai ei ao ou an en ang eng"
_NARROW = "i ie iao ian in ing"
_FRONT = f"{_NARROW} ia iu iang iong v ve van vn"
_ROUND = "u uo ui uan un"
_FINALS = {
    "": f"{_OPEN} o er {_FRONT} {_ROUND} ua uai uang ueng",
    "b": f"a o ai ei ao an en ang eng {_NARROW} u",
    "p": f"a o ai ei ao ou an en ang eng {_NARROW} u",
    "m": f"{_OPEN} o {_NARROW} iu u",
    "f": "a o ei ou an en ang eng u",
    "d": f"{_OPEN} ong i ia ie iao iu ian ing {_ROUND}",
    "t": f"{_OPEN} ong i ie iao ian ing {_ROUND}",
    "n": f"{_OPEN} ong {_NARROW} iu iang u uo uan v ve",
    "l": f"{_OPEN} ong {_NARROW} ia iu iang u uo uan un v ve",
    **dict.fromkeys("gkh", f"{_OPEN} ong {_ROUND} ua uai uang"),
    **dict.fromkeys("jqx", _FRONT),
    **dict.fromkeys(("zh", "ch", "sh"), f"i {_OPEN} ong {_ROUND} ua uai uang"),
    "r": f"i e ao ou an en ang eng ong {_ROUND} ua",
    **dict.fromkeys("zcs", f"i {_OPEN} ong {_ROUND}"),
}
_ALONE = dict(
    re.findall(
        r"(\w*):(\S*)",
        "i:yi in:yin ing:ying iu:you u:wu ui:wei un:wen ueng:weng v:yu ve:yue van:yuan vn:yun",
    )
)
"""Finals that pinyin writes otherwise where they are the whole syllable."""

_GILES_INITIALS = dict(
    re.findall(
        r"(\w*):(\S*)",
        "b:p p:p' d:t t:t' g:k k:k' j:ch q:ch' x:hs zh:ch ch:ch' r:j z:ts c:ts'",
    )
)
_GILES_FINALS = dict(
    re.findall(
        r"(\w*):(\S*)",
        "ian:ien ie:ieh ve:ueh iong:iung ong:ung er:erh",
    )
)
_GILES_BUZZED = dict(
    re.findall(
        r"(\w*):(\S*)",
        "z:tzu c:tz'u s:ssu r:jih",
    )
)
_GILES_ALONE = dict(
    re.findall(
        r"(\w*):(\S*)",
        "i:i iu:yu ian:yen ie:yeh iong:yung ve:yueh",
    )
)

_PALLADIUS_INITIALS = dict(
    re.findall(
        r"(\w*):(\S*)",
        "b:б p:п m:м f:ф d:д t:т n:н l:л g:г k:к h:х j:цз q:ц x:с r:ж z:цз c:ц s:с zh:чж ch:ч "
        "sh:ш :",
    )
)
_PALLADIUS_FINALS = dict(
    re.findall(
        r"(\w*):(\S*)",
        "a:а o:о e:э ai:ай ei:эй ao:ао ou:оу an:ань en:энь ang:ан eng:эн ong:ун er:эр i:и ia:я "
        "ie:е iao:яо iu:ю ian:янь in:инь iang:ян ing:ин iong:юн u:у ua:уа uo:о uai:уай ui:уй "
        "uan:уань un:унь uang:уан ueng:вэн v:юй ve:юэ van:юань vn:юнь",
    )
)
_PALLADIUS_ALONE = dict(
    re.findall(
        r"(\w*):(\S*)",
        "ua:ва uo:во uai:вай ui:вэй uan:вань un:вэнь uang:ван ueng:вэн",
    )
)

_GILES_O = {(initial, "e") for initial in "gkh"} | {
    (initial, "uo") for initial in _FINALS if initial not in {"g", "k", "h", "sh"}
}
"""Syllables that end in o alone."""
_BREAK = re.compile(r"[-ъ\s]+")
_LONGEST = 7
"""Letters of the longest spelling of a syllable (ch'uang, чжуань)."""
_MOST = 64
"""Readings of one name that are looked up; a name of some length has a few."""
_LONGEST_NAME = 24
"""Letters of the longest name read; four syllables have at most about so many."""


def readings(words: Sequence[str]) -> list[Syllables]:
    """Return the syllables that words in letters may stand for, all words in one system.

    The words are in small letters, Latin ones without marks over the letters; hyphens and
    apostrophes (') are as they are written. A Russian word is also read without the ending
    of its case. What is no Chinese in any system gives nothing.
    """
    if not words or sum(map(len, words)) > _LONGEST_NAME:
        return []
    found: dict[Syllables, None] = {}
    for table in _tables():
        choices = [[cut for form in _forms(word) for cut in _cuts(form, table)] for word in words]
        for cuts in product(*choices):
            spelt = [table[part] for cut in cuts for part in cut]
            found |= dict.fromkeys(islice(product(*spelt), _MOST - len(found)))
            if len(found) >= _MOST:
                return list(found)
    return list(found)


def pinyin_cuts(word: str) -> list[Syllables]:
    """Return ways to read small letters without marks as syllables of pinyin, longer ones first.

    An apostrophe may part two syllables. There are 64 ways at most.
    """
    table = _tables()[0]
    # Whether what stands from each place on can be cut.
    fits = [False] * len(word) + [True]
    for at in range(len(word) - 1, -1, -1):
        ends = range(at + 1, min(len(word), at + _LONGEST) + 1)
        apart = at > 0 and word[at] == "'" and fits[at + 1]
        fits[at] = apart or any(fits[end] and word[at:end] in table for end in ends)

    def cut(at: int) -> Iterator[Syllables]:
        if at == len(word):
            yield ()
        elif word[at] == "'":
            yield from cut(at + 1)
        else:
            for end in range(min(len(word), at + _LONGEST), at, -1):
                if fits[end] and word[at:end] in table:
                    for rest in cut(end):
                        yield (table[word[at:end]][0], *rest)

    return list(islice(cut(0), _MOST)) if fits[0] else []


def _forms(word: str) -> list[str]:
    """Return a word as it stands, and a Russian one without the ending of its case."""
    if not re.search("[а-я]", word):
        return [word]
    soft = re.sub("(?<=н)(?:[яюие]|ем)$", "ь", word)
    glide = re.sub("(?<=[аоуэ])(?:[яюие]|ем)$", "й", word)
    bare = re.sub("(?<=[нр])(?:[ауые]|ом)$", "", word)
    return list(dict.fromkeys((word, soft, glide, bare)))


def _cuts(word: str, table: Table) -> list[list[str]]:
    """Return the ways to cut a word into spellings of syllables."""
    cuts: list[list[str]] = [[]]
    for part in filter(None, _BREAK.split(word)):
        cuts = [[*cut, *more] for cut in cuts for more in _split(part, table)]
    return cuts if cuts != [[]] else []


def _split(part: str, table: Table) -> Iterator[list[str]]:
    """Yield the ways to cut a part between hyphens; an apostrophe may part two syllables."""
    if not part:
        yield []
    for size in range(min(len(part), _LONGEST), 0, -1):
        if part[:size] in table:
            for rest in _split(part[size:].removeprefix("'"), table):
                yield [part[:size], *rest]


@cache
def _tables() -> list[Table]:
    """Return the spellings of each system, each with the syllables that it stands for."""
    tables = []
    for write in (_pinyin, _giles, _palladius):
        table: dict[str, dict[str, None]] = {}
        for initial, finals in _FINALS.items():
            for final in finals.split():
                for spelling in write(initial, final):
                    table.setdefault(spelling, {})[_pinyin(initial, final)[0]] = None
        tables.append({spelling: tuple(syllables) for spelling, syllables in table.items()})
    return tables


def _pinyin(initial: str, final: str) -> list[str]:
    """Return the spellings of a syllable in pinyin, the one that syllables are named by first."""
    if not initial:
        if final in _ALONE:
            return [_ALONE[final]]
        narrow = re.sub("^i", "y", final)
        return [narrow if narrow != final else re.sub("^u", "w", final)]
    if initial in "jqx":
        return [initial + final.replace("v", "u")]
    return [initial + final, *([initial + final.replace("v", "u")] if "v" in final else [])]


def _giles(initial: str, final: str) -> list[str]:
    """Return the spellings of a syllable in Wade-Giles, without its marks over letters."""
    begin = _GILES_INITIALS.get(initial, initial)
    if final == "i" and initial in _GILES_BUZZED:
        begin, end = "", _GILES_BUZZED[initial]
    elif final == "i" and initial in ("zh", "ch", "sh"):
        end = "ih"
    elif not initial:
        begin = ""
        end = _GILES_ALONE.get(final) or _GILES_FINALS.get(final) or _pinyin("", final)[0]
    elif (initial, final) in _GILES_O:
        end = "o"
    elif final == "ui" and initial in ("g", "k"):
        end = "uei"
    else:
        end = _GILES_FINALS.get(final, final).replace("v", "u")
    spelling = begin + end
    return list(dict.fromkeys((spelling, spelling.replace("'", ""))))


def _palladius(initial: str, final: str) -> list[str]:
    """Return the spellings of a syllable in Palladius's, the usual one first."""
    if not initial:
        return [_PALLADIUS_ALONE.get(final) or _PALLADIUS_FINALS[final]]
    if (initial, final) == ("h", "ui"):
        return ["хуэй", "хой"]
    buzzed = initial in ("z", "c", "s") and final == "i"
    return [_PALLADIUS_INITIALS[initial] + ("ы" if buzzed else _PALLADIUS_FINALS[final])]
