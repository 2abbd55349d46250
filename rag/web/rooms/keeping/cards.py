"""The passage behind a citation's number, fetched when the number is pointed at."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import gradio as gr  # noqa: TC002 - Gradio reads the types of what it calls

from rag.types import Language, RagError
from rag.web.html import read_target, render_card
from rag.web.shell import QUIET, pressable, sent

if TYPE_CHECKING:
    from rag.web.shell import Shell

log = logging.getLogger(__name__)


def build_cards(shell: Shell, talk: gr.HTML) -> gr.HTML:
    """Return the card, laid out in the room that is open, which numbers in ``talk`` call."""
    card = pressable("card", "keeping.js")

    def shown(language: str, event: gr.EventData) -> str:
        """Return the card of a place; nothing where the place is gone."""
        try:
            target = read_target(sent(event, "place"))
            book = shell.shuzheng.book(target.book_id)
            return render_card(book, target, Language(language))
        except RagError:
            log.info("A card could not be shown", exc_info=True)
            return ""

    talk.card(shown, [shell.language], [card], queue=False, trigger_mode="always_last", **QUIET)
    return card
