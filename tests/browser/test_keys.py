"""The page without a mouse, in light and dark as chosen, and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import pytest

from tests.browser.conftest import barriers

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COMPOSING = """(key) => document.body.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true, isComposing: true }))"""


def _focus(page: Page) -> str:
    script = "document.activeElement.closest('#question, #words, .hit, dialog')"
    return str(page.evaluate(f"(e => e ? e.id || e.className || e.tagName : '')({script})"))


def test_all_is_reached_by_keys(reader: Reader) -> None:
    """Keys lead to boxes, rooms, results and back; none is taken from who writes or composes."""
    page = reader.page
    page.locator(".welcome").wait_for()
    page.locator("body").press("?")
    card = page.locator("dialog.keycard")
    card.wait_for()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert _focus(page) == "question"
    page.keyboard.type("1?/2")
    assert page.locator("#question textarea").input_value() == "1?/2"
    page.evaluate("document.activeElement.blur()")
    page.evaluate(COMPOSING, "2")
    assert page.get_by_role("tab", name="问书").get_attribute("aria-selected") == "true"
    page.keyboard.press("3")
    page.keyboard.press("/")
    assert _focus(page) == "words"
    page.keyboard.type("守塔")
    page.locator("#found .hit").first.wait_for()
    page.locator("#found .count").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert _focus(page) == "hit"
    page.keyboard.press("Enter")
    page.locator(".leaf mark").first.wait_for()
    page.keyboard.press("Escape")
    page.locator(".leaf").wait_for(state="detached")
    assert _focus(page) == "hit"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert _focus(page) == "words"

    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    card.locator("[data-single]").uncheck()
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("1")
    assert page.locator("#words input").is_visible()
    assert reader.errors == []


def test_dark_is_chosen_and_kept_and_paper_is_white(reader: Reader, tmp_path: Path) -> None:
    """What was chosen holds over the system, here and after a reload; a print is black on white."""
    page = reader.page
    page.locator("[data-theme]").select_option("dark")
    page.locator("body.dark").wait_for()
    page.reload()
    page.locator("html[data-ready]").wait_for()
    page.locator("body.dark").wait_for()
    assert page.locator("[data-theme]").input_value() == "dark"
    reader.ask("第一盏油灯是哪一年点燃的？")
    page.emulate_media(media="print")
    page.locator("body:not(.dark)").wait_for()
    assert not page.locator("#question textarea").is_visible()
    page.pdf(path=tmp_path / "answer.pdf", format="A4")
    page.emulate_media(media="screen")
    page.locator(".turn .cite").first.click()
    page.locator(".leaf mark").first.wait_for()
    page.emulate_media(media="print")
    page.pdf(path=tmp_path / "leaf.pdf", format="A4")
    answer, leaf = (_text(tmp_path / f"{name}.pdf") for name in ("answer", "leaf"))
    assert "1871年冬天" in answer
    assert "清空" not in answer
    assert "三十七级台阶" in leaf
    assert "油灯是哪一年" not in leaf


def _text(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return "".join("".join(pages).split())
