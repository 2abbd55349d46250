"""What names, defines and decides, as far as a question's or a sentence's own words tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.answering.picking.naming import Named, Signs, signs_of, subject_of
from rag.language.text import fold
from rag.questions import whether
from rag.search.chronology import period_of
from rag.types import Span

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("程之焕是谁？", "程之焕"),
        ("林阿九是什么人？", "林阿九"),
        ("谁是程伯礼？", "程伯礼"),
        ("裴文翰是誰？", "裴文翰"),
        ("什么是鱼牙？", "鱼牙"),
        ("什么叫水钱？", "水钱"),
        ("“槎”是什么意思？", "槎"),
        ("鹭洲是什么地方？", "鹭洲"),
        ("Who was the Captain Hale?", "Captain Hale"),
        ("What is a lehr?", "lehr"),
        ('What does the word "teaser" mean?', "teaser"),
        ("Кто такая Вера Штольц?", "Вера Штольц"),
        ("Что означает слово империал?", "империал"),
        ("灯船何时停泊？", ""),
    ],
)
def test_the_subject_of_a_question_of_who_or_what(question: str, subject: str) -> None:
    """It is what stands where the language puts it, without what makes it a question."""
    assert subject_of(question) == subject


@pytest.mark.parametrize(
    ("sentence", "name", "signs"),
    [
        ("1843年，临江知府高怀谷奏请开港。", "高怀谷", Signs(titled=True)),
        ("鱼牙是替船户卖鱼的中间商。", "鱼牙", Signs(copula=True, head=True)),
        ("“鱼牙”就是中间商。", "鱼牙", Signs(copula=True, head=True, quoted=True)),
        ("这种利息在岛上叫“水钱”。", "水钱", Signs(named=True, quoted=True)),
        ("将高怀谷革职。", "高怀谷", Signs()),
        ("It was built by Tobias Wray, a banker from Kendal.", "tobias wray", Signs(beside=True)),
        (
            "His partner, the chemist Margaret Oldroyd, came.",
            "margaret oldroyd",
            Signs(titled=True),
        ),
        ("A lehr is the long oven.", "lehr", Signs(copula=True, head=True)),
        ("In 1842 Wray left.", "wray", Signs()),
        ("Форейтор — это мальчик.", "форейтор", Signs(copula=True, head=True)),
        ("Вера Штольц, дочь часовщика, пришла.", "вера штольц", Signs(beside=True, head=True)),
        ("В 1897 году приехал Лыткин.", "лыткин", Signs()),
    ],
)
def test_the_signs_of_a_naming(sentence: str, name: str, signs: Signs) -> None:
    """What a sentence says of a name is told by what stands beside it."""
    [place] = Named.of(name, ()).places(fold(sentence))
    assert signs_of(sentence, *place) == signs
    assert signs.says is (signs not in (Signs(), Signs(head=True)))


def test_a_name_is_found_in_every_spelling() -> None:
    """The record's spellings, quotation marks inside a Chinese name, and cases of a Russian one."""
    named = Named.of("Lytkin", [("Савва Лыткин", "Лыткин", "Lytkin")])
    assert len(named.places(fold("Сын Лыткина видел Лыткина."))) == 2
    assert "лыткина" in named.tokens(["лыткина", "город"])
    assert Named.of("海鸥号", ()).places("“海鸥”号".translate({8220: '"', 8221: '"'}))


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("电报局接受了投资吗？", "电报局接受了投资"),
        ("水产学校开办了没有？", "水产学校开办"),
        ("日軍是否佔領過鷺洲？", "日軍佔領過鷺洲"),
        ("盐引能不能转让？", "盐引能转让"),
        ("Was Tully dismissed?", "Tully dismissed"),
        ("Is it true that Pike could write?", "Pike could write"),
        ("Подписала ли Штольц смету?", "Подписала Штольц смету"),
    ],
)
def test_what_a_question_asks_whether(question: str, claim: str) -> None:
    """Its words without those that only ask."""
    assert whether(question).claim == claim
    assert whether(question).sides is None


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("木灯塔用的是豆油还是煤油？", ("豆油", "煤油")),
        ("洋行以茶叶为主还是以棉布为主？", ("以茶叶为主", "以棉布为主")),
        ("Did they burn charcoal or coal?", ("charcoal", "coal")),
        ("Were they paid by the week or by the piece?", ("by the week", "by the piece")),
        ("Вагоны красили в жёлтый или в красный цвет?", ("в жёлтый", "в красный цвет")),
    ],
)
def test_the_two_sides_that_a_question_offers(question: str, sides: tuple[str, str]) -> None:
    """The first one begins as the other does."""
    assert whether(question).sides == sides


@pytest.mark.parametrize(
    ("question", "first", "last", "words"),
    [
        ("1903年发生了什么？", (1903, 0, 0), (1903, 99, 99), "1903年"),
        ("民国二十六年有什么事？", (1937, 0, 0), (1937, 99, 99), "民国二十六年"),
        ("一九二一年發生了什麼？", (1921, 0, 0), (1921, 99, 99), "一九二一年"),
        ("1937到1939年苏联给了什么？", (1937, 0, 0), (1939, 99, 99), "1937到1939年"),
        ("What aid came in 1937-39?", (1937, 0, 0), (1939, 99, 99), "1937-39"),
        ("Events of 1853–56", (1853, 0, 0), (1856, 99, 99), "1853–56"),
        ("between 1945 and 1948?", (1945, 0, 0), (1948, 99, 99), "between 1945 and 1948"),
        (
            "Что было между 1914 и 1916 годами?",
            (1914, 0, 0),
            (1916, 99, 99),
            "между 1914 и 1916 годами",
        ),
        ("1940年代有哪些事？", (1940, 0, 0), (1949, 99, 99), "1940年代"),
        ("What happened on 12 May 1862?", (1862, 5, 12), (1862, 5, 12), "12 May 1862"),
        ("1937年7—9月", (1937, 7, 0), (1937, 9, 99), "1937年7—9月"),
    ],
)
def test_the_time_that_a_question_names(
    question: str, first: tuple[int, int, int], last: tuple[int, int, int], words: str
) -> None:
    """Years in any form, dates, decades and spans, with the words that say them."""
    [period] = period_of(question)
    assert (period.first, period.last) == (first, last)
    start = question.index(words)
    assert period.words == Span(start, start + len(words))


@pytest.mark.parametrize("question", ["同年发生了什么？", "1924年以前有什么事？", "What happened?"])
def test_a_time_that_is_not_told_is_none(question: str) -> None:
    """What leans on an earlier date, or stands before a year, is no time of its own."""
    assert period_of(question) == ()


@pytest.mark.parametrize("question", ["谁是蒋廷黻？", "蔣廷黻是誰？", "陈独秀是什么人？"])
def test_nobody_else_is_told_of_for_whom_a_book_does_not_name(
    question: str, small: Shuzheng
) -> None:
    """Who is asked after by his name and nowhere named is not found, however many are like him."""
    answer = small.ask(question)
    assert (answer.status, answer.sentences) == ("not_found", ())
    assert small.ask("谁是顾云山？").sentences
