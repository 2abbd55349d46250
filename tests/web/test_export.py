"""The panel of formats and the buttons below an answer: text in, safe HTML out."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import gradio as gr
import pytest

from rag.citing.styles import STYLES
from rag.exporting.formats import FORMATS
from rag.types import Language
from rag.web.html.panel import GROUPS, render_panel
from rag.web.html.talk import Exchange, render_conversation
from rag.web.rooms.export import Memory, _Export, completed
from rag.web.shell import Shell
from tests.support.exported import QUOTE, docx_texts, not_found, quoted

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng

ZH, EN = Language.ZH, Language.EN
HOSTILE = '"><script>alert(1)</script>'


def pressed(**values: str) -> gr.EventData:
    """Return what a browser sends with a press."""
    return gr.EventData(None, values)


@pytest.fixture
def shell(small: Shuzheng) -> Shell:
    """Return the frame that a room is given; what it shows itself is not looked at."""
    return Shell(
        small, gr.Dropdown(), gr.HTML(), lambda *_: None, gr.Tabs(), gr.HTML(), lambda *_: None
    )


def exchanges(shell: Shell) -> list[Exchange]:
    """Return a conversation of two answers and a question that is still being answered."""
    done = [Exchange(one.question, one) for one in (quoted(), not_found())]
    return [*(completed(one, shell, ZH, STYLES[0]) for one in done), Exchange("三？", quoted(2))]


def test_every_format_has_a_button() -> None:
    """The panel offers each format once, the one last used pressed, in the style last used."""
    html = render_panel("2", ZH, "apa", "pdf")
    offered = re.findall(r'data-format="([^"]+)"', html)
    assert sorted(offered) == sorted(FORMATS)
    assert sorted(FORMATS) == sorted(name for _, group in GROUPS for name in group)
    assert re.findall(r'data-format="([^"]+)"[^>]*aria-pressed="true"', html) == ["pdf"]
    assert '<option value="apa" selected>' in html
    assert html.count("<option ") == len(STYLES)
    assert 'data-scope="2"' in html
    assert "导出这个回答" in html
    assert "Export the conversation" in render_panel("", EN, STYLES[0], "docx")


def test_what_a_browser_sends_is_text() -> None:
    """A scope and what is said in the panel are escaped."""
    html = render_panel(HOSTILE, ZH, STYLES[0], "docx", said=HOSTILE)
    assert "<script" not in html


def test_only_a_whole_answer_can_be_taken_along(shell: Shell) -> None:
    """A growing answer has no buttons; one that says nothing has no text to copy."""
    html = render_conversation(exchanges(shell), {}, ZH)
    assert re.findall(r'data-export="(\d)"', html) == ["0", "1"]
    assert html.count("data-copy=") == 1
    assert f'data-copy="{QUOTE}①' in html


def test_copied_text_stays_in_its_attribute(shell: Shell) -> None:
    """What is copied is escaped, whatever it holds."""
    one = replace(exchanges(shell)[0], copied=HOSTILE)
    assert "<script" not in render_conversation([one], {}, ZH)


def test_memory_is_ours_or_new() -> None:
    """What a browser kept is taken where it is of ours; else a key nobody can guess is made."""
    kept = Memory("k" * 43, "k" * 43, "apa", "pdf")
    assert Memory.read(kept.kept()) == kept
    strange: list[object] = [None, "x", [], {"owner": 3}, {"owner": "short", "format": []}]
    for other in strange:
        read = Memory.read(other)
        assert len(read.owner) >= 40
        assert (read.style, read.format) == (STYLES[0], "docx")
    assert Memory.read(None).owner != Memory.read(None).owner


def test_a_file_goes_to_who_asked(shell: Shell) -> None:
    """A pressed format comes back as a named file, of the answer meant or of all, remembered."""
    room, talk = _Export(shell), exchanges(shell)
    event = pressed(format="docx", scope="0")
    value, panel, kept = room.make(talk, "zh", None, event)
    file = json.loads(value)
    assert re.fullmatch(r"书证-\d{8}-\d{6}\.docx", file["name"])
    body, notes = docx_texts(base64.b64decode(file["data"]))
    assert QUOTE in body
    assert len(notes) == 3
    assert file["name"] in panel
    assert kept["format"] == "docx"
    value, _, kept = room.make(talk, "en", kept, pressed(format="txt", scope=""))
    text = base64.b64decode(json.loads(value)["data"]).decode()
    assert not_found().question in text
    assert "Answers from the book" in text
    assert "三？" not in text
    assert kept["format"] == "txt"


@pytest.mark.parametrize("scope", ["7", "-1", "x", "٣"])
def test_an_answer_that_is_not_there_is_not_exported(shell: Shell, scope: str) -> None:
    """A number that a browser makes up is met with one calm sentence."""
    event = pressed(format="txt", scope=scope)
    value, panel, _ = _Export(shell).make(exchanges(shell), "zh", None, event)
    assert not isinstance(value, str)
    assert "这次没有导出成功" in panel


def test_nothing_is_said_plainly(shell: Shell) -> None:
    """An empty conversation has nothing to export, and that is said."""
    _, panel, _ = _Export(shell).make([], "en", None, pressed(format="txt", scope=""))
    assert "There is no answer to export here yet." in panel


def test_another_style_changes_what_is_copied(shell: Shell) -> None:
    """Choosing a style writes what is copied anew and is remembered; an unknown one is not."""
    room = _Export(shell)
    again, html, kept = room.restyle(exchanges(shell), "zh", None, pressed(style="gb-2025-note"))
    assert "[M]" in again[0].copied
    assert "[M]" in html
    assert kept["style"] == "gb-2025-note"
    _, _, kept = room.restyle([], "zh", kept, pressed(style="none"))
    assert kept["style"] == "gb-2025-note"
