"""The numbers and dates that a text states, as values that texts can be compared by; pure.

三十五, 35 and thirty-five are one value; so are 民国二十六年 and 1937年, 150万 and 1.5 million,
8月21日 and August 21. The tables are about languages, never about a book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.language.numbers.labels import roman_number
from rag.language.numbers.numerals import (
    ANY,
    BEFORE,
    BEHIND,
    DIGITS,
    ERAS,
    GREAT,
    HAN,
    IDIOMS,
    LATIN_UNITS,
    SCALE,
    TENS,
    UNITS,
    Bound,
    cardinals,
    chinese_value,
    decimal_value,
    month_pattern,
    ordinal_pattern,
    ordinals,
    scale_value,
)
from rag.language.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(StrEnum):
    """What a number counts, as far as its neighbours say; BARE where they say nothing."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    DECADE = "decade"
    CENTURY = "century"
    SHARE = "share"
    ORDINAL = "ordinal"
    NUMBER = "number"
    BARE = "bare"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text: ``[start, end)`` is where, ``unit`` the class of what is counted.

    ``weak`` marks a lone numeral that may be part of a word (五 in 五金): it can bear out a
    number, and states none.
    """

    kind: Kind
    value: Fraction
    start: int
    end: int
    unit: str | None = None
    bound: Bound = Bound.EXACT
    weak: bool = False


def quantities(text: str) -> list[Quantity]:
    """Return the numbers of a text in reading order, none inside another."""
    return list(_quantities(text))


@lru_cache(maxsize=4096)
def _quantities(text: str) -> tuple[Quantity, ...]:
    reader = _Reader(text)
    reader.read()
    found = sorted(reader.found, key=lambda item: item.start)
    for k, (one, two) in enumerate(pairwise(list(found))):
        between = reader.folded[one.end : two.start]
        bare = one.kind in (Kind.BARE, Kind.NUMBER) and one.unit is None
        if bare and one.value in _SHARED.get(two.kind, ()) and _JOINT.fullmatch(between):
            found[k] = replace(one, kind=two.kind)
    return tuple(found)


_ONE = ("a", "one", "один", "одна", "одно")
_JOINT = re.compile(r"\s*(?:-|至|到|~|、|和|与|and|to|и|до|по|,|or|или)\s*")
_SHARED = {Kind.YEAR: range(1000, 2101), Kind.MONTH: range(1, 13), Kind.DAY: range(1, 32),
           Kind.DECADE: range(10, 2100)}  # fmt: skip
"""What the first of two numbers takes over from the second: 1931至1945年."""


class _Reader:
    """Reads the numbers out of one text, the most telling forms first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.rest = self.folded
        self.found: list[Quantity] = []

    def read(self) -> None:
        """Fill ``found``."""
        for m in self._each(rf"\d{{16,}}|[{HAN}]{{25,}}"):
            self._take(Kind.UNREADABLE, 0, m.start(), m.end())
        self._dates()
        self._periods()
        self._years_months_days()
        self._named_months()
        self._shares()
        self._ordinals()
        self._sums()
        self._arabic()
        self._chinese()
        self._words()

    def _each(self, pattern: str) -> Iterator[re.Match[str]]:
        for match in re.finditer(pattern, self.rest):
            if "\0" not in match[0]:
                yield match

    def _take(
        self,
        kind: Kind,
        value: Fraction | int,
        start: int,
        end: int,
        *,
        unit: str | None = None,
        weak: bool = False,
    ) -> None:
        bound = Bound.EXACT
        for name, pattern in BEFORE:
            if re.search(pattern, self.folded[max(0, start - 16) : start]):
                bound = name
        for name, pattern in BEHIND:
            if re.match(pattern, self.folded[end : end + 12]):
                bound = name
        if re.search(r"[余多]", self.folded[start:end]):
            bound = Bound.ABOVE
        self.found.append(Quantity(kind, Fraction(value), start, end, unit, bound, weak))
        self.rest = self.rest[:start] + "\0" * (end - start) + self.rest[end:]

    def _dates(self) -> None:
        """2026-08-21, 2026.8.21, 21.08.2026, 21/8/2026 (8/7/2026 is read by nobody)."""
        whole = (Kind.YEAR, Kind.MONTH, Kind.DAY)
        for m in self._each(r"(?<!\d)(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?!\d)"):
            self._take_parts(m, dict(zip((1, 3, 4), whole, strict=True)))
        for m in self._each(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)"):
            self._take_parts(m, dict(zip((3, 2, 1), whole, strict=True)))
        for m in self._each(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)"):
            if int(m[1]) > 12 or m[1] == m[2]:
                self._take_parts(m, dict(zip((3, 2, 1), whole, strict=True)))
            elif int(m[2]) > 12:
                self._take_parts(m, dict(zip((3, 1, 2), whole, strict=True)))
            else:
                self._take(Kind.UNREADABLE, 0, m.start(), m.end())

    def _take_parts(self, match: re.Match[str], kinds: dict[int, Kind]) -> None:
        for group, kind in kinds.items():
            if match[group]:
                value = chinese_value(match[group])
                self._take(kind, value, match.start(group), match.end(group))

    def _periods(self) -> None:
        """Reigns, centuries and decades."""
        eras = "|".join(ERAS)
        for m in self._each(rf"({eras})\s*(元|{ANY})\s*年"):
            number = Fraction(1) if m[2] == "元" else chinese_value(m[2])
            self._take(Kind.YEAR, ERAS[m[1]] + number, m.start(), m.end())
        for m in self._each(rf"({ANY})\s*世纪\s*({ANY})\s*年代"):
            value = (chinese_value(m[1]) - 1) * 100 + chinese_value(m[2])
            self._take(Kind.DECADE, value, m.start(), m.end())
        for m in self._each(rf"({ANY})\s*年代"):
            self._take(Kind.DECADE, chinese_value(m[1]), m.start(), m.end())
        for m in self._each(r"(?<!\d)(\d{2,4})(?:'?s\b|-?[ех]\s+год\w*)"):
            self._take(Kind.DECADE, int(m[1]), m.start(), m.end())
        for m in self._each(rf"({ANY})\s*世纪"):
            self._take(Kind.CENTURY, chinese_value(m[1]), m.start(), m.end())
        for m in self._each(r"(\d{1,2})(?:st|nd|rd|th)[ -]centur\w+"):
            self._take(Kind.CENTURY, int(m[1]), m.start(), m.end())
        for m in self._each(rf"\b({'|'.join(ordinals())})[ -]centur\w+"):
            self._take(Kind.CENTURY, ordinals()[m[1]], m.start(), m.end())
        for m in self._each(r"\b([ivx]+)\s*в(?:ек\w*|\.)"):
            self._take(Kind.CENTURY, roman_number(m[1]) or 0, m.start(), m.end())

    def _years_months_days(self) -> None:
        for m in self._each(r"(?<![\d.])(\d{4}|[〇零○一二三四五六七八九]{4})\s*年"):
            self._take(Kind.YEAR, chinese_value(m[1]), m.start(1), m.end())
        for m in self._each(r"(?<!\d)(\d{4})\s*(?:г(?:од\w*|г?\.)|гг)"):
            self._take(Kind.YEAR, int(m[1]), m.start(1), m.end())
        for m in self._each(rf"({ANY}|元)\s*月\s*(?:({ANY})\s*[日号])?"):
            month = Fraction(1) if m[1] == "元" else chinese_value(m[1])
            if 1 <= month <= 12:
                if m[2]:
                    self._take(Kind.DAY, chinese_value(m[2]), m.start(2), m.end())
                self._take(Kind.MONTH, month, m.start(1), m.end(1) + 1)
        for m in self._each(rf"({ANY})\s*日(?![元圆本军方俄内伪])"):
            if chinese_value(m[1]) <= 31:
                self._take(Kind.DAY, chinese_value(m[1]), m.start(), m.end(), weak=m[1] == "一")

    def _named_months(self) -> None:
        day = r"(?P<day>\d{1,2})(?:st|nd|rd|th|-?го)?"
        for form in (
            rf"(?<![\d.]){day}\s+(?:of\s+)?(?:{month_pattern()})\b",
            rf"\b(?:{month_pattern()})\b\.?(?:\s+(?:the\s+)?{day}(?![\d.,]*\d))?",
        ):
            for m in self._each(form):
                number = next(n for n in range(1, 13) if m[f"m{n}"])
                start = m.start(f"m{number}")
                if self.text[start].islower() and self.folded[start].isascii():
                    continue  # may, march and the like are other words
                if m["day"]:
                    self._take(Kind.DAY, int(m["day"]), m.start("day"), m.end("day"))
                self._take(Kind.MONTH, number, start, m.end(f"m{number}"))

    def _shares(self) -> None:
        for m in self._each(rf"百分之({ANY})"):
            self._take(Kind.SHARE, chinese_value(m[1]) / 100, m.start(), m.end())
        for m in self._each(rf"({ANY})分之({ANY})"):
            under = chinese_value(m[1])
            self._take(Kind.SHARE, chinese_value(m[2]) / (under or 1), m.start(), m.end())
        for m in self._each(r"(\d+(?:[.,]\d+)?)\s*(?:%|per ?cent|процент)"):
            share = Fraction(m[1].replace(",", ".")) / 100
            self._take(Kind.SHARE, share, m.start(), m.end())
        word = "|".join(sorted(cardinals(), key=len, reverse=True))
        for m in self._each(rf"\b({word})\s+(?:per ?cent|процент)"):
            self._take(Kind.SHARE, Fraction(cardinals()[m[1]]) / 100, m.start(), m.end())
        for m in self._each(r"(?<![\d/])([1-9])/([2-9])(?![\d/])"):
            self._take(Kind.SHARE, Fraction(int(m[1]), int(m[2])), m.start(), m.end())
        for m in self._each(
            r"([一二两三四五六七八九])成(?![为立功员果长就份都])([一二三四五六七八九])?"
        ):
            tenths = Fraction(DIGITS[m[1]], 10) + Fraction(DIGITS[m[2] or "零"], 100)
            self._take(Kind.SHARE, tenths, m.start(), m.end())
        for m in self._each(r"一半|半数|\bhalf\b|\bhalves\b|половин\w"):
            self._take(Kind.SHARE, Fraction(1, 2), m.start(), m.end())
        for m in self._each(r"\b(one|two|three|a)[ -](third|quarter|fifth)s?\b"):
            parts = {"third": 3, "quarter": 4, "fifth": 5}[m[2]]
            self._take(Kind.SHARE, Fraction(cardinals().get(m[1], 1), parts), m.start(), m.end())
        for m in self._each(r"\b(две\s+)?трет[ьи]\b"):
            self._take(Kind.SHARE, Fraction(2 if m[1] else 1, 3), m.start(), m.end())
        for m in self._each(r"\b(три\s+)?четверт[ьи]\b"):
            self._take(Kind.SHARE, Fraction(3 if m[1] else 1, 4), m.start(), m.end())

    def _ordinals(self) -> None:
        for m in self._each(rf"第\s*({ANY})"):
            self._take(Kind.ORDINAL, chinese_value(m[1]), m.start(), m.end())
        for m in self._each(r"(\d+)(?:st|nd|rd|th|-[йяегом]+)\b"):
            self._take(Kind.ORDINAL, int(m[1]), m.start(), m.end())
        for m in self._each(rf"\b(?:{ordinal_pattern()})\b"):
            stems = (v for word, v in ordinals().items() if m[0].startswith(word))
            self._take(Kind.ORDINAL, ordinals().get(m[0]) or next(stems), m.start(), m.end())
        for m in self._each(r"首[次届任位批]|\bfirst\b|\bперв\w+"):
            self._take(Kind.ORDINAL, 1, m.start(), m.end(), weak=True)

    def _sums(self) -> None:
        """四两二钱, 七元二角五分: each unit is a tenth of the one before."""
        digit = "[一二三四五六七八九1-9]"
        for great, tenth, unit in (("两", "钱", "taels"), ("[元圆块]", "[角毛]", "yuan")):
            whole = rf"(?<![\d.{HAN}])(\d+|[{HAN}]+?)"
            for m in self._each(rf"{whole}{great}({digit}){tenth}(?:({digit})分)?"):
                parts = [chinese_value(m[k] or "零") for k in (1, 2, 3)]
                value = parts[0] + parts[1] / 10 + parts[2] / 100
                self._take(Kind.NUMBER, value, m.start(), m.end(), unit=unit)

    def _arabic(self) -> None:
        point = "[.,]" if re.search("[а-я]", self.folded) else "[.]"
        plain = rf"\d{{1,3}}(?:[, \u00a0]\d{{3}}){{1,5}}(?!\d)|\d+(?:{point}\d+)?"
        great = "[余多]?[百千万亿]+(?:[余多][万亿])?"
        for m in self._each(rf"(?<![\d.])(?:(?:{plain}){great})+|(?<![\d.])(?:{plain})"):
            value, end = Fraction(0), m.end()
            for part in re.finditer(rf"({plain})([余多百千万亿]*)", m[0]):
                number = decimal_value(part[1])
                for c in re.sub("[余多]", "", part[2]):
                    number *= TENS.get(c) or GREAT[c]
                value += number
            scale = re.compile(rf"\s*(?:{SCALE})\b").match(self.rest, end)
            if scale:
                value, end = value * scale_value(scale[0].strip()), scale.end()
            year = not scale and m[0].isdecimal() and 1000 <= value <= 2100
            unit = self._unit(end, near=year)
            bare = unit is None and not scale and 1000 <= value <= 2100
            self._take(Kind.BARE if bare else Kind.NUMBER, value, m.start(), end, unit=unit)

    def _chinese(self) -> None:
        for m in self._each(rf"[{HAN}]+(?:[余多][万亿])?"):
            text = m[0]
            unit = self._unit(m.end())
            # 两 at the end of a number is the weight: 二十六万四千两.
            if len(text) > 1 and text.endswith("两"):
                text, unit = text[:-1], "taels"
            value = chinese_value(re.sub("[余多]", "", text))
            states = any(c in DIGITS or c == "十" for c in text) and text not in IDIOMS
            if len(text) == 1:
                states = unit is not None and text in "二三四五六七八九十"
                if text == "两":
                    states = unit not in (None, "any", "lands", "provinces", "houses")
            kind = Kind.NUMBER if states else Kind.BARE
            if text not in IDIOMS and self.rest[m.end() : m.end() + 1] != "分":
                end = m.start() + len(text)
                self._take(kind, value, m.start(), end, unit=unit, weak=not states)

    def _words(self) -> None:
        word = "|".join(sorted(cardinals(), key=len, reverse=True))
        one = rf"(?:{word}|a|one)"
        unit = rf"(?:{word}|{SCALE})"
        last = r"-one|\s+(?:and\s+one|один|одна|одно)"
        more = rf"[\s-]+(?:and\s+)?{unit}|{last}"
        for m in self._each(rf"\b(?:{one}[\s-]+(?:and\s+)?)?{unit}(?:{more})*\b"):
            if not re.search(rf"\b(?:{word})\b", m[0]) and not re.match(r"(?:a|one)\b", m[0]):
                continue  # thousands of something
            total, section = Fraction(0), Fraction(0)
            for item in re.findall(r"[^\W\d_]+\.?", m[0]):
                if item in cardinals() or item in _ONE:
                    section += cardinals().get(item, 1)
                elif item != "and":
                    times = scale_value(item)
                    section = (section or Fraction(1)) * times
                    if times > 100:
                        total, section = total + section, Fraction(0)
            self._take(Kind.NUMBER, total + section, m.start(), m.end(), unit=self._unit(m.end()))

    def _unit(self, end: int, *, near: bool = False) -> str | None:
        """Return the class of what a number that ends there counts.

        A word may stand between the two (two Soviet ships), unless the unit must be ``near``.
        """
        behind = self.folded[end : end + 24].lstrip(" 余多")
        for length in (3, 2, 1):
            if behind[:length] in UNITS:
                return UNITS[behind[:length]]
        between = "" if near else r"(?:(?!(?:an?|per|each|every|в|за|and|и)\s)[^\W\d_]+\s+)?"
        latin = re.match(rf"{between}(?:{LATIN_UNITS.pattern})", behind)
        return latin.lastgroup if latin else None


def comparable(one: Quantity, two: Quantity) -> bool:
    """Return whether two numbers count the same kind of thing, as far as is known."""
    loose = {Kind.BARE, Kind.NUMBER, Kind.ORDINAL, Kind.YEAR}
    if one.kind is not two.kind and not (
        Kind.BARE in (one.kind, two.kind) and {one.kind, two.kind} <= loose
    ):
        return False
    if two.weak and two.kind is Kind.BARE and one.kind is Kind.ORDINAL:
        return False
    if one.unit is None or two.unit is None:
        return one.unit in (None, "any") or not two.weak
    return one.unit == two.unit or "any" in (one.unit, two.unit)


def equal(one: Quantity, two: Quantity) -> bool:
    """Return whether two numbers that are comparable have one value."""
    if one.kind is two.kind is Kind.DECADE and min(one.value, two.value) < 100:
        return one.value % 100 == two.value % 100
    return one.value == two.value
