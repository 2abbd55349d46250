"""A reader's conversations beside the chat: gone on with, searched, named and deleted."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import say
from rag.library.keeping import remarks_on
from rag.types import Language, NotInLibraryError, RagError
from rag.web.html import Exchange, render_calm, render_conversation, render_history
from rag.web.rooms import export
from rag.web.shell import QUIET, pressable, sent
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.web.shell import Shell

log = logging.getLogger(__name__)

_MAKE_ROOM = """() => { if (innerWidth < 768)
  document.querySelector("#history.open .toggle-button")?.click(); }"""
"""On a phone the list covers the conversation."""


@dataclass(frozen=True, slots=True)
class History:
    """The parts of the list that others change: what is in it, and its words."""

    kept: gr.HTML
    words: gr.Textbox
    traceless: gr.Checkbox


def build(
    shell: Shell,
    talk: gr.HTML,
    exchanges: gr.State,
    conversation: gr.State,
    memory: gr.BrowserState,
) -> History:
    """Lay out the list at the side of the room that is open, and wire it."""
    room = _History(shell)
    with gr.Sidebar(open=False, position="left", width=320, elem_id="history") as side:
        words = gr.Textbox(
            placeholder=say("web.history_search", FIRST),
            label=say("web.history_search", FIRST),
            show_label=False,
            container=False,
            max_lines=1,
            max_length=200,
            elem_id="history-words",
        )
        kept = pressable("kept")
        traceless = gr.Checkbox(
            label=say("web.history_traceless", FIRST), container=False, elem_id="traceless"
        )
    listing: dict[str, Any] = {
        "fn": room.listed,
        "inputs": [words, shell.language, memory],
        "outputs": [kept],
        **QUIET,
    }
    gr.on([side.expand, words.change, memory.change], trigger_mode="always_last", **listing)
    shown = [talk, exchanges, conversation, memory]
    chosen = kept.resume(room.resume, [shell.language, memory], shown, **QUIET)
    chosen.then(None, None, None, js=_MAKE_ROOM, **QUIET)
    kept.rename(room.rename, [words, shell.language, memory], [kept], **QUIET)
    kept.forget(room.forget, [words, shell.language, memory], [kept, conversation, memory], **QUIET)
    traceless.input(room.leave_no_trace, [traceless, memory], [conversation, memory], **QUIET)
    return History(kept, words, traceless)


def resumed(
    shell: Shell, remembered: export.Memory, language: Language, identifier: str
) -> list[Exchange]:
    """Return the exchanges of one of a reader's conversations, each with the pages of now.

    Raises NotInLibraryError where he has no such conversation.
    """
    turns = shell.shuzheng.conversations.turns(identifier, remembered.owner)
    reports = shell.shuzheng.reports.of(remembered.owner)
    exchanges = (
        Exchange(
            turn.question,
            shell.shuzheng.redated(turn.answer),
            kept=True,
            said=remarks_on(turn.answer, reports),
        )
        for turn in turns
    )
    return [export.completed(one, shell, language, remembered.style) for one in exchanges]


class _History:
    """The functions behind the list; a conversation is touched by its owner's key alone."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def listed(self, words: str, language: str, memory: object) -> str:
        """Return the list of the reader's conversations that hold the words."""
        tongue, remembered = Language(language), export.Memory.read(memory)
        try:
            found = self._shell.shuzheng.conversations.of(remembered.owner, words or "")
        except RagError as error:
            return render_calm(error_key(error), tongue)
        searched = bool(words and words.strip())
        return render_history(found, remembered.conversation, tongue, searched=searched)

    def resume(self, language: str, memory: object, event: gr.EventData) -> tuple[Any, ...]:
        """Return the conversation that was pressed, to be gone on with."""
        tongue, remembered = Language(language), export.Memory.read(memory)
        identifier = str(sent(event, "conversation") or "")
        try:
            exchanges = resumed(self._shell, remembered, tongue, identifier)
        except RagError as error:
            return render_calm(error_key(error), tongue), gr.skip(), gr.skip(), gr.skip()
        drawn = render_conversation(exchanges, self._shell.records(), tongue)
        kept = replace(remembered, conversation=identifier).kept()
        return drawn, exchanges, identifier, kept

    def rename(self, words: str, language: str, memory: object, event: gr.EventData) -> str:
        """Return the list with a conversation under the name that was written."""
        title = str(sent(event, "title") or "")

        def name(identifier: str, owner: str) -> None:
            self._shell.shuzheng.conversations.rename(identifier, owner, title)

        self._touch(name, memory, event)
        return self.listed(words, language, memory)

    def forget(
        self, words: str, language: str, memory: object, event: gr.EventData
    ) -> tuple[Any, ...]:
        """Return the list without a conversation; the room no longer goes on with it."""
        remembered = export.Memory.read(memory)
        self._touch(self._shell.shuzheng.conversations.forget, memory, event)
        here = sent(event, "conversation") == remembered.conversation
        left = replace(remembered, conversation="") if here else remembered
        listed = self.listed(words, language, left.kept())
        return listed, "" if here else gr.skip(), left.kept()

    def _touch(
        self, change: Callable[[str, str], None], memory: object, event: gr.EventData
    ) -> None:
        identifier = str(sent(event, "conversation") or "")
        try:
            change(identifier, export.Memory.read(memory).owner)
        except NotInLibraryError:
            pass  # it is gone, from another page of his
        except RagError:
            log.exception("A conversation could not be changed")

    def leave_no_trace(self, traceless: bool, memory: object) -> tuple[str, dict[str, Any]]:  # noqa: FBT001 -- Gradio gives its inputs by position
        """Return no conversation to go on with, and whether what comes now is kept."""
        remembered = replace(export.Memory.read(memory), traceless=traceless, conversation="")
        return "", remembered.kept()
