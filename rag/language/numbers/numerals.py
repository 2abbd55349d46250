"""How numbers are written in Chinese, English and Russian: numerals, units, words; pure."""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction


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

_MONTHS = (
    "january|jan|январ[ьяею]м?", "february|feb|феврал[ьяею]м?", "march|mar|март(?:а|е|у|ом)?",
    "april|apr|апрел[ьяею]м?", "may|ма[йяею]", "june|jun|июн[ьяею]м?", "july|jul|июл[ьяею]м?",
    "august|aug|август(?:а|е|у|ом)?", "september|sept?|сентябр[ьяею]м?",
    "october|oct|октябр[ьяею]м?", "november|nov|ноябр[ьяею]м?", "december|dec|декабр[ьяею]м?",
)  # fmt: skip
MONTH = "|".join(f"(?P<m{number}>{names})" for number, names in enumerate(_MONTHS, 1))

WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_RUSSIAN = (
    "два две двух двумя двум двое двоих", "три трех тремя трем трое троих",
    "четыре четырех четырьмя четырем", "пять пяти пятью", "шесть шести шестью", "семь семи семью",
    "восемь восьми восемью восьмью", "девять девяти девятью",
)  # fmt: skip
"""Two to nine in all their cases."""
_RUSSIAN_TENS = {
    "десят": 10, "одиннадцат": 11, "двенадцат": 12, "тринадцат": 13, "четырнадцат": 14,
    "пятнадцат": 15, "шестнадцат": 16, "семнадцат": 17, "восемнадцат": 18, "девятнадцат": 19,
    "двадцат": 20, "тридцат": 30,
}  # fmt: skip
WORDS |= {form: value for value, forms in enumerate(_RUSSIAN, 2) for form in forms.split()}
WORDS |= {stem + end: value for stem, value in _RUSSIAN_TENS.items() for end in ("ь", "и", "ью")}
WORDS |= {
    first + last: 10 * value
    for value, forms in enumerate(_RUSSIAN[3:7], 5)
    for first, last in zip(forms.split(), ("десят", "десяти", "десятью"), strict=False)
}
WORDS |= {
    first + last: 100 * value
    for value, forms in enumerate(_RUSSIAN, 2)
    for first in forms.split()
    for last in ("сот", "ста", "сти", "стам", "стами", "стах")
}
WORDS |= {
    "сорок": 40, "сорока": 40, "девяносто": 90, "девяноста": 90, "сто": 100, "ста": 100,
}  # fmt: skip
_SCALES = (
    (r"hundreds?", 100), (r"thousands?|тыс(?:яч(?:[аиуей]|ам|ами|ах)?|\.)?", 10**3),
    (r"millions?|mln|млн\.?|миллион(?:а|ов|ы)?", 10**6),
    (r"billions?|bn|млрд\.?|миллиард(?:а|ов|ы)?", 10**9),
)  # fmt: skip
SCALE = "|".join(words for words, _ in _SCALES)
ORDINALS = {
    "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14,
    "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19,
    "twentieth": 20, "втор": 2, "трет": 3, "четверт": 4, "пят": 5, "шест": 6, "седьм": 7,
    "восьм": 8, "девят": 9, "десят": 10,
}  # fmt: skip
_ENDINGS = r"(?:ый|ой|ая|ое|ого|ому|ом|ую|ые|ых|ым|ыми)"
ORDINAL_WORD = (
    "|".join(w for w in ORDINALS if w.isascii())
    + "|(?:"
    + "|".join(w for w in ORDINALS if not w.isascii())
    + rf"){_ENDINGS}|трет(?:ий|ь(?:я|е|его|ему|ем|ю|и|их|ей|им))"
)
ROMAN = {"i": 1, "v": 5, "x": 10}

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
