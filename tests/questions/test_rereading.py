"""What was typed amiss is read as the book has it, and nothing else is."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.questions.rereading import reread
from rag.questions.rereading.lexicon import lexicons_of
from rag.questions.understanding import understand
from rag.reading.formats import read_book
from rag.reading.source import Source, read_record
from rag.types import Language

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng
    from rag.types import Book

CASES = Path(__file__).resolve().parents[1] / "cases"
FLOOR = 0.95
"""Share of the questions typed amiss of which the first sentences quoted must hold the answer."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A question as it is typed, what it is read as, and what any sentence quoted may hold."""

    book: str
    typed: str
    read: str
    said: tuple[str, ...]

    def __str__(self) -> str:
        """Return what is typed, by which a test is named."""
        return self.typed


def _read() -> list[Typed]:
    cases, book = [], ""
    for line in (CASES / "typed.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            book = line[2:]
        elif line and not line.startswith("#"):
            typed, read, *said = (part.strip() for part in line.split("|"))
            read = typed if read == "=" else read
            cases.append(Typed(book, typed, read, tuple(filter(None, said))))
    return cases


TYPED = _read()


@cache
def book_of(name: str) -> Book:
    """Return a book of the cases."""
    record = CASES / f"{name}.toml"
    known = read_record(record) if record.exists() else None
    return read_book(Source(CASES / f"{name}.md", known))


@pytest.mark.parametrize("case", TYPED, ids=str)
def test_a_question_is_read_as_it_was_meant(case: Typed) -> None:
    """What was typed amiss is read as the book has it; what was not stays as it is."""
    reading = reread(case.typed, [book_of(case.book)])
    assert reading.text == case.read
    assert bool(reading.words) is (case.read != case.typed)


def test_what_another_book_has_stays() -> None:
    """What stands in any of the books that are asked is read as it was typed."""
    books = [book_of("river"), book_of("small-book")]
    assert reread("沈砚之是谁？", books).words == ()
    assert reread("沈燕之与莫怀圆是谁？", books).words == ("沈砚之", "莫怀远")


def test_what_no_book_says_is_not_read() -> None:
    """A name that the record knows and the text never has is not what was meant."""
    book = book_of("small-book")
    record = replace(book.record, aliases=(("宋启明", "Song Qiming"),))
    unknown = replace(book, record=record)
    assert reread("松启明是谁？", [unknown]).words == ()
    spoken = replace(unknown, text=f"{book.text}\n\n宋启明来了。")
    assert reread("松启明是谁？", [spoken]).words == ("宋启明",)
    assert reread("Who was Qimang?", [spoken]).words == ("Qiming",)


def test_a_book_in_another_script_reads_nothing() -> None:
    """Chinese and pinyin asked of an English book, and anything asked of none, stay as typed."""
    book = book_of("lighthouse")
    for typed in ("沈燕之何时上书请开新渠？", "shen yanzhi shi shei", "Кто такой Пруце?"):
        assert reread(typed, [book]).words == ()
        assert reread(typed, [replace(book, text="")]).words == ()
        assert reread(typed, []).words == ()


def test_pinyin_is_answered_in_chinese() -> None:
    """A question in pinyin is one in Chinese, of a book in its own language."""
    question = understand("gu yun shan shi shei", (), [book_of("small-book")])
    assert (question.language, question.foreign) == (Language.ZH, False)
    assert question.reread == ("顾云山是谁",)


def test_english_is_no_pinyin() -> None:
    """Words of English that can be cut into syllables are no pinyin."""
    for typed in ("women", "China", "long canal", "man and women", "Shen Yanzhi", "Gu Yunshan"):
        assert reread(typed, [book_of("small-book")]).words == ()


def test_what_never_ends_is_let_be() -> None:
    """Letters that can be cut in very many ways, and long texts, take no time."""
    started = time.process_time()
    for typed in (
        "xian" * 400,
        "xian" * 45 + "q",
        "沈燕之" * 60,
        "a" * 190,
        "n" * 190,
        "xi'an " * 30,
    ):
        reread(typed, [book_of("small-book")])
    assert time.process_time() - started < 3


def test_a_long_book_is_read_in_time() -> None:
    """The words of a book of 700 pages are known in two seconds, a question in fifteen thousandths.

    Measured with room for a busy machine.
    """
    short = book_of("small-book")
    signs = "".join(chr(code) for code in range(0x4E00, 0x5A00))
    filling = "。".join(signs[at % 3000 :][:97] + signs[at % 1777 :][:41] for at in range(3700))
    long = replace(short, text=f"{short.text}\n\n{filling}")
    assert len(long.text) > 500_000
    started = time.process_time()
    lexicons_of([long])
    built = time.process_time() - started
    for case in TYPED[:4]:
        reread(case.typed, [long])
    started = time.process_time()
    for case in TYPED[:25]:
        reread(case.typed, [long])
    each = (time.process_time() - started) / 25
    assert built < 4
    assert each < 0.03


@pytest.mark.slow
def test_what_was_typed_amiss_is_answered(several: Shuzheng) -> None:
    """Nineteen of twenty are answered, and the answer says how they were read."""
    ids = {summary.record.title: summary.record.id for summary in several.books()}
    right: dict[str, bool] = {}
    for case in TYPED:
        if not case.said:
            continue
        answer = several.ask(case.typed, book=ids[book_of(case.book).record.title])
        quoted = " ".join(sentence.text for sentence in answer.sentences)
        told = case.read == case.typed or (answer.notice and answer.text.startswith(answer.notice))
        right[case.typed] = bool(told) and any(said in quoted for said in case.said)
    wrong = [typed for typed, good in right.items() if not good]
    assert len(wrong) <= (1 - FLOOR) * len(right), wrong
