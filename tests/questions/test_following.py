"""Follow-ups become questions that can be asked by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.language.names.persons import known_spellings, names_in, spelt_for
from rag.questions.following import follow, leans
from rag.types import Language
from tests.support.questions import turn

if TYPE_CHECKING:
    from rag.types import Turn

ALIASES = (
    ("顾云山", "Gu Yunshan", "Гу Юньшань"),
    ("格兰", "Roderick Gran", "Gran", "Гран"),
    ("铁路", "railway", "железная дорога"),
    ("白石埠", "Baishi Landing", "Байши"),
)


def after(question: str, *turns: Turn) -> str:
    """Return a question as it is asked by itself after turns."""
    return follow(question, turns, ALIASES).text


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        ("顾云山是哪一年被革职的？", "他后来做过教师吗？", "顾云山做过教师吗？"),
        ("顧雲山是誰？", "他抓過多少私鹽？", "顧雲山抓過多少私鹽？"),
        ("When was Gu Yunshan dismissed?", "Where did he teach?", "Where did Gu Yunshan teach?"),
        ("When was Gu Yunshan dismissed?", "What was his post?", "What was Gu Yunshan's post?"),
        ("Когда уволили Гу Юньшаня?", "Где он учил детей?", "Где Гу Юньшаня учил детей?"),
        ("铁路是哪一年动工的？", "它有多长？", "铁路有多长？"),
        ("When did the railway open?", "How long was it?", "How long was railway?"),
    ],
)
def test_a_pronoun_gives_way_to_a_name(before: str, question: str, full: str) -> None:
    """The person or thing of the question before stands in the pronoun's place."""
    assert after(question, turn(before)) == full


def test_a_name_that_was_answered_is_taken_over() -> None:
    """After "who", the pronoun is the person whom the answer names, known or not."""
    asked = turn("总盐仓的第一任仓大使是谁？", "总盐仓的第一任仓大使名叫裴守拙，他在任十七年。")
    assert after("他发明了什么？", asked) == "裴守拙发明了什么？"
    asked = turn("谁受聘测量铁路？", "1894年，英国工程师罗德里克·格兰受聘来到临江。")
    assert "格兰" in after("他估计要多少钱？", asked)


@pytest.mark.parametrize(
    ("question", "full"),
    [
        ("那年还发生了什么？", "1793年，发生了什么？"),
        ("那年修了哪座桥？", "1793年修了哪座桥？"),
        ("Which bridge was built that year?", "Which bridge was built in 1793?"),
        ("Какой мост построили в том же году?", "Какой мост построили в 1793 году?"),
    ],
)
def test_that_year_is_the_year_of_the_answer(question: str, full: str) -> None:
    """That year is the one that was answered, of several the one beside the question's words."""
    asked = turn("顾云山是哪一年被革职的？", "他在1788年上任，1793年被革职，1802年去世。")
    assert after(question, asked) == full


def test_that_year_is_the_year_that_was_asked_for() -> None:
    """A year of the question goes before those of its answer, in whatever form it is."""
    asked = turn("民国二十六年铁路停了吗？", "1938年铁路停了。")
    assert after("那年谁是站长？", asked) == "1937年谁是站长？"


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        ("英国的态度是什么？", "那苏联方面呢？", "苏联方面"),
        ("顾云山是哪一年上任的？", "那格兰呢？", "格兰是哪一年上任的？"),
        (
            "When was Gu Yunshan dismissed?",
            "And Roderick Gran?",
            "When was Roderick Gran dismissed?",
        ),
        ("When was Gu Yunshan dismissed?", "What about Gran?", "When was Gran dismissed?"),
        ("Когда уволили Гу Юньшаня?", "А Грана?", "Когда уволили Грана?"),
        ("1903年铁路有多长？", "那1907年呢？", "1907年铁路有多长？"),
    ],
)
def test_another_subject_is_asked_the_same(before: str, question: str, full: str) -> None:
    """A question "what about …" asks the question before of another person, side or year."""
    assert after(question, turn(before)).startswith(full)


def test_a_new_subject_may_bring_its_own_question() -> None:
    """A subject that is turned to stands in the place of the pronoun behind it."""
    asked = turn("铁路是哪一年动工的？", "铁路在1903年动工。")
    assert after("那运河呢？它是什么时候通水的？", asked) == "运河是什么时候通水的？"


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("第二个呢？", "河工档册"),
        ("第二種在哪裡？", "河工档册"),
        ("And the second one?", "河工档册"),
        ("А третий?", "往来信札"),
    ],
)
def test_an_item_is_one_of_those_listed(question: str, item: str) -> None:
    """The second one is the second that the quoted sentence lists."""
    asked = turn("本书依据什么写成？", "本书依据三种材料：口述笔录、河工档册、往来信札。")
    assert item in after(question, asked)


def test_an_item_may_be_a_quoted_sentence() -> None:
    """Where nothing is listed, the second one is the second sentence."""
    asked = turn("发生了什么？", "铁路通车了。", "盐仓关闭了。")
    assert after("第二个呢？", asked) == "盐仓关闭了。"


def test_a_bare_question_takes_over_what_was_asked() -> None:
    """Why, when and where by themselves are asked of what was asked before."""
    assert after("为什么？", turn("盐仓关闭了吗？", "关闭了。")).startswith("盐仓关闭")
    assert after("Why?", turn("Did the store close?", "It did.")) == "store close Why?"


def test_a_thing_among_several_is_what_was_asked() -> None:
    """Where the question before names two things, "it" is none of them but what was asked."""
    asked = turn("When did the railway reach Baishi Landing?")
    assert after("Who paid for it?", asked) == "railway reach Baishi Landing Who paid for it?"


def test_what_is_taken_over_lasts() -> None:
    """In the fifth turn the person of the first is still meant."""
    turns = [turn("顾云山是谁？", "顾云山出任缉私都司。")]
    turns += [turn(question) for question in ("他几岁？", "他住在哪里？", "他有钱吗？")]
    assert after("他何时去世？", *turns) == "顾云山何时去世？"


def test_a_refused_question_is_leant_on_too() -> None:
    """Who was asked after in vain is still who is meant: nobody else takes his place."""
    turns = [turn("顾云山是谁？", "顾云山出任缉私都司。"), turn("拿破仑是在哪座岛上去世的？")]
    assert after("他的老师叫什么？", *turns) == "拿破仑的老师叫什么？"


@pytest.mark.parametrize(
    "question",
    [
        "盐引何价？",
        "盐商与其他商人是谁？",
        "Who was Gran?",
        "Кто такой Гран?",
        "How many boats were there in Langang?",
        "Is it true that Gran built the railway?",
        "When did Gran finish his line?",
        "Когда Павел Орлов продал свой дом и его сад?",
        "顾云山说他查获了多少私盐？",
        "谁是第一个走完运河的人？",
        "第一个车站叫什么名字？",
    ],
)
def test_a_question_that_stands_by_itself_stays(question: str) -> None:
    """A question that leans on nothing is asked as it is."""
    assert not leans(question)
    followed = follow(question, [turn("顾云山是谁？", "他是都司。")], ALIASES)
    assert (followed.text, followed.own) == (question, None)


def test_an_object_is_not_who_is_named_before_it() -> None:
    """Whom a named person did something to is another, of whom was spoken before."""
    asked = turn("When was Gu Yunshan dismissed?")
    assert after("What did Pavel Orlov say to him?", asked).endswith("say to Gu Yunshan?")


def test_a_question_with_nothing_to_lean_on_stays() -> None:
    """Without an earlier turn, nothing is put in."""
    assert follow("他是谁？", [], ALIASES).text == "他是谁？"


def test_the_own_words_of_a_follow_up_are_told() -> None:
    """What was carried over is not among a follow-up's own words; a bare one has none."""
    before = [turn("顾云山是谁？", "他是都司。")]
    assert follow("他喜欢哪支足球队？", before, ALIASES).own == "喜欢哪支足球队？"
    assert follow("他后来呢？", before, ALIASES).own == ""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("仓大使名叫裴守拙，他在任十七年。", ["裴守拙"]),
        ("沈砚之在奏折里说", ["沈砚之"]),
        ("工程师伊万·彼得罗夫受聘来此", ["工程师伊万·彼得罗夫"]),
        ("《澄溪水程图》在哪里？", ["《澄溪水程图》"]),
        ("When did Roderick Gran meet Pavel Orlov?", ["Roderick Gran", "Pavel Orlov"]),
        ("Когда Павел Орлов приехал?", ["Павел Орлов"]),
        ("今天天气怎么样？", []),
    ],
)
def test_names_are_told_by_how_they_are_written(text: str, names: list[str]) -> None:
    """Capitals, surnames, middle dots, 《》 and the aliases show where a name is."""
    assert [name.text for name in names_in(text, known_spellings(ALIASES))] == names


def test_a_name_is_spelt_as_the_question_is() -> None:
    """A known name goes into another language in that language's spelling."""
    [name] = names_in("顾云山被革职", known_spellings(ALIASES))
    assert spelt_for(name, Language.EN) == "Gu Yunshan"
    assert spelt_for(name, Language.RU) == "Гу Юньшань"
    assert spelt_for(name, Language.ZH) == "顾云山"


@pytest.mark.parametrize(
    ("group", "person"),
    [
        (("军火", "軍火", "munitions", "оружие"), 0),
        (("康文", "Kang Wen", "Кан Вэнь"), 1),
        (("康文", "arms"), 0),
        (("Kang Wen", "Кан Вэнь"), 1),
    ],
)
def test_nobody_is_written_in_small_letters(group: tuple[str, ...], person: int) -> None:
    """What a record spells in small letters in any language is a word, and nobody's name."""
    [name] = names_in(f"{group[0]}的由来", known_spellings([group]))
    assert name.person == bool(person)
