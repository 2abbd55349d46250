"""Pages of books that print, number and damage their pages in many ways."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import Any

import pytest

from rag.reading.formats.scan import read_scan
from rag.types import PageStatus
from tests.support.press.printing import (
    Layout,
    Printed,
    Printing,
    Score,
    broken,
    doubled,
    print_book,
    running_on,
    score,
    with_plates,
    without_pages,
)

SMALL = Layout(width=25, height=25, chapters=3, sections=3, paragraphs=(4, 9))


def some_layout(seed: int) -> Layout:
    """Return a layout drawn by a seed."""
    draw = random.Random(seed)  # noqa: S311 - layouts are no secrets
    return replace(
        SMALL,
        width=draw.randint(20, 34),
        height=draw.randint(20, 36),
        chapters=draw.randint(3, 5),
        sections=draw.randint(2, 5),
        notes=draw.choice([0.0, 0.2, 0.6]),
        preface=draw.random() < 0.5,
        chapter_lines=draw.randint(4, 10),
        section_lines=draw.randint(2, 4),
    )


def damaged(printed: Printed, printing: Printing, damage: str) -> Printed:
    """Return a book as its scan has it."""
    if damage == "doubled":
        return doubled(printed, 7)
    if damage == "plates":
        return with_plates(printed, 6)
    if damage == "running on":
        return running_on(printed, 0.4, printing.seed)
    return without_pages(printed, 20, printing.seed) if damage == "missing" else printed


def read(printed: Printed, printing: Printing) -> Score:
    """Return how well a scan's text is read."""
    return score(read_scan(printed.text(printing), "x", None, ()), printed)


# What a book is, how it is printed, what was done to it, and the least share of text on
# exact pages. What is called exact is right in all of them.
VARIANTS: dict[str, tuple[dict[str, Any], Printing, str, float]] = {
    "folios at the foot": ({}, Printing(folio="{}", contents=False), "", 0.95),
    "folios at the head": ({}, Printing(folio="— {} —", folio_first=True), "", 0.95),
    "running heads": ({}, Printing(heads=True), "", 0.6),
    "running heads and folios": ({}, Printing(heads=True, folio="· {} ·"), "", 0.9),
    "form feeds": ({}, Printing(form_feeds=True), "", 0.95),
    "roman front matter": ({"front": "roman", "preface": True}, Printing(), "", 0.6),
    "roman folios": (
        {"front": "roman", "preface": True}, Printing(folio="{}", contents=False), "", 0.95,
    ),
    "unnumbered front matter": ({"front": "none", "preface": True}, Printing(), "", 0.5),
    "chapters on odd pages": ({"recto": True}, Printing(), "", 0.6),
    "paragraphs that end with pages": ({"closed": 0.3}, Printing(), "", 0.4),
    "pages scanned twice": ({}, Printing(), "doubled", 0.6),
    "plates": ({}, Printing(form_feeds=True), "plates", 0.65),
    "entries split, missing and mangled": (
        {}, Printing(split=0.2, missing=0.1, mangled=0.3), "", 0.5,
    ),
    "entries without brackets": ({}, Printing(entry="{heading}……{page}"), "", 0.6),
    "notes that run on": ({"notes": 0.6}, Printing(), "running on", 0.6),
    "notes at the ends of chapters": (
        {"notes": 0.4, "notes_at": "chapter"}, Printing(), "", 0.5,
    ),
    "notes at the end of the book": (
        {"notes": 0.4, "notes_at": "book"}, Printing(signs="(1)"), "", 0.5,
    ),
    "notes marked [1]": ({"notes": 0.4}, Printing(signs="[1]"), "", 0.6),
    "notes marked (1)": ({"notes": 0.4}, Printing(signs="（1）"), "", 0.6),
    "notes marked *": ({"notes": 0.4}, Printing(signs="*"), "", 0.6),
    "notes marked 1": ({"notes": 0.4}, Printing(signs="1"), "", 0.6),
}  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_read_right(name: str) -> None:
    """However a book is printed, exact pages and sections are right, and notes hang on marks."""
    changes, printing, damage, _ = VARIANTS[name]
    printed = damaged(print_book(replace(SMALL, **changes), 1), printing, damage)
    result = read(printed, printing)
    assert result.exact == 0 or result.right_where_exact >= 0.995
    assert result.sections >= 0.99
    assert result.notes >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_read_right_in_many_layouts(name: str) -> None:
    """Over several layouts, as many pages are exact as the variant allows, and are right."""
    changes, printing, damage, least = VARIANTS[name]
    scores = [
        read(
            damaged(
                print_book(replace(some_layout(seed), **changes), seed),
                replace(printing, seed=seed),
                damage,
            ),
            replace(printing, seed=seed),
        )
        for seed in range(4)
    ]
    exact = sum(result.exact for result in scores)
    right = sum(result.exact * result.right_where_exact for result in scores)
    assert right >= 0.99 * exact
    assert exact >= least * len(scores)
    assert sum(result.notes for result in scores) >= 0.97 * len(scores)


def with_numbers(printed: Printed, *, wrong: float, lost: float, seed: int) -> str:
    """Return a scan's text with folios, some of them misread, some lost, and no contents."""
    draw = random.Random(seed)  # noqa: S311 - books are made up, not secrets

    def folio(match: re.Match[str]) -> str:
        if draw.random() < lost:
            return ""
        number = match[1]
        place = draw.randrange(len(number))
        bad = number[:place] + draw.choice("0123456789l") + number[place + 1 :]
        return bad if draw.random() < wrong else number

    text = printed.text(Printing(folio="@{}@", contents=False))
    return re.sub(r"@(\w+)@", folio, text)


def test_misread_folios_do_not_mislead() -> None:
    """Where some folios are misread and some lost, their neighbours say the number."""
    printed = print_book(SMALL, 2)
    text = with_numbers(printed, wrong=0.15, lost=0.2, seed=2)
    result = score(read_scan(text, "x", None, ()), printed)
    assert result.right_where_exact >= 0.995
    assert result.exact >= 0.9
    assert result.lost == 0


def numbered_paragraphs(text: str) -> str:
    """Return a scan's text with a number alone before every long paragraph."""
    count = iter(range(1, 10_000))
    return re.sub(r"(?m)^(?=.{40})", lambda _: f"{next(count)}\n\n", text)


def test_numbers_of_paragraphs_are_no_folios() -> None:
    """Numbers that stand alone and count paragraphs number no page, and stay in the text."""
    printed = print_book(replace(SMALL, chapters=2, sections=2), 1)
    text = numbered_paragraphs(printed.text(contents=False))
    book = read_scan(text, "x", None, ())
    assert all(page.status is not PageStatus.EXACT for page in book.pages)
    assert "\n7\n" in book.text
    result = score(read_scan(numbered_paragraphs(printed.text()), "x", None, ()), printed)
    assert result.exact == 0 or result.right_where_exact >= 0.995


@pytest.mark.slow
def test_many_broken_blocks_do_not_mislead() -> None:
    """Even with a third of all long blocks broken, exact pages are right."""
    scores = []
    for seed in range(8):
        printed = print_book(some_layout(seed), seed)
        text = broken(printed.text(), 0.33, seed)
        scores.append(score(read_scan(text, "x", None, ()), printed))
    right = sum(result.exact * result.right_where_exact for result in scores)
    assert right >= 0.99 * sum(result.exact for result in scores)


def test_a_lost_page_takes_its_headings_along() -> None:
    """What follows a page that is gone stands under the headings that stood on it."""
    printed = print_book(SMALL, 4)
    gone = next(k for k, sheet in enumerate(printed.body) if k and sheet.opens)
    kept = replace(printed, body=printed.body[:gone] + printed.body[gone + 1 :])
    result = read(kept, Printing())
    assert result.right_where_exact >= 0.995
    assert result.sections >= 0.9


@pytest.mark.slow
def test_a_book_of_a_thousand_pages_is_read() -> None:
    """A book too long for all numbers to be weighed everywhere is numbered throughout."""
    printed = print_book(Layout(chapters=8, sections=8, paragraphs=(55, 65)), 3)
    assert len(printed.body) > 1000
    result = read(printed, Printing())
    assert result.right_where_exact >= 0.999
    assert result.exact >= 0.98
