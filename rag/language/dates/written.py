"""Dates as they are written, in Chinese, English and Russian; pure.

Years (also of the Republic and of eras), months, days, decades, ranges, and words that
lean on an earlier date (同年, 次日, "the following year"). The tables are about languages,
never about a book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from rag.language.numbers import ERAS, chinese_value, month_pattern
from rag.language.tables import stop_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Lean(StrEnum):
    """How a part of a date leans on an earlier one: 同年 is SAME, 次日 is NEXT."""

    SAME = "same"
    NEXT = "next"


class Use(StrEnum):
    """What a date in a sentence is good for.

    STATED: something happened then. ASIDE: the same, but the story has not moved there
    (1924年协定). UNSURE: it dates nothing, and what follows may lean on it.
    """

    STATED = "stated"
    ASIDE = "aside"
    UNSURE = "unsure"


Part = int | Lean | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A date as it is written: ``[start, end)`` is where in the sentence.

    ``last`` is the end of a range that shares its unit (7—9月); ``joined`` says that a range
    goes on to the next mention. ``han``: its month is in Chinese numerals, which beside a
    year in figures means the lunar calendar.
    """

    start: int
    end: int
    year: Part = None
    month: Part = None
    day: Part = None
    last: int | None = None
    decade: bool = False
    han: bool = False
    joined: bool = False
    use: Use = Use.STATED


_ONE = "一二三四五六七八九"
_NUMBER = rf"(?:\d{{1,2}}|[{_ONE}]?十[{_ONE}]?|[{_ONE}])"
YEAR = rf"(?:1\d{{3}}|20\d\d|[一二][〇零○{_ONE}]{{3}})"
_CENTURY = 100
_TO = r"\s*[-~、至到和与及]\s*"
_GLOSS = r"(?:\s*\([^()\0]{2,8}年\))?"
"""A year said again in another way: 民国二十六年（1937年）."""
_CLAUSE = r"(?:(?<=[,。;:、\s\"'(])|(?<![\s\S]))"
_NO_JAPAN = r"(?![本军方伪元圆机舰寇侵])"
"""日 begins the name of Japan as well: 同日本 is no 同日."""
_CHINESE = re.compile(
    rf"(?=[\d{_ONE}〇十公{''.join({era[0] for era in ERAS})}同是该当次翌第下])"
    rf"(?:(?:公元)?(?:(?P<y0>{YEAR}){_TO})?(?P<y>{YEAR})\s*年{_GLOSS}"
    rf"|(?P<y1>{YEAR})\s*-\s*(?P<short>\d\d)\s*年"
    rf"|(?P<era>{'|'.join(ERAS)})\s*(?P<e>元|{_NUMBER})\s*年{_GLOSS}"
    rf"|(?P<same_year>同年|该年|{_CLAUSE}是年|当年(?=\s*{_NUMBER}\s*月))(?![轻纪龄级会代青])"
    rf"|(?P<next_year>(?<![{_ONE}\d两几多数])次年(?!会)|翌年|{_CLAUSE}(?:第二|下一)年))?"
    rf"(?:\s*(?:(?:(?P<m0>{_NUMBER}){_TO})?(?P<m>{_NUMBER})\s*月份?"
    r"|(?P<same_month>[同是当该]月)|(?P<next_month>[次翌]月)))?"
    rf"(?:\s*(?:(?:(?P<d0>{_NUMBER}){_TO})?(?P<d>{_NUMBER})\s*[日号]"
    rf"|{_CLAUSE}(?P<same_day>[同当是该]日{_NO_JAPAN}|当天)"
    rf"|(?P<next_day>(?<![{_ONE}\d两几多数])次日{_NO_JAPAN}|翌日|{_CLAUSE}第二天)))?"
    rf"(?:上半年|下半年|年?[底末]|年?初(?![{_ONE}十])|[春夏秋冬][季天]?|[上中下]旬)?"
)
_DECADE = re.compile(
    rf"(?<!\d)(?:(?P<c>\d\d|[{_ONE}]?十[{_ONE}]?)\s*世纪\s*|(?P<cc>1\d|20)?)"
    rf"(?:(?P<t0>[1-9]0|[{_ONE}]?十){_TO})?(?P<t>[1-9]0|[{_ONE}]?十)\s*年代[初末]?(?:中期|后期|前期)?"
    r"|(?<![\d-])(?P<en>1\d\d0|20\d0)s\b"
    r"|(?<![\d-])(?P<ru>(?:1\d|20)?[1-9]0)-?(?:е|х|ых|м)\s+(?:гг?\.|год(?:ы|ов|ах|ам)\b)"
)
_LATIN_YEAR = r"(?:1\d{3}|20\d\d)"
_LEANING_YEAR = (
    r"(?P<same_year>(?:the same|that(?: same)?) year|(?:в )?(?:том|того) же (?:году|года))"
    r"|(?P<next_year>the (?:following|next) year|(?:в )?следующе(?:м году|го года))"
)
_LATIN_YEARS = re.compile(
    rf"(?<![\w.-])(?:(?:between|между)\s+(?P<b0>{_LATIN_YEAR})\s+(?:and|и)\s+(?P<b1>{_LATIN_YEAR})"
    r"(?!\d)(?:\s*(?:гг?\.|год(?:ами)?\b))?"
    r"|(?:in|by|since|during|from|early|late|mid-?|spring|summer|autumn|winter|fall)"
    r"\s+(?:of\s+)?(?:the year\s+)?"
    rf"(?P<e0>{_LATIN_YEAR})(?:\s*(?:-|to)\s*(?P<e1>{_LATIN_YEAR}|\d\d(?![\d-])))?(?![\d,.:]\d|\d|[-/]\d)"
    r"(?=\s*(?:$|[^\w\s])|\s+(?P<word>\w+))"
    rf"|(?P<r0>{_LATIN_YEAR})(?:\s*(?:-|по|до|и)\s*(?P<r1>{_LATIN_YEAR}|\d\d))?\s*(?:гг?\.|год(?:[ауеы]|ом|ах|ов)?\b)"
    rf"|{_LEANING_YEAR}"
    r"|(?P<same_month>(?:the same|that(?: same)?) month|(?:в )?(?:том|того) же месяц[еа])"
    r"|(?P<same_day>(?:on )?(?:the same|that(?: same)?) day|в тот же день)"
    r"|(?P<next_day>(?:on )?the (?:following|next) day|на следующий день))"
)
_FIGURES = re.compile(
    rf"(?<![\w.-])(?:(?P<y>{_LATIN_YEAR})(?P<s>[-.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})"
    rf"|(?P<d2>\d{{1,2}})\.(?P<m2>\d{{1,2}})\.(?P<y2>{_LATIN_YEAR}))(?![\w-]|\.\d)"
)

_LISTED = re.compile(r"[和与及]| and | и ")
_CHINESE_DAY_AFTER = re.compile(r"\s*(?:[,、;:。)至到-]|$)")
_NOT_A_DAY = re.compile(r"\s*[元圆内间之后以余多游程刊报本耳夜]|\s*为期")
_NAMED_BY_MONTH = re.compile(r"\s*(?:革命|起义|事变|政变|运动|党人|攻势)")
"""What is called by a month and tells no date: 十月革命."""
_LUNAR_DAY = re.compile(rf"\s*(?:初[{_ONE}十]|{_NUMBER}(?![\d{_ONE}十]|\s*[日号时点]))")
"""A day without 日 behind its month: 五月初六."""
_DIGIT_BEFORE = re.compile(rf"(?:\d[.,]?|[{_ONE}〇零十百千万第个数几近每闰])$")


@cache
def _latin_date() -> re.Pattern[str]:
    """Return what finds a date with the name of a month."""
    return re.compile(
        r"(?<![\w.-])(?:(?:(?P<d0>\d{1,2})\s*(?:-|to|and)\s*)?"
        r"(?P<d>\d{1,2})(?:st|nd|rd|th|-?го)?(?:\s+of)?\s+)?"
        rf"(?:{month_pattern()})\b(?:\.(?=\s*\d))?(?:\s+(?:(?P<d1>\d{{1,2}})\s*(?:-|to|and)\s*)?"
        r"(?P<d2>\d{1,2})(?:st|nd|rd|th)?(?![\d:.]\d|\d|\s*(?:г\b|год)))?"
        rf"(?:,?\s+(?:of\s+)?(?:(?P<y>{_LATIN_YEAR})(?!\d)(?:\s*(?:г\.|года?\b|году\b))?"
        rf"|{_LEANING_YEAR}))?"
    )


def read_dates(folded: str) -> list[Mention]:
    """Return the dates written in a folded text in reading order, none inside another."""
    found: list[Mention] = []
    for read in (_decades, _figures, _latin, _latin_years, _chinese):
        these = list(read(folded))
        folded = blanked(folded, ((mention.start, mention.end) for mention in these))
        found += these
    return sorted(found, key=lambda mention: mention.start)


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text of the same length in which stretches, in order, can be no part of a date."""
    out: list[str] = []
    at = 0
    for start, end in spans:
        if start >= at:
            out += [text[at:start], "\0" * (end - start)]
            at = end
    return "".join([*out, text[at:]])


def _decades(folded: str) -> Iterator[Mention]:
    for match in _DECADE.finditer(folded):
        year = _decade(match, match["t0"] or match["t"])
        last = _decade(match, match["t"]) if match["t0"] else None
        if year is not None:
            yield from _parts(Mention(*match.span(), year=year, last=last, decade=True), match[0])


def _decade(match: re.Match[str], written: str | None) -> int | None:
    """Return the first year of a decade; below 100 where its century is not said."""
    latin = match["en"] or match["ru"]
    if latin or written is None:
        return int(latin)
    tens = int(chinese_value(written))
    century = match["c"] or match["cc"]
    if century is None:
        return None if match.string[: match.start()].endswith("世纪") else tens
    hundreds = int(chinese_value(century)) - (1 if match["c"] else 0)
    return hundreds * 100 + tens


def _parts(mention: Mention, written: str) -> Iterator[Mention]:
    """Yield a range, or, of numbers that are only listed (3、9月, 1919和1920年), one for each."""
    first = next(
        (part for part in (mention.day, mention.month, mention.year) if part is not None), None
    )
    last = mention.last
    if last is None or not isinstance(first, int):
        yield mention
        return
    step = 10 if mention.decade else 1
    if not _LISTED.search(written) and ("、" not in written or last == first + step):
        yield mention
        return
    alone = replace(mention, last=None)
    yield alone
    if mention.day is not None:
        yield replace(alone, day=last)
    elif mention.month is not None:
        yield replace(alone, month=last)
    else:
        yield replace(alone, year=last)


def _figures(folded: str) -> Iterator[Mention]:
    for match in _FIGURES.finditer(folded):
        names = ("y", "m", "d") if match["y"] else ("y2", "m2", "d2")
        year, month, day = map(int, match.group(*names))
        yield Mention(*match.span(), year, month, day)


def _latin(folded: str) -> Iterator[Mention]:
    for match in _latin_date().finditer(folded):
        month = next(n for n in range(1, 13) if match[f"m{n}"])
        day = match["d"] or match["d2"]
        year = _year_of(match)
        alone = day is None and year is None
        if alone and not re.search(r"(?<!\w)(?:in|by|since|в|с|к)\s+$", folded[: match.start()]):
            continue
        first = _number(match["d0"] or match["d1"])
        last = int(day) if first and day else None
        days = Mention(*match.span(), year, month, first or _number(day), last=last)
        yield from _parts(days, match[0])


def _year_of(match: re.Match[str]) -> Part:
    if match["same_year"]:
        return Lean.SAME
    if match["next_year"]:
        return Lean.NEXT
    return int(match["y"]) if match["y"] else None


def _latin_years(folded: str) -> Iterator[Mention]:
    for match in _LATIN_YEARS.finditer(folded):
        first, last = match["e0"] or match["r0"], match["e1"] or match["r1"]
        if match["b0"]:
            yield Mention(*match.span(), int(match["b0"]), last=int(match["b1"]))
        elif first:
            word = match["word"]
            counted = word is not None and word not in stop_words("opening")
            if match["e0"] and (int(first) % 100 == 0 or counted):
                continue  # in 1500 metres
            start = match.start("e0" if match["e0"] else "r0")
            until = _whole(int(first), last) if last else None
            if until is not None and until <= int(first):
                continue  # 1842-06 is a month
            years = Mention(start, match.end(), int(first), last=until)
            yield from _parts(years, match[0])
        elif match["same_year"] or match["next_year"]:
            yield Mention(*match.span(), Lean.SAME if match["same_year"] else Lean.NEXT)
        elif match["same_month"]:
            yield Mention(*match.span(), month=Lean.SAME)
        else:
            yield Mention(*match.span(), day=Lean.SAME if match["same_day"] else Lean.NEXT)


def _whole(first: int, last: str) -> int:
    """Return the last year of a span, whose century may be left out: 1937-39."""
    return int(last) if int(last) >= _CENTURY else first // _CENTURY * _CENTURY + int(last)


def _chinese(folded: str) -> Iterator[Mention]:
    for match in _CHINESE.finditer(folded):
        mention = _chinese_date(match)
        if mention is not None:
            yield from _parts(mention, match[0])


def _chinese_date(match: re.Match[str]) -> Mention | None:
    """Return the date of a match; None where it is empty, or no date."""
    folded, start, end = match.string, match.start(), match.end()
    year, year_to, lunar_year = _chinese_year(match)
    month: Part = _number(match["m0"] or match["m"])
    if match["same_month"] or match["next_month"]:
        month = Lean.SAME if match["same_month"] else Lean.NEXT
    day: Part = _number(match["d0"] or match["d"])
    if match["same_day"] or match["next_day"]:
        day = Lean.SAME if match["same_day"] else Lean.NEXT
    if year is None and month is None and day is None:
        return None
    starts_with_number = (
        match["y0"]
        or match["y"]
        or match["y1"]
        or (year is None and (match["m"] or match["d"]) and month is not Lean.SAME)
    )
    if starts_with_number and _DIGIT_BEFORE.search(folded, max(0, start - 2), start):
        return None
    han = bool(match["m"]) and not match["m"].isdigit()
    if month is None and match["d"] and not _is_bare_day(match):
        return None
    if year is None and han and _NAMED_BY_MONTH.match(folded, end):
        return None
    behind = _LUNAR_DAY.match(folded, end)
    in_figures = bool(match["y"]) and match["y"].isdigit()
    if lunar_year or (han and (in_figures or (behind and not behind[0][-1].isdigit()))):
        if year is None or (lunar_year and month in (11, 12)):
            return None  # the end of a lunar year lies in the next one
        return Mention(start, end, year, last=year_to)
    if year is not None and month is None:
        day = None
    if year_to is not None and month is not None:
        return Mention(start, end, year, use=Use.UNSURE)
    last = year_to
    if match["m0"] or (match["d0"] and day is not None):
        last = _number(match["d"] if match["d0"] else match["m"])
    return Mention(start, end, year, month, day, last=last, han=han)


def _chinese_year(match: re.Match[str]) -> tuple[Part, int | None, bool]:
    """Return the year, the last year of a range, and whether its months are lunar."""
    if match["era"]:
        number = 1 if match["e"] == "元" else int(chinese_value(match["e"]))
        return ERAS[match["era"]] + number, None, match["era"] in ("光绪", "宣统")
    if match["same_year"]:
        return Lean.SAME, None, False
    if match["next_year"]:
        return Lean.NEXT, None, False
    if match["short"]:
        first = int(match["y1"]) if match["y1"].isdigit() else None
        return first, first and first // 100 * 100 + int(match["short"]), False
    if match["y"] is None:
        return None, None, False
    year = int(chinese_value(match["y"]))
    if match["y0"] is None:
        return year, None, False
    return int(chinese_value(match["y0"])), year, False


def _number(written: str | None) -> int | None:
    return int(chinese_value(written)) if written else None


def _is_bare_day(match: re.Match[str]) -> bool:
    """Return whether a number before 日 without a month is a day, and no span of days."""
    if match[0].endswith("号") or _NOT_A_DAY.match(match.string, match.end()):
        return False
    if match["d"].isdigit():
        return True
    before = match.string[max(0, match.start() - 2) : match.start()].strip()
    apart = _CHINESE_DAY_AFTER.match(match.string, match.end())
    return bool(apart and (not before or before[-1] in ",。;:、于至"))
