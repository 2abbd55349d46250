"""Encodings older than Unicode, told apart by what the text would be in each.

Those that shift (HZ, ISO-2022) say which they are. Of the others the one wins in which most
characters are common ones of its language; no statistics of the bytes themselves are needed,
because a book is long.
"""

from __future__ import annotations

import re
from itertools import pairwise

from rag.language.text import COMMON_HAN, HANGUL, KANA

_SAMPLE = 30_000
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年"
    "過這個們來為國說時會對發後裡學經與現見開從無還動間樣長實關點業當問題種應體戰爭於條約"
)
_CHINESE_SIGNS = "，。、；：“”（）《》？！·—「」『』"
_CYRILLIC = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё")
_FREQUENT_CYRILLIC = frozenset("оеаинтсрвлкмдпу")
_ACCENTED = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüßýÀÂÄÇÉÈÊÎÔÖÜ")
_HANGUL = frozenset("이다의는가을에고지하로은한서사기도를")
_COMMON_HAN, _KANA, _HANGUL_BLOCK = (
    re.compile(f"[{script}]") for script in (COMMON_HAN, KANA, HANGUL)
)
_LIKELY = 0.25
_SHIFTED = (
    (b"\x1b$)A", "iso-2022-cn"),
    (b"\x1b$)C", "iso2022_kr"),
    (b"\x1b$B", "iso2022_jp_2"),
    (b"\x1b$@", "iso2022_jp_2"),
)
_SHIFT = re.compile(rb"\x0e([\x21-\x7e\s]*)\x0f?")
_DESIGNATION = re.compile(rb"\x1b\$[)*][A-H]")
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+~\}")
_SCRIPTS = {
    "gb18030": "Han",
    "big5hkscs": "Han",
    "cp932": "Kana",
    "euc_jp": "Kana",
    "cp949": "Hangul",
    "cp1251": "Cyrillic",
    "koi8-r": "Cyrillic",
    "cp866": "Cyrillic",
    "iso8859-5": "Cyrillic",
    "cp1252": "Latin",
}
_LEAST = {"Han": 0.0, "Kana": 0.1, "Hangul": 0.3, "Cyrillic": 0.3, "Latin": 0.6}
"""The share of letters that a text must have of the script that its encoding is for."""


def by_shifts(data: bytes) -> str | None:
    """Return the text of bytes in an encoding that shifts between sets, or None."""
    if _HZ.search(data) and data.isascii():
        return _decoded(data, "hz")
    for mark, encoding in _SHIFTED:
        if mark in data:
            return _iso_2022_cn(data) if encoding == "iso-2022-cn" else _decoded(data, encoding)
    return None


def by_likeness(data: bytes) -> str | None:
    """Return the text of bytes in the old encoding in which it looks most like one, or None."""
    best, found = _LIKELY, None
    for encoding, script in _SCRIPTS.items():
        text = _decoded(data, encoding)
        if text is None:
            continue
        likeness = likeness_of(text, script)
        if likeness > best:
            best, found = likeness, text
    return found


def likeness_of(text: str, script: str = "") -> float:
    """Return how much a text looks like one, at most about 1: common characters less odd ones.

    0 where it has too little of a script that it should be in, or far too much kana to be
    Chinese.
    """
    sample = [c for c in text[:_SAMPLE] if not c.isspace()]
    letters = [c for c in sample if c.isalpha()]
    if not sample or not letters:
        return 0.0
    kana = sum("\u3041" <= c <= "\u30ff" for c in letters) / len(letters)
    shares = {
        "Kana": kana,
        "Hangul": sum("\uac00" <= c <= "\ud7a3" for c in letters) / len(letters),
        "Cyrillic": sum("\u0400" <= c <= "\u045f" for c in letters) / len(letters),
        "Latin": sum(c.isascii() for c in letters) / len(letters),
    }
    if shares.get(script, 1.0) < _LEAST.get(script, 0.0):
        return 0.0
    if script == "Han" and kana >= _LEAST["Kana"]:
        return 0.0
    total = sum(map(_weight, sample)) - 2 * sum(
        a.islower() and b.isupper() and b > "\u0400" for a, b in pairwise(sample)
    )
    return total / len(sample) + 0.2 * any(c in "，。、" for c in sample)


def _weight(character: str) -> float:
    if character in _COMMON or character in _CHINESE_SIGNS:
        return 1.0
    if character.isascii():
        return 1.0 if character.isprintable() else -1.0
    if _COMMON_HAN.match(character):
        return 0.3
    if _KANA.match(character) or character in _HANGUL:
        return 1.0
    if _HANGUL_BLOCK.match(character):
        return 0.3
    if character in _ACCENTED:
        return 0.8
    if character in _CYRILLIC:
        return 1.0 if character in _FREQUENT_CYRILLIC else 0.6
    if character.lower() in _CYRILLIC:
        return 0.2
    return 0.0 if character in "«»№–…’" else -1.0


def _decoded(data: bytes, encoding: str) -> str | None:
    """Return the text of bytes, of which the last character may be cut off; None if it is none."""
    for end in range(len(data), max(len(data) - 4, 0), -1):
        try:
            return data[:end].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(data) - 4:
                return None
    return None


def _iso_2022_cn(data: bytes) -> str | None:
    """Return the text of bytes in ISO-2022-CN (RFC 1922), as far as it is in GB 2312."""

    def shifted(match: re.Match[bytes]) -> bytes:
        return bytes(byte | 0x80 if byte > 0x20 else byte for byte in match[1])

    return _decoded(_SHIFT.sub(shifted, _DESIGNATION.sub(b"", data)), "gb2312")
