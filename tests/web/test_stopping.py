"""A reader stops an answer, edits a question, asks again."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.application.shuzheng import Shuzheng
from rag.settings import Settings
from rag.types import Turn
from rag.web.html.talk import Exchange
from rag.web.rooms.chat import _Chat
from rag.web.rooms.export import Memory
from rag.web.rooms.stopping import Stops, Work
from rag.web.shell import Shell
from tests.support.exported import not_found, quoted
from tests.support.scripted import Reply, ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.conftest import Wire

QUESTION = "总盐仓的第一任仓大使是谁？"
KEEPER = "总盐仓的第一任仓大使是裴守拙。[@裴守拙]"
YEARS = "裴守拙在任十七年，没有丢过一包盐。[@裴守拙]"
MINE = Memory("m" * 40, "m" * 40).kept()
READER = gr.Request(session_hash="one")


def _nothing(*_: object) -> None:
    """Do nothing."""


def room_of(whole: Shuzheng) -> _Chat:
    """Return the functions behind the chat."""
    return _Chat(Shell(whole, gr.Dropdown(), gr.HTML(), _nothing, gr.Tabs(), gr.HTML(), _nothing))


def test_a_wish_to_stop_is_heard_while_a_thread_is_at_work() -> None:
    """The reader waits no longer; the generator is closed when its thread comes back."""
    held, closed = threading.Event(), threading.Event()

    def slow() -> Generator[int]:
        try:
            yield 1
            held.wait(20)
            yield 2
        finally:
            closed.set()

    async def go() -> tuple[int | None, int | None, list[str]]:
        stops, work, left = Stops(), Work(slow()), list[str]()
        wish = stops.begin("one")
        first = await work.next(wish)
        asyncio.get_running_loop().call_later(0.05, stops.stop, "one")
        began = time.monotonic()
        second = await work.next(wish)
        assert time.monotonic() - began < 5
        stops.end("one", wish, work.close(lambda: left.append("left")))
        stops.stop("one")  # nothing is being answered any more
        await asyncio.sleep(0.05)
        assert left == []
        held.set()
        for _ in range(200):
            await asyncio.sleep(0.01)
            if left:
                break
        return first, second, left

    assert asyncio.run(go()) == (1, None, ["left"])
    assert closed.is_set()


async def drawn(room: _Chat, *inputs: Any, stop_at: str = "") -> list[tuple[Any, ...]]:
    """Return all that is drawn of an answer, which is stopped where a text is first shown."""
    out = []
    async for one in room.ask(*inputs):
        out.append(one)
        if stop_at and isinstance(one[1], str) and stop_at in one[1]:
            room.stop(READER)
    if closing := set(room._stops._ending):  # what was stopped is closed behind his back
        await asyncio.wait(closing, timeout=20)
    return out


def test_what_was_checked_stays_where_a_model_is_stopped(
    wire: Wire, server: ScriptedServer
) -> None:
    """The sentences that were shown are kept, with a word that more was not waited for."""
    # Slow enough that what was checked is shown between two pieces, on a busy machine too.
    server.say(Reply(f"{KEEPER}{YEARS}", piece=2, pause=0.15))
    whole = wire()
    room = room_of(whole)
    inputs: tuple[Any, ...] = (QUESTION, "", "zh", [], "", MINE, READER)
    last = asyncio.run(drawn(room, *inputs, stop_at="仓大使是裴"))[-1]
    [exchange] = last[2]
    assert exchange.complete
    assert [one.text for one in exchange.answer.sentences] == ["总盐仓的第一任仓大使是裴守拙。"]
    assert exchange.answer.notice.startswith("已按您的要求停止")
    assert "已按您的要求停止" in last[1]
    assert (last[0].submit_btn, last[0].stop_btn) == (True, False)
    [turn] = whole.conversations.turns(last[3])
    assert turn.answer.notice == exchange.answer.notice


def test_a_question_that_is_stopped_in_the_line_is_not_begun() -> None:
    """Whoever stops before his turn comes costs nothing: no thread, no model."""

    def work() -> Generator[int]:
        begun.append("begun")
        yield 1

    async def go() -> int | None:
        stops, doing = Stops(), Work(work())
        wish = stops.begin("one")
        stops.stop("one")
        first = await doing.next(wish)
        await doing.close(lambda: begun.append("left"))
        return first

    begun = list[str]()
    assert asyncio.run(go()) is None
    assert begun == ["left"]


def test_nothing_is_kept_of_what_had_not_begun(wire: Wire, server: ScriptedServer) -> None:
    """Stopped before there is anything, that is said, and no turn is kept."""
    server.say(Reply(KEEPER, before=30))
    whole = wire(llm_silence=2)
    room = room_of(whole)
    before = len(whole.conversations.of("n" * 40))

    async def stop_once_asked() -> None:
        await asyncio.to_thread(server.asked.wait, 20)
        room.stop(READER)

    async def go() -> list[tuple[Any, ...]]:
        stopping = asyncio.create_task(stop_once_asked())
        memory = Memory("n" * 40, "n" * 40).kept()
        out = await drawn(room, QUESTION, "", "zh", [], "", memory, READER)
        await stopping
        return out

    last = asyncio.run(go())[-1]
    assert "已停止" in last[1]
    assert len(whole.conversations.of("n" * 40)) == before


def test_an_edited_question_begins_another_conversation(tmp_path: Path) -> None:
    """What was kept stays as it was; the new one begins with what stood before the question."""
    with Shuzheng(Settings(data=tmp_path, corpus=tmp_path / "none")) as whole:
        room, reader = room_of(whole), Memory.read(MINE)
        first, second = (Exchange(q, quoted(), kept=True, complete=True) for q in ("甲？", "乙？"))
        old = whole.conversations.add(Turn("甲？", quoted()), reader.owner)
        whole.conversations.add(Turn("乙？", quoted()), reader.owner, old)
        secret = replace(second, question="密？", kept=False)
        answered = Exchange("丙？", not_found(), complete=True)
        kept, new = room._keep(answered, reader, "", [first, secret])
        assert kept.kept
        assert new != old
        assert [turn.question for turn in whole.conversations.turns(old)] == ["甲？", "乙？"]
        assert [turn.question for turn in whole.conversations.turns(new)] == ["甲？", "丙？"]


def test_a_question_that_is_not_there_is_not_asked_again(tmp_path: Path) -> None:
    """A number that a browser makes up draws nothing."""

    async def asked(room: _Chat, number: object) -> list[tuple[Any, ...]]:
        event = gr.EventData(None, {"number": number, "question": "x"})
        again = room.ask_again("", "zh", [Exchange("甲？")], "", MINE, READER, event)
        return [one async for one in again]

    with Shuzheng(Settings(data=tmp_path, corpus=tmp_path / "none")) as whole:
        for number in (1, -1, "0", None):
            assert asyncio.run(asked(room_of(whole), number)) == []
