"""Numbers as Word prints them: of pages, notes and headings.

The formats are those of ECMA-376 part 1, 17.18.59 (ST_NumberFormat), as far as books use them.
"""

from __future__ import annotations

from rag.language.numbers import page_label

_DIGITS = "〇一二三四五六七八九"
_CIRCLED = ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1))
_STARS = ("*", "†", "‡", "§")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def number_text(number: int, kind: str) -> str:
    """Return a number in one of Word's formats; one that is not known is decimal."""
    if kind in {"none", "bullet"}:
        return ""
    if number < 1:
        return str(number)
    if kind in {"lowerRoman", "upperRoman"}:
        return page_label(number, "i" if kind == "lowerRoman" else "I")
    if kind in {"lowerLetter", "upperLetter"}:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if kind == "lowerLetter" else letter.upper()
    if kind.startswith("decimalEnclosedCircle"):
        return next((chr(code + number - low) for low, high, code in _CIRCLED
                     if low <= number <= high), str(number))  # fmt: skip
    if kind == "chicago":
        return _STARS[(number - 1) % 4] * ((number - 1) // 4 + 1)
    if kind in {"ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"}:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if "Counting" in kind or kind.startswith("ideographLegal"):
        return _counted(number)
    if kind == "ideographTraditional":
        return _STEMS[(number - 1) % 10]
    if kind == "ideographZodiac":
        return _BRANCHES[(number - 1) % 12]
    if kind == "decimalZero":
        return f"{number:02d}"
    if kind.startswith("decimalFullWidth"):
        return str(number).translate(_FULL_WIDTH)
    return str(number)


def _counted(number: int) -> str:
    """Return a number below ten thousand in Chinese, as it is counted: 十二, 一百〇三."""
    if number >= 10_000:
        return str(number)
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("〇" if gap and text else "") + _DIGITS[digit] + name
        gap = not digit
    return text[1:] if text.startswith("一十") else text
