"""Notes, reports, the passage behind a number, an edited question and a stopped answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import ROOT, Reader, served
from tests.support.scripted import Reply, ScriptedServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "第一盏油灯是哪一年点燃的？"
WORDS = "塔下有一间石屋"
HOSTILE = "石屋里住的是谁？<img src=x onerror=alert(1)>"
SELECT = """([where, words]) => {
  const piece = [...document.querySelectorAll(`${where} [data-at]`)]
    .find((one) => one.textContent.includes(words));
  const at = piece.textContent.indexOf(words);
  const range = document.createRange();
  range.setStart(piece.firstChild, at);
  range.setEnd(piece.firstChild, at + words.length);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def open_page(reader: Reader) -> None:
    """Open the page of the first citation of the last answer."""
    reader.page.locator(".turn").last.locator(".cite").first.click()
    reader.page.locator(".leaf mark").first.wait_for()


def test_what_is_selected_is_kept_shown_and_exported(reader: Reader) -> None:
    """A note is in the page, also after a reload, in its room, and in a file with its page."""
    page = reader.page
    reader.ask(QUESTION)
    open_page(reader)
    page.evaluate(SELECT, ["#leaf", WORDS])
    page.locator(".chosen [data-chosen=note]").click()
    card = page.locator(".leaf .card.own[data-shown]")
    card.locator("textarea").fill(HOSTILE)
    card.locator("button[type=submit]").click()
    page.locator(".leaf .card.own .words").wait_for(state="attached")
    assert page.locator(".leaf mark.own").first.inner_text() == WORDS
    assert reader.overflow() <= 0

    page.reload()
    page.locator("html[data-ready]").wait_for()
    page.locator(".turn .cite").first.wait_for()
    open_page(reader)
    mark = page.locator(".leaf mark.own")
    mark.click()
    card.wait_for()
    assert HOSTILE in card.locator(".words").inner_text()
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    page.locator(".leaf").wait_for()
    page.keyboard.press("Escape")
    page.locator(".leaf").wait_for(state="detached")

    page.locator(".turn [data-keep]").last.click()
    page.get_by_text("已记下").wait_for()
    reader.open_room("笔记")
    notes = page.locator("#own .note")
    notes.filter(has_text=WORDS).wait_for()
    notes.nth(1).wait_for()
    assert "第1页" in notes.filter(has_text=WORDS).inner_text()
    assert reader.overflow() <= 0
    page.get_by_role("button", name="导出笔记").click()
    with page.expect_download() as download:
        page.locator("#notes-exporter [data-format=md]").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert WORDS in text
    assert "读者所记" in text
    assert "第1页" in text
    page.locator("#notes-exporter [data-close]").click()
    gone = notes.filter(has_text=WORDS).locator("[data-discard]")
    gone.click()
    gone.click()
    notes.filter(has_text=WORDS).wait_for(state="detached")
    assert {host.split(":")[0] for host in reader.hosts} == {"127.0.0.1"}
    assert reader.errors == []


def test_a_note_made_while_reading_is_there_at_once(reader: Reader) -> None:
    """In the room of reading a note is marked, written and deleted, and no page is turned."""
    page = reader.page
    page.goto(f"{page.url}?book=lighthouse&page=1")
    page.locator("html[data-ready]").wait_for()
    page.locator('.sheet[data-said="第1页"]').wait_for()
    page.evaluate(SELECT, ["#sheet", WORDS])
    page.locator(".chosen [data-chosen=note]").click()
    card = page.locator(".sheet .card.own[data-shown]")
    card.locator("textarea").fill(HOSTILE)
    card.locator("button[type=submit]").click()
    page.locator(".sheet .card.own .words").wait_for(state="attached")
    marks = page.locator(".sheet mark.own")
    assert marks.all_inner_texts() == [WORDS]
    assert reader.overflow() <= 0

    page.evaluate(SELECT, ["#sheet", "几封没有寄出的信"])
    page.locator(".chosen [data-chosen=mark]").click()
    marks.nth(1).wait_for()
    marks.first.click()
    gone = card.locator("[data-discard]")
    gone.click()
    gone.click()
    marks.nth(1).wait_for(state="detached")
    assert marks.all_inner_texts() == ["几封没有寄出的信"]
    assert reader.errors == []


def test_a_report_lands_with_whoever_mends_the_book(
    reader: Reader, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """``rag reports`` has what was sent, with the answer and the place; the page thanks for it."""
    page = reader.page
    reader.ask(QUESTION)
    turn = page.locator(".turn").last
    turn.locator("[data-thumb=unhelpful]").click()
    turn.locator("[data-thumb=unhelpful][aria-pressed=true]").wait_for()
    turn.locator(".report summary").click()
    turn.get_by_label("页码不对").check()
    words = f"应为第2页 {page.viewport_size}"
    turn.locator(".report textarea").fill(words)
    turn.locator(".report button[type=submit]").click()
    turn.locator(".reported").wait_for()
    [library] = tmp_path_factory.getbasetemp().glob("data0/library.sqlite")
    listed = subprocess.run(
        [sys.executable, "-m", "rag", "reports", "--json"],
        cwd=ROOT,
        env={**os.environ, "RAG_DATA": str(library.parent)},
        capture_output=True,
        check=True,
    )
    [report] = [one for one in json.loads(listed.stdout) if one["text"] == words]
    assert report["kind"] == "wrong_page"
    assert report["place"]["pages"] == ["1"]
    assert report["answer"]["question"] == QUESTION
    assert report["changed"] is False
    assert reader.errors == []


BEFORE = """(cite) => {
  const all = document.querySelectorAll("a, button, input, select, summary, textarea, [tabindex]");
  const shown = [...all].filter((one) => one.offsetParent && one.tabIndex >= 0);
  shown[shown.indexOf(cite) - 1].focus();
}"""
"""Puts the focus on what the Tab key leaves for a number."""


def test_the_passage_behind_a_number(reader: Reader) -> None:
    """A pointer or the keyboard shows the passage, and nothing moves; a finger opens the page."""
    page = reader.page
    reader.ask(QUESTION)
    cite = page.locator(".turn").last.locator(".cite").first
    before = cite.bounding_box()
    card = page.locator("#card .card[data-shown]")
    if page.viewport_size and page.viewport_size["width"] > 500:
        page.mouse.move(2, 2)  # a pointer that has not moved calls nothing
        cite.hover()
        card.wait_for()
        assert "1871年冬天" in card.locator("mark").inner_text()
        assert "第1页" in card.inner_text()
        assert "确切" in card.inner_text()
        assert cite.get_attribute("aria-describedby") == card.get_attribute("id")
        assert cite.bounding_box() == before
        page.keyboard.press("Escape")
        card.wait_for(state="hidden")
        page.mouse.move(2, 2)
        cite.evaluate(BEFORE)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('.cite')")
        card.wait_for()
        page.keyboard.press("Enter")
        page.locator(".leaf mark").first.wait_for()
    else:
        cite.tap()
        page.locator(".leaf mark").first.wait_for()
        page.wait_for_timeout(600)
        assert card.count() == 0
    assert reader.errors == []


def test_a_question_is_edited_and_asked_again(reader: Reader) -> None:
    """Edited, a question and what came after it give way; the old conversation is still there."""
    page = reader.page
    reader.ask(QUESTION)
    reader.ask("煤油由谁供应？")
    page.locator(".turn [data-edit]").first.click()
    box = page.locator(".again textarea")
    assert box.input_value() == QUESTION
    box.fill("煤油什么时候换的？")
    box.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.turn').length === 1")
    page.locator(".turn .use").wait_for()
    assert page.locator(".turn h2").inner_text().startswith("煤油什么时候换的？")
    assert "1889年" in page.locator(".turn .quote").first.inner_text()
    page.locator("#history .toggle-button").first.click()
    page.locator(".past", has_text=QUESTION).first.wait_for()
    page.locator(".past", has_text="煤油什么时候换的？").first.wait_for()
    assert reader.errors == []


def test_an_answer_is_stopped(chromium: Browser, tmp_path: Path) -> None:
    """A model that is stopped leaves what was checked, and the question box takes the next."""
    first = "1871年冬天，第一盏油灯在塔顶点燃。[@1871年冬天]"
    hangs = Reply(f"{first}当时用的是菜籽油。[@1871年冬天]", pause=0.3, hangs=5)
    with (
        ScriptedServer(hangs) as model,
        served(
            tmp_path,
            RAG_LLM="openai:scripted",
            RAG_LLM_TRANSLATE="off",
            RAG_LLM_SILENCE="8",  # so long the server waits for the model when it is ended
            OPENAI_BASE_URL=model.address,
            OPENAI_API_KEY="none",
        ) as address,
    ):
        page = chromium.new_context(locale="zh-CN").new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        page.locator("html[data-ready]").wait_for()
        box = page.locator("#question textarea")
        box.fill(QUESTION)
        box.press("Enter")
        page.locator(".turn .said", has_text="1871年冬天").wait_for()
        page.locator("#question .stop-button").click()
        page.locator(".turn .use").wait_for()
        assert "已按您的要求停止" in page.locator(".turn").inner_text()
        assert "菜籽油" not in page.locator(".turn .said").inner_text()
        page.locator("#question .submit-button").wait_for()
        assert errors == []
        page.context.close()
