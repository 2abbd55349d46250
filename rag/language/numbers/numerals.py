"""How numbers are written in Chinese, English and Russian: numerals, units, words; pure."""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from rag.language.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping


class Bound(StrEnum):
    """How a number is meant: as it stands, or as more, less or about as much."""

    EXACT = "exact"
    ABOVE = "above"
    BELOW = "below"
    ABOUT = "about"


DIGITS = {c: k for k, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
GREAT = {"万": 10**4, "亿": 10**8}
HAN = "〇零○一二两三四五六七八九十百千万亿"
ANY = rf"(?:\d+(?:\.\d+)?|[{HAN}]+)"
ERAS = {"民国": 1911, "光绪": 1874, "宣统": 1908, "明治": 1867, "大正": 1911, "昭和": 1925}
IDIOMS = frozenset({"十分", "万一", "千万", "一一", "万万", "千百", "百千", "万千", "亿万"})

_UNIT_WORDS = {
    "people": "人 名 位 员",
    "times": "次 回 遍",
    "ships": "艘 只",
    "planes": "架",
    "cars": "辆",
    "guns": "门 挺 支 枝",
    "years": "年 载 岁",
    "days": "天",
    "hours": "小时 点钟",
    "months": "个月",
    "weeks": "周 星期",
    "metres": "米 公尺",
    "kilometres": "公里 千米",
    "miles": "英里",
    "li": "里 华里",
    "feet": "尺",
    "tons": "吨",
    "jin": "斤",
    "kilograms": "公斤 千克",
    "dollars": "美元 美金",
    "roubles": "卢布",
    "yen": "日元 日圆",
    "pounds": "英镑 镑",
    "yuan": "元 圆 块",
    "taels": "两",
    "mu": "亩",
    "divisions": "师",
    "regiments": "团",
    "houses": "家 座 所 间 栋",
    "articles": "条 款 项 点",
    "kinds": "种 类",
    "any": "个",
    "lands": "国",
    "provinces": "省",
    "counties": "县",
    "households": "户",
    "volumes": "册 卷 本 篇 章",
    "sheets": "张 幅 页",
    "times over": "倍",
    "grades": "级",
    "parcels": "包 箱 袋 封 批",
    "coins": "文",
}
UNITS = {word: name for name, words in _UNIT_WORDS.items() for word in words.split()}
LATIN_UNITS = re.compile(
    r"(?P<dollars>(?:us )?dollars?|долл)|(?P<roubles>rou?bles?|рубл)|(?P<yen>yen\b|иен)"
    r"|(?P<pounds>pounds?)"
    r"|(?P<taels>taels?|лян)|(?P<tons>tons?\b|tonnes?|тонн)|(?P<kilometres>kilomet|km\b|км\b"
    r"|километр)"
    r"|(?P<miles>miles?\b|мил[ьяеи])|(?P<metres>met(?:er|re)s?|метр)|(?P<kilograms>kilogram|kg\b"
    r"|кг\b|килограмм)"
    r"|(?P<planes>aircraft|(?:air)?planes?\b|самол)|(?P<ships>ships?\b|boats?\b|vessels?|кораб"
    r"|суд(?:но|ов|а)\b)"
    r"|(?P<people>people|persons?|men\b|workers?|soldiers?|человек|люд|рабочи|солдат)"
    r"|(?P<years>years?\b|лет\b|годов)|(?P<months>months?|месяц)|(?P<weeks>weeks?|недел)"
    r"|(?P<days>days?\b|дн[еяи]|ден)"
    r"|(?P<hours>hours?|час)"
)


@cache
def month_pattern() -> str:
    """Return what finds the name of a month in English or Russian: groups m1 to m12."""
    months = zip(table("en")["numbers.months"], table("ru")["numbers.months"], strict=True)
    return "|".join(f"(?P<m{number}>{'|'.join(pair)})" for number, pair in enumerate(months, 1))


@cache
def cardinals() -> Mapping[str, int]:
    """Return the values of numerals in words, from two on, in all their cases."""
    found: dict[str, int] = {}
    for language in ("en", "ru"):
        for key, values in (
            ("numbers.cardinals", range(1, 21)),
            ("numbers.tens", range(30, 100, 10)),
            ("numbers.hundreds", range(100, 1000, 100)),
        ):
            for value, forms in zip(values, table(language)[key], strict=False):
                found |= dict.fromkeys(forms.split(), value)
    return {word: value for word, value in found.items() if value > 1}


@cache
def ordinals() -> Mapping[str, int]:
    """Return the values of ordinals from second on: English words, and stems of Russian ones."""
    return {
        form: value
        for language in ("en", "ru")
        for value, forms in enumerate(table(language)["numbers.ordinals"], 1)
        for form in forms.split()
        if value > 1
    }


@cache
def ordinal_pattern() -> str:
    """Return what finds an ordinal from second on in words."""
    english = "|".join(word for word in ordinals() if word.isascii())
    stems = "|".join(word for word in ordinals() if not word.isascii())
    return f"{english}|(?:{stems}){_ENDINGS}|трет(?:ий|ь(?:я|е|его|ему|ем|ю|и|их|ей|им))"


_SCALES = (
    (r"hundreds?", 100), (r"thousands?|тыс(?:яч(?:[аиуей]|ам|ами|ах)?|\.)?", 10**3),
    (r"millions?|mln|млн\.?|миллион(?:а|ов|ы)?", 10**6),
    (r"billions?|bn|млрд\.?|миллиард(?:а|ов|ы)?", 10**9),
)  # fmt: skip
SCALE = "|".join(words for words, _ in _SCALES)
_ENDINGS = r"(?:ый|ой|ая|ое|ого|ому|ом|ую|ые|ых|ым|ыми)"

BEFORE = (
    (
        Bound.BELOW,
        (
            r"(?:将近|近|不到|不足|少于|至多|低于|最多|接近"
            r"|almost|nearly|less than|fewer than|under|at most"
            r"|почти|менее|не более)[有为达计]?\s*$"
        ),
    ),
    (
        Bound.ABOVE,
        (
            r"(?:超过|逾|多于|至少|不下|不少于|高于|超出"
            r"|over|more than|above|at least|exceed\w*|свыше"
            r"|более|не менее)[有为达计]?\s*$"
        ),
    ),
    (
        Bound.ABOUT,
        (
            r"(?:约|大约|约为|大概|大致|about|around|approximately|some|roughly|около|примерно"
            r"|приблизительно)[有为达计]?\s*$"
        ),
    ),
)
BEHIND = (
    (Bound.ABOVE, r"\s*(?:[余多]|or more|с лишним|[^\W\d_]{0,2}(?:以上|之多|有余))"),
    (Bound.BELOW, r"\s*[^\W\d_]{0,2}(?:以下|以内|不到)"),
    (Bound.ABOUT, r"\s*[^\W\d_]{0,2}(?:左右|上下)"),
)


def chinese_value(text: str) -> Fraction:
    """Return the value of Chinese or Arabic numerals: 二十一, 一九四一, 百五十万, 1.5."""
    if text[0] in "0123456789":
        return Fraction(text)
    if not any(c in TENS or c in GREAT for c in text):
        return Fraction(int("".join(str(DIGITS[c]) for c in text)))
    total, section, digit = 0, 0, 0
    for c in text:
        if c in DIGITS:
            digit = DIGITS[c]
        elif c in TENS:
            section, digit = section + (digit or 1) * TENS[c], 0
        elif c == "亿":
            total, section, digit = (total + section + digit or 1) * GREAT[c], 0, 0
        else:
            total, section, digit = total + (section + digit or 1) * GREAT[c], 0, 0
    return Fraction(total + section + digit)


def decimal_value(text: str) -> Fraction:
    """Return the value of 1,500, 1 500, 1.5 or 1,5."""
    if re.fullmatch(r"\d{1,3}(?:[, \u00a0]\d{3})+", text):
        return Fraction(re.sub(r"\D", "", text))
    return Fraction(text.replace(",", "."))


def scale_value(word: str) -> int:
    """Return how much a hundred, a thousand and their like multiply by."""
    return next(value for words, value in _SCALES if re.fullmatch(words, word))
