"""The room where one asks: what is kept of an answer, and what is said where it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from rag.application.shuzheng import Shuzheng
from rag.settings import Settings
from rag.web.html.talk import Exchange
from rag.web.rooms.chat import _Chat
from rag.web.rooms.export import Memory
from rag.web.shell import Shell
from tests.support.disks import mounted
from tests.support.exported import quoted

if TYPE_CHECKING:
    from pathlib import Path

ANSWERED = Exchange("谁？", quoted(), complete=True)


def room(whole: Shuzheng) -> _Chat:
    """Return the functions behind the room; what it shows itself is not looked at."""
    return _Chat(
        Shell(
            whole, gr.Dropdown(), gr.HTML(), lambda *_: None, gr.Tabs(), gr.HTML(), lambda *_: None
        )
    )


def test_a_reader_is_told_that_his_answer_was_not_kept(tmp_path: Path) -> None:
    """On a full disk the answer stands with a word on it; once there is room it is kept."""
    with mounted(tmp_path / "disk", 2) as disk:
        settings = Settings(data=disk.folder, corpus=disk.folder / "none")
        with Shuzheng(settings) as whole:
            reader = Memory.read(None)
            assert whole.conversations.latest() == []
            disk.fill()
            latest, kept = room(whole)._keep(ANSWERED, reader, "")
            assert latest.notice is not None
            assert (latest.notice.key, kept) == ("web.unkept", "")
            disk.free()
            latest, kept = room(whole)._keep(ANSWERED, reader, "")
            assert (latest.notice, bool(kept)) == (None, True)


def test_a_conversation_that_is_gone_is_begun_anew(tmp_path: Path) -> None:
    """Where it was deleted, or another library was put back, the next answer begins another."""
    with Shuzheng(Settings(data=tmp_path, corpus=tmp_path / "none")) as whole:
        latest, kept = room(whole)._keep(ANSWERED, Memory.read(None), "0123456789ab")
        assert latest.notice is None
        assert [one.id for one in whole.conversations.latest()] == [kept]
