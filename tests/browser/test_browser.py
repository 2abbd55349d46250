"""The front end in a real browser, at a desktop's and at a phone's width."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import rag.web
from rag.types import Language
from rag.web.html.answers import render_answer
from tests.support.exported import IN_ENGLISH, composed, quoted, translated

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "第一盏油灯是哪一年点燃的？"
HOSTILE = (
    '<script>alert(1)</script><img src="http://203.0.113.1/x" onerror="alert(2)">灯塔用什么油？'
)


def test_question_citation_and_lookup(reader: Reader) -> None:
    """An answer quotes with its page, a citation opens the sentence, a lookup marks its words."""
    page = reader.page
    reader.ask(QUESTION)
    answer = page.locator(".turn").last
    quotation = answer.locator(".quote p").first.inner_text()
    assert "1871年冬天" in answer.locator(".quote").first.inner_text()
    sign = page.locator("#history .toggle-button span").bounding_box()
    words = answer.locator(".quote").first.bounding_box()
    assert sign is not None
    assert words is not None
    assert sign["x"] + sign["width"] <= words["x"]  # it covers no letter that scrolls by
    source = answer.locator(".source").first.inner_text()
    assert "灯下的海岸" in source
    assert "1. 点灯" in source
    assert "第1页" in source
    assert reader.overflow() <= 0

    answer.locator(".cite").first.click()
    leaf = page.locator(".leaf")
    leaf.locator("mark").first.wait_for()
    marked = "".join(leaf.locator("mark").all_inner_texts())
    assert marked
    assert marked in quotation
    assert leaf.locator(".break").first.inner_text().strip() == "第1页"
    assert "守塔日记" in leaf.locator(".foot").inner_text()
    assert leaf.locator("mark").first.is_visible()
    box = leaf.bounding_box()
    window = page.viewport_size
    assert box is not None
    assert window is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= window["width"]
    assert reader.overflow() <= 0
    leaf.locator(".turner.next").click()
    leaf.get_by_text("换煤油").first.wait_for()
    page.keyboard.press("Escape")
    leaf.wait_for(state="detached")
    answer.locator("button.source").first.click()
    leaf.locator("mark").first.wait_for()
    leaf.locator("[data-close]").click()
    leaf.wait_for(state="detached")

    reader.open_room("查词")
    page.locator("#words input").press_sequentially("铁柱")
    page.locator("#words input").fill("铁柱盘旋")
    hit = page.locator("#found .hit").first
    # What is found follows the typing: only the whole of it has both words marked.
    hit.locator("mark", has_text="铁柱").first.wait_for()
    hit.locator("mark", has_text="盘旋").first.wait_for()
    assert "第1页" in hit.inner_text()
    hit.click()
    leaf.locator("mark", has_text="铁柱").first.wait_for()
    assert reader.overflow() <= 0

    assert {host.split(":")[0] for host in reader.hosts} == {"127.0.0.1"}
    assert reader.errors == []


def test_markup_in_a_question_is_text(reader: Reader) -> None:
    """A script or an image in a question is shown as it was written, and nothing is fetched."""
    reader.ask(HOSTILE)
    assert "<script>alert(1)</script>" in reader.page.locator(".turn h2").last.inner_text()
    assert reader.page.locator(".turn img, .turn script").count() == 0
    assert {host.split(":")[0] for host in reader.hosts} == {"127.0.0.1"}
    assert reader.errors == []


def test_what_the_book_does_not_say(reader: Reader) -> None:
    """Where the book does not answer, that is said, and the nearest places can be opened."""
    reader.ask("xqzvk 的 wkjptm 是什么？")
    turn = reader.page.locator(".turn").last
    assert "没有找到" in turn.locator(".calm").inner_text()
    near = turn.locator(".hit")
    if near.count():
        near.first.click()
        reader.page.locator(".leaf mark").first.wait_for()


def test_turns_and_clearing(reader: Reader) -> None:
    """Turns stand one below the other, each can be gone on from, and clearing begins anew."""
    reader.page.locator(".welcome li button").first.click()
    reader.page.locator(".turn .source").first.wait_for()
    reader.ask("煤油什么时候换的？")
    assert reader.page.locator(".turn").count() == 2
    onward = reader.page.locator(".next button").first
    question = onward.inner_text()
    onward.click()
    reader.page.locator(".turn").nth(2).locator(".source").first.wait_for()
    assert reader.page.locator(".turn h2").last.inner_text().startswith(question)
    assert reader.overflow() <= 0
    reader.page.get_by_role("button", name="清空").click()
    reader.page.locator(".welcome li button").first.wait_for()
    assert reader.page.locator(".turn").count() == 0
    assert reader.page.locator(".next button").count() == 0


def test_two_readers_share_nothing(reader: Reader, address: str) -> None:
    """What one reader asked is not on another's page."""
    reader.ask(QUESTION)
    browser = reader.page.context.browser
    assert browser is not None
    other = browser.new_context(locale="en-GB").new_page()
    other.goto(address)
    other.locator("html[data-ready]").wait_for()
    other.locator(".welcome").wait_for()
    assert other.locator(".turn").count() == 0
    assert "No language model" in other.locator(".welcome .notice").inner_text()
    assert other.locator("html").get_attribute("lang") == "en"
    other.context.close()


def test_language_is_chosen_and_remembered(reader: Reader) -> None:
    """A reader's choice of language changes the words at once, and still holds on return."""
    page = reader.page
    reader.ask(QUESTION)
    page.locator("#language input").click()
    page.get_by_role("option", name="English").click()
    page.get_by_role("tab", name="Look up").wait_for()
    assert "p. 1" in page.locator(".turn .source").first.inner_text()
    page.reload()
    page.get_by_role("tab", name="Look up").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_translation_is_set_apart_and_its_room_takes_no_space(
    chromium: Browser, width: int
) -> None:
    """A translation is smaller than its quotation, without its bar, and no wider than the page."""
    style = Path(rag.web.__path__[0], "static", "styles", "style.css").read_text(encoding="utf-8")
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    page = context.new_page()
    for one in (quoted(), composed()):
        waiting = render_answer(replace(one, language=Language.EN), {}, Language.EN)
        come = render_answer(translated(one), {}, Language.EN).replace("lasting", "l" * 200)
        page.set_content(f"<style>{style}</style><main><div class=answer>{waiting}</div></main>")
        rooms = page.locator(".translation").all()
        assert rooms
        heights = {page.evaluate("e => e.offsetHeight", room.element_handle()) for room in rooms}
        # Below a quotation stands what helps without a translation.
        assert (heights == {0}) == (one.mode == "composed")
        page.set_content(f"<style>{style}</style><main><div class=answer>{come}</div></main>")
        words = page.locator(".translation", has_text=IN_ENGLISH[:20])
        box = words.bounding_box()
        assert box is not None
        assert box["height"] > 20
        assert box["x"] + box["width"] <= width
        look = "e => [getComputedStyle(e).fontSize, getComputedStyle(e).fontFamily]"
        size, family = words.locator("p").evaluate(look)
        said, serif = page.locator(".quote p, .said p").first.evaluate(look)
        assert float(size[:-2]) < float(said[:-2])
        assert one.mode == "composed" or family != serif
        assert words.locator("p").evaluate("e => e.scrollWidth <= e.clientWidth")
        bar = "e => getComputedStyle(e).borderLeftWidth"
        assert words.evaluate(bar) == "0px"
        assert one.mode == "composed" or page.locator(".quote").first.evaluate(bar) == "3px"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_a_conversation_outlives_the_page(reader: Reader) -> None:
    """A reload brings it back; it is found, named, gone on with and deleted; or never kept."""
    page = reader.page
    reader.ask(QUESTION)
    page.reload()
    page.locator(".turn .cite").first.wait_for()
    page.locator(".turn .cite").first.click()
    page.locator(".leaf mark").first.wait_for()
    page.keyboard.press("Escape")
    reader.ask("它用什么油？")
    assert page.locator(".turn").count() == 2
    page.get_by_role("button", name="清空").click()
    page.locator(".welcome li button").first.wait_for()
    page.reload()
    page.locator(".welcome li button").first.wait_for()

    page.locator("#history .toggle-button").click()
    rows = page.locator(".history li")
    rows.first.wait_for()
    assert rows.count() == 1
    assert QUESTION in rows.first.inner_text()
    rows.locator("summary").click()
    rows.locator("[data-rename]").fill("灯 <b>")
    rows.locator("[data-rename]").press("Enter")
    rows.get_by_text("灯 <b>").wait_for()
    page.locator("#history-words input").fill("火星")
    rows.first.wait_for(state="detached")
    page.locator("#history-words input").fill("什么油")
    rows.locator(".past").click()
    page.locator(".turn").nth(1).wait_for()
    if not page.locator("#history.open").count():  # on a phone it makes room
        page.locator("#history .toggle-button").click()
    rows.locator("summary").click()
    rows.locator("[data-forget]").click()
    assert rows.count() == 1
    rows.locator("[data-forget]").click()
    rows.first.wait_for(state="detached")

    page.locator("#traceless input").check()
    page.locator("#history .toggle-button").click()
    page.wait_for_timeout(500)
    reader.ask("煤油什么时候换的？")
    page.reload()
    page.locator(".welcome li button").first.wait_for()
    assert page.locator(".turn").count() == 0
    assert reader.overflow() <= 0
    assert reader.errors == []
