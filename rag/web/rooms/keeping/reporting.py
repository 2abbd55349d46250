"""What a reader says of an answer, thumbs and reports, kept for whoever mends the book."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import say
from rag.types import Language, RagError, Remark, ReportKind
from rag.web.html import Exchange, render_conversation
from rag.web.rooms.export import Memory
from rag.web.shell import QUIET, sent

if TYPE_CHECKING:
    from rag.web.shell import Shell

log = logging.getLogger(__name__)


def build_reporting(shell: Shell, talk: gr.HTML, exchanges: gr.State) -> None:
    """Wire the thumbs and the report below each answer of the conversation."""
    inputs = [exchanges, shell.language, shell.memory]
    shown = [exchanges, talk, shell.memory]
    talk.report(_Reporting(shell).report, inputs, shown, queue=False, **QUIET)


class _Reporting:
    """The function behind the thumbs and the report."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def report(
        self, shown: list[Exchange], language: str, memory: object, event: gr.EventData
    ) -> tuple[Any, ...]:
        """Return the conversation with what was said of one of its answers, which is kept.

        A reader who leaves no trace is not named in it.
        """
        tongue, remembered = Language(language), Memory.read(memory)
        number = sent(event, "number")
        if not isinstance(number, int) or not 0 <= number < len(shown):
            return gr.skip(), gr.skip(), gr.skip()
        one, kind = shown[number], str(sent(event, "kind"))
        if one.answer is None or not one.complete or kind not in set(ReportKind):
            return gr.skip(), gr.skip(), gr.skip()
        words, n = sent(event, "words"), sent(event, "n")
        try:
            kept = self._shell.shuzheng.report(
                "" if remembered.traceless else remembered.owner,
                ReportKind(kind),
                one.answer,
                words if isinstance(words, str) else "",
                n=n if isinstance(n, int) else None,
            )
        except RagError:
            log.exception("A report could not be kept")
            gr.Warning(say("web.report_failed", tongue))
            return gr.skip(), gr.skip(), gr.skip()
        said = (*one.said, Remark(kept.kind, kept.body, kept.made))
        again = [*shown[:number], replace(one, said=said), *shown[number + 1 :]]
        talk = render_conversation(again, self._shell.records(), tongue)
        return again, talk, remembered.kept()
