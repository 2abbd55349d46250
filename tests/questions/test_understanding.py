"""A question is understood once, in every language, and all that is known of it is a value."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING

import pytest

from rag.questions.manner import Manner
from rag.questions.understanding import understand
from rag.reading.formats.reader import read_book
from rag.reading.source.record import read_record
from rag.reading.source.source import Source
from rag.types import Language, QuestionError
from tests.conftest import CASES as FOLDER
from tests.support.questions import CASES, Case, turn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.questions.question import Question
    from rag.questions.terms import Term
    from rag.types import Book


@cache
def book(name: str) -> Book:
    """Return a book of the cases, read and not encoded."""
    return read_book(Source(FOLDER / f"{name}.md", read_record(FOLDER / f"{name}.toml")))


def told(question: Question) -> str:
    """Return what the books' contents and records say, as the cases write it."""
    return " / ".join(
        answer.value or " + ".join(book.contents[index].heading for index in answer.entries)
        for book, answer in question.told
    )


def part(question: Question) -> str:
    """Return the part that a question confines itself to, and the books that have it."""
    if question.part is None:
        return ""
    return " / ".join([question.part.name, *question.part.sections])


def named(terms: Iterable[Term]) -> str:
    """Return the names and numbers among terms, each with its spellings, longest first."""
    spelt = ([" ".join(sorted(one)) for one in term.spellings] for term in terms if term.name)
    return " / ".join(" = ".join(spellings) for spellings in spelt)


def known(question: Question) -> dict[str, str]:
    """Return everything that the cases can name of a question."""
    says = {True: "yes", False: "no"}
    return {
        "asked": question.asked,
        "text": question.text,
        "leans": says[question.leans],
        "own": question.own.words if question.own else "",
        "language": question.language,
        "foreign": says[question.foreign],
        "kind": question.kind,
        "manner": question.manner,
        "sides": " / ".join((side.shared or side.alone).words for side in question.sides),
        "told": told(question),
        "part": part(question),
        "sought": question.sought.words,
        "spelt": question.sought.spelt,
        "names": named(question.sought.terms),
        "entire": question.entire.words,
        "quoted": " / ".join(question.quoted),
        "only-quoted": says[question.only_quoted],
    }


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_case_is_understood(case: Case) -> None:
    """What the cases say of a question is what its value says."""
    found = known(understand(case.question, case.turns, [book(name) for name in case.books]))
    assert case.known
    assert {name: found[name] or "-" for name in case.known} == case.known


def test_the_cases_say_something_of_everything() -> None:
    """Each thing that can be known of a question stands in a case, and each language too."""
    question = understand("顾云山是谁？", (), [book("small-book")])
    assert {name for case in CASES for name in case.known} == set(known(question))
    assert {case.known.get("language") for case in CASES} >= set(Language)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_understood_is_a_value(case: Case) -> None:
    """Understood again it is the same, and nobody can change it."""
    books = [book(name) for name in case.books]
    question = understand(case.question, case.turns, books)
    assert understand(case.question, case.turns, books) == question
    with pytest.raises(dataclasses.FrozenInstanceError):
        question.text = ""  # type: ignore[misc]


def test_better_words_for_a_follow_up_are_understood_in_the_place_of_the_rules() -> None:
    """What is asked for is read out of them; what was asked, and what is the reader's own, stay."""
    books, turns = [book("small-book")], [turn("顾云山是谁？", "他是都司。")]
    ruled = understand("他后来做过教师吗？", turns, books)
    other = understand(ruled.typed, turns, books, read_as="顾云山在第二章里为什么被革职？")
    assert (other.asked, other.own, other.leans) == (ruled.asked, ruled.own, True)
    assert (ruled.manner, ruled.part) == (Manner.FACT, None)
    assert other.text == "顾云山在第二章里为什么被革职？"
    assert other.manner is Manner.WHY
    assert other.part is not None
    assert other.sought.words == "顾云山 为什么被革职？"
    assert other.entire == ruled.entire


def test_a_side_has_its_own_words_and_those_of_both() -> None:
    """Both sides of a comparison are looked for alone, and with what is asked of both."""
    one, other = understand("顾云山与裴守拙的做法有何不同？", (), [book("small-book")]).sides
    assert (one.alone.words, other.alone.words) == ("顾云山", "裴守拙")
    assert one.shared is not None
    assert one.shared.words == "顾云山 做法"
    without = understand("Compare Gu Yunshan and Shen Yanzhi", (), [book("small-book")]).sides
    assert [side.shared for side in without] == [None, None]


@pytest.mark.parametrize("text", ["", "？！", "盐"])
def test_what_is_no_question_is_not_understood(text: str) -> None:
    """A question without words, or of one character, is refused with the reason."""
    with pytest.raises(QuestionError):
        understand(text, (), [book("small-book")])


def test_without_books_a_question_is_still_one() -> None:
    """Nothing tells it and nothing is named, and no book is in its language."""
    question = understand("顾云山是哪一年被革职的？", (), [])
    assert (question.told, question.part, question.book_ids) == ((), None, ())
    assert question.foreign
    assert not any(term.name for term in question.sought.terms)
