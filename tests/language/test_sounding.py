"""Names in letters are found by their sound, and nothing else is."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.language.sounding.foreign import nearness, sounds
from rag.language.sounding.listening import listen, names
from rag.language.sounding.syllables import readings
from rag.language.text.folding import token_set
from rag.questions.asking import content_words
from rag.search.wording import Wording, by_sound, gloss, vocabulary, words
from rag.types import Vocabulary
from tests.conftest import CASES

if TYPE_CHECKING:
    from rag.models.ready import Companion

FOUND_AT_LEAST = {"Chinese": 0.97, "foreign": 0.55}
"""Shares of the spellings that find their name; 1.0 and 0.58 when these were set."""
WRONG_AT_MOST = 2
"""Of all spellings, those that find a name that is not theirs, whether theirs is there or not."""


@cache
def cases() -> tuple[list[tuple[str, str, str]], tuple[str, ...]]:
    """Return spellings with their kind and Chinese form, and a vocabulary to find them in."""
    found: list[tuple[str, str, str]] = []
    others: set[str] = set()
    kind = "Chinese"
    for line in (CASES / "sounding.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# Names of elsewhere"):
            kind = "foreign"
        elif line.startswith("+ "):
            others.update(line[2:].split())
        elif "|" in line and not line.startswith("#"):
            english, russian, chinese = line.split("|")
            spellings = f"{english};{russian}".split(";")
            found += [(kind, spelling.strip(), chinese.strip()) for spelling in spellings]
    for name in ("small-book.md", "harbour.md", "marsh.md", "lighthouse.md"):
        others.update(words((CASES / name).read_text(encoding="utf-8")))
    return found, tuple(sorted(others))


def known(*there: str) -> Vocabulary:
    """Return a vocabulary of words that no vector is asked of."""
    return Vocabulary(there, np.ones(len(there), np.int32), np.zeros((len(there), 512), np.float32))


def heard(question: str, there: Vocabulary) -> set[str]:
    """Return the words that the names of a question are taken for."""
    return {form for rows in by_sound(question, [there]).values() for form, _, _ in rows}


def test_there_are_enough_cases() -> None:
    """The figures below rest on 75 names in 243 spellings, among 1,300 other words."""
    spellings, others = cases()
    assert len({chinese for _, _, chinese in spellings}) >= 70
    assert len(spellings) >= 230
    assert len(others) >= 1200


@pytest.mark.parametrize("kind", FOUND_AT_LEAST)
def test_most_names_are_found_and_hardly_a_wrong_one(kind: str) -> None:
    """Names of history and geography find their Chinese form, and no other, among many."""
    spellings, others = cases()
    there = known(*sorted({*others, *(chinese for _, _, chinese in spellings)}))
    tried = [(name, chinese) for one, name, chinese in spellings if one == kind]
    said = {name: heard(f"who or where was {name}?", there) for name, _ in tried}
    right = [name for name, chinese in tried if chinese in said[name]]
    wrong = {name: said[name] - {chinese} for name, chinese in tried if said[name] - {chinese}}
    assert len(right) / len(tried) >= FOUND_AT_LEAST[kind], sorted(set(said) - set(right))
    assert len(wrong) <= WRONG_AT_MOST, wrong


def test_a_name_that_is_not_there_is_seldom_taken_for_another() -> None:
    """Asked of a vocabulary without its Chinese form, a name finds nothing."""
    spellings, others = cases()
    wrong = {}
    for _, name, chinese in spellings:
        if taken := heard(f"who or where was {name}?", known(*others)) - {chinese}:
            wrong[name] = taken
    assert len(wrong) <= WRONG_AT_MOST, wrong


@pytest.mark.parametrize(
    ("written", "syllables"),
    [
        ("wenyuan", ("wen", "yuan")),
        ("xi'an", ("xi", "an")),
        ("t'ien", ("tian",)),
        ("tien", ("dian",)),
        ("tien", ("tian",)),
        ("hsi-ning", ("xi", "ning")),
        ("chu-ko", ("zhu", "ge")),
        ("tz'u-hsi", ("ci", "xi")),
        ("ssu-ma", ("si", "ma")),
        ("kuei-yang", ("gui", "yang")),
        ("jung-lu", ("rong", "lu")),
        ("lu pu-wei", ("lv", "bu", "wei")),
        ("чжугэ", ("zhu", "ge")),
        ("тао вэньюаня", ("tao", "wen", "yuan")),
        ("хуэйцзун", ("hui", "zong")),
        ("жун лу", ("rong", "lu")),
        ("юань шикаем", ("yuan", "shi", "kai")),
        ("чанъань", ("chang", "an")),
        ("эръюань", ("er", "yuan")),
    ],
)
def test_three_systems_spell_syllables(written: str, syllables: tuple[str, ...]) -> None:
    """Pinyin, Wade-Giles with and without apostrophes, and Palladius are read."""
    assert syllables in readings(written.split())


@pytest.mark.parametrize("written", ["warsaw", "t'ienx", "грач", "a" * 300, "", "-", "'"])
def test_what_is_no_chinese_has_no_syllables(written: str) -> None:
    """Other words are not read as Chinese."""
    assert readings(written.split()) == []


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Where was Tao Wenyuan born?", [("Tao", "Wenyuan")]),
        (
            "Did Lü Pu-wei meet O'Neill’s men in Rome?",
            [("Lü", "Pu-wei"), ("O'Neill’s",), ("Rome",)],
        ),
        ("What did UNESCO and NATO say of XI'AN?", [("UNESCO",), ("XI'AN",)]),
        ("WHERE IS WARSAW?", [("WARSAW",)]),
        ("Кто такой Шэнь Яньчжи?", [("Шэнь", "Яньчжи")]),
        ("Tesla在哪里？", [("Tesla",)]),
        ("where is warsaw?", []),
        ("谁？", []),
        ("", []),
    ],
)
def test_names_are_told_by_capitals(question: str, found: list[tuple[str, ...]]) -> None:
    """Runs of capitalised words are names; abbreviations and words that only ask are none."""
    bare = {"did", "what", "is", "кто", "in", "where"}
    assert names(question, bare) == found


def test_the_whole_of_a_name_goes_before_its_parts() -> None:
    """A name found whole is one; otherwise each of its words is looked for."""
    whole = listen(("Sima", "Qian"), ("司马迁", "司马"))
    assert [(one.words, one.forms) for one in whole] == [(("sima", "qian"), (("司马迁", 1.0),))]
    given = listen(("Mikhail", "Gorbachev"), ("戈尔巴乔夫",))
    assert [one.words for one in given] == [("gorbachev",)]
    assert 0.6 <= given[0].forms[0][1] <= 1.0


def test_one_syllable_is_no_name() -> None:
    """A surname alone, which hundreds of words sound like, finds nothing."""
    assert listen(("Li",), ("李", "历史", "里", "礼")) == []
    assert listen(("Zhang",), ("詹娜", "张", "章程")) == []


def test_what_sounds_like_a_name_and_is_none_is_not_taken() -> None:
    """伤害 has the syllables of Shanghai, but is no name."""
    assert heard("who saw Shanghai?", known("伤害", "上海")) == {"上海"}


def test_books_in_other_scripts_have_no_sounds() -> None:
    """Words in letters, and an empty vocabulary, are not listened to."""
    assert heard("who was Tesla?", known("tesla", "теслой")) == set()
    assert heard("who was Tesla?", known()) == set()
    assert nearness("tesla", sounds(("和平", "war"))).size == 0


@pytest.mark.parametrize(
    "question",
    ["A" * 2000, "An" * 1000, "Anan " * 400, "А" * 2000, "Ся'" * 600, "É-" * 900, "Ы́" * 500, "Z z"],
)
def test_no_question_takes_long(question: str) -> None:
    """The longest questions, all capitals or one word, are listened to in a second."""
    _, others = cases()
    started = time.process_time()
    heard(question, known(*others))
    assert time.process_time() - started < 1.5


PASSAGES = (
    "沈砚之到任以后，下令疏浚运河。",
    "特斯拉在实验室里点亮了灯。",
    "渔民把盐运到港口，医生给病人看病。",
)


def ask(question: str, companion: Companion) -> Wording:
    """Return the words of a question in those of three passages."""
    return gloss(
        content_words(question), [vocabulary(PASSAGES, companion)], len(PASSAGES), companion
    )


@pytest.mark.parametrize(
    ("question", "translation"),
    [
        ("What did Shen Yanzhi order?", "沈砚"),
        ("What did Shen Yen-chih order?", "沈砚"),
        ("Что приказал Шэнь Яньчжи?", "沈砚"),
        ("Where was Tesla's lamp lit?", "特斯拉"),
        ("Где лампа Теслы?", "特斯拉"),
    ],
)
def test_a_name_is_searched_for_as_the_book_writes_it(
    question: str, translation: str, companion: Companion
) -> None:
    """The words that a name sounds like are its translations, and cover it."""
    wording = ask(question, companion)
    assert token_set(translation) <= set(wording.translations)
    rows = wording.coverage([token_set(text) for text in PASSAGES]).sum(axis=1)
    holding = [translation in text for text in PASSAGES]
    assert holding[int(rows.argmax())]


def test_where_the_meaning_is_known_sound_says_nothing(companion: Companion) -> None:
    """A common word with a capital stands for what it means, not for what it sounds like."""
    both = ("医生", "多克托尔")
    there = Vocabulary(both, np.ones(2, np.int32), companion.encode(both))
    assert heard("Who was the Doctor?", there) == {"多克托尔"}
    wording = gloss(content_words("Who was the Doctor?"), [there], 2, companion)
    assert token_set("医生") <= set(wording.translations)
    assert not token_set("多克托尔") & set(wording.translations)


def test_two_books_make_one_name_of_it(companion: Companion) -> None:
    """A name that one book holds whole and another in part is one word of the question."""
    books = [vocabulary([text], companion) for text in ("成吉思汗来了。", "铁木真与可汗来了。")]
    wording = gloss(content_words("When was Genghis Khan born?"), books, 2, companion)
    spoken = [item.word for item in wording.glosses if "khan" in item.word]
    assert spoken == ["genghis khan"]
