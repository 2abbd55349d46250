"""Characters that files give in place of others -> the characters that they stand for; pure.

A font draws the radical ⻄ and the character 西 alike, and a PDF made with it has the one for
the other. Whatever can be told from a character by its code alone, and by nobody's eye, is
made one with it while a file is read; a Latin letter amid Cyrillic ones, or the other way round,
by the word that it stands in. What looks different and says something stays as it is: ①, ²,
full-width letters.

Source: the Unicode Character Database, by ``unicodedata`` and by ``tables/letters.toml``.
"""

from __future__ import annotations

import re
import unicodedata

from rag.language.tables import letters

_TWINS = re.compile(
    "[\u2e80-\u2fdf\u31c0-\u31ef\uf900-\ufaff\ufb00-\ufb06\ufe10-\ufe19\ufe30-\ufe48"
    "\U0002f800-\U0002fa1f]"
)
"""Radicals, strokes, compatibility ideographs, Latin ligatures, and vertical punctuation."""

_MEETING = re.compile("[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")
_WORD = re.compile("[A-Za-z\u0400-\u04ff]+")
"""A word of Latin and Cyrillic letters."""

_VERTICAL = "<vertical> "
_FULL_WIDTH = 0xFEE0
"""How far a full-width sign stands behind its half-width twin."""


def mended(text: str) -> str:
    """Return a text with the characters that its own stand for.

    Radicals and strokes become the characters that they look like, ligatures the letters that
    they are made of, signs for vertical lines those for level ones; letters with their accents
    apart are put together (NFC), and words are written in one alphabet. Done twice, it changes
    nothing more; a text may get shorter or longer by it, so that it comes before any offset is
    taken.
    """
    if text.isascii():
        return text
    whole = unicodedata.normalize("NFC", _TWINS.sub(lambda found: unified(found[0]), text))
    return in_one_alphabet(whole)


def in_one_alphabet(text: str) -> str:
    """Return a text of the same length whose words have no letter of a foreign alphabet.

    That is a Latin letter in a Cyrillic word, or the other way round, if all of the one kind
    in the word look like letters of the other, and not all of the other do.
    """
    return _WORD.sub(_in_one_alphabet, text) if _MEETING.search(text) else text


def _in_one_alphabet(found: re.Match[str]) -> str:
    word = found[0]
    if word.isascii() or not _MEETING.search(word):
        return word
    to_latin = letters("twins")
    to_cyrillic = {latin: cyrillic for cyrillic, latin in to_latin.items()}
    latin = all(character.isascii() or character in to_latin for character in word)
    cyrillic = all(not character.isascii() or character in to_cyrillic for character in word)
    if latin == cyrillic:
        return word
    table = to_latin if latin else to_cyrillic
    return "".join(table.get(character, character) for character in word)


def unified(character: str) -> str:
    """Return what a single character stands for: itself, save for ``mended``'s twins."""
    if not _TWINS.match(character):
        return character
    known = letters("radicals").get(character)
    if known is not None:
        return known
    decomposed = unicodedata.decomposition(character)
    if not decomposed.startswith(_VERTICAL):
        return unicodedata.normalize("NFKC", character)
    level = chr(int(decomposed.removeprefix(_VERTICAL), 16))
    return chr(ord(level) + _FULL_WIDTH) if level.isascii() and level != "_" else level
