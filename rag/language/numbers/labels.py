"""Numbers as pages and headings print them: Arabic, Roman, Chinese; pure."""

from __future__ import annotations

import re
import unicodedata

from rag.language.numbers.numerals import HAN, chinese_value
from rag.language.tables import table

_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


_ROMAN_TEXT = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"),
               (4, "iv"), (1, "i"))  # fmt: skip


def page_number(label: str) -> tuple[int, str] | None:
    """Return the number a label stands for, and its style (``1``, ``i`` or ``I``), or None."""
    if label.isascii() and label.isdigit():
        return int(label), "1"
    if re.fullmatch(r"[ivxlc]+|[IVXLC]+", label):
        return roman_number(label) or 0, "i" if label.islower() else "I"
    return None


def roman_number(text: str) -> int | None:
    """Return the value of a Roman numeral up to some hundreds, or None where it is none."""
    values = [_ROMAN.get(sign, 0) for sign in text.lower()]
    if not values or not all(values):
        return None
    return sum(
        -value if behind > value else value
        for value, behind in zip(values, [*values[1:], 0], strict=True)
    )


def spelt_number(word: str) -> int | None:
    """Return the number that a word in small letters says, or None: one, first.

    English words are read up to twenty, Russian ordinals, by their beginning, up to twelve.
    """
    for key in ("numbers.cardinals", "numbers.ordinals"):
        if word in table("en")[key]:
            return table("en")[key].index(word) + 1
    return next(
        (
            number
            for number, forms in enumerate(table("ru")["numbers.ordinals"], 1)
            if word.startswith(tuple(forms.split()))
        ),
        None,
    )


def page_label(number: int, style: str) -> str:
    """Return the printed label of a number in a style (see ``folio_number`` for all of them)."""
    kind = style.rstrip("*")[-1]
    before, _, after = style.rpartition(kind)
    if kind in "1一":
        return f"{before}{number}{after}"
    text = ""
    for value, letters in _ROMAN_TEXT:
        while number >= value:
            text, number = text + letters, number - value
    return f"{before}{text.upper() if kind == 'I' else text}{after}"


def chinese_number(text: str) -> int | None:
    """Return the value of a number in Chinese or Arabic numerals, or None where it is neither."""
    text = unicodedata.normalize("NFKC", text.strip())
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(sign not in HAN for sign in text):
        return None
    return int(chinese_value(text))


SMALL_HAN = HAN.translate(dict.fromkeys(map(ord, "万亿")))
_FOLIO = re.compile(
    rf"(?P<before>(?:[A-Z]{{1,3}}|\d{{1,3}}|[IVXLC]{{1,7}})\s?[-‐–—.·]\s?(?=\d)|[A-Z](?=\d))?"
    rf"(?P<number>\d{{1,4}}|[ivxlc]{{1,7}}|[IVXLC]{{1,7}}|[{SMALL_HAN}]{{1,7}})(?P<after>\*?)"
)


def folio_number(text: str) -> tuple[int, str] | None:
    """Return the number that a page shows as its own, and its style, or None where it is none.

    To the style belongs what is printed with every number: ``A-16`` is 16 in the style ``A-1``,
    ``3-16`` in ``3-1``, ``16*`` in ``1*``; 十六 is 16 in the style ``一``, whose labels are
    Arabic. ``page_label`` gives the label back.
    """
    match = _FOLIO.fullmatch(text)
    if match is None:
        return None
    before = re.sub(r"\s", "", match["before"] or "")
    value = page_number(match["number"])
    if value is None:
        han = chinese_number(match["number"])
        value = (han, "一") if han else None
    if value is None or (before and value[1] != "1"):
        return None
    number, kind = value
    # A Roman numeral is written in one way only, which few words in these letters are.
    if number < 1 or (kind in "iI" and page_label(number, kind) != match["number"]):
        return None
    return number, before + kind + match["after"]
