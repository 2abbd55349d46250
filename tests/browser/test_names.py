"""The index of names in a real browser: kinds narrow it, and keys open its pages."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Reader, served
from tests.support.naming import BOOKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def island(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a server whose corpus is a book with many names."""
    corpus = tmp_path_factory.mktemp("corpus")
    (corpus / "isle").mkdir()
    shutil.copy(BOOKS / "isle-zh.md", corpus / "isle" / "isle.md")
    record = '[book]\nid = "isle"\ntitle = "鹿屿"\nlanguage = "zh"\n'
    (corpus / "isle" / "book.toml").write_text(record, encoding="utf-8")
    with served(tmp_path_factory.mktemp("island"), RAG_CORPUS=str(corpus)) as url:
        yield url


def test_names_by_kind(chromium: Browser, island: str) -> None:
    """Names stand with their pages, a kind narrows them, and a key opens the page of one."""
    context = chromium.new_context(locale="zh-CN")
    context.set_default_timeout(20_000)
    page = context.new_page()
    reader = Reader(page)
    page.on("pageerror", lambda error: reader.errors.append(str(error)))
    page.goto(island)
    page.get_by_role("tab", name="名录").click()
    named = page.locator("#named")
    named.locator(".hit", has_text="鹿屿").first.wait_for()
    assert reader.overflow() <= 0

    page.locator("#kind input").click()
    page.get_by_role("option", name="人物").click()
    named.locator("strong", has_text="同安").wait_for(state="detached")
    item = named.locator("li", has_text="周明远").first
    pages = item.locator(".pages button")
    assert [text.strip() for text in pages.all_inner_texts()] == ["第1页", "第3页", "第4页"]
    pages.nth(1).focus()
    page.keyboard.press("Enter")
    leaf = page.locator(".leaf")
    leaf.locator("mark", has_text="周明远").wait_for()
    page.keyboard.press("Escape")
    leaf.wait_for(state="detached")

    page.locator("#language input").click()
    page.get_by_role("option", name="English").click()
    page.get_by_role("tab", name="Names").wait_for()
    named.get_by_text("Names: ").wait_for()
    assert reader.errors == []
    context.close()
