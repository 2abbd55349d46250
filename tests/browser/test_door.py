"""The password and the names of the server, in a browser."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import CHROMIUM_FLAGS, Reader, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "nine boats with salt"  # noqa: S105 - of this test's server


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a server with a password."""
    with served(tmp_path_factory.mktemp("locked"), RAG_PASSWORD=PASSWORD) as url:
        yield url


def test_a_reader_gives_the_password_and_asks(chromium: Browser, locked: str) -> None:
    """A wrong password is said to be wrong; the right one opens the page, which then answers."""
    context = chromium.new_context(locale="en-GB")
    context.set_default_timeout(20_000)
    page = context.new_page()
    reader = Reader(page)
    page.on("pageerror", lambda error: reader.errors.append(str(error)))
    page.goto(locked)
    box = page.locator("input[type=password]")
    box.fill("nine boats")
    box.press("Enter")
    page.get_by_role("alert").wait_for()
    assert "not the password" in page.content()
    box.fill(PASSWORD)
    box.press("Enter")
    page.locator("html[data-ready]").wait_for()
    reader.ask("盐引的有效期是多少天？")
    assert page.locator(".turn .error").count() == 0
    cookies = {cookie["name"].rpartition("-")[0]: cookie for cookie in context.cookies()}
    assert set(cookies) == {"shuzheng", "shuzheng-reader"}
    for cookie in cookies.values():
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert cookies["shuzheng"]["expires"] > 0
    # A link on another page leads in without the password being given again.
    page.goto("data:text/html,<a id=link href=" + locked + ">to the library</a>")
    page.locator("#link").click()
    page.locator("html[data-ready]").wait_for()
    after = {cookie["name"].rpartition("-")[0]: cookie for cookie in context.cookies()}
    assert after["shuzheng-reader"]["value"] == cookies["shuzheng-reader"]["value"]
    assert reader.errors == []
    context.close()


def test_a_foreign_page_reads_nothing_under_its_own_name(chromium: Browser, address: str) -> None:
    """A name that someone points at this machine brings one sentence, and no library."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    browser = chromium.browser_type.launch(
        executable_path=path,
        args=[*CHROMIUM_FLAGS, "--host-resolver-rules=MAP evil.example 127.0.0.1"],
    )
    page = browser.new_page()
    answer = page.goto(address.replace("127.0.0.1", "evil.example"))
    assert answer is not None
    assert answer.status == 421
    assert "RAG_ALLOWED_HOSTS" in page.content()
    read = "address => fetch(address + 'config').then(got => got.text(), () => 'nothing')"
    assert page.evaluate(read, address) == "nothing"
    assert "RAG_ALLOWED_HOSTS" in page.evaluate(read, "/")
    browser.close()
