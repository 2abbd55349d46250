"""The room where one looks words up: passages come while one types."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import say
from rag.types import Language, QuestionError, RagError
from rag.web.html import render_calm, render_hits
from rag.web.shell import AT_ONCE, QUIET, choice_of_books, pressable
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
    from rag.web.shell import Shell

log = logging.getLogger(__name__)

SHOWN = 12
"""Passages shown for a lookup."""


def build(shell: Shell) -> None:
    """Lay out the room inside the tabs that are open, and wire it."""
    room = _Lookup(shell)
    with gr.Tab(say("web.lookup", FIRST), id="lookup") as tab:
        with gr.Column(elem_id="seeker"):
            words = gr.Textbox(
                placeholder=say("web.lookup_hint", FIRST),
                label=say("web.lookup_label", FIRST),
                show_label=False,
                container=False,
                lines=1,
                max_lines=1,
                max_length=1000,
                elem_id="words",
            )
            book = choice_of_books()
        found = pressable("found")

    # A text box's own "input" event needs a key press, which writing Chinese or pasting does
    # not give; "change" comes with every character.
    # While one lookup runs, only the newest of those behind it is kept: what is shown
    # is always of the words as they stand, and typing fast asks no more than needed.
    gr.on(
        [words.change, words.submit, book.input],
        room.find,
        [words, book, shell.language],
        [found],
        trigger_mode="always_last",
        concurrency_limit=AT_ONCE,
        concurrency_id="find",
        **QUIET,
    )
    shell.opens_pages(found)
    shell.on_language(room.speak, [words, book, shell.language], [tab, found, words, book])


class _Lookup:
    """The functions behind the room."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def find(self, words: str, book: str, language: str) -> str:
        """Return the passages for the words, or one calm sentence."""
        tongue = Language(language)
        if not words or not words.strip():
            return render_calm("web.lookup_empty", tongue)
        try:
            hits = self._shell.shuzheng.find(words, book=book or None, limit=SHOWN)
            return render_hits(hits, self._shell.records(), tongue)
        except QuestionError:
            return render_calm("web.lookup_none", tongue)
        except RagError as error:
            return render_calm(error_key(error), tongue)
        except Exception as error:
            log.exception("A lookup failed")
            return render_calm(error_key(error), tongue)

    def speak(self, words: str, book: str, language: str) -> tuple[Any, ...]:
        """Return the room's parts in a language."""
        tongue = Language(language)
        chosen, books = self._shell.offered_books(book, tongue)
        return (
            gr.Tab(label=say("web.lookup", tongue)),
            self.find(words, chosen, language),
            gr.Textbox(
                placeholder=say("web.lookup_hint", tongue), label=say("web.lookup_label", tongue)
            ),
            books,
        )
