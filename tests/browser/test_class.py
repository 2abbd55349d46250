"""A class in a browser: invited, asking, seen without a name, side by side, and a quiz."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from rag.application.shuzheng import Shuzheng
from rag.library.readers import Role, invitation
from rag.settings import Settings
from tests.browser.conftest import Reader, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "nine boats with salt"  # noqa: S105 - of this test's server
TEACHER, PUPIL, OTHER = "王老师", "<b>李</b>同学", "Anna Smith"
QUESTION, SECOND = "灯塔是哪一年改用煤油的？", "架设电灯的工程是什么时候动工的？"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Yield the address of a server with a teacher, and the end of his link."""
    data: Path = tmp_path_factory.mktemp("school")
    with Shuzheng(Settings(data=data, corpus=data / "none")) as whole:
        whole.readers.add([TEACHER], Role.TEACHER)
        code = whole.readers.invite(TEACHER)
    with served(data) as url:
        yield url, invitation(TEACHER, code)


@contextmanager
def sitting(browser: Browser, address: str) -> Iterator[Reader]:
    """Yield a browser of a machine of its own that is open at an address."""
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(20_000)
    reader = Reader(context.new_page())
    reader.page.on("request", lambda request: reader.hosts.add(request.url.split("/")[2]))
    reader.page.on("pageerror", lambda error: reader.errors.append(str(error)))
    reader.page.on("dialog", lambda dialog: reader.errors.append(f"dialog: {dialog.message}"))
    reader.page.goto(address)
    yield reader
    assert reader.errors == []
    assert reader.hosts == {address.split("/")[2]}
    context.close()


def choose(reader: Reader) -> None:
    """Choose a password on the page of an invitation, and be in."""
    for name in ("password", "again"):
        reader.page.locator(f"[name={name}]").fill(PASSWORD)
    reader.page.locator("button").click()
    reader.page.locator("html[data-ready]").wait_for()


def enter(reader: Reader, name: str) -> None:
    """Come in by name and password."""
    reader.page.locator("[name=name]").fill(name)
    reader.page.locator("[name=password]").fill(PASSWORD)
    reader.page.locator("button").click()
    reader.page.locator("html[data-ready]").wait_for()


def past(reader: Reader) -> str:
    """Return the list of a reader's conversations."""
    reader.page.locator("#history .toggle-button").click()
    reader.page.locator("#kept").get_by_text("·").or_(
        reader.page.locator("#kept .calm")
    ).first.wait_for()
    return reader.page.locator("#kept").inner_text()


def test_a_class(chromium: Browser, school: tuple[str, str]) -> None:
    """A teacher invites; each reader sees his own; the teacher sees what was asked, and no name."""
    address, link = school
    with sitting(chromium, address + link) as teacher:
        choose(teacher)
        teacher.page.get_by_role("tab", name="课堂").click()
        teacher.page.locator("#class-names textarea").fill(f"{PUPIL}\n{OTHER}")
        teacher.page.get_by_role("button", name="添加", exact=True).click()
        teacher.page.locator("#class-links a").nth(1).wait_for()
        links = teacher.page.locator("#class-links a").all_inner_texts()
        assert all(one.startswith(f"{address}invitation#") for one in links)
        with sitting(chromium, links[0]) as pupil, sitting(chromium, links[1]) as other:
            for reader, question in ((pupil, QUESTION), (other, SECOND)):
                choose(reader)
                assert reader.page.get_by_role("tab", name="课堂").count() == 0
                reader.ask(question)
            assert QUESTION in past(pupil)
            assert SECOND not in pupil.page.content()
            assert SECOND in past(other)
            assert QUESTION not in other.page.content()
            pupil.page.locator("#account summary").click()
            assert pupil.page.locator("#account summary").inner_text() == PUPIL
            pupil.page.get_by_role("link", name="退出").click()
            pupil.page.locator("[name=name]").wait_for()
            teacher.page.get_by_role("tab", name="问书").click()
            teacher.page.get_by_role("tab", name="课堂").click()
            asked = teacher.page.locator("#asked table.asked")
            asked.get_by_text(QUESTION).wait_for()
            assert "读者2" in asked.inner_text()
            assert PUPIL not in asked.inner_text()
            enter(pupil, PUPIL)  # on another day
            assert QUESTION in past(pupil)
            pupil.page.locator("#account summary").click()
            pupil.page.get_by_label("老师可以看到我的名字").check()
            pupil.page.locator("#account input:checked").wait_for()
            teacher.page.get_by_role("tab", name="问书").click()
            teacher.page.get_by_role("tab", name="课堂").click()
            asked.get_by_text(PUPIL).wait_for()
            with teacher.page.expect_download() as saved:
                teacher.page.get_by_role("button", name="下载表格").click()
            table = saved.value.path().read_text(encoding="utf-8-sig")
            assert QUESTION in table
            assert OTHER not in table


def test_a_reader_checks_himself(chromium: Browser, school: tuple[str, str]) -> None:
    """He thinks, looks at the sentence, marks himself; its place opens the page."""
    with sitting(chromium, school[0]) as reader:
        enter(reader, TEACHER)
        reader.page.get_by_role("tab", name="自测").click()
        card = reader.page.locator("#cards li").first
        wanted = card.locator(".wanted")
        assert not wanted.is_visible()
        card.locator("input").fill(wanted.text_content() or "")
        card.locator("input").press("Enter")
        assert card.locator("mark").inner_text() == wanted.inner_text()
        assert card.locator("[data-mark=right]").get_attribute("aria-pressed") == "true"
        card.locator("[data-mark=wrong]").click()
        assert reader.page.locator("#cards .score").inner_text() == "答对 0 / 已答 1"
        card.locator(".source").click()
        reader.page.locator("#leaf mark").first.wait_for()
        assert wanted.inner_text() in reader.page.locator("#leaf").inner_text()
