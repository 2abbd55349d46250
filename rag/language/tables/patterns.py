"""Regular expressions whose words come out of the tables; compiled when first used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.language.tables.loading import LANGUAGES, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_KEY = re.compile(r"\{(?:(zh|en|ru):)?([a-z]+\.[a-z_]+)\}")
_BY_SPACES = ("numbers.cardinals", "numbers.ordinals", "numbers.tens")
"""Keys whose items are all forms of one word, with spaces between."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression with ``{section.key}`` where the words of a key may stand.

    All languages' words are put there, or one's with ``{ru:section.key}``; where a language's
    own table names a key, that language's. It searches as a compiled one does.
    """

    template: str
    flags: int = 0

    def search(self, text: str, *bounds: int) -> re.Match[str] | None:
        """Return the first match in a text."""
        return _compiled(self.template, self.flags).search(text, *bounds)

    def match(self, text: str, *bounds: int) -> re.Match[str] | None:
        """Return the match at the beginning of a text."""
        return _compiled(self.template, self.flags).match(text, *bounds)

    def fullmatch(self, text: str, *bounds: int) -> re.Match[str] | None:
        """Return the match of a whole text."""
        return _compiled(self.template, self.flags).fullmatch(text, *bounds)

    def finditer(self, text: str, *bounds: int) -> Iterator[re.Match[str]]:
        """Return the matches in a text, none inside another."""
        return _compiled(self.template, self.flags).finditer(text, *bounds)

    def findall(self, text: str) -> list[str]:
        """Return what matches in a text; the pattern has no groups."""
        found: list[str] = _compiled(self.template, self.flags).findall(text)
        return found

    def sub(self, new: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        """Return a text with something else in place of each match, or of the first few."""
        return _compiled(self.template, self.flags).sub(new, text, count)


@lru_cache(maxsize=1024)
def _compiled(template: str, flags: int) -> re.Pattern[str]:
    return re.compile(expanded(template), flags)


@lru_cache(maxsize=1024)
def each(key: str, flags: int = 0) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a key one by one, where which of them matches is asked."""
    return tuple(
        re.compile(expanded(item, (language,)), flags)
        for language in LANGUAGES
        for item in table(language)[key]
    )


def expanded(template: str, languages: tuple[str, ...] = LANGUAGES) -> str:
    """Return a template with the words of the tables in place of their keys."""

    def words(found: re.Match[str]) -> str:
        key = found[2]
        own = (found[1],) if found[1] else languages
        items = [
            expanded(item.replace(" ", "|") if key in _BY_SPACES else item, (language,))
            for language in own
            for item in table(language)[key]
        ]
        return f"(?:{'|'.join(items) or '(?!)'})"

    return _KEY.sub(words, template)
