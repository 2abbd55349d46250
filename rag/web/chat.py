"""The room where one asks: a question in, quoted sentences with their pages out."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import RagError
from rag.types import Language, Turn
from rag.web.examples import example_questions
from rag.web.rendering import Exchange, render_conversation, render_welcome
from rag.web.shell import AT_ONCE, QUIET, pressable, sent
from rag.web.words import ZH, word

if TYPE_CHECKING:
    from rag.web.shell import Shell

log = logging.getLogger(__name__)

KEPT = 40
"""Exchanges that a conversation keeps and shows; the oldest go first."""

EARLIER = 6
"""Answered exchanges that go along with a question."""

Drawn = Iterator[tuple[Any, Any, Any]]
"""The question box, the conversation and its state, again and again as an answer grows."""

_PAUSE = 0.12  # seconds between two redraws of a growing answer


def build(shell: Shell) -> None:
    """Lay out the room inside the tab that is open, and wire it."""
    room = _Chat(shell)
    with gr.Tab(word("chat", ZH), id="chat") as tab:
        talk = pressable("talk")
        exchanges = gr.State([], time_to_live=6 * 3600)
        with gr.Column(elem_id="composer"):
            question = gr.Textbox(
                placeholder=word("question_hint", ZH),
                label=word("question", ZH),
                show_label=False,
                container=False,
                lines=1,
                max_lines=6,
                max_length=4000,
                submit_btn=True,
                elem_id="question",
            )
            with gr.Row(elem_classes="tools"):
                book = gr.Dropdown(
                    [(word("all_books", ZH), "")],
                    value="",
                    label=word("books", ZH),
                    show_label=False,
                    container=False,
                    filterable=False,
                    elem_classes="pick",
                )
                clear = gr.Button(
                    word("clear", ZH), variant="secondary", size="sm", elem_classes="plain"
                )

    asking: dict[str, Any] = {
        "outputs": [question, talk, exchanges],
        "concurrency_limit": AT_ONCE,
        "concurrency_id": "ask",
        "trigger_mode": "once",
        **QUIET,
    }
    submitted = question.submit(room.ask, [question, book, shell.language, exchanges], **asking)
    pressed = talk.ask(room.ask_example, [book, shell.language, exchanges], **asking)
    shell.opens_pages(talk)
    clear.click(
        room.clear,
        [book, shell.language],
        [talk, exchanges],
        cancels=[submitted, pressed],
        queue=False,
        **QUIET,
    )
    book.input(room.redraw, [book, shell.language, exchanges], [talk], **QUIET)
    shell.on_language(
        room.speak,
        [book, shell.language, exchanges],
        [tab, talk, question, book, clear],
    )


class _Chat:
    """The functions behind the room; what one reader says stays in that reader's state."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def ask(self, question: str, book: str, language: str, exchanges: list[Exchange]) -> Drawn:
        """Yield the question box, the conversation and its state as the answer grows."""
        tongue = Language(language)
        if not question or not question.strip():
            yield gr.skip(), gr.skip(), gr.skip()
            return
        records = self._shell.records()
        earlier = exchanges[-(KEPT - 1) :]

        def drawn(latest: Exchange) -> str:
            return render_conversation([*earlier, latest], records, tongue)

        latest = Exchange(question)
        yield "", drawn(latest), gr.skip()
        try:
            turns = [Turn(e.question, e.answer) for e in earlier if e.answer is not None]
            shown = 0.0
            for answer in self._shell.shuzheng.stream(
                question, book=book or None, turns=turns[-EARLIER:]
            ):
                latest = Exchange(question, answer)
                if time.monotonic() - shown >= _PAUSE:
                    yield gr.skip(), drawn(latest), gr.skip()
                    shown = time.monotonic()
        except RagError as error:
            latest = Exchange(question[:4000], error=error)
        except Exception as error:
            log.exception("A question could not be answered")
            latest = Exchange(question[:4000], error=error)
        yield gr.skip(), drawn(latest), [*earlier, latest]

    def ask_example(
        self, book: str, language: str, exchanges: list[Exchange], event: gr.EventData
    ) -> Drawn:
        """Ask the question that was pressed."""
        question = sent(event, "question")
        yield from self.ask(
            question if isinstance(question, str) else "", book, language, exchanges
        )

    def clear(self, book: str, language: str) -> tuple[str, list[Exchange]]:
        """Return the room as it was before the first question."""
        return self.redraw(book, language, []), []

    def redraw(self, book: str, language: str, exchanges: list[Exchange]) -> str:
        """Return the conversation, or the welcome where there is none yet."""
        tongue = Language(language)
        records = self._shell.records()
        if exchanges:
            return render_conversation(exchanges, records, tongue)
        identifier = book if book in records else next(iter(records), None)
        questions = self._examples(identifier, tongue) if identifier else []
        composed = self._shell.shuzheng.settings.llm is not None
        return render_welcome(questions, records, tongue, composed=composed)

    def speak(self, book: str, language: str, exchanges: list[Exchange]) -> tuple[Any, ...]:
        """Return the room's parts in a language."""
        tongue = Language(language)
        choices = self._shell.book_choices(tongue)
        chosen = book if any(book == identifier for _, identifier in choices) else ""
        return (
            gr.Tab(label=word("chat", tongue)),
            self.redraw(chosen, language, exchanges),
            gr.Textbox(placeholder=word("question_hint", tongue), label=word("question", tongue)),
            gr.Dropdown(choices, value=chosen, label=word("books", tongue)),
            gr.Button(word("clear", tongue)),
        )

    def _examples(self, book: str, language: Language) -> list[str]:
        """Return questions to begin with; none of a book that cannot be read just now."""
        try:
            return example_questions(self._shell.shuzheng.book(book), language)
        except RagError:
            return []
