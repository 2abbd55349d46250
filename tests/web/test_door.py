"""The password: not to be guessed, and a session that ends."""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from rag.language.catalog import say
from rag.settings import Settings
from rag.types import Language
from rag.web.gate.crowding.guesses import GUESSES, GUESSES_AT_MOST, GUESSES_IN_ALL, WINDOW, Guesses
from rag.web.gate.door.door import SESSION
from tests.support.website import Clock, WebServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.application.shuzheng import Shuzheng

PASSWORD = "neun Kähne, 盐引 & tea"  # noqa: S105 - of this test's server


@pytest.fixture(scope="module")
def clock() -> Clock:
    """Return the time of the server."""
    return Clock()


@pytest.fixture(scope="module")
def locked_all(
    small: Shuzheng, clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WebServer]:
    """Return a server with a password."""
    folder = tmp_path_factory.mktemp("locked")
    settings = Settings(data=folder, corpus=folder / "none", password=PASSWORD)
    with WebServer(small, settings, clock) as server:
        yield server


@pytest.fixture
def locked(locked_all: WebServer, clock: Clock) -> WebServer:
    """Return the server with no guess left that counts."""
    clock.now += WINDOW + 1
    return locked_all


def entered(server: WebServer, **headers: str) -> str:
    """Return the cookie of a reader who has given the password."""
    got = server.guess(PASSWORD, headers)
    assert got.status == 303
    return got.cookies[0].split(";")[0]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/config"),
        ("GET", "/assets/x.js"),
        ("GET", "/gradio_api/heartbeat/abc"),
        ("GET", "/gradio_api/queue/data?session_hash=abc"),
        ("GET", "/gradio_api/startup-events"),
        ("POST", "/gradio_api/queue/join"),
        ("POST", "/gradio_api/cancel"),
        ("POST", "/gradio_api/reset"),
    ],
)
def test_nothing_is_answered_before_the_password(locked: WebServer, method: str, path: str) -> None:
    """Without a session no path of the front end is reached, not even one that holds a line."""
    got = locked.ask(path, {"Accept-Language": "en"}, method=method, body=b"{}")
    assert (got.status, got.text) == (401, say("web.password", Language.EN))


@pytest.mark.parametrize(
    ("header", "language"),
    [("zh-CN", Language.ZH), ("zh-TW", Language.ZH_HANT), ("en", Language.EN), ("ru", Language.RU)],
)
def test_the_password_is_asked_for_in_the_readers_language(
    locked: WebServer, header: str, language: Language
) -> None:
    """The page that asks, and the words for a wrong guess, are in the browser's language."""
    told = {"Accept-Language": header}
    got = locked.ask("/", told)
    assert got.status == 401
    assert say("web.password", language) in got.text
    assert say("web.password_wrong", language) in locked.guess("wrong", told).text


def test_the_password_opens(locked: WebServer) -> None:
    """Whoever gives the password is sent to the page, and is answered from then on."""
    got = locked.guess(PASSWORD)
    assert (got.status, got.headers["location"]) == (303, "./")
    cookie = {"Cookie": f"other=1; {got.cookies[0].split(';')[0]}"}
    assert locked.ask("/config", cookie).status == 200
    assert "gradio" in locked.ask("/", cookie).text


@pytest.mark.parametrize("given", ["", PASSWORD[:-1], f"{PASSWORD} ", PASSWORD.upper()])
def test_another_password_opens_nothing(locked: WebServer, given: str) -> None:
    """A password that is nearly right is wrong."""
    got = locked.guess(given)
    assert got.status == 401
    assert not got.cookies


def test_a_made_up_session_opens_nothing(locked: WebServer) -> None:
    """An empty or invented cookie is no session; one planted beside the right one does no harm."""
    cookie = entered(locked)
    name = cookie.partition("=")[0]
    for value in ("", "x", "é"):
        assert locked.ask("/config", {"Cookie": f"{name}={value}"}).status == 401
    assert locked.ask("/config", {"Cookie": f"{name}=planted; {cookie}"}).status == 200


def test_a_cookie_stays_with_this_site(locked: WebServer) -> None:
    """The one cookie is hidden from scripts, from other sites and, on https, from plain http."""
    (plain,) = locked.guess(PASSWORD).cookies
    (secure,) = locked.guess(PASSWORD, {"X-Forwarded-Proto": "https"}).cookies
    for cookie in (plain, secure):
        parts = set(cookie.split("; ")[1:])
        assert {"HttpOnly", "SameSite=Strict", "Path=/", f"Max-Age={SESSION}"} <= parts
    assert "; Secure" not in plain
    assert "; Secure" in secure
    assert secure.startswith("__Host-")


def test_the_password_is_asked_for_by_no_other_site(locked: WebServer) -> None:
    """A form on another site gives no password here."""
    assert locked.guess(PASSWORD, {"Origin": "http://evil.example"}).status == 403


def test_a_session_ends_by_itself(locked: WebServer, clock: Clock) -> None:
    """After its hours a session opens nothing, whatever the browser kept."""
    cookie = {"Cookie": entered(locked)}
    clock.now += SESSION - 1
    assert locked.ask("/config", cookie).status == 200
    clock.now += 2
    assert locked.ask("/config", cookie).status == 401


def test_a_reader_can_leave(locked: WebServer) -> None:
    """After logout the cookie opens nothing, and other readers stay."""
    leaving, staying = ({"Cookie": entered(locked)} for _ in range(2))
    got = locked.ask("/logout", leaving)
    assert got.status == 303
    assert "Max-Age=0" in got.cookies[0]
    assert locked.ask("/config", leaving).status == 401
    assert locked.ask("/config", staying).status == 200


def test_guesses_are_limited_and_the_right_one_works_after_the_wait(
    locked: WebServer, clock: Clock
) -> None:
    """After a few wrong guesses not even the right password is looked at, for a minute."""
    for _ in range(GUESSES):
        assert locked.guess("wrong").status == 401
    got = locked.guess(PASSWORD, {"Accept-Language": "en"})
    assert got.status == 429
    assert not got.cookies
    seconds = got.headers["retry-after"]
    assert 0 < int(seconds) <= WINDOW
    assert say("web.password_wait", Language.EN, seconds=seconds) in got.text
    clock.now += int(seconds)
    entered(locked)


def test_guesses_at_the_same_time_are_all_counted(locked: WebServer) -> None:
    """Thirty guesses at once are no more than five."""
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(locked.guess("wrong").status))
        for _ in range(30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(statuses) == {401: GUESSES, 429: 30 - GUESSES}


def test_one_address_holds_up_no_other(locked: WebServer) -> None:
    """Who guesses is held back alone; those who are in, and other addresses, notice nothing."""
    cookie = {"Cookie": entered(locked)}
    for _ in range(GUESSES + 3):
        last = locked.guess("wrong", source="127.0.0.9")
    assert last.status == 429
    assert locked.ask("/config", cookie).status == 200
    entered(locked)


def test_an_address_is_believed_from_a_proxy_on_this_machine_alone(locked: WebServer) -> None:
    """X-Forwarded-For counts where a proxy here says it; elsewhere it is not a new address."""
    for number in range(GUESSES + 1):
        claimed = {"X-Forwarded-For": f"198.51.100.{number}"}
        elsewhere = locked.guess("wrong", claimed, source="127.0.0.9")
        proxied = locked.guess("wrong", claimed)
    assert elsewhere.status == 429
    assert proxied.status == 401


def test_a_wrong_guess_is_logged_in_one_line_without_the_password(
    locked: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names the address, never what was given; what a header claims is no log line."""
    with caplog.at_level(logging.WARNING):
        locked.guess("very wrong guess")
        locked.guess("very wrong guess", {"X-Forwarded-For": "one two"})
    lines = [record.getMessage() for record in caplog.records if "password" in record.message]
    assert lines == [
        "A wrong password was given from 127.0.0.1",
        "A wrong password was given from an unknown address",
    ]


def test_a_form_without_a_password_or_without_end_is_refused(locked: WebServer) -> None:
    """What is no form counts as a wrong guess; what is too long is not read to its end."""
    form = {"Content-Type": "multipart/form-data"}
    assert locked.ask("/login", form, method="POST", body=b"\xff&=").status == 401
    assert locked.ask("/login", form, method="POST", body=b"password=" * 2000).status == 413


def test_who_follows_a_link_is_let_in_with_his_session(locked: WebServer) -> None:
    """A browser sends no such cookie along a foreign link: the page asks again from here, once."""
    again = re.compile('http-equiv="refresh"')
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    link["Sec-Fetch-Dest"] = "document"
    assert again.search(locked.ask("/", link).text)
    assert again.search(locked.ask("/", {"Referer": "http://school.example/links"}).text)
    assert not again.search(locked.ask("/", {**link, "Sec-Fetch-Site": "same-origin"}).text)
    assert not again.search(locked.ask("/", {"Referer": f"http://{locked.own}/"}).text)


def test_who_comes_to_a_place_in_a_book_is_led_there(locked: WebServer) -> None:
    """Of an address the place alone is kept, written anew, while the password is asked for."""
    asked = locked.ask("/?book=a%22b&page=%E5%8D%81&x=//evil.example")
    assert asked.status == 401
    assert 'action="login?book=a%22b&amp;page=%E5%8D%81"' in asked.text
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for query, led in (
        ("?book=a%22b&page=%E5%8D%81", "./?book=a%22b&page=%E5%8D%81"),
        ("?book=%0d%0aSet-Cookie:%20x=1&at=1-2", "./?book=Set-Cookie%3A+x%3D1&at=1-2"),
        ("?next=//evil.example", "./"),
        ("?book=a&at=x", "./"),
    ):
        body = urlencode({"password": PASSWORD}).encode()
        got = locked.ask(f"/login{query}", form, method="POST", body=body)
        assert (got.status, got.headers["location"]) == (303, led)


def test_many_addresses_together_are_held_back_and_a_reader_is_not() -> None:
    """Beyond a number in all, who guessed wrong waits, and a fresh address may still try."""
    clock = Clock()
    guesses = Guesses(clock)
    for number in range(GUESSES_IN_ALL):
        assert guesses.wait(f"{number}") == 0
        guesses.wrong(f"{number}")
    assert guesses.wait("0") == WINDOW
    assert guesses.wait("a reader") == 0
    clock.now += WINDOW
    assert guesses.wait("0") == 0


def test_guesses_in_all_have_an_end_and_so_has_what_is_remembered() -> None:
    """However many addresses guess, no more than so many guesses are taken or kept a minute."""
    clock = Clock()
    guesses = Guesses(clock)
    taken = 0
    for number in range(10 * GUESSES_AT_MOST):
        clock.now += WINDOW / (10 * GUESSES_AT_MOST + 1)
        if not guesses.wait(f"{number}"):
            guesses.wrong(f"{number}")
            taken += 1
    assert taken == GUESSES_AT_MOST
    assert len(guesses._by) == GUESSES_AT_MOST
    clock.now += WINDOW
    assert guesses.wait("a reader") == 0
    assert not guesses._by


def test_the_addresses_of_one_house_count_together(small: Shuzheng, tmp_path: Path) -> None:
    """Of IPv6 a house has more addresses than there are guesses: its network is what counts."""
    settings = Settings(data=tmp_path, corpus=tmp_path / "none", password=PASSWORD)
    with WebServer(small, settings, Clock()) as server:
        for number in range(GUESSES + 1):
            last = server.guess("wrong", {"X-Forwarded-For": f"2001:db8:0:{number}::{number}"})
        assert last.status == 429
        assert server.guess("wrong", {"X-Forwarded-For": "2001:db9::1"}).status == 401
