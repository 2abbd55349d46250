"""Readers with accounts, over the real protocol: who comes in, and what each can reach."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from rag.application.shuzheng import Shuzheng
from rag.language.catalog import say
from rag.library.readers import Role
from rag.settings import Settings
from rag.types import Language, ReportKind, Turn
from rag.web.gate.crowding.guesses import GUESSES, GUESSES_AT_A_NAME, WINDOW
from tests.support.asking import Asker
from tests.support.exported import quoted
from tests.support.website import Clock, WebServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.addressing import Got

PASSWORD = "nine boats with salt"  # noqa: S105 - of these tests
OLD = "the old one of all boats"
WRONG = "wrong"
TEACHER, ANNA, BORIS = "王老师", "Anna", "Boris"
QUESTION, ANSWER = "盐引的有效期是多少天？", "九十天"
PRIVATE = "Annas ganz eigene Frage?"


@pytest.fixture(scope="module")
def whole(
    small: Shuzheng,
    loaded: dict[str, Any],
    models: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shuzheng]:
    """Yield the whole product over a copy of the small book, with a teacher and two readers."""
    data = tmp_path_factory.mktemp("class")
    (data / "models").symlink_to(models)
    small.backup(data / "copy.sqlite")
    settings = Settings(data=data, corpus=data / "none", password=OLD)
    with Shuzheng(settings) as opened:
        opened._parts.made |= loaded
        opened.restore(data / "copy.sqlite")
        opened.readers.add([TEACHER], Role.TEACHER)
        opened.readers.add([ANNA, BORIS])
        for one in opened.readers.all():
            opened.readers.choose(one.name, opened.readers.invite(one.name), PASSWORD)
        yield opened


@pytest.fixture(scope="module")
def clock() -> Clock:
    """Return the time of the server."""
    return Clock()


@pytest.fixture(scope="module")
def server_all(whole: Shuzheng, clock: Clock) -> Iterator[WebServer]:
    """Yield a server of it, which has a password for all besides."""
    with WebServer(whole, whole.settings, clock) as served:
        yield served


@pytest.fixture
def server(server_all: WebServer, clock: Clock) -> WebServer:
    """Return the server with no guess left that counts."""
    clock.now += WINDOW + 1
    return server_all


def send(server: WebServer, path: str, source: str = "127.0.0.1", **form: str) -> Got:
    """Return what a form brings."""
    told = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "en"}
    return server.ask(path, told, method="POST", body=urlencode(form).encode(), source=source)


def enter(server: WebServer, name: str, password: str = PASSWORD) -> str:
    """Return the cookie of a reader who has come in."""
    got = send(server, "/login", name=name, password=password)
    assert (got.status, got.headers.get("location")) == (303, "./"), got.text
    return got.cookies[0].split(";")[0]


def test_nobody_comes_in_without_a_name_of_his_own(server: WebServer) -> None:
    """With accounts in the library the one password opens nothing, nor does a name alone."""
    assert server.guess(OLD).status == 401
    for name, password in ((ANNA, OLD), ("", OLD), ("", ""), (ANNA, ""), ("Clara", PASSWORD)):
        assert send(server, "/login", name=name, password=password).status == 401
        server_is_patient(server)
    assert server.ask("/config").status == 401
    assert server.ask("/config", {"Cookie": enter(server, "anna")}).status == 200


def server_is_patient(server: WebServer) -> None:
    """Let the wrong guesses be forgotten."""
    server.clock.now += WINDOW + 1


@pytest.mark.parametrize("language", list(Language))
def test_name_and_password_are_asked_for_in_the_readers_language(
    server: WebServer, language: Language
) -> None:
    """The page that asks, and that of an invitation, are in the browser's language."""
    told = {"Accept-Language": say("language.locale", language)}
    for path, keys in (
        ("/", ("class_name", "password")),
        ("/invitation", ("class_name", "class_invited", "class_code")),
    ):
        page = server.ask(path, told).text
        assert all(say(f"web.{key}", language) in page for key in keys)


def test_nothing_tells_whether_a_name_exists(server: WebServer) -> None:
    """A wrong password brings the same page for a name that is there and for one that is not."""
    took: dict[str, list[float]] = {ANNA: [], "Nobody": []}
    pages = set()
    for name in (ANNA, "Nobody") * 5:
        server_is_patient(server)
        began = time.perf_counter()
        got = send(server, "/login", name=name, password=WRONG)
        took[name].append(time.perf_counter() - began)
        pages.add((got.status, got.text))
    assert len(pages) == 1
    there, nowhere = (min(times) for times in took.values())
    assert abs(there - nowhere) < 0.5 * max(there, nowhere)


def test_guesses_at_a_name_are_limited_from_wherever_they_come(server: WebServer) -> None:
    """Of many addresses together no more are taken at one name; a few from one bar nobody."""
    for number in range(GUESSES + 1):
        last = send(server, "/login", "127.0.0.2", name=ANNA, password=f"{number}")
    assert last.status == 429
    assert int(last.headers["retry-after"]) > 0
    server.ask("/", {"Cookie": enter(server, ANNA)})
    for number in range(GUESSES_AT_A_NAME):
        address = f"127.0.1.{number}"
        last = send(server, "/login", address, name=ANNA.upper(), password=WRONG)
    assert last.status == 429
    assert send(server, "/login", "127.0.1.200", name=BORIS, password=WRONG).status == 401


def test_an_invitation_opens_once_and_a_new_password_ends_old_sessions(
    server: WebServer, whole: Shuzheng
) -> None:
    """Behind the link he chooses a password that is not easy, and is in; others' codes do not."""
    before = {"Cookie": enter(server, BORIS)}
    code, new = whole.readers.invite(BORIS), "seven lamps by the old quay"
    wish = {"name": BORIS, "code": code, "password": new, "again": new}
    for change, key in (
        ({"again": "x"}, "class_again"),
        ({"password": "short", "again": "short"}, "class_short"),
        ({"password": "password123", "again": "password123"}, "class_easy"),
        ({"name": ANNA}, "class_spent"),
        ({"code": code[:-1]}, "class_spent"),
    ):
        got = send(server, "/invitation", **{**wish, **change})
        assert got.status == 401
        assert say(f"web.{key}", Language.EN) in got.text
    assert server.ask("/config", before).status == 200
    got = send(server, "/invitation", **wish)
    assert got.status == 303
    now = {"Cookie": got.cookies[0].split(";")[0]}
    assert server.ask("/config", now).status == 200
    assert server.ask("/config", before).status == 401
    assert send(server, "/invitation", **wish).status == 401
    back = {**wish, "code": whole.readers.invite(BORIS), "password": PASSWORD, "again": PASSWORD}
    assert send(server, "/invitation", **back).status == 303
    assert server.ask("/config", now).status == 401


def test_a_reader_who_is_removed_is_out_at_once(server: WebServer, whole: Shuzheng) -> None:
    """His session opens nothing, nor the one of a new reader of his name."""
    whole.readers.add(["Clara"])
    whole.readers.choose("Clara", whole.readers.invite("Clara"), PASSWORD)
    cookie = {"Cookie": enter(server, "Clara")}
    assert server.ask("/config", cookie).status == 200
    whole.readers.remove("Clara")
    assert server.ask("/config", cookie).status == 401
    whole.readers.add(["Clara"])
    whole.readers.choose("Clara", whole.readers.invite("Clara"), PASSWORD)
    assert server.ask("/config", cookie).status == 401
    whole.readers.remove("Clara")


def test_a_reader_signs_out(server: WebServer) -> None:
    """The session ends; another of the same reader's stays."""
    leaving, staying = ({"Cookie": enter(server, ANNA)} for _ in range(2))
    assert server.ask("/logout", leaving).status == 303
    assert server.ask("/config", leaving).status == 401
    assert server.ask("/config", staying).status == 200


def test_an_open_server_asks_as_soon_as_there_is_an_account(models: Path, tmp_path: Path) -> None:
    """Without accounts it is open; from the first one on it is not, without being started anew."""
    (tmp_path / "models").symlink_to(models)
    settings = Settings(data=tmp_path, corpus=tmp_path / "none")
    with Shuzheng(settings) as opened, WebServer(opened, settings) as served:
        assert served.ask("/config").status == 200
        assert served.ask("/invitation").status == 404
        opened.readers.add([TEACHER], Role.TEACHER)
        assert served.ask("/config").status == 401
        opened.readers.remove(TEACHER)
        assert served.ask("/config").status == 200


def test_what_is_asked_is_kept_under_the_account(server: WebServer, whole: Shuzheng) -> None:
    """Whatever key the browser sends, a conversation is its reader's on every machine."""
    reader = whole.readers.find(ANNA)
    assert reader is not None
    for _ in range(2):
        asker = Asker(server, door=enter(server, ANNA))
        assert ANSWER in "".join(asker.ask(QUESTION, memory={"owner": "k" * 40}))
    assert [kept.turns for kept in whole.conversations.of(reader.owner)] == [1, 1]
    assert whole.conversations.of("k" * 40) == []


@pytest.mark.slow
def test_no_payload_reads_or_changes_what_is_anothers(server: WebServer, whole: Shuzheng) -> None:
    """Every function of the page is called by a reader with another's ids: nothing comes of it."""
    anna, boris = (whole.readers.find(name) for name in (ANNA, BORIS))
    assert anna is not None
    assert boris is not None
    identifier = whole.conversations.add(Turn(PRIVATE, quoted()), anna.owner)
    report = whole.reports.add(anna.owner, ReportKind.OTHER, quoted(), PRIVATE)
    readers = whole.readers.all()
    asker = Asker(server, door=enter(server, BORIS))
    forged = {"owner": anna.owner, "key": anna.owner, "conversation": identifier}
    event = {
        "conversation": identifier, "title": "stolen", "name": ANNA, "agreed": True,
        "scope": "0", "report": report.id, "format": "json", "question": identifier,
    }  # fmt: skip
    called = 0
    for function in asker.functions():
        for text in ("", identifier, ANNA):
            shown = asker.call(function, text=text, memory=forged, event=event)
            called += 1
            assert PRIVATE not in shown
            assert "stolen" not in shown
            assert f'data-remove="{ANNA}"' not in shown
            assert "invitation#" not in shown
    assert called > 60
    assert [turn.question for turn in whole.conversations.turns(identifier)] == [PRIVATE]
    [kept] = [one for one in whole.conversations.of(anna.owner) if one.id == identifier]
    assert kept.title == PRIVATE
    assert [one.done for one in whole.reports.of(anna.owner)] == [None]
    after = whole.readers.all()
    assert [one for one in after if one.name != BORIS] == [
        one for one in readers if one.name != BORIS
    ]
    assert len(after) == len(readers)
    whole.conversations.forget(identifier, anna.owner)


def test_the_teacher_sees_what_was_asked_and_no_name(server: WebServer, whole: Shuzheng) -> None:
    """Behind a number that stays his; his name only as long as he agrees to it."""
    anna = whole.readers.find(ANNA)
    assert anna is not None
    identifier = whole.conversations.add(Turn(PRIVATE, quoted()), anna.owner)
    teacher = Asker(server, door=enter(server, TEACHER))

    def tables(function: dict[str, Any]) -> list[str]:
        shown = teacher.call(function, text="", memory={}, event={})
        return re.findall(r'<table class=\\?"asked.*?</table>', shown)

    showing = [one for one in teacher.functions() if tables(one)]

    def seen() -> str:
        table: str
        [table] = {table for one in showing for table in tables(one)}
        return table

    alias = say("web.class_alias", Language.EN, number=anna.number)
    assert PRIVATE in seen()
    assert alias in seen()
    assert ANNA not in seen().replace(PRIVATE, "")
    whole.readers.agree(ANNA, agreed=True)
    assert alias not in seen()
    whole.readers.agree(ANNA, agreed=False)
    assert alias in seen()
    whole.conversations.forget(identifier, anna.owner)
