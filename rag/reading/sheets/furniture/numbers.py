"""The numbers in a row at the head or the foot of a page, and its words without them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.language.numbers import SMALL_HAN, folio_number, page_number
from rag.language.text import CJK, letters_of
from rag.reading.outline import read_page
from rag.reading.sheets.folios import Folio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.sheets.model import Line

_NUMERAL = r"\d{1,4}|[ivxlc]{1,7}|[IVXLC]{1,7}|(?=[lIO|oSZB]*\d)[\dlIO|oSZB]{2,4}|\d(?:\s\d){1,3}"
_ORNAMENT = r"\s·•∙・.、,—–―‐\-－~～|/()\[\]〔〕【】«»<>〈〉*◆◇■□★☆"
_TRIM = rf"[{_ORNAMENT}]*"
_PURE = re.compile(
    rf"^{_TRIM}(?:第|(?i:pp?\.|page))?\s*(?P<number>{_NUMERAL})\s*(?:页|頁)?(?:\s*/\s*\d{{1,4}})?{_TRIM}$"
)
_STARRED = re.compile(r"^[^*]*[0-9ivxlcIVXLC]\*$")
_AFFIXED = re.compile(rf"^{_TRIM}(?:第\s*(?P<ordinal>.+?)\s*[页頁]|(?P<plain>.+?)){_TRIM}$")
_AFFIXED_STAR = re.compile(rf"^{_TRIM}(?P<plain>[^\s*]+\*)$")
_ROMAN = r"(?:[ivxlc]{1,7}|[IVXLC]{1,7})"
_LETTERS = "A-Za-z\u00c0-\u024f\u0400-\u04ff"
_NUMBER = re.compile(
    rf"第\s*(?P<ordinal>[{SMALL_HAN}]{{1,7}})\s*(?=[页頁])"
    r"|(?:(?<![^\W_])(?:[A-Z]{1,3}|[IVXLC]{1,7})|(?<!\d)\d{1,3})[-‐–—]\d{1,4}(?!\d)"
    r"|(?<!\d)(?<!\d[.,:])\d{1,4}\*?(?!\d|[.,:]\d)"
    rf"|(?<![{_LETTERS}]){_ROMAN}(?![{_LETTERS}])"
    r"|(?<=[A-Z])[ivxlc]{1,7}$|^[ivxlc]{1,7}(?=[A-Z]{2})"
    rf"|(?<![{CJK}])[{SMALL_HAN}]{{1,7}}(?![{CJK}])"
)
_FIRST = re.compile(rf"^{_TRIM}(?P<number>\d{{1,4}}|[ivxlc]+)(?=[\s|·•・/—]+\S)")
_LAST = re.compile(r"(?<=\S)[\s|·•・/—]+(?P<number>\d{1,4}|[ivxlc]+)[\s·•・—\-]*$")
_LETTER_FOR_DIGIT = re.compile(r"^[SZB](?=\d)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a row: what it may be as a page's own, and where in the row it stands.

    ``outer`` numbers begin or end their line.
    """

    folio: Folio
    outer: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A row as it is read: its numbers in order, and the words about them.

    ``frame`` are the words with a sign in the place of each number, ``words`` those without the
    numbers that stand apart from them at either end; ``pure`` says that there are none.
    """

    numbers: tuple[Number, ...]
    frame: str
    words: tuple[str, ...]
    pure: bool


def is_number(text: str) -> bool:
    """Whether a line is a number and nothing else."""
    return _PURE.match(text) is not None


def read_row(row: Sequence[Line], width: float, edge: str) -> Reading:
    """Return how a row is read; ``edge`` is the end of the page that it stands at."""
    numbers: list[Number] = []
    frames: list[str] = []
    words: list[str] = []
    for line in row:
        plain = unicodedata.normalize("NFKC", line.text).strip()
        folio = _pure(plain)
        if folio is not None:
            place = _place(line, 0.5, width, edge)
            numbers.append(Number(Folio(*folio, place), outer=True))
            frames.append("#")
            words.append("")
            continue
        found, frame = _within(line, width, edge)
        numbers += found
        frames.append(frame)
        words.append(_without_apart(plain))
    return Reading(tuple(numbers), "".join(frames), tuple(words), not any(words))


def _pure(plain: str) -> tuple[int, str] | None:
    """Return the number that a line is, or None where it is not one alone."""
    match = _PURE.match(plain)
    if match is not None:
        if _STARRED.match(plain):
            starred = _AFFIXED_STAR.match(plain)
            value = folio_number(starred["plain"]) if starred else None
            if value is not None:
                return value
        return _value(match["number"])
    match = _AFFIXED_STAR.match(plain) or _AFFIXED.match(plain)
    found = match.groupdict() if match else {}
    return folio_number(found.get("ordinal") or found.get("plain") or "")


def _value(token: str) -> tuple[int, str] | None:
    """Return the number that a token stands for; letters among digits are taken for digits."""
    bare = re.sub(r"\s", "", token)
    value = page_number(str(int(bare)) if bare.isascii() and bare.isdigit() else bare)
    if value is None and not _LETTER_FOR_DIGIT.match(bare):
        read = read_page(bare, roman=False)
        value = page_number(read) if read else None
    if value is None:
        value = folio_number(bare)
    return value if value and value[0] > 0 else None


def _within(line: Line, width: float, edge: str) -> tuple[list[Number], str]:
    """Return the numbers of a line that holds words too, and its words about them."""
    text = _unraised(line)
    numbers: list[Number] = []
    frame = ""
    end = 0
    for match in _NUMBER.finditer(text):
        folio = folio_number(match["ordinal"] or match[0])
        if folio is None:
            continue
        before, after = text[: match.start()], text[match.end() :]
        outer = not before.strip(_STRIPPED) or not after.strip(_STRIPPED)
        middle = (match.start() + match.end()) / 2 / max(len(text), 1)
        place = _place(line, middle, width, edge) + ("" if outer else " within")
        numbers.append(Number(Folio(*folio, place), outer=outer))
        frame += letters_of(text[end : match.start()]) + "#"
        end = match.end()
    return numbers, frame + letters_of(text[end:])


def _unraised(line: Line) -> str:
    """Return the text of a line without the marks of notes: raised or circled numbers."""
    text = "".join(
        " " if any(s.start <= k < s.end for s in line.raised) or _circled(c) else c
        for k, c in enumerate(line.text)
    )
    return unicodedata.normalize("NFKC", text).strip()


def _circled(character: str) -> bool:
    return unicodedata.category(character) == "No"


_STRIPPED = " \t·•∙・.、,—–―‐-－~～|/()[]〔〕【】«»<>〈〉*◆◇■□★☆“”‘’\"'"


def _without_apart(plain: str) -> str:
    """Return a line without the numbers that stand apart from its words at either end."""
    for pattern in (_FIRST, _LAST):
        match = pattern.search(plain)
        if match and _value(match["number"]):
            plain = plain[: match.start("number")] + plain[match.end("number") :]
    return plain


def _place(line: Line, along: float, width: float, edge: str) -> str:
    """Return where a number stands that is so far along its line: edge and third of the page."""
    middle = (line.left + along * (line.right - line.left)) / max(width, 1.0)
    return f"{edge} {'left' if middle < 0.4 else 'right' if middle > 0.6 else 'middle'}"
