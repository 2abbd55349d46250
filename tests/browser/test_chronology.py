"""The chronology in a real browser, at a desktop's and at a phone's width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_events_by_year(reader: Reader) -> None:
    """Events stand under their years, years narrow them, and one opens its marked sentence."""
    page = reader.page
    page.get_by_role("tab", name="年表").click()
    listed = page.locator("#listed")
    listed.locator(".hit").first.wait_for()
    years = listed.locator("h3").all_inner_texts()
    assert years == ["1871年", "1889年", "1926年"]
    assert reader.overflow() <= 0

    page.locator("#year_from input").fill("１８８０年")
    page.locator("#year_to input").fill("1900")
    listed.locator("h3", has_text="1871年").wait_for(state="detached")
    listed.locator("h3", has_text="1926年").wait_for(state="detached")
    event = listed.locator(".hit")
    assert event.count() == 1
    assert event.locator("mark").inner_text() == "1889年"
    assert "第2页" in event.inner_text()
    event.click()
    leaf = page.locator(".leaf")
    leaf.locator("mark", has_text="1889年").wait_for()
    page.keyboard.press("Escape")
    leaf.wait_for(state="detached")

    page.locator("#language input").click()
    page.get_by_role("option", name="English").click()
    page.get_by_role("tab", name="Chronology").wait_for()
    listed.get_by_text("Events: 1").wait_for()
    page.locator("#year_to input").fill("19x")
    listed.locator(".calm").wait_for()
    assert "in figures" in listed.inner_text()
    assert {host.split(":")[0] for host in reader.hosts} == {"127.0.0.1"}
    assert reader.errors == []
