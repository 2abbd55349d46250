"""Years and numbers of a question in the forms that a book writes them in; pure.

民国二十六年, 昭和十二年, 一九三七年 and 1937年 are one year; 二百六十四 and 264 are one number. A
form counts only where it stands in the book, so a question whose numbers are written as
the book writes them stays what it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.numbers import ANY, ERAS, HAN, chinese_value
from rag.language.text import fold, is_han

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LAST = {"民国": 1949, "光绪": 1908, "宣统": 1912, "明治": 1912, "大正": 1926, "昭和": 1989}
"""The last year of each era that is counted from."""
_YEAR = re.compile(
    rf"(?P<era>{'|'.join(ERAS)})\s*(?P<count>元|{ANY})\s*年"
    r"|(?P<signs>[〇零○一二三四五六七八九]{4})\s*年"
    r"|(?<![\d.,])(?P<digits>1\d{3}|20\d{2})(?:\s*年|(?![\d%,.]*\d|\s*[年月日]))"
)
_NUMBER = re.compile(
    rf"(?<![\d.,{HAN}])(?P<value>\d{{2,7}}|[{HAN}]{{2,8}})(?P<unit>[^\W\d_{HAN}年])"
)
_SIGNS = "〇一二三四五六七八九"
_MOST = 10**8
_TRADITIONAL = str.maketrans("国绪统", "國緒統")


@dataclass(frozen=True, slots=True)
class Respelt:
    """A year or number of a question: ``surface`` as it is asked, ``forms`` as books have it.

    ``surface`` is one of ``forms`` where the books have it too.
    """

    surface: str
    forms: tuple[str, ...]


def respelt(question: str, texts: Iterable[str]) -> list[Respelt]:
    """Return the years and numbers of a question that the texts write otherwise as well.

    What they write only as it is asked, or do not have at all, is left out.
    """
    folded = fold(question)
    asked = {match.group(): _forms_of_year(_year(match)) for match in _YEAR.finditer(folded)}
    rest = _YEAR.sub("|", folded)
    asked |= {match.group(): _forms_of_number(match) for match in _NUMBER.finditer(rest)}
    if not asked:
        return []
    books = list(texts)
    found = []
    for surface, forms in asked.items():
        there = tuple(form for form in dict.fromkeys((surface, *forms)) if _stands(form, books))
        if any(_bare(form) != _bare(surface) for form in there):
            found.append(Respelt(surface, there))
    return found


def respell(question: str, found: Sequence[Respelt]) -> str:
    """Return the question with the books' form for each year or number that they lack as asked."""
    for item in found:
        if item.surface not in item.forms:
            start = fold(question).find(item.surface)
            if start >= 0:
                end = start + len(item.surface)
                question = f"{question[:start]}{item.forms[0]}{question[end:]}"
    return question


def years_of(text: str) -> list[int]:
    """Return the years that a text names, in order, in whatever form; each once."""
    return list(dict.fromkeys(_year(match) for match in _YEAR.finditer(fold(text))))


def in_chinese(number: int) -> str:
    """Return a number from 1 to 99,999,999 in Chinese numerals, as it is read aloud."""
    if number >= 10**4:
        high, low = divmod(number, 10**4)
        gap = "零" if 0 < low < 10**3 else ""
        return f"{in_chinese(high)}万{gap}{in_chinese(low) if low else ''}"
    written, skipped = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            written += ("零" if skipped and written else "") + _SIGNS[digit] + name
        skipped = not digit
    return written.removeprefix("一") if written.startswith("一十") else written


def _year(match: re.Match[str]) -> int:
    if match["era"]:
        count = 1 if match["count"] == "元" else int(chinese_value(match["count"]))
        return ERAS[match["era"]] + count
    return int(chinese_value(match["signs"] or match["digits"]))


def _forms_of_year(year: int) -> list[str]:
    """Return a year as a book may write it, the commonest form first."""
    signs = "".join(_SIGNS[int(digit)] for digit in str(year))
    forms = [f"{year}年", str(year), f"{signs}年"]
    for era, before in ERAS.items():
        if before < year <= _LAST.get(era, before):
            count = year - before
            forms += [f"{era}{in_chinese(count)}年", f"{era}{count}年"]
            forms += [f"{era}元年"] if count == 1 else []
    return forms


def _forms_of_number(match: re.Match[str]) -> list[str]:
    value = chinese_value(match["value"])
    if not is_han(match["unit"]) or not 10 <= value < _MOST or value.denominator != 1:
        return []
    return [f"{form}{match['unit']}" for form in (str(value), in_chinese(int(value)))]


def _stands(form: str, texts: Sequence[str]) -> bool:
    """Return whether a form stands in a text by itself, and not inside a longer number."""
    spellings = [form.removesuffix("年")]
    if form[0] in "民光宣":
        spellings.append(spellings[0].translate(_TRADITIONAL))
    there = [(core, text) for text in texts for core in spellings if core in text]
    if not there:
        return False
    inside = rf"[\d{HAN}]" if form[0].isdigit() or form[0] in HAN else r"(?!)"
    end = r"\s*年" if form.endswith("年") else r"(?!\d)" if form[-1].isdigit() else ""
    return any(re.search(rf"(?<!{inside}){core}{end}", text) for core, text in there)


def _bare(form: str) -> str:
    """Return a form without the unit that a bare year lacks."""
    return re.sub(r"\s*年$", "", form)
