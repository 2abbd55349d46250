"""What a question is: cleaned, its language, and its words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.text.folding import bigrams
from rag.language.text.scripts import language_of
from rag.questions.asking import MAX_CHARACTERS, Kind, clean_question, content_words, kind_of
from rag.types import QuestionError

CASES = Path(__file__).resolve().parents[1] / "cases" / "languages.txt"
LANGUAGES = [
    line.split(" -> ")
    for line in CASES.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("question", "language"), LANGUAGES)
def test_a_question_is_in_the_language_of_its_script(question: str, language: str) -> None:
    """Each written case is in its language; where nothing tells, Chinese."""
    assert language_of(question) == language


@pytest.mark.parametrize("text", ["", " \n\t", "？！……", "\u200b\u2060\ufeff", "\x00", "—", "👍"])
def test_a_question_needs_words(text: str) -> None:
    """Emptiness, punctuation, invisible characters and pictures are refused in one sentence."""
    with pytest.raises(QuestionError, match="has no words"):
        clean_question(text)


@pytest.mark.parametrize("text", ["盐", "a", " 盐\u200b ？", "я."])
def test_one_letter_is_too_little(text: str) -> None:
    """A single letter or character is refused as too short."""
    with pytest.raises(QuestionError, match="too short"):
        clean_question(text)


def test_a_question_has_a_longest_length() -> None:
    """2,000 characters are asked; one more, or 100,000, are refused with the number named."""
    assert len(clean_question("盐" * MAX_CHARACTERS)) == MAX_CHARACTERS
    with pytest.raises(QuestionError, match="2,001"):
        clean_question("盐" * (MAX_CHARACTERS + 1))
    with pytest.raises(QuestionError, match="100,000"):
        clean_question("盐引" * 50_000)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  盐引 \n 何价\t？ ", "盐引 何价 ？"),
        ("盐\u200b引\u2060何\ufeff价\u00ad", "盐引何价"),
        ("盐引\U000e0041\U000e0042", "盐引"),
        ("盐\ufe0f引", "盐引"),
        ("盐\x00引\x1b[31m", "盐 引 [31m"),
        ("盐引\ud800何价", "盐引?何价"),
        ("盐引\u202e何价", "盐引何价"),
        ("盐\u3000引", "盐 引"),
        ("“⻄⽅盐⼈”何在", "“西方盐人”何在"),
    ],
)
def test_a_question_is_cleaned(text: str, clean: str) -> None:
    """Invisible characters go, controls and runs of white space are one space each."""
    assert clean_question(text) == clean


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """A clean question is printable as UTF-8 and is its own cleaning; or it is refused."""
    try:
        clean = clean_question(text)
    except QuestionError:
        return
    assert clean.encode("utf-8").decode("utf-8") == clean == clean_question(clean)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("运河什么时候通水？", Kind.TIME),
        ("運河什麼時候通水？", Kind.TIME),
        ("他是哪一年被革职的？", Kind.TIME),
        ("通车是哪天？", Kind.TIME),
        ("When did it open?", Kind.TIME),
        ("In what year did it open?", Kind.TIME),
        ("Когда открылась дорога?", Kind.TIME),
        ("В каком году он умер?", Kind.TIME),
        ("一张盐引准运多少斤？", Kind.NUMBER),
        ("巡船有幾艘？", Kind.OTHER),
        ("巡船有几艘？", Kind.NUMBER),
        ("How many boats?", Kind.NUMBER),
        ("Сколько лодок?", Kind.NUMBER),
        ("谁绘了水程图？", Kind.OTHER),
        ("Who drew the map?", Kind.OTHER),
        ("Кто начертил карту?", Kind.OTHER),
    ],
)
def test_a_question_asks_for_a_time_a_number_or_something_else(question: str, kind: Kind) -> None:
    """The words of a question say what kind of thing answers it."""
    assert kind_of(question) is kind


@pytest.mark.parametrize(
    ("question", "tokens"),
    [
        ("苏联的态度是什么？", ["苏联", "态度"]),
        ("共和国与和平条约", ["共和", "和国", "和平", "平条", "条约"]),
        ("对外贸易", ["对外", "外贸", "贸易"]),
        ("苏联对日本", ["苏联", "日本"]),
        ("埃及和印度", ["埃及", "印度"]),
        ("What did Gran build?", ["gran", "build"]),
        ("Кто построил дорогу?", ["построил", "дорогу"]),
    ],
)
def test_what_only_asks_is_left_out(question: str, tokens: list[str]) -> None:
    """Question words and particles go; inside a common word the same character stays."""
    assert bigrams(content_words(question)) == tokens
