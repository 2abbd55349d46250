"""The scripts that texts are written in, as ranges for classes of characters; pure.

Each name is what stands between the brackets of a regular expression's class, so that classes
can be put together: ``[{HAN}{KANA}]``. Four are easily taken for one another:

``HAN``: Chinese characters, whatever language writes them: both blocks of radicals, 々〆〇, the
common block, all extensions, and the compatibility forms.
``COMMON_HAN``: the one block that nearly all printed text keeps to; where much of a text lies
outside it, bytes were read in a wrong encoding.
``UNSPACED``: all letters that are written without spaces between words: ``HAN``, the numerals of
Suzhou, kana and bopomofo. Search cuts them into pairs; what is in it decides what the tokens of
a library are, so it is never changed without a new index.
``CJK``: what stands as wide as a Chinese character: letters, punctuation and full-width forms.

Source: The Unicode Standard 16.0, chapter 18, East Asia, and its list of blocks.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rag.types import Language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opencc import OpenCC

    from rag.types import Book

COMMON_HAN = "\u4e00-\u9fff"
HAN = f"\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf{COMMON_HAN}\uf900-\ufaff\U00020000-\U0003ffff"
KANA = "\u3040-\u30ff"
HANGUL = "\uac00-\ud7af"
UNSPACED = f"{HAN}{KANA}\u3021-\u3029\u3100-\u312f\u31a0-\u31bf"
CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
CYRILLIC = "\u0400-\u04ff"

_HAN, _CYRILLIC, _LATIN, _UNSPACED = (
    re.compile(f"[{script}]") for script in (HAN, CYRILLIC, LATIN, UNSPACED)
)


def has_han(text: str) -> bool:
    """Return whether a Chinese character stands in a text."""
    return _HAN.search(text) is not None


def is_han(text: str) -> bool:
    """Return whether a text begins with a Chinese character."""
    return _HAN.match(text) is not None


def language_of(text: str) -> Language:
    """Return the language of a question by its script; Chinese where nothing tells.

    A question that holds Chinese characters is Chinese unless Cyrillic or Latin letters
    outnumber them four to one (a Latin word has about that many letters to a character).
    """
    chinese = len(_HAN.findall(text))
    cyrillic = len(_CYRILLIC.findall(text))
    latin = len(_LATIN.findall(text))
    if max(cyrillic, latin) > 4 * chinese:
        return Language.RU if cyrillic >= latin else Language.EN
    return Language.ZH_HANT if is_traditional(text) else Language.ZH


def family(language: str) -> str:
    """Return a language without its script or country: ``zh`` of ``zh-Hant``."""
    return language.split("-", maxsplit=1)[0]


def html_tag(declared: str) -> str:
    """Return a language that a record names as a tag of HTML: Chinese with its script."""
    return "zh-Hans" if declared.lower() in {"zh", "zh-cn"} else declared


def language_of_book(book: Book) -> str:
    """Return the language that a book's record names, or what its text shows."""
    return book.record.language or language_of(book.text[:2000])


def is_foreign(text: str, books: Iterable[Book]) -> bool:
    """Return whether no book is in the language of a text."""
    asked = family(language_of(text))
    return all(family(language_of_book(book)) != asked for book in books)


@cache
def simplifier() -> OpenCC:
    """Return what makes Traditional characters Simplified."""
    from opencc import OpenCC  # noqa: PLC0415 -- loads dictionaries, only when something is searched

    return OpenCC("t2s")


@cache
def _traditionaliser() -> OpenCC:
    from opencc import OpenCC  # noqa: PLC0415 -- as above

    return OpenCC("s2t")


def traditional(text: str) -> str:
    """Return Chinese in Traditional characters."""
    written: str = _traditionaliser().convert(text)
    return written


def is_traditional(text: str) -> bool:
    """Return whether Chinese is written in Traditional characters rather than Simplified.

    Only characters that differ between the two count; without any the answer is False.
    """
    return sum(_leaning(character) for character in _UNSPACED.findall(text)) > 0


@cache
def _leaning(character: str) -> int:
    """Return 1 for a character that only Traditional Chinese has, -1 for only Simplified."""
    traditional: bool = simplifier().convert(character) != character
    simplified: bool = _traditionaliser().convert(character) != character
    return traditional - simplified
