"""The room of reading in a real browser: from an answer to its page, and on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import barriers

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SELECT = """(words) => {
  const walker = document.createTreeWalker(
    document.querySelector(".sheet .body"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + words.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return;
  }
}"""

HIT_IS = """(n) => [...document.querySelectorAll(".within .hit")]
  .findIndex((one) => one.hasAttribute("aria-current")) === n"""


def on_page(page: Page, label: str) -> None:
    """Wait until a page is shown, and told to who does not see it."""
    page.locator(f'.sheet[data-said="第{label}页"]').wait_for()
    page.locator(".told", has_text=f"第{label}页").wait_for(state="attached")


def typed(page: Page, box: str, text: str) -> None:
    """Write into one of the room's boxes, and press Enter."""
    field = page.locator(f"#reader-{box} input, #reader-{box} textarea").first
    field.fill(text)
    field.press("Enter")


def test_from_an_answer_into_the_book(reader: Reader) -> None:
    """The cited sentence is marked on its page; from there one turns, jumps and looks for words."""
    page = reader.page
    page.on("console", lambda m: reader.errors.append(m.text) if m.type == "error" else None)
    reader.ask("第一盏油灯是哪一年点燃的？")
    page.locator(".cite").first.click()
    page.locator(".leaf mark").wait_for()
    page.locator(".leaf [data-read]").click()
    on_page(page, "1")
    page.locator(".leaf").wait_for(state="detached")
    assert page.locator(".sheet mark").all_inner_texts()[0].startswith("1871年冬天")
    assert page.locator(".sheet .foot li").count() == 1
    page.wait_for_url("**/?book=lighthouse&at=*")
    assert reader.overflow() <= 0
    assert barriers(page) == []

    page.locator(".sheet .body").focus()
    page.keyboard.press("ArrowRight")
    on_page(page, "2")
    here = page.locator(".contents [aria-current]")  # on a phone it is folded away
    assert (here.text_content() or "").startswith("2. 换煤油")
    page.keyboard.press("ArrowLeft")
    on_page(page, "1")
    assert page.locator(".sheet mark").count()  # what was cited stays marked

    typed(page, "page", "第四頁")
    on_page(page, "4")
    typed(page, "page", "p. 99")
    page.locator(".within", has_text="书中没有标为“p. 99”的页").wait_for()
    on_page(page, "4")

    typed(page, "words", "守塔人")
    page.locator(".within .label", has_text="3 处").wait_for()
    page.wait_for_function(HIT_IS, arg=2)
    for way, number in (("previous", 1), ("previous", 0), ("next", 1)):
        page.locator(f".within .turner.{way}:not(:disabled)").click()
        page.wait_for_function(HIT_IS, arg=number)
    assert page.locator(".sheet mark", has_text="守塔人").count()
    assert reader.overflow() <= 0
    assert reader.errors == []


def test_an_address_opens_a_page_and_what_is_selected_is_cited(reader: Reader) -> None:
    """A link leads to its page; what is selected there is copied with its citation, or asked."""
    page = reader.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    start = page.url
    page.goto(f"{start}?book=lighthouse&page=p.+2")
    on_page(page, "2")
    page.locator(".sheet [data-address]").click()
    assert page.evaluate("navigator.clipboard.readText()") == f"{start}?book=lighthouse&page=2"

    page.evaluate(SELECT, "渔民们说")
    page.locator(".chosen [data-copy]").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("渔民们说")
    assert "《灯下的海岸" in copied
    assert "第2页" in copied
    page.evaluate(SELECT, "菜籽油换成了煤油")
    page.locator(".chosen [data-chosen=about]").click()
    page.locator("#question textarea").wait_for()
    asked = page.locator("#question textarea").input_value()
    assert "菜籽油换成了煤油" in asked
    page.wait_for_url(start)  # of the room of asking the address says nothing

    for hostile in (
        "?book=%3Cimg%20src=x%20onerror=alert(1)%3E&page=1",
        "?book=lighthouse&page=%3Cscript%3Ealert(99)%3C/script%3E",
        "?book=lighthouse&at=1-999999999",
    ):
        page.goto(f"{start}{hostile}")
        page.locator("html[data-ready]").wait_for()
        page.locator("#sheet .calm, .within .calm").first.wait_for()
        assert page.locator("#reader img, #reader script").count() == 0
    assert reader.errors == []
