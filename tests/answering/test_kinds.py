"""Questions of kinds of their own, asked of the whole product over small books."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rag.language.catalog import say
from rag.questions import Want, understand
from rag.questions.wanting import Sensed
from rag.types import Language, Turn
from rag.web.html.answers import render_answer
from tests.conftest import CASES as FOLDER
from tests.conftest import wiring
from tests.support import kinds
from tests.support.copies import over
from tests.support.scripted import ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.application.shuzheng import Shuzheng
    from rag.types import Answer

BOOKS = ("lu-zhou", "hollin-ford", "konka", "qing-chuan", "mill")
FLOORS = {
    "events": (0.95, 0.9),
    "list": (0.8, 0.75),
    "compare": (0.94, 0.85),
    "who": (0.9, 0.9),
    "what": (0.85, 0.78),
    "yes_no": (0.8, 0.8),
}
"""Shares right of the cases of a kind: of those that were tuned on, and of those held back."""


@pytest.fixture(scope="module")
def shelf(
    models: Path, loaded: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shuzheng]:
    """Return the whole product with the books of the cases, which nothing changes."""
    data = tmp_path_factory.mktemp("kinds")
    (data / "models").symlink_to(models)
    with over(data, loaded) as opened:
        for name in dict.fromkeys([*BOOKS, *(case.book for case in kinds.CASES)]):
            home = kinds.FOLDER if name in BOOKS else FOLDER
            record = home / f"{name}.toml"
            opened.add(home / f"{name}.md", record if record.exists() else None)
        opened.find("盐引")
        yield opened


def ids(shelf: Shuzheng) -> dict[str, str]:
    """Return the ids of the books by what of their text names them."""
    names = {
        "small-book": "澄溪运河",
        "harbour": "雾川",
        "marsh": "芦湾",
        "river": "额木河",
        "lighthouse": "Gull Rock",
        "lu-zhou": "鹭洲",
        "hollin-ford": "Hollin Ford",
        "konka": "Лыткин",
        "qing-chuan": "王克勤",
        "mill": "Lady Ashby",
    }
    held = [summary.record.id for summary in shelf.books()]
    return {
        name: next(one for one in held if words in shelf.book(one).text)
        for name, words in names.items()
    }


def asked(
    shelf: Shuzheng, book: str, question: str, want: Want, turns: tuple[Turn, ...] = ()
) -> Answer:
    """Return the answer to a question that wants something, of a book by the name of its case."""
    books = [shelf.book(ids(shelf)[book])]
    read = understand(question, turns, books, sense=lambda _: Sensed(want))
    return shelf._parts.quoting.answer(read)


def test_there_are_enough_cases() -> None:
    """Of every kind thirty questions, of them a third that nothing was tuned on."""
    for kind in kinds.KINDS:
        cases = [case for case in kinds.CASES if case.kind == kind]
        assert len(cases) >= 30
        assert sum(case.held for case in cases) >= len(cases) / 3
        assert len({case.language for case in cases}) >= 3


@pytest.mark.slow
def test_the_floors_of_each_kind(shelf: Shuzheng) -> None:
    """Shares of questions whose answer is right, and a lead that decides is never wrong."""
    right: dict[tuple[str, bool], list[bool]] = {}
    decided = []
    for case in kinds.CASES:
        answer = asked(shelf, case.book, case.question, case.want)
        wrong = case.wrong(answer)
        right.setdefault((case.kind, case.held), []).append(not wrong)
        way = next((words for sign, words in case.lines if sign == "~"), None)
        leads = [say(key, case.language) for key in ("answers.affirms", "answers.denies")]
        if answer.text.partition("\n")[0] in leads:
            decided.append(way is not None and kinds.decides(answer, way))
    shares = {key: sum(found) / len(found) for key, found in right.items()}
    for kind, (tuned, held) in FLOORS.items():
        assert shares[kind, False] >= tuned, kind
        assert shares[kind, True] >= held, kind
    assert len(decided) > 15
    assert all(decided)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("book", "question"),
    [
        ("lu-zhou", "灯船用豆油吗？"),
        ("lu-zhou", "冯锡安主张架设无线电台吗？"),
        ("lu-zhou", "渔民故意破坏了电缆吗？"),
        ("lu-zhou", "渔税减免了吗？"),
        ("lu-zhou", "1937年日军占领了鹭洲吗？"),
        ("lu-zhou", "电报局接受了英国公司的投资吗？"),
        ("hollin-ford", "Did Stourbeck burn coal?"),
        ("hollin-ford", "Did the court fine Tully?"),
        ("hollin-ford", "Did Colin Ashe buy the land?"),
        ("hollin-ford", "Did the works hide bottles?"),
        ("konka", "Конка ходила зимой?"),
        ("konka", "Лыткин умер в 1904 году?"),
        ("harbour", "石敬亭同意沉船吗？"),
        ("harbour", "霍姆缴清了罚款吗？"),
        ("river", "苏方还清了欠款吗？"),
        ("river", "扎哈罗夫谈论政治吗？"),
        ("river", "丁若梅受了日本商人的收买吗？"),
        ("qing-chuan", "王克勤会写字吗？"),
        ("qing-chuan", "王克勤批准了吗？"),
        ("qing-chuan", "王克勤被罢免了吗？"),
        ("qing-chuan", "王克勤收过礼吗？"),
        ("qing-chuan", "李茂才被罢免了吗？"),
        ("qing-chuan", "矿工满意工钱吗？"),
        ("qing-chuan", "马丁付款了吗？"),
        ("qing-chuan", "张阿四打伤了刘铁匠吗？"),
        ("qing-chuan", "李茂才捐款了吗？"),
        ("qing-chuan", "赵如海收受贿赂了吗？"),
        ("qing-chuan", "桥在1890年修成吗？"),
        ("mill", "Did the weavers go on strike?"),
        ("mill", "Did the mill close?"),
        ("mill", "Did Marsh deny the debt?"),
        ("mill", "Did Lady Ashby sell the mill?"),
        ("mill", "Did the steward steal the books?"),
        ("mill", "Did the mill open in 1799?"),
        ("mill", "Could the children read?"),
        ("mill", "Did Henry Marsh reject the plan?"),
    ],
)
def test_what_cannot_be_told_is_left_to_the_sentence(
    book: str, question: str, shelf: Shuzheng
) -> None:
    """Another's deed, a wish, a charge, a doubt, a part of it: neither yes nor no is said."""
    answer = asked(shelf, book, question, Want.YES_NO)
    lead = answer.text.partition("\n")[0]
    assert lead not in [say(key, answer.language) for key in ("answers.affirms", "answers.denies")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("book", "question", "key"),
    [
        ("qing-chuan", "布朗买下了矿山吗？", "answers.denies"),
        ("qing-chuan", "赵如海支持开矿吗？", "answers.affirms"),
        ("mill", "Did John Marsh pay the rent?", "answers.denies"),
        ("konka", "Подписала ли Штольц смету?", "answers.denies"),
    ],
)
def test_what_a_sentence_decides_is_said_on_the_page(
    book: str, question: str, key: str, shelf: Shuzheng
) -> None:
    """One sentence is quoted, behind a line that says yes or no in the reader's language."""
    answer = asked(shelf, book, question, Want.YES_NO)
    lead = say(key, answer.language)
    assert answer.text.startswith(lead)
    assert len(answer.sentences) == 1
    assert html.escape(lead, quote=True) in render_answer(answer, {}, answer.language)


@pytest.mark.slow
def test_a_year_that_nothing_is_dated_to_has_neighbours(shelf: Shuzheng) -> None:
    """It is said that there is none, in the reader's language, with places of both years."""
    answer = asked(shelf, "hollin-ford", "What happened in 1800?", Want.EVENTS)
    assert answer.status == "not_found"
    years = "1795, 1811"
    assert answer.notice == say("answers.nearest_years", Language.EN, asked="1800", years=years)
    assert answer.text.startswith(answer.notice)
    assert ["1795" in hit.passage.text for hit in answer.nearest] == [True, False]


@pytest.mark.slow
@pytest.mark.parametrize("question", ["1903年谁撤往江口？", "怡顺洋行哪一年撤走？"])
def test_a_fact_of_a_year_is_no_chronology(question: str, shelf: Shuzheng) -> None:
    """Who did something in a year is answered as ever, and when something was, too."""
    books = [shelf.book(ids(shelf)["lu-zhou"])]
    fact = understand(question, (), books)
    assert fact.want is Want.PASSAGE
    assert shelf._parts.quoting.inquire(fact).picked is None
    when = replace(understand("鹭洲哪一年设立厘卡，1864年吗？", (), books), want=Want.EVENTS)
    assert shelf._parts.quoting.inquire(when).picked is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("book", "question", "follow", "third"),
    [
        ("hollin-ford", "Why did Wray choose Hollin Ford?", "And the third?", "Third, the canal"),
        ("lu-zhou", "渔会衰落的三个原因是什么？", "第三个原因呢？", "最后，程伯礼去世以后"),
        ("hollin-ford", "List the demands of the blowers", "The third one?", "an end to fines"),
        ("konka", "Назовите три причины спешки", "А третья?", "В-третьих"),
    ],
)
def test_the_third_of_a_list_can_be_asked_for(
    book: str, question: str, follow: str, third: str, shelf: Shuzheng
) -> None:
    """The answer to it is the third member and no other, whatever announces the list."""
    first = asked(shelf, book, question, Want.PASSAGE)
    then = asked(shelf, book, follow, Want.PASSAGE, (Turn(question, first),))
    assert [third in sentence.text for sentence in then.sentences] == [True]


@pytest.mark.slow
def test_a_model_is_given_what_was_picked(shelf: Shuzheng, tmp_path: Path) -> None:
    """The passages of the events, and no others, stand in the request; its words are checked."""
    with ScriptedServer(
        "1861年，裴文翰派人上岛丈量。[@派人上岛丈量] 灯船沉没。[@派人上岛丈量]"
    ) as server:
        wired = wiring(shelf, server, tmp_path)()
        books = [shelf.book(ids(shelf)["lu-zhou"])]
        read = understand("1861年发生了什么？", (), books, sense=lambda _: Sensed(Want.EVENTS))
        *_, answer = wired._parts.composing.stream(read)  # type: ignore[union-attr]
        [call] = server.calls
        sent = json.dumps(call, ensure_ascii=False)
    assert answer.mode == "composed"
    assert "建起一座木灯塔" in sent
    assert "海底电缆" not in sent
    assert [sentence.text for sentence in answer.sentences] == ["1861年，裴文翰派人上岛丈量。"]


@pytest.mark.slow
def test_no_model_is_asked_where_nothing_was_picked(shelf: Shuzheng, tmp_path: Path) -> None:
    """Where no event is dated to a year, that is said, and no call is made."""
    with ScriptedServer("不应出现。") as server:
        wired = wiring(shelf, server, tmp_path)()
        books = [shelf.book(ids(shelf)["lu-zhou"])]
        read = understand("1870年发生了什么？", (), books, sense=lambda _: Sensed(Want.EVENTS))
        [answer] = wired._parts.composing.stream(read)  # type: ignore[union-attr]
        assert server.calls == []
    assert answer.status == "not_found"
