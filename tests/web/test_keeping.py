"""Notes and reports in the page: a reader's own and nobody else's, and text whatever they hold."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr
import pytest

from rag.application.shuzheng import Shuzheng
from rag.settings import Settings
from rag.types import Language, ReportKind, Span, Turn
from rag.web.html.keeping.cards import render_card
from rag.web.html.keeping.notes import render_notes
from rag.web.html.reader.leaf import render_leaf
from rag.web.html.talk import Exchange, render_conversation
from rag.web.html.targets import Target
from rag.web.rooms.export import Memory
from rag.web.rooms.history import resumed
from rag.web.rooms.keeping.notes import _Notes
from rag.web.rooms.keeping.reporting import _Reporting
from rag.web.shell import Shell
from tests.support.exported import QUOTE, quoted
from tests.support.files import SqliteLibrary
from tests.support.shelves import volume

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ZH = Language.ZH
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
TEXTS = [f"河灯自东门放起。{HOSTILE}至三更方散。", "守塔人每夜点灯三次。", "见旧县志。"]
MINE, OTHERS = Memory("m" * 40, "m" * 40).kept(), Memory("o" * 40, "o" * 40).kept()


def _nothing(*_: object) -> None:
    """Do nothing."""


def pressed(**values: object) -> gr.EventData:
    """Return what a browser sends with a press."""
    return gr.EventData(None, values)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """Yield the frame that a room is given, over a library with one hostile book."""
    with Shuzheng(Settings(data=tmp_path, corpus=tmp_path / "none")) as whole:
        with SqliteLibrary(tmp_path / "library.sqlite") as library:
            volume("lamps", TEXTS).put(library)
        yield Shell(whole, gr.Dropdown(), gr.HTML(), _nothing, gr.Tabs(), gr.HTML(), _nothing)


def test_what_is_selected_is_kept_and_shown_to_its_reader_alone(shell: Shell) -> None:
    """A note is in its reader's page and list, and in no other's page, list or hands."""
    room, place = _Notes(shell), str(Target("lamps", (Span(0, 8),)))
    page, kept, note_id = room.note("zh", MINE, place, pressed(place=place, leaf=True))
    assert kept["owner"] == MINE["owner"]
    assert f'data-note="{note_id}"' in page
    room.write("", "zh", MINE, pressed(note=note_id, words=HOSTILE))
    assert "<script" not in room.listed("", "zh", MINE)
    assert "alert(1)" in room.listed("", "zh", MINE)
    assert "第1页" in room.listed("", "zh", MINE)
    for touch in (room.write, room.discard):
        listed = touch("", "zh", OTHERS, pressed(note=note_id, words="not mine"))
        assert note_id not in listed
    assert note_id not in shell.page_at(place, "zh", OTHERS)
    assert note_id not in shell.page_at(place, "zh", None)
    assert "not mine" not in room.listed("", "zh", MINE)
    assert note_id in shell.page_at(place, "zh", MINE)
    assert note_id not in room.listed("没有这些字", "zh", MINE)
    assert note_id not in room.discard("", "zh", MINE, pressed(note=note_id))


@pytest.mark.parametrize("place", ["", "x", "5-2|lamps", "0-999999|lamps", "0-3|none", None, 7])
def test_a_made_up_place_makes_no_note(shell: Shell, place: object) -> None:
    """What a browser makes up is met with nothing kept."""
    with pytest.warns(UserWarning, match="没有这本书或这一处"):
        _Notes(shell).mark("zh", MINE, "", pressed(place=place))
    assert shell.shuzheng.notes.of(MINE["owner"]) == []


def test_what_is_drawn_anew_is_the_open_page_alone(shell: Shell) -> None:
    """Where no page is open beside, none is opened by a mark."""
    place = str(Target("lamps", (Span(0, 8),)))
    page, _ = _Notes(shell).mark("zh", MINE, place, pressed(place=place, leaf=False))
    assert not isinstance(page, str)
    assert len(shell.shuzheng.notes.of(MINE["owner"])) == 1


def test_what_an_answer_cites_is_kept_where_the_book_has_it(shell: Shell) -> None:
    """Of an answer's citations those are kept whose words stand in the book as it is now."""
    whole = quoted()
    text = shell.shuzheng.book("lamps").text
    true = replace(whole.citations[0], quote=text[0:8], start=0, end=8)
    false = replace(whole.citations[1], start=1, end=8)
    talk = [Exchange("?", replace(whole, citations=(true, false)))]
    _Notes(shell).keep(talk, "zh", MINE, pressed(number=0))
    [note] = shell.shuzheng.notes.of(MINE["owner"])
    assert note.anchor.words == text[0:8]
    for number in (1, -1, "0", None):
        _Notes(shell).keep(talk, "zh", OTHERS, pressed(number=number))
    assert shell.shuzheng.notes.of(OTHERS["owner"]) == []


def test_notes_become_a_file_for_their_reader(shell: Shell) -> None:
    """The panel makes a file of his notes in the format and style that he uses."""
    room = _Notes(shell)
    room.mark("zh", MINE, "", pressed(place=str(Target("lamps", (Span(0, 8),)))))
    value, panel, kept = room.make("", "zh", MINE, pressed(format="md"))
    text = base64.b64decode(json.loads(value)["data"]).decode()
    assert "# 读书笔记" in text
    assert "第1页" in text
    assert kept["format"] == "md"
    assert "笔记-" in panel
    assert 'data-scope="notes"' in panel
    value, panel, _ = room.make("", "zh", OTHERS, pressed(format="md"))
    assert not isinstance(value, str)
    assert "还没有笔记" in panel


def test_a_lost_note_says_so_and_opens_nothing(shell: Shell, tmp_path: Path) -> None:
    """After the book was replaced a note without its words has no page and no button to one."""
    room = _Notes(shell)
    room.mark("zh", MINE, "", pressed(place=str(Target("lamps", (Span(0, 8),)))))
    with SqliteLibrary(tmp_path / "library.sqlite") as library:
        volume("lamps", ["另一本书。", "没有那些话。", "注"]).put(library, digest="new")
    listed = room.listed("", "zh", MINE)
    assert "无从确定" in listed
    assert "data-open" not in listed
    assert "第1页" not in listed
    assert 'class="own"' not in shell.page_at("p0|lamps", "zh", MINE)
    shell.shuzheng.remove("lamps")
    assert "已不在书库" in room.listed("", "zh", MINE)


def test_notes_lie_on_the_words_they_were_made_on(shell: Shell) -> None:
    """In the page the text stays whole; notes over what is cited, and in a footnote, are shown."""
    book = shell.shuzheng.book("lamps")
    owner = MINE["owner"]
    spans = (Span(2, 6), Span(4, 12), Span(len(book.text) - 4, len(book.text)))
    for span in spans:
        room = _Notes(shell)
        room.mark("zh", MINE, "", pressed(place=str(Target("lamps", (span,)))))
    own = shell.own_notes("lamps", MINE)
    assert [one.note.id for one in own] == [n.id for n in shell.shuzheng.notes.of(owner)]
    target = Target("lamps", (Span(0, 5),))
    html = render_leaf(book, target, ZH, own=own)
    body = html.split('<div class="card own"')[0]
    for span, one in zip(spans, own, strict=True):
        pieces = re.findall(rf'data-note="{one.note.id}"', body)
        assert pieces, span
        assert (
            body.count(f'data-note="{one.note.id}" aria-describedby="own-{one.note.id}" tab') == 1
        )
    assert "<script" not in html
    plain = re.sub(r"<[^>]+>", "", body)
    bare = render_leaf(book, target, ZH)
    assert plain == re.sub(r"<[^>]+>", "", bare)[: len(plain)]
    assert len(plain) > len(book.text)


def test_a_card_shows_the_sentence_in_its_place(shell: Shell) -> None:
    """Place, surety and the sentence marked stand in the card, all from outside as text."""
    book = shell.shuzheng.book("lamps")
    html = render_card(book, Target("lamps", (Span(0, 8),)), ZH)
    assert "<mark>河灯自东门放起。</mark>" in html
    assert "第1页" in html
    assert "印刷页码，确切" in html
    assert "<script" not in html
    assert 'role="tooltip"' in html


def test_a_report_is_kept_and_thanked_for(shell: Shell) -> None:
    """What is reported is in the library with its answer, and below it; nothing else is taken."""
    room, talk = _Reporting(shell), [Exchange("?", quoted(), complete=True)]
    n = quoted().citations[0].n
    told = pressed(number=0, kind="wrong_page", words=HOSTILE, n=n)
    again, html, kept = room.report(talk, "zh", MINE, told)
    assert "<script" not in html
    assert "已记下" in html
    assert again[0].said[0].kind is ReportKind.WRONG_PAGE
    [report] = shell.shuzheng.reports.of(kept["owner"])
    assert (report.body, report.answer) == (HOSTILE, quoted())
    for wrong in ({"number": 1}, {"number": 0, "kind": "x"}, {"number": "0"}, {}):
        result: tuple[Any, ...] = room.report(talk, "zh", MINE, pressed(**wrong))
        assert not isinstance(result[1], str)
    growing = [Exchange("?", quoted())]
    assert not isinstance(room.report(growing, "zh", MINE, told)[1], str)
    assert len(shell.shuzheng.reports.of()) == 1


def test_who_leaves_no_trace_is_not_named(shell: Shell) -> None:
    """His report is there because he pressed, under nobody's key."""
    traceless = Memory("t" * 40, "t" * 40, traceless=True).kept()
    talk = [Exchange("?", quoted(), complete=True)]
    render_conversation(talk, {}, ZH)
    assert shell.shuzheng.reports.of() == []
    _Reporting(shell).report(talk, "zh", traceless, pressed(number=0, kind="helpful"))
    assert shell.shuzheng.reports.of("t" * 40) == []
    assert len(shell.shuzheng.reports.of("")) == 1


def test_a_resumed_conversation_says_what_was_said(shell: Shell) -> None:
    """Thumbs and reports stand below their answers on another day."""
    conversations, remembered = shell.shuzheng.conversations, Memory.read(MINE)
    kept = conversations.add(Turn(quoted().question, quoted()), remembered.owner)
    shell.shuzheng.report(remembered.owner, ReportKind.HELPFUL, quoted())
    [one] = resumed(shell, remembered, ZH, kept)
    assert [remark.kind for remark in one.said] == [ReportKind.HELPFUL]
    assert one.kept
    html = render_conversation([one], {}, ZH)
    assert 'data-thumb="helpful" data-number="0" aria-pressed="true"' in html
    assert QUOTE in html


def test_nothing_kept_is_said_calmly() -> None:
    """An empty list says how notes are made; a search that finds none says that."""
    assert "还没有笔记" in render_notes([], ZH)
    assert "没有包含这些字的笔记" in render_notes([], ZH, searched=True)
