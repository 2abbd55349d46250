"""Nobody is kept out: axe-core over every room, in light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Reader, barriers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "第一盏油灯是哪一年点燃的？"


@pytest.fixture(params=["light", "dark"])
def looked_at(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Reader]:
    """Yield the front page as a system in light or dark shows it."""
    context = chromium.new_context(
        locale="zh-CN", color_scheme=request.param, reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    reader = Reader(page)
    page.on("pageerror", lambda error: reader.errors.append(str(error)))
    page.goto(address)
    page.locator("html[data-ready]").wait_for()
    page.locator(".welcome").wait_for()
    yield reader
    context.close()


def test_nothing_keeps_a_reader_out(looked_at: Reader) -> None:
    """No finding of axe-core is serious: chat, page, export, history, and every other room."""
    page = looked_at.page
    found = {"welcome": barriers(page)}
    looked_at.ask(QUESTION)
    found["answer"] = barriers(page)
    page.locator(".turn .cite").first.click()
    page.locator(".leaf mark").first.wait_for()
    found["leaf"] = barriers(page)
    page.keyboard.press("Escape")
    page.locator("[data-export]").first.click()
    page.locator("#exporter .takeaway").wait_for()
    found["export"] = barriers(page)
    page.keyboard.press("Escape")
    for tab in page.get_by_role("tab").all()[1:]:
        tab.click()
        if page.locator("#words input").is_visible():
            page.locator("#words input").fill("守塔")
            page.locator("#found .hit").first.wait_for()
        page.wait_for_timeout(1000)
        found[tab.inner_text()] = barriers(page)
    assert {"阅读", "查词", "年表", "名录", "自测", "笔记", "书库"} <= set(found)
    assert {room: list_ for room, list_ in found.items() if list_} == {}
    assert looked_at.errors == []
