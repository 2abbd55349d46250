"""What asks nothing of the book is told so, and how the book is cited is answered."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from rag.evaluation.outcomes import ask
from rag.exporting import copied, export
from rag.types import ExportError, Language
from rag.web.html.answers import render_answer

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng

DAY = date(2026, 1, 2)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("你好！", "页码"),
        ("您好，在吗", "页码"),
        ("早安！", "頁碼|页码"),
        ("Hello there", "names its page"),
        ("good evening", "names its page"),
        ("Здравствуйте!", "страница"),
        ("Добрый вечер", "страница"),
        ("你是谁？", "原文"),
        ("你能做什麼？", "原文"),
        ("Who are you?", "own words"),
        ("what can you do", "own words"),
        ("Что ты умеешь?", "словами самой книги"),
        ("Кто ты такой?", "словами самой книги"),
        ("请帮我写一篇五百字的论文", "导出"),
        ("幫我做作業", "匯出|导出"),
        ("把下面一段翻译成英文：水磨停了。", "导出"),
        ("Write my essay", "export"),
        ("Do my homework, please", "export"),
        ("Translate this into German: the mill stood still.", "export"),
        ("Напиши за меня реферат", "выгрузку"),
        ("Сделай мою домашнюю работу", "выгрузку"),
    ],
)
def test_what_asks_nothing_is_an_aside_with_questions_to_ask(
    mill: Shuzheng, question: str, words: str
) -> None:
    """A line in the reader's language, and three questions of this very book."""
    answer = mill.ask(question)
    assert answer.status == "aside"
    assert any(each in answer.text for each in words.split("|"))
    assert not answer.sentences
    assert not answer.citations
    offered = [line[2:] for line in answer.text.split("\n") if line.startswith("- ")]
    assert len(offered) == 3
    assert set(offered) <= set(mill.examples(answer.language))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("谢谢！", "不客气"),
        ("謝謝你", "不客氣|不客气"),
        ("Thanks!", "You are welcome"),
        ("Спасибо", "Пожалуйста"),
    ],
)
def test_thanks_are_answered_in_a_word(mill: Shuzheng, question: str, words: str) -> None:
    """Nothing is offered to who has what he wanted."""
    answer = mill.ask(question)
    assert answer.status == "aside"
    assert any(answer.text.startswith(each) for each in words.split("|"))
    assert "- " not in answer.text


@pytest.mark.parametrize(
    ("question", "words", "pages"),
    [
        ("这本书怎么引用？", "乔一苇", ()),
        ("参考文献格式", "苇溪书社", ()),
        ("第12页怎么引用？", "12", ("12",)),
        ("這本書怎麼引用？", "乔一苇", ()),
        ("How do I cite this book?", "1998", ()),
        ("How do I cite page 13 in APA style?", "p. 13", ("13",)),
        ("Give me the MLA citation for this book", "Qiao", ()),
        ("Как сослаться на страницу 14?", "14", ("14",)),
        ("Как цитировать эту книгу?", "1998", ()),
    ],
)
def test_how_to_cite_is_answered_by_the_citation(
    mill: Shuzheng, question: str, words: str, pages: tuple[str, ...]
) -> None:
    """The book, or the page named, in the reader's style or the one that he names."""
    answer = mill.ask(question)
    assert answer.status == "answered"
    assert words in answer.sentences[0].text
    assert [citation.place.pages for citation in answer.citations] == [pages]


def test_a_page_that_is_not_there_is_not_cited(mill: Shuzheng) -> None:
    """The book is cited, and the reader told that it has no such page."""
    answer = mill.ask("第900页怎么引用？")
    assert "没有第900页" in answer.text
    assert answer.citations[0].place.pages == ()


def test_an_export_leaves_asides_out(mill: Shuzheng) -> None:
    """A paper has no greetings; of greetings alone none is made."""
    hello, asked = mill.ask("你好"), mill.ask("谁造了第一座水磨？")
    for name in ("md", "json", "csv"):
        made = export([hello, asked], name, day=DAY, language=Language.ZH).decode()
        assert "郭守仁" in made
        assert hello.text.split("\n")[0] not in made
    with pytest.raises(ExportError):
        export([hello], "md", day=DAY, language=Language.ZH)
    assert copied(hello, Language.ZH) == ""


def test_an_aside_counts_as_a_refusal(mill: Shuzheng) -> None:
    """Who measures questions sees that nothing was answered."""
    outcome = ask(mill, {"question": {"zh": "你好"}, "answerable": False}, "wei-xi", Language.ZH)
    assert outcome.refused
    assert not outcome.near
    assert not mill.inquire("你好").answered


def test_the_page_shows_an_aside_as_lines(mill: Shuzheng) -> None:
    """Paragraphs and a list, nothing of sources, all escaped."""
    shown = render_answer(mill.ask("你好"), {}, Language.ZH)
    assert shown.count("<li>") == 3
    assert "sources" not in shown
    assert "\n- " not in shown
