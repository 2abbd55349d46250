"""How a question wants to be answered, the two sides it compares, and enumerations in a text."""

from __future__ import annotations

import time

import pytest

from rag.language.enumerating import LAST, Member, member_of, members_in, run_of
from rag.questions.manner import Manner, Sides, manner_of, sides_of
from tests.support.gathering import CASES, Case


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_manner_of_each_case_is_known(case: Case) -> None:
    """In Chinese of both scripts, English and Russian, by the words of the question alone."""
    assert manner_of(case.question) is case.manner


@pytest.mark.parametrize(
    "question",
    [
        "总盐仓的第一任仓大使是谁？",
        "盐引出自哪里？",
        "这种木斗叫做什么？",
        "运河为什么停工，停了多少天？",
        "渠道如何绕行，哪一年通水？",
        "这个衙门被称为什么？",
        "比较大的船有多长？",
        "和平条约是哪天签订的？",
        "How long was the canal?",
        "How was the engineer called?",
        "What is the name of the first keeper?",
        "What process does the process describe?",
        "Name a town on the canal.",
        "Как зовут первого смотрителя?",
        "Как долго строили канал?",
        "Каким был первый смотритель?",
        "",
        "？",
    ],
)
def test_a_question_of_fact_stays_one(question: str) -> None:
    """Names, times, numbers and single things are asked for with the same words, and are facts."""
    assert manner_of(question) is Manner.FACT


@pytest.mark.parametrize(
    ("question", "one", "other", "rest"),
    [
        ("甲城与乙城的税制有何不同？", "甲城", "乙城", "税制"),
        ("甲城和乙城在征税上有什么区别", "甲城", "乙城", "在征税上"),
        ("請比較甲城與乙城的稅制", "甲城", "乙城", "稅制"),
        ("试比较一下张三、李四", "张三", "李四", ""),
        ("在对待商人的态度上，张三跟李四有何不同？", "张三", "李四", "在对待商人的态度上"),
        ("与甲城相比，乙城的税制有什么不同？", "乙城", "甲城", "税制"),
        ("共和派与保皇派的主张有何差异", "共和派", "保皇派", "主张"),
        ("同治年间和光绪年间的盐价有何不同", "同治年间", "光绪年间", "盐价"),
        ("张三对乙城和甲城的看法有何不同？", "乙城", "甲城", "张三对 的看法"),
        ("Compare Avon with Brill.", "Avon", "Brill", ""),
        ("compare the north dam and the south dam", "the north dam", "the south dam", ""),
        (
            "How did Avon's and Brill's attitudes to the tax differ?",
            "Avon's",
            "Brill's",
            "attitudes to the tax",
        ),
        ("How did the attitudes of Avon and Brill differ?", "Avon", "Brill", "the attitudes of"),
        ("How does Avon differ from Brill in its taxes?", "Avon", "Brill", "in its taxes"),
        ("What is the difference between Avon and Brill?", "Avon", "Brill", ""),
        ("Чем Авон отличается от Брилла?", "Авон", "Брилла", ""),
        ("Чем отличались взгляды Авона и Брилла?", "Авона", "Брилла", "взгляды"),
        ("Сравните Авон и Брилл по налогам", "Авон", "Брилл", "по налогам"),
        ("В чём разница между Авоном и Бриллом?", "Авоном", "Бриллом", ""),
    ],
)
def test_both_sides_are_told_apart(question: str, one: str, other: str, rest: str) -> None:
    """The sides are as they were written, and what is asked of both is the rest."""
    found = sides_of(question)
    assert found is not None
    assert Sides(found.one, found.other, found.rest.strip()) == Sides(one, other, rest)
    assert found.questions()[0].startswith(one)


@pytest.mark.parametrize(
    "question",
    [
        "甲城与乙城的战争是怎样开始的？",
        "共和国有什么不同？",
        "不同的税制有哪些？",
        "比较",
        "与相比",
        "甲城与甲城有何不同？",
        "比较" + "甲" * 90 + "与乙",
        "compare and",
        "Compare everything.",
        "Сравните всё",
        "",
    ],
)
def test_where_two_sides_are_not_named_nothing_is_compared(question: str) -> None:
    """Without a conjunction, a word of comparing, or two different sides there are none."""
    assert sides_of(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "compare " + "a and " * 330,
        "how did " + "a and b " * 240,
        "difference between " + "a and in " * 210,
        "чем отличается " + "а и в " * 300,
        "чем " + "а и от " * 280,
        "what " * 400,
        "which " + "aa " * 650,
        "的" * 1999 + "不同",
        "有何" * 990 + "不同",
        "比较" + "与和" * 990,
        "第" * 2000,
        "分析" * 1000,
    ],
)
def test_no_question_is_long_in_the_reading(question: str) -> None:
    """The longest questions that can be asked, made to be hard, are read in an instant."""
    started = time.perf_counter()
    manner_of(question)
    sides_of(question)
    member_of(question)
    assert time.perf_counter() - started < 1.0


# Enumerations


@pytest.mark.parametrize(
    ("sentence", "family", "number"),
    [
        ("第一，出工的人家分田。", "第", 1),
        ("第十二、不许开沟。", "第", 12),
        ("“其二，粮价太高。”", "其", 2),
        ("三是另建石闸。", "是", 3),
        ("他开了药方：一是轮种。", "是", 1),
        ("(3) The third point.", "()", 3),
        ("（二）堤的长度。", "()", 2),
        ("2. The second point.", ".", 2),
        ("(b) coal at cost", "a)", 2),
        ("в) отмены штрафов", "a)", 3),
        ("其次，船太少。", "zh", 2),
        ("最后，闸坏了。", "zh", LAST),
        ("Secondly, the gate was rotten.", "en", 2),
        ("First of all, there was no money.", "en", 1),
        ("Во-вторых, ворота сгнили.", "ru", 2),
        ("Наконец, денег не было.", "ru", LAST),
    ],
)
def test_a_member_is_known_by_its_sign(sentence: str, family: str, number: int) -> None:
    """The signs of enumerations in each language and script, with their numbers."""
    assert member_of(sentence) == Member(family, number)


@pytest.mark.parametrize(
    "sentence",
    [
        "第一任仓大使是裴守拙。",
        "一九四五年投降。",
        "三百人到场。",
        "First he left.",
        "1744 年出发。",
        "",
    ],
)
def test_what_only_counts_is_no_member(sentence: str) -> None:
    """A first keeper, a year and a number of people enumerate nothing."""
    assert member_of(sentence) is None


RULES = [
    "开工以前。",
    "他们定了三项规矩。",
    "第一，分田。",
    "第二，免粮。",
    "后来有争执。",
    "第三，禁沟。",
    "完。",
]


@pytest.mark.parametrize("place", [1, 2, 3, 5])
def test_a_member_brings_its_fellows(place: int) -> None:
    """From any member, or from what announces them, the whole is found, and nothing between."""
    assert run_of(RULES, place) == [1, 2, 3, 5]


@pytest.mark.parametrize("place", [0, 4, 6])
def test_a_sentence_of_no_enumeration_brings_none(place: int) -> None:
    """What stands before, between and behind the members belongs to none."""
    assert run_of(RULES, place) == []


def test_a_long_enumeration_is_kept_whole() -> None:
    """However many members there are, none is left out."""
    long = ["共有七条：", *(f"第{n}，甲。" for n in "一二三四五六七")]
    assert run_of(long, 2) == run_of(long, 7) == list(range(8))


@pytest.mark.parametrize(
    ("before", "announces"),
    [
        ("原因主要有三。", True),
        ("He gave three reasons.", True),
        ("Он назвал три причины.", True),
        ("他们定了规矩如下：", True),
        ("那年他五十三岁。", False),
        ("He left in 1853.", False),
    ],
)
def test_what_counts_the_members_announces_them(before: str, announces: bool) -> None:  # noqa: FBT001
    """A sentence before the first member that says how many there are comes with them."""
    run = run_of([before, "第一，甲。", "第二，乙。", "第三，丙。"], 1)
    assert run == ([0, 1, 2, 3] if announces else [1, 2, 3])


@pytest.mark.parametrize("place", [0, 1, 3])
def test_lines_behind_a_colon_are_members(place: int) -> None:
    """A list that has lost its bullets: short lines, of which nothing ends any but the last."""
    lines = ["They demanded:", "coal at cost", "an end to fines", "a shorter turn", "They left."]
    assert run_of(lines, place, [1, 3, 4, 5, 7]) == [0, 1, 2, 3]
    assert run_of(lines, place) == []
    assert run_of(lines, place, [1, 3, 3, 5, 7]) == []


@pytest.mark.parametrize(
    ("sentence", "members"),
    [
        ("宗旨有三：一是鱼价；二是救济；三是码头。", ["一是鱼价", "二是救济", "三是码头"]),
        ("They asked for 1) coal; 2) bread.", ["1) coal", "2) bread"]),
        ("首先，船少；其次，钱少；最后，人少。", ["首先,船少", "其次,钱少", "最后,人少"]),
        ("第一，甲乙丙。", []),
        ("他在第二天走了，第三天回来。", []),
    ],
)
def test_members_within_one_sentence(sentence: str, members: list[str]) -> None:
    """Each begins with its sign and ends where the next one begins."""
    assert [one.replace("，", ",") for one in members_in(sentence)] == members


def test_enumerations_do_not_run_into_one_another() -> None:
    """A second 第一 begins another list, a gap in the numbers or in the text ends one."""
    assert run_of(["第一，甲。", "第二，乙。", "第一，丙。", "第二，丁。"], 1) == [0, 1]
    assert run_of(["第一，甲。", "第三，乙。"], 0) == []
    assert run_of(["第一，甲。", *["闲话。"] * 6, "第二，乙。"], 0) == []
    assert run_of(["第一，甲。", "其二，乙。"], 0) == []


@pytest.mark.parametrize(
    ("question", "manner"),
    [
        ("开工以前定下了哪三条规矩？", Manner.LIST),
        ("公所派了哪两位委员？", Manner.LIST),
        ("公所派了哪位委员？", Manner.FACT),
        ("哪一条规矩最先废除？", Manner.FACT),
        ("Which three rules were set?", Manner.LIST),
    ],
)
def test_a_number_of_things_is_a_list(question: str, manner: Manner) -> None:
    """哪三条 asks for three things, and 哪位 or 哪一条 for one."""
    assert manner_of(question) is manner
