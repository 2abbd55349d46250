"""The library in a real browser: a book brought, stopped, asked, corrected and removed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Reader
from tests.conftest import CASES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "额木河上的沙洲是怎么回事？"


@pytest.fixture
def keeper(chromium: Browser, address: str) -> Iterator[Reader]:
    """Yield a page of somebody who keeps the library, as whoever sits at the machine does."""
    context = chromium.new_context(locale="zh-CN", reduced_motion="reduce")
    context.set_default_timeout(30_000)
    page = context.new_page()
    reader = Reader(page)
    page.on("request", lambda request: reader.hosts.add(request.url.split("/")[2]))
    page.on("pageerror", lambda error: reader.errors.append(str(error)))
    page.on(
        "console",
        lambda said: reader.errors.append(said.text) if said.type == "error" else None,
    )
    page.goto(address)
    page.locator("html[data-ready]").wait_for()
    yield reader
    assert reader.errors == []
    assert reader.hosts == {address.split("/")[2]}
    context.close()


def bring(reader: Reader, *files: Path) -> None:
    """Bring a file, and its record where one is given."""
    page = reader.page
    if not page.locator("#adder input[name=file]").is_visible():
        page.locator("#adder summary").click()
    for name, file in zip(("file", "record"), files, strict=False):
        page.locator(f"#adder input[name={name}]").set_input_files(file)
    page.locator("#adder button[type=submit]").click()


def test_a_book_is_brought_stopped_asked_corrected_and_removed(
    keeper: Reader, tmp_path: Path
) -> None:
    """What the keeper of a library does in an afternoon, each seen by readers at once."""
    page = keeper.page
    page.get_by_role("tab", name="书库").click()
    shelf, works = page.locator("#shelf"), page.locator("#works")
    shelf.locator(".books li").first.wait_for()

    # A long book is stopped in the middle, and the library is as it was.
    long = tmp_path / "长书.md"
    lines = (f"第{number}句说的是第{number}条河在第{number}年结冰。" for number in range(4000))
    long.write_text("# 长书\n\n" + "\n\n".join(lines), encoding="utf-8")
    bring(keeper, long)
    working = works.locator("li.working", has_text="编索引")
    working.wait_for()
    page.wait_for_function(
        "() => document.querySelector('#works progress')?.value > 0"
        " && document.querySelector('#works li').innerText.includes('约余')"
    )
    bring(keeper, CASES / "river.md", CASES / "river.toml")
    works.locator("li.waiting", has_text="前面还有1本").wait_for()
    working.get_by_role("button", name="停止").click()
    works.locator("li.stopped").wait_for()

    # The one behind it comes in, and is asked like any other.
    works.locator("li.done", has_text="额木河交涉录已入库：6页").wait_for()
    book = shelf.locator(".books li", has_text="额木河交涉录")
    book.wait_for()
    assert shelf.locator(".books li").count() == 2
    page.get_by_role("tab", name="问书").click()
    keeper.ask(QUESTION)
    source = page.locator(".turn").last.locator(".source .page").first.inner_text()
    [number] = re.findall(r"\d+", source)

    # Its pages are shifted after a look, and the citation follows.
    page.get_by_role("tab", name="书库").click()
    book.get_by_role("button", name="页码").click()
    form = shelf.locator("form", has=page.locator("input[name=offset]"))
    form.locator("input[name=offset]").fill("20")
    form.locator("button").click()
    shelf.locator(".preview", has_text="将改变6页").get_by_role("button", name="保存").click()
    shelf.locator(".told", has_text="已保存").wait_for()
    shelf.locator("table .page").first.click()
    page.locator(".leaf .break", has_text="第21页").wait_for()
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    assert keeper.overflow() <= 0
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("tab", name="问书").click()
    keeper.ask(QUESTION)
    moved = page.locator(".turn").last.locator(".source .page").first
    assert re.findall(r"\d+", moved.inner_text()) == [str(int(number) + 20)]

    # It can be chosen in the other rooms without a reload, and is gone after a second press.
    page.locator("#composer .of-books input").click()
    page.get_by_role("option", name="额木河交涉录").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="书库").click()
    shelf.get_by_role("button", name="全部图书").click()
    book.get_by_role("button", name="移出").click()
    book.get_by_role("button", name="真的移出？").click()
    shelf.locator(".told", has_text="已移出：额木河交涉录（6页）").wait_for()
    assert book.count() == 0
