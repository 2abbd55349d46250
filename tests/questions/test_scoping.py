"""A question may confine itself to a chapter, a part or a section of the book."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest

from rag.language.catalog import say
from rag.questions.parts.scoping import scope_of
from rag.types import Language
from rag.web.html.answers import render_answer

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng
    from rag.types import Answer

BOOK = "qu-yu-yan"
SECOND = "第二章 盐引制度的兴起"
THIRD = "第三章 铁路与运河的衰落"


@pytest.mark.parametrize(
    ("question", "rest", "name"),
    [
        ("在第二章里，顾云山做了什么？", "顾云山做了什么？", SECOND),
        ("第2章中谁发明了木斗？", "谁发明了木斗？", SECOND),
        ("本书第二章裡鹽引有效期多少天？", "鹽引有效期多少天？", SECOND),
        ("第三章提到了哪位工程师？", "提到了哪位工程师？", THIRD),
        ("In chapter 2, who was dismissed?", "who was dismissed?", SECOND),
        ("Who came to Linjiang in chapter three?", "Who came to Linjiang ?", THIRD),
        ("In the third chapter, who came?", "who came?", THIRD),
        ("According to chapter II, who was dismissed?", "who was dismissed?", SECOND),
        ("В третьей главе кто приехал?", "кто приехал?", THIRD),
        ("В главе 2 кого уволили?", "кого уволили?", SECOND),
        ("Кого уволили во 2-й главе?", "Кого уволили ?", SECOND),
        ("在前言里作者写了几年？", "作者写了几年？", "前言"),
        ("In the preface, how many boatmen are named?", "how many boatmen are named?", "前言"),
        ("Сколько лодочников названо в предисловии?", "Сколько лодочников названо ?", "前言"),
        ("在“沈砚之勘路”一节里，走了几天？", "走了几天？", "1. 沈砚之勘路"),
        ("「末代船戶」這一節中船屋有幾座？", "船屋有幾座？", "2. 末代船户"),
    ],
)
def test_a_part_of_the_book_is_named(question: str, rest: str, name: str, small: Shuzheng) -> None:
    """Chapters by number, parts by name and sections by title are seen in each language."""
    scope = scope_of(question, small.book(BOOK))
    assert scope is not None
    assert (scope.rest, scope.name) == (rest, name)
    assert scope.sections


@pytest.mark.parametrize(
    "question",
    [
        "宪法第九章规定了什么？",
        "条约的第三章说了什么？",
        "他写了“末代船户”吗？",
        "在《末代船户》中谁演老船户？",
        "前言是谁写的？",
        "What does a chapter cost?",
        "What did the preface cost?",
        "顾云山说过“不能”吗？",
    ],
)
def test_other_chapters_and_words_are_no_scope(question: str, small: Shuzheng) -> None:
    """The chapter of a law, a chapter that is asked of, and quoted words confine nothing."""
    assert scope_of(question, small.book(BOOK)) is None


def chapters(answer: Answer) -> set[str | None]:
    """Return the chapters that an answer cites."""
    return {citation.place.chapter for citation in answer.citations}


def test_an_answer_comes_from_the_chapter_alone(small: Shuzheng) -> None:
    """Every citation is of the chapter that was named, and the answer says so."""
    anywhere = small.ask("盐船有多少艘？")
    assert chapters(anywhere) != {SECOND}
    answer = small.ask("在第二章里，顾云山做了什么？")
    assert chapters(answer) == {SECOND}
    assert answer.text.startswith(say("answers.within", Language.ZH, part=SECOND))
    assert answer.question == "在第二章里，顾云山做了什么？"
    assert answer.notice in render_answer(answer, {}, Language.ZH)


def test_what_stands_in_another_chapter_is_not_found(small: Shuzheng) -> None:
    """What the first chapter tells is not found in the third; the places offered are there."""
    assert small.ask("沈砚之是哪一天从澜港出发勘路的？").status == "answered"
    answer = small.ask("在第三章里，沈砚之是哪一天从澜港出发勘路的？")
    assert answer.status == "not_found"
    assert {hit.place.chapter for hit in answer.nearest} == {THIRD}


@pytest.mark.parametrize(
    ("question", "name", "language"),
    [
        ("在第七章里，顾云山做了什么？", "第七章", Language.ZH),
        ("In chapter 9, who was dismissed?", "chapter 9", Language.EN),
        ("В девятой главе кого уволили?", "девятой главе", Language.RU),
        ("在附录里有哪些大事？", "附录", Language.ZH),
    ],
)
def test_a_part_that_the_text_lacks_is_said_so(
    question: str, name: str, language: Language, small: Shuzheng
) -> None:
    """A chapter or part without text is not found, with the sentence that it is not there."""
    answer = small.ask(question)
    assert answer.status == "not_found"
    assert answer.text == answer.notice == say("answers.no_part", language, part=name)
    assert answer.notice in unescape(render_answer(answer, {}, language))
    assert answer.citations == ()


def test_what_a_chapter_is_about_is_told_by_the_contents(small: Shuzheng) -> None:
    """A question for a chapter's contents is answered from them as before."""
    answer = small.ask("第二章讲什么？")
    assert answer.citations[0].quote == SECOND
    assert "只在" not in answer.text
