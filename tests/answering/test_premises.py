"""A question that takes for granted what the book denies is told so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.answering.checking import saying_otherwise
from rag.language.catalog import say
from rag.questions import content_words

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng

SAID = [
    (
        "为什么永宁港没有开埠？",
        ["1845年3月，永宁港正式开埠，英国商船首先入港。", "开埠的原因主要有三。"],
        [0],
    ),
    ("为什么朝廷没有答复？", ["朝廷没有答复。", "次年再次上奏，朝廷答复了他。"], []),
    ("为什么知府反对开港？", ["1843年，知府奏请开港。"], [0]),
    ("為什麼鐵路沒有通車？", ["鐵路在1903年動工，1907年10月2日正式通車。"], [0]),
    ("为什么永宁港开埠？", ["1845年3月，永宁港正式开埠。"], []),
    ("为什么莫怀远没有承认这个说法？", ["交涉员莫怀远不承认这个说法，他另有证据。"], []),
    ("为什么校长没有辞职？", ["1845年3月，永宁港正式开埠。"], []),
    (
        "Why was the lighthouse on Gull Rock not built?",
        ["The lighthouse on Gull Rock was built in 1851 by the engineer Hannah Pryce."],
        [0],
    ),
    ("Why was the wooden tower refused?", ["The harbour board refused the wooden tower."], []),
    ("Почему станцию не закрыли?", ["Станцию закрыли в 1934 году."], [0]),
    ("Почему станцию закрыли?", ["Станцию закрыли в 1934 году."], []),
]


@pytest.mark.parametrize(("question", "sentences", "otherwise"), SAID)
def test_what_says_otherwise(question: str, sentences: list[str], otherwise: list[int]) -> None:
    """Only a sentence that affirms of the same what a question takes for denied does."""
    assert saying_otherwise(question, content_words(question), sentences) == otherwise


def test_the_reader_is_told(small: Shuzheng) -> None:
    """The sentence that says otherwise is quoted alone, under a line that says that it does."""
    asked = small.ask("为什么铁路没有通车？")
    told = say("answers.against", asked.language)
    assert (asked.status, asked.notice) == ("answered", told)
    assert asked.text.startswith(told)
    assert ["1907年10月2日正式通车" in one.text for one in asked.sentences] == [True]
    assert not small.ask("为什么地方士绅反对铁路？").notice
