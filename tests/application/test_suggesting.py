"""Questions that are offered are made from the book at hand, and the book answers them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.application.suggesting.making import offers_of
from rag.language.names import known_spellings
from rag.reading.formats import read_book
from rag.reading.source import Source, read_record
from rag.search.chronology.events import dated_events
from rag.types import Language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.application.shuzheng import Shuzheng

CASES = Path(__file__).resolve().parents[1] / "cases"
ZH, HANT, EN, RU = Language.ZH, Language.ZH_HANT, Language.EN, Language.RU


def _made(name: str, language: Language) -> Iterator[str]:
    record = CASES / f"{name}.toml"
    book = read_book(Source(CASES / f"{name}.md", read_record(record) if record.exists() else None))
    events, known = dated_events(book), known_spellings(book.record.aliases)
    for section in book.sections:
        yield from (one.text for one in offers_of(section, book, events, known, language))


@pytest.mark.parametrize(
    ("name", "language", "question"),
    [
        ("small-book", ZH, "工地上是什么时候流行疟疾的？"),
        ("small-book", ZH, "关于末代船户，书中说了什么？"),
        ("small-book", ZH, "顾云山是谁？"),
        ("small-book", ZH, "1788年发生了什么？"),
        ("small-book", HANT, "顧雲山是誰？"),
        ("small-book", EN, "Who was Gu Yunshan?"),
        ("small-book", EN, "What does the book say about “末代船户”?"),
        ("small-book", RU, "Кто это — Гу Юньшань?"),
        ("river", ZH, "关于江心的沙洲，书中说了什么？"),
        ("lighthouse", ZH, "关于“Amos Leary”，书中说了什么？"),
        ("lighthouse", EN, "What happened in 1929?"),
        (
            "station",
            RU,
            "Когда наблюдательница Аграфена Лебединская предсказала лавину за два дня?",
        ),
    ],
)
def test_a_section_gives_questions_of_every_kind(
    name: str, language: Language, question: str
) -> None:
    """Its subject, its events, its people and its years, in the language of the reader."""
    assert question in set(_made(name, language))


def test_no_question_is_made_of_what_is_no_person() -> None:
    """Places, parties and what stands in other words before are nobody to ask after."""
    who = {text for text in _made("river", ZH) if text.endswith("是谁？")}
    assert {"宋立诚是谁？", "丁若梅是谁？"} <= who
    assert not who & {"莫斯科是谁？", "苏方是谁？", "长洲是谁？", "望北是谁？"}


def test_nobody_is_asked_for_twice_or_in_strange_letters() -> None:
    """A short name of somebody asked for is not asked for too; a name is spelt for who asks."""
    who = [text for text in _made("small-book", ZH) if text.endswith("是谁？")]
    assert "罗德里克·格兰是谁？" in who
    assert "格兰是谁？" not in who
    assert "王克勤是谁？" in set(_made("kinds/qing-chuan", ZH))
    assert not [text for text in _made("kinds/qing-chuan", EN) if text.startswith("Who was")]


def test_what_is_asked_when_reads_as_a_question() -> None:
    """Who or what did it stands first, and no clause is asked that lacks a part or is no deed."""
    made = {
        text
        for name in ("small-book", "river", "harbour", "kinds/lu-zhou", "kinds/qing-chuan")
        for text in _made(name, ZH)
        if "什么时候" in text
    }
    assert all(
        re.fullmatch(r"[^了他她它其]{2,10}是什么时候[^他她它其]+的？", text) for text in made
    )
    assert {"日军是什么时候占领鹭洲的？", "省政府是什么时候采纳宋立诚的办法的？"} <= made
    assert not [text for text in made if re.search("上街|尚未|又运来", text)]


@pytest.mark.slow
def test_what_is_offered_is_answered(several: Shuzheng) -> None:
    """Every question of every book in every language is answered; so is each to go on with."""
    for summary in several.books():
        for language in Language:
            ask = {"book": summary.record.id, "language": language}
            examples = several.examples(language, book=summary.record.id)
            assert len(set(examples)) == 3, (summary.record.id, language, examples)
            for question in examples:
                answer = several.ask(question, **ask)  # type: ignore[arg-type]
                assert answer.status == "answered", question
                assert not re.search("[页頁]|page|страниц", question)
            following = several.next_questions(answer, language, book=summary.record.id)
            assert following, (summary.record.id, language)
            assert question not in following
            for question in following:
                assert several.ask(question, **ask).status == "answered", question  # type: ignore[arg-type]


@pytest.mark.slow
def test_nothing_follows_what_was_not_found(several: Shuzheng) -> None:
    """Where nothing was cited, no question to go on with is made."""
    answer = several.ask("量子计算机有多少比特？")
    assert answer.status == "not_found"
    assert several.next_questions(answer, ZH) == []
