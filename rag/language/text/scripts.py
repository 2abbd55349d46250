"""Which script, and so which language, a text is written in; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.language.text.folding import is_traditional
from rag.types import Language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.types import Book

_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


_CYRILLIC = re.compile("[\u0400-\u04ff]")


_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")


def language_of(text: str) -> Language:
    """Return the language of a question by its script; Chinese where nothing tells.

    A question that holds Chinese characters is Chinese unless Cyrillic or Latin letters
    outnumber them four to one (a Latin word has about that many letters to a character).
    """
    chinese = len(_CJK.findall(text))
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
