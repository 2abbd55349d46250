"""The rooms that list, in a real browser: no letter is lost, lists are narrowed and taken along."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LATE = """const soon = requestAnimationFrame;
requestAnimationFrame = (run) => soon(() => setTimeout(() => soon(run), 400));"""
"""A busy machine: whatever waits for the next frame gets it late."""


def test_no_letter_is_lost(chromium: Browser, address: str) -> None:
    """Who types into the lookup the moment that its tab is open keeps every letter."""
    words = "abcdefghijklmnop"
    for _ in range(3):
        context = chromium.new_context(locale="zh-CN")
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.add_init_script(LATE)
        page.goto(address)
        page.locator("html[data-ready]").wait_for()
        page.get_by_role("tab", name="查词").click()
        page.locator("#words input").press_sequentially(words, delay=45)
        page.wait_for_timeout(600)
        assert page.locator("#words input").input_value() == words
        context.close()


def _rows(page: Page, panel: str, name: str) -> list[list[str]]:
    with page.expect_download() as coming:
        page.locator(f"#{panel} [data-format={name}]").click()
    text = Path(coming.value.path()).read_text(encoding="utf-8-sig")
    page.keyboard.press("Escape")
    page.locator(f"#{panel} .takeaway").wait_for(state="detached")
    return list(csv.reader(text.splitlines()))


def test_a_lookup_is_narrowed_and_taken_along(reader: Reader) -> None:
    """Bars count by chapter and narrow to one; ways and orders are chosen; the list is exported."""
    page = reader.page
    reader.open_room("查词")
    page.locator("#words input").fill("守塔")
    found = page.locator("#found")
    found.locator(".tally").first.wait_for()
    assert found.locator(".tally .n").all_inner_texts() == ["3", "1"]
    assert "3 处" in found.locator(".count").inner_text()
    found.locator("button.tally").nth(1).click()
    found.locator("button.tally[aria-pressed=true]").wait_for()
    found.locator(".count", has_text="1 处").wait_for()
    assert "电灯的年代" in page.locator("#lookup-within input").input_value()
    assert reader.overflow() <= 0

    page.locator(".filters .take").click()
    page.locator("#found-export .takeaway").wait_for()
    rows = _rows(page, "found-export", "csv")
    assert len(rows) == 2
    assert "电灯的年代" in "".join(rows[1])

    found.locator("button.tally").nth(1).click()
    found.locator(".count", has_text="3 处").wait_for()
    page.locator("#lookup-way input").click()
    page.get_by_role("option", name="按意思", exact=True).click()
    found.locator(".tally").first.wait_for(state="detached")
    assert found.locator("mark").count() == 0
    assert found.locator(".hit").count() > 1
    assert {host.split(":")[0] for host in reader.hosts} == {"127.0.0.1"}
    assert reader.errors == []


def test_years_are_pressed_and_words_narrow(reader: Reader) -> None:
    """A year's bar narrows the events, by mouse or keys; words do too; the list is exported."""
    page = reader.page
    reader.open_room("年表")
    listed, bars = page.locator("#listed"), page.locator("#density button")
    listed.locator(".hit").first.wait_for()
    assert bars.count() == 3
    bars.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    listed.locator("h3", has_text="1871年").wait_for(state="detached")
    assert listed.locator("h3").all_inner_texts() == ["1889年"]
    assert page.locator("#density [aria-pressed=true]").count() == 1
    page.locator("#years .take").click()
    page.locator("#listed-export .takeaway").wait_for()
    assert len(_rows(page, "listed-export", "csv")) == 2
    page.locator("#density [aria-pressed=true]").click()
    listed.locator("h3", has_text="1871年").wait_for()
    page.locator("#chronology_words input").fill("电灯")
    listed.locator("h3", has_text="1871年").wait_for(state="detached")
    assert reader.overflow() <= 0
    assert reader.errors == []
