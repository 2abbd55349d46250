"""Taking answers along in a real browser, at a desktop's and at a phone's width."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.exported import docx_texts

if TYPE_CHECKING:
    from tests.browser.conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "第一盏油灯是哪一年点燃的？"


def test_an_answer_becomes_a_word_document_in_two_clicks(reader: Reader) -> None:
    """Two clicks bring a document with the quotation and its footnote; nothing jumps."""
    page = reader.page
    reader.ask(QUESTION)
    answer = page.locator(".turn").last
    before = answer.locator(".quote").bounding_box()
    answer.locator("[data-export]").click()
    panel = page.locator(".takeaway")
    with page.expect_download() as download:
        panel.locator("[data-format=docx]").click()
    assert download.value.suggested_filename.endswith(".docx")
    body, notes = docx_texts(Path(download.value.path()).read_bytes())
    assert "1871年冬天" in body
    assert "《灯下的海岸" in notes[0]
    assert "第1页" in notes[0]
    panel.get_by_text("已下载").wait_for()
    assert answer.locator(".quote").bounding_box() == before
    assert reader.overflow() <= 0
    page.keyboard.press("Escape")
    panel.wait_for(state="detached")
    assert reader.errors == []


def test_style_and_format_are_remembered(reader: Reader) -> None:
    """A conversation is exported in the style and format that were used before the reload."""
    page = reader.page
    reader.ask(QUESTION)
    reader.ask("煤油什么时候换的？")
    page.locator(".whole").click()
    panel = page.locator(".takeaway")
    panel.locator("select").select_option("gb-2025-note")
    page.locator(".turn [data-copy*='[M]']").first.wait_for()
    with page.expect_download() as download:
        panel.locator("[data-format=md]").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.count("\n## ") == 3  # two questions, and the bibliography
    assert "\\[M\\]" in text
    panel.get_by_text("已下载").wait_for()
    page.reload()
    page.locator("html[data-ready]").wait_for()
    reader.ask(QUESTION)
    page.locator(".turn [data-export]").last.click()
    assert panel.locator("select").input_value() == "gb-2025-note"
    assert panel.locator("[aria-pressed=true]").get_attribute("data-format") == "md"


def test_an_answer_is_copied_with_its_citation(reader: Reader) -> None:
    """The clipboard holds the sentences and, below them, the citation in the reader's style."""
    page = reader.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.ask(QUESTION)
    button = page.locator(".turn [data-copy]")
    button.click()
    page.get_by_role("button", name="已复制").wait_for()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied.startswith("1871年冬天")
    assert "① " in copied
    assert copied.rstrip().endswith("第1页。")
    page.get_by_role("button", name="复制并附出处").wait_for()
