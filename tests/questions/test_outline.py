"""Questions about the book itself, and those that only look like it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.questions.parts.outline import OutlineAnswer, ask_outline
from rag.reading.source.record import read_record
from rag.types import Book, ContentsEntry

CASES = Path(__file__).resolve().parents[1] / "cases"
QUESTIONS = [
    line.split(" -> ")
    for line in (CASES / "place-questions.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.fixture(scope="module")
def book() -> Book:
    """Return the contents and record of the small book, without its text."""
    record = read_record(CASES / "small-book.toml")
    return Book(record, "", 0, (), (), contents=record.contents)


def told(answer: OutlineAnswer | None, book: Book) -> str:
    """Return an answer as the cases write it."""
    if answer is None:
        return "-"
    return f"[{answer.field}]" if answer.field else book.contents[answer.entries[0]].heading


@pytest.mark.parametrize(("question", "expected"), QUESTIONS)
def test_the_contents_answer_what_is_asked_of_them_alone(
    question: str, expected: str, book: Book
) -> None:
    """Each written case is answered by its heading or field, or left to the text."""
    assert told(ask_outline(question, book), book).startswith(expected)


def test_a_chapter_is_told_with_its_sections(book: Book) -> None:
    """What chapter 2 is about are its heading and the headings of its sections."""
    answer = ask_outline("第二章讲什么？", book)
    assert answer is not None
    assert [book.contents[index].heading for index in answer.entries] == [
        "第二章 盐引制度的兴起",
        "1. 白石埠盐仓",
        "2. 顾云山与私盐之禁",
    ]


def test_a_chapter_that_is_not_there_is_not_told(book: Book) -> None:
    """Of a ninth chapter among three the contents say nothing."""
    assert ask_outline("第九章讲什么？", book) is None


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("这本书的作者是谁？", "陆望舟"),
        ("Who published the book?", "临江文史社"),
        ("В каком году издана книга?", "1998"),
        ("這本書的書名是什麼？", "渠与盐——澄溪运河盐务始末"),
        ("本书属于哪一套丛书？", "河渠史丛书"),
    ],
)
def test_the_record_says_what_it_holds(question: str, value: str, book: Book) -> None:
    """Author, publisher, year, title and series are told as the record has them."""
    answer = ask_outline(question, book)
    assert answer is not None
    assert answer.value == value


def test_what_the_record_lacks_is_not_told(book: Book) -> None:
    """A record without a year leaves the question to the text."""
    bare = replace(book, record=replace(book.record, year=None, authors=()))
    assert ask_outline("这本书是哪一年出版的？", bare) is None
    assert ask_outline("这本书的作者是谁？", bare) is None


def test_a_book_without_contents_tells_nothing_of_them(book: Book) -> None:
    """Without contents no count is given and no heading found."""
    bare = replace(book, contents=())
    for question in ("这本书有几章？", "前言在第几页？", "第一章讲什么？"):
        assert ask_outline(question, bare) is None


def test_english_contents_are_asked_in_english(book: Book) -> None:
    """Where headings are in Latin script, the question's own words must be in them."""
    contents = (
        ContentsEntry("Chapter 1", "The Digging of the Canal", 1, "3"),
        ContentsEntry("Chapter 2", "Salt and Silver", 1, "40"),
    )
    english = replace(book, record=replace(book.record, aliases=()), contents=contents)
    answer = ask_outline("Which chapter is about salt and silver?", english)
    assert answer == OutlineAnswer(entries=(1,))
    assert ask_outline("Which chapter is about the railway?", english) is None
