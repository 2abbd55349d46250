"""The press prints a book as the text that a scan of it would give."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tests.support.press.printing import Printed, Sheet

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
"""The marks that stand in the press's own texts: the first is ``^①``."""
_STARS = ("*", "**", "***", "†", "‡", "※")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")

Signs = Literal["①", "[1]", "(1)", "（1）", "*", "1"]


@dataclass(frozen=True, slots=True)
class Printing:
    """What a scan's text shows of a book.

    ``folio`` is how a page number stands in the text as a line of its own (``— {} —``; None:
    not at all), at the foot of its page, or where ``folio_first`` is set at its head. ``heads``
    are running heads, ``form_feeds`` stand between pages. ``signs`` is the kind of the marks of
    notes. ``entry`` is how an entry of the contents is printed (``{heading}……{page}``; None:
    every other one with dots, before the number in brackets). Shares of the entries are
    ``split`` over two blocks, ``missing``, or have a number that is ``mangled`` so that a
    person can still read it (``l7``, ``1 7``, ``1〇``); ``seed`` draws them.
    """

    contents: bool = True
    folio: str | None = None
    folio_first: bool = False
    heads: bool = False
    form_feeds: bool = False
    signs: Signs = "①"
    entry: str | None = None
    split: float = 0.0
    missing: float = 0.0
    mangled: float = 0.0
    seed: int = 0


def text_of(printed: Printed, printing: Printing) -> str:
    """Return the text that a scan of the book would give."""
    words = printed.words
    pages = [["", printed.title, "", words.author, ""]]
    pages += _run(printed, printed.preface, printing)
    if printing.contents:
        pages.append([words.spread(words.contents, " "), "", *_contents(printed, printing), ""])
    pages += _run(printed, printed.body, printing)
    if printing.form_feeds:
        return "\n\f".join("\n".join(page) for page in pages)
    return "\n".join("\n".join(page) for page in pages if page)


def feet(sheets: tuple[Sheet, ...]) -> list[list[str]]:
    """Return the notes of each page as they are printed on it, with what runs on from the last."""
    printed: list[list[str]] = []
    rest = ""
    for sheet in sheets:
        notes = list(sheet.notes)
        if rest and not sheet.blank:
            notes.insert(0, rest)
            rest = ""
        if sheet.carried:
            notes[-1], rest = notes[-1][: -sheet.carried], notes[-1][-sheet.carried :]
        printed.append(notes)
    return printed


def signed(text: str, signs: Signs) -> str:
    """Return a text in which every mark ``^①`` is printed in its kind."""
    return re.sub(r"\^(.)", lambda mark: _raised(mark[1], signs), text)


def note_line(note: str, signs: Signs) -> str:
    """Return a note with its mark printed in its kind; what runs on from a page has none."""
    match = re.match(rf"\^?([{CIRCLED}])", note)
    if match is None or signs == "①":
        return note
    return sign(CIRCLED.index(match[1]) + 1, signs) + note[match.end() :]


def sign(number: int, signs: Signs) -> str:
    """Return the mark of the note with a number, without what raises it."""
    if signs == "①":
        return CIRCLED[number - 1]
    if signs == "*":
        return _STARS[number - 1] if number <= len(_STARS) else f"[{number}]"
    return signs.replace("1", str(number))


def _raised(mark: str, signs: Signs) -> str:
    printed = sign(CIRCLED.index(mark) + 1, signs)
    return f"^{printed}" if signs in ("①", "1") else printed


def _run(printed: Printed, sheets: tuple[Sheet, ...], printing: Printing) -> list[list[str]]:
    """Return the lines of each page of a numbering."""
    pages: list[list[str]] = []
    for sheet, notes in zip(sheets, feet(sheets), strict=True):
        lines: list[str] = []
        if sheet.caption:
            lines += [sheet.caption, ""]
        if not sheet.blank:
            folio = printing.folio.format(sheet.label) if printing.folio and sheet.label else ""
            if printing.heads and not sheet.opens:
                lines += [sheet.head(printed.title), ""]
            if folio and printing.folio_first:
                lines += [folio, ""]
            for piece in sheet.pieces:
                lines += [signed(piece.text, printing.signs).strip(), ""]
            for note in notes:
                lines += [note_line(note, printing.signs), ""]
            if folio and not printing.folio_first:
                lines += [folio, ""]
        pages += [lines] * sheet.copies
    return pages


def _contents(printed: Printed, printing: Printing) -> list[str]:
    """Return the entries of the table of contents, a line each or, where split, several."""
    chance = random.Random(printing.seed)  # noqa: S311 - books are made up, not secrets
    lines: list[str] = []
    for k, (heading, number) in enumerate(printed.contents):
        if chance.random() < printing.missing:
            continue
        mangled = chance.random() < printing.mangled and number
        page = _mangled(number, chance) if mangled else number
        if not number:
            entry = heading
        elif printing.entry is None:
            entry = f"{heading}{'.....' * (k % 2)}\t({page})"
        else:
            entry = printing.entry.format(heading=heading, page=page)
        if chance.random() < printing.split and len(heading) > 7:
            place = chance.randrange(5, len(heading) - 1)
            lines += [entry[:place], ""]
            entry = entry[place:]
        lines.append(entry)
    return lines


def _mangled(number: str, chance: random.Random) -> str:
    """Return a page number as a scan misreads it, still to be read by a person."""
    place = chance.randrange(len(number))
    ways = [
        number.translate(_WIDE),
        f"{number[:place]} {number[place:]}".strip(),
        number.replace("1", chance.choice("lI")),
        number.replace("0", chance.choice("〇O")),
    ]
    return chance.choice(ways)
