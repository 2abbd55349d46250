"""Citations as the styles print them: the cases of ``cases/citations.txt``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from rag.citing.composing import render_bibliography, render_notes
from rag.citing.model import Cited
from rag.citing.styles import STYLES
from rag.types import BookRecord, Language, PageStatus, Person, Place, TextKind

CASES = Path(__file__).resolve().parents[1] / "cases"
PERSON = re.compile(r"(?P<name>[^(]+?)(?: \((?P<latin>.+)\))?")


@cache
def books() -> dict[str, BookRecord]:
    """Return the books of the cases by the names they have there."""
    values: dict[str, dict[str, str]] = {}
    name = ""
    for line in lines("citations-books.txt"):
        if line.startswith("["):
            name = line.strip("[]")
            values[name] = {}
        else:
            key, _, value = line.partition(": ")
            values[name][key] = value
    return {name: record(name, known) for name, known in values.items()}


def record(name: str, known: dict[str, str]) -> BookRecord:
    """Return the book of a paragraph."""
    return BookRecord(
        name,
        known["title"],
        subtitle=known.get("subtitle"),
        title_short=known.get("title_short"),
        authors=people(known.get("authors", "")),
        translators=people(known.get("translators", "")),
        editors=people(known.get("editors", "")),
        publisher=known.get("publisher"),
        place=known.get("place"),
        year=known.get("year"),
        edition=known.get("edition"),
        series=known.get("series"),
        language=known.get("language"),
        kind=TextKind(known.get("kind", "book")),
    )


def people(text: str) -> tuple[Person, ...]:
    """Return the people of a line."""
    matches = [PERSON.fullmatch(item) for item in text.split("; ") if item]
    return tuple(Person(match["name"], match["latin"]) for match in matches if match)


def lines(name: str) -> list[str]:
    """Return the lines of a file of cases, without comments and blank lines."""
    text = (CASES / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def place(text: str) -> Place:
    """Return a place as the cases write it: ``part 前言, page 3``."""
    parts = dict.fromkeys(("part", "chapter", "section", "note", "para"), None) | {
        key: value for key, _, value in (item.partition(" ") for item in text.split(", "))
    }
    status, pages = PageStatus.UNKNOWN, ""
    if exact := parts.get("page"):
        status, pages = PageStatus.EXACT, exact
    elif about := parts.get("about"):
        status, pages = PageStatus.APPROXIMATE, about
    return Place(
        parts["part"],
        parts["chapter"],
        parts["section"],
        tuple(pages.split()),
        status,
        tuple(parts["note"].split()) if parts["note"] else (),
        tuple(map(int, parts["para"].split())) if parts["para"] else (),
    )


@dataclass(frozen=True, slots=True)
class Case:
    """A line of the file: what is cited, how, and the text that must come out."""

    style: str
    language: Language | None
    kind: str
    book: str
    where: str
    text: str

    def __str__(self) -> str:
        """Return what the case is known by."""
        return f"{self.style} {self.kind} {self.book} {self.where}"


def cases() -> list[Case]:
    """Return the cases of the file."""
    found = []
    style, language = "", None
    for line in lines("citations.txt"):
        if line.startswith("=="):
            style, _, tag = line.removeprefix("==").strip().partition(" ")
            language = Language(tag) if tag else None
            continue
        kind, book, where, text = (item.strip() for item in line.split(" | "))
        found.append(Case(style, language, kind, book, where, text))
    return found


def written(case: Case) -> str:
    """Return what a case comes to; italics between asterisks, raised text between carets."""
    records = [books()[name] for name in case.book.split(" + ")]
    if case.kind == "entry":
        runs = render_bibliography(records, case.style, case.language)[-1].runs
    else:
        places = [place(item) for item in case.where.split(" + ")]
        if len(records) == 1:
            records *= len(places)
        note = [Cited(book, item) for book, item in zip(records, places, strict=True)]
        other = [Cited(books()["bare"], place("page 1"))]
        document = [other, note, other, note] if case.kind == "later" else [note]
        headings = case.kind == "headings"
        runs = render_notes(document, case.style, case.language, headings=headings)[-1].runs
    return "".join(
        f"*{run.text}*" if run.italic else f"^{run.text}^" if run.superscript else run.text
        for run in runs
    )


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_citation(case: Case) -> None:
    """A citation comes out to the character as the style has it."""
    assert written(case) == case.text


@pytest.mark.parametrize("style", STYLES)
def test_every_style_has_every_kind_of_case(style: str) -> None:
    """No style goes without a case of what a citation may have to say."""
    covered = {
        feature
        for case in cases()
        if case.style == style
        for feature in (
            case.kind,
            *case.book.split(" + "),
            *(item.split(" ")[0] for item in re.split(r", | \+ ", case.where)),
        )
    }
    assert {"first", "later", "entry"} <= covered
    assert {"page", "about", "part", "chapter", "note", "unknown"} <= covered
    wanted = {"li", "undated", "two", "many", "edited", "translated", "english", "notes"}
    assert wanted <= covered
