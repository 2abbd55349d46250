"""What helps with a quotation in a language that its reader may not have: names, dates, numbers.

Nothing here is a translation: each is a word of the quotation, and what the book's record, the
calendar or the numeral system makes of it in the reader's language. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.language.dates import read_dates
from rag.language.names import known_spellings, names_in, spelt_for
from rag.language.numbers import quantities
from rag.language.text import fold, has_han
from rag.types import Language, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.language.dates import Mention

_LONG_NUMERAL = 2
"""Signs from which on a Chinese numeral is worth saying in figures."""


@dataclass(frozen=True, slots=True)
class Gloss:
    """A stretch of a quotation, and what it is in the reader's language."""

    text: str
    said: str


def glosses(quote: str, aliases: Sequence[Sequence[str]], language: Language) -> list[Gloss]:
    """Return the names, dates and numbers of a quotation for a reader of another language.

    In the order of the quotation, none inside another and none twice. Names are those that
    ``aliases`` spell in his language; dates those that name their year, or a day with its
    month; numbers those in Chinese numerals.
    """
    found = _dates(quote, language) + _names(quote, aliases, language) + _numbers(quote, language)
    kept: list[tuple[Span, str]] = []
    for span, said in found:
        if all(span.end <= other.start or span.start >= other.end for other, _ in kept):
            kept.append((span, said))
    kept.sort(key=lambda item: item[0].start)
    return list(dict.fromkeys(Gloss(quote[span.start : span.end], said) for span, said in kept))


@lru_cache(maxsize=512)
def pinyin_of(text: str) -> str:
    """Return Chinese in pinyin with its tones, other characters as they stand."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 -- half a second, for who asks for it

    return " ".join(lazy_pinyin(text, style=Style.TONE))


def _names(
    quote: str, aliases: Sequence[Sequence[str]], language: Language
) -> list[tuple[Span, str]]:
    return [
        (Span(name.start, name.end), said)
        for name in names_in(quote, known_spellings(aliases))
        if name.group and (said := spelt_for(name, language)) != name.text
    ]


def _dates(quote: str, language: Language) -> list[tuple[Span, str]]:
    found = ((mention, _date(mention, language)) for mention in read_dates(fold(quote)))
    return [
        (Span(mention.start, mention.end), said)
        for mention, said in found
        if said and not (mention.month is None and str(mention.year) in quote)  # it can be read
    ]


def _date(mention: Mention, language: Language) -> str:
    """Return a date in a language; empty where a part of it is not said, or is a range."""
    year, month, day = mention.year, mention.month, mention.day
    if mention.last is not None or mention.decade or not isinstance(year, int | None):
        return ""
    if isinstance(month, int) and isinstance(day, int):
        written = say(f"months_of_days.{month}", language)
        if year is None:
            return say("dates.day", language, month=written, day=day)
        return say("dates.date", language, year=year, month=written, day=day)
    if year is None or day is not None or not isinstance(month, int | None):
        return ""
    if month is None:
        return say("dates.year", language, year=year)
    return f"{say(f'months.{month}', language)} {say('dates.year', language, year=year)}"


def _numbers(quote: str, language: Language) -> list[tuple[Span, str]]:
    return [
        (Span(one.start, one.end), f"{one.value.numerator:,}".replace(",", _groups(language)))
        for one in quantities(quote)
        if one.value.denominator == 1
        and not one.weak
        and one.end - one.start >= _LONG_NUMERAL
        and has_han(quote[one.start : one.end])
        and one.kind.value in {"number", "bare"}
    ]


def _groups(language: Language) -> str:
    return "\u00a0" if language is Language.RU else ","
