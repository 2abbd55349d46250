"""Answers that a model might give about three books: right ones, and lies of many kinds.

Written by hand in ``cases/lies*.txt``, and made from what is right there by one change each.
"""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from rag.language.numbers.quantity import quantities

CASES = Path(__file__).resolve().parents[1] / "cases"
HARBOUR = CASES / "harbour.md"
CANAL = CASES / "small-book.md"
RIVER = CASES / "river.md"
BOOKS = {
    HARBOUR: CASES / "lies.txt",
    CANAL: CASES / "lies-canal.txt",
    RIVER: CASES / "lies-river.txt",
}
TITLES = {HARBOUR: "雾川记", CANAL: "渠与盐", RIVER: "额木河交涉录"}
"""The books, and what is said about each."""
_NUMERALS = "一二三四五六七八九"
_CYRILLIC, _HAN = re.compile("[а-яё]"), re.compile("[\u4e00-\u9fff]")
_QUOTED = re.compile("“([^”]+)”")


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of a model to a question about a book: its kind, and its text with its marks.

    ``[@words]`` cites the passage with these words, ``[!words]`` one without them.
    """

    book: Path
    question: str
    kind: str
    text: str
    mark: str


def written() -> tuple[list[Said], list[Said]]:
    """Return the sentences of the case files: right ones and lies, in their order."""
    right: list[Said] = []
    lies: list[Said] = []
    question = mark = ""
    for book, path in BOOKS.items():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("== "):
                question = line[3:]
            elif line.startswith("@ "):
                mark = f"[@{line[2:]}]"
            elif line.startswith("+ "):
                right.append(Said(book, question, "right", line[2:], mark))
            elif line.startswith("- "):
                lies.append(Said(book, question, "written", line[2:], mark))
    return right, lies


def verbatim(right: list[Said]) -> list[Said]:
    """Return the sentences of the cited paragraphs of the book as they stand."""
    found = []
    for said in dict.fromkeys(replace(said, text="") for said in right):
        plain = re.sub(r"\[\^\d+\]", "", said.book.read_text(encoding="utf-8"))
        paragraphs = plain.split("\n\n")
        paragraph = next(text for text in paragraphs if said.mark[2:-1] in text)
        found += [
            replace(said, kind="verbatim", text=text)
            for text in re.findall("[^。“]+(?:“[^”]*”)?。?", paragraph)
            if len(text) > 8
        ]
    return found


def merged(right: list[Said]) -> list[Said]:
    """Return pairs of neighbouring right sentences as one answer."""
    return [
        replace(one, kind="merged", text=f"{one.text}{one.mark}{two.text}")
        for one, two in pairwise(right)
        if one.mark == two.mark and language(one.text) == language(two.text)
    ]


def language(text: str) -> str:
    """Return the language of a sentence by its letters."""
    return "ru" if _CYRILLIC.search(text) else "zh" if _HAN.search(text) else "en"


def made(right: list[Said], seed: int) -> list[Said]:
    """Return lies, each made by one change to something right."""
    chance = random.Random(seed)  # noqa: S311 -- nothing secret
    found: list[Said] = []
    for said in right:
        found += _renumbered(said, chance)
        found += _renamed(said, chance)
        found += _misquoted(said, chance)
        found.append(replace(said, kind="invented citation", mark=f"[{chance.randint(20, 99)}]"))
        found.append(replace(said, kind="wrong passage", mark=said.mark.replace("@", "!")))
    return found


def _renumbered(said: Said, chance: random.Random) -> list[Said]:
    """Change one digit of each number."""
    found = []
    for number in quantities(said.text):
        at = [k for k in range(number.start, number.end) if said.text[k] in _NUMERALS + "123456789"]
        if at and not number.weak:
            k = chance.choice(at)
            digits = _NUMERALS if said.text[k] in _NUMERALS else "123456789"
            digit = chance.choice(digits.replace(said.text[k], ""))
            text = said.text[:k] + digit + said.text[k + 1 :]
            found.append(replace(said, kind="digit", text=text))
    return found


def _renamed(said: Said, chance: random.Random) -> list[Said]:
    """Put another name of the book in the place of each name."""
    record = said.book.with_suffix(".toml").read_text(encoding="utf-8")
    place = {"zh": 0, "en": -2, "ru": -1}[language(said.text)]
    names = [group["names"][place] for group in tomllib.loads(record)["aliases"]]
    found = []
    for name in names:
        other = chance.choice([item for item in names if item != name])
        if name in said.text and other not in said.text:
            found.append(replace(said, kind="name", text=said.text.replace(name, other)))
    return found


def _misquoted(said: Said, chance: random.Random) -> list[Said]:
    """Change one character between quotation marks."""
    found = []
    for quote in _QUOTED.finditer(said.text):
        at = [k for k in range(*quote.span(1)) if said.text[k].isalnum()]
        if len(at) >= 4:
            k = chance.choice(at)
            text = said.text[:k] + chance.choice("甲乙丙丁") + said.text[k + 1 :]
            found.append(replace(said, kind="quotation", text=text))
    return found
