"""The room where one asks: a question in, quoted sentences with their pages out."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import say
from rag.types import Language, RagError, Turn
from rag.web.html import Exchange, render_conversation, render_welcome
from rag.web.rooms import export
from rag.web.shell import AT_ONCE, QUIET, choice_of_books, pressable, sent
from rag.web.words import FIRST

if TYPE_CHECKING:
    from rag.web.shell import Shell

log = logging.getLogger(__name__)

KEPT = 40
"""Exchanges that a conversation keeps and shows; the oldest go first."""

EARLIER = 6
"""Answered exchanges that go along with a question."""

Drawn = Iterator[tuple[Any, Any, Any, Any, Any]]
"""The question box, the conversation and its state, again and again as an answer grows.

Behind them the id under which the conversation is kept, and what the browser keeps.
"""

_PAUSE = 0.12  # seconds between two redraws of a growing answer


def build(shell: Shell) -> None:
    """Lay out the room inside the tab that is open, and wire it."""
    room = _Chat(shell)
    with gr.Tab(say("web.chat", FIRST), id="chat") as tab:
        talk = pressable("talk")
        exchanges = gr.State([], time_to_live=6 * 3600)
        conversation = gr.State("", time_to_live=6 * 3600)
        memory = export.memory()
        with gr.Column(elem_id="composer"):
            question = gr.Textbox(
                placeholder=say("web.question_hint", FIRST),
                label=say("web.question", FIRST),
                show_label=False,
                container=False,
                lines=1,
                max_lines=6,
                max_length=4000,
                submit_btn=True,
                elem_id="question",
            )
            with gr.Row(elem_classes="tools"):
                book = choice_of_books()
                whole = gr.Button(
                    say("web.export", FIRST),
                    variant="secondary",
                    size="sm",
                    elem_classes="plain whole",
                )
                clear = gr.Button(
                    say("web.clear", FIRST), variant="secondary", size="sm", elem_classes="plain"
                )
        export.build(shell, talk, whole, exchanges, memory)

    asking: dict[str, Any] = {
        "outputs": [question, talk, exchanges, conversation, memory],
        "concurrency_limit": AT_ONCE,
        "concurrency_id": "ask",
        # A question that is put while translations come in is asked after them.
        "trigger_mode": "always_last",
        **QUIET,
    }
    own = [book, shell.language, exchanges, conversation, memory]
    submitted = question.submit(room.ask, [question, *own], **asking)
    pressed = talk.ask(room.ask_example, own, **asking)
    shell.opens_pages(talk, exchanges)
    clear.click(
        room.clear,
        [book, shell.language],
        [talk, exchanges, conversation],
        cancels=[submitted, pressed],
        queue=False,
        **QUIET,
    )
    book.input(room.redraw, [book, shell.language, exchanges], [talk], **QUIET)
    shell.on_language(
        room.speak,
        [book, shell.language, exchanges],
        [tab, talk, question, book, whole, clear],
    )


class _Chat:
    """The functions behind the room; what one reader says stays in that reader's state."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def ask(  # noqa: PLR0917 - Gradio gives its inputs by position
        self,
        question: str,
        book: str,
        language: str,
        exchanges: list[Exchange],
        conversation: str,
        memory: object,
    ) -> Drawn:
        """Yield the question box, the conversation and its state as the answer grows."""
        tongue = Language(language)
        still = gr.skip()
        if not question or not question.strip():
            yield still, still, still, still, still
            return
        records = self._shell.records()
        earlier = exchanges[-(KEPT - 1) :]
        remembered = export.Memory.read(memory)

        def drawn(latest: Exchange) -> str:
            return render_conversation([*earlier, latest], records, tongue)

        latest = Exchange(question)
        yield "", drawn(latest), still, still, remembered.kept()
        try:
            turns = [Turn(e.question, e.answer) for e in earlier if e.answer is not None]
            shown = 0.0
            for answer in self._shell.shuzheng.stream(
                question, book=book or None, turns=turns[-EARLIER:]
            ):
                latest = Exchange(question, answer)
                if not answer.growing:  # translations alone may follow; all else can be used
                    latest = export.completed(latest, self._shell, tongue, remembered.style)
                if time.monotonic() - shown >= _PAUSE or latest.complete:
                    state = [*earlier, latest] if latest.complete else still
                    yield still, drawn(latest), state, still, still
                    shown = time.monotonic()
        except RagError as error:
            latest = Exchange(question[:4000], error=error)
        except Exception as error:
            log.exception("A question could not be answered")
            latest = Exchange(question[:4000], error=error)
        kept = self._keep(latest, remembered.owner, conversation)
        yield still, drawn(latest), [*earlier, latest], kept, still

    def _keep(self, latest: Exchange, owner: str, conversation: str) -> str:
        """Keep an exchange in the library; return the id of the conversation it is in."""
        if latest.answer is None:
            return conversation
        turn = Turn(latest.question, latest.answer)
        try:
            return self._shell.shuzheng.conversations.add(turn, owner, conversation or None)
        except RagError:
            # It is on the page all the same; what is lost is only that it can be found later.
            log.exception("An answer could not be kept")
            return conversation

    def ask_example(  # noqa: PLR0917 - Gradio gives its inputs by position
        self,
        book: str,
        language: str,
        exchanges: list[Exchange],
        conversation: str,
        memory: object,
        event: gr.EventData,
    ) -> Drawn:
        """Ask the question that was pressed."""
        question = sent(event, "question")
        yield from self.ask(
            question if isinstance(question, str) else "",
            book,
            language,
            exchanges,
            conversation,
            memory,
        )

    def clear(self, book: str, language: str) -> tuple[str, list[Exchange], str]:
        """Return the room as it was before the first question, and no conversation."""
        return self.redraw(book, language, []), [], ""

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
        chosen, books = self._shell.offered_books(book, tongue)
        return (
            gr.Tab(label=say("web.chat", tongue)),
            self.redraw(chosen, language, exchanges),
            gr.Textbox(
                placeholder=say("web.question_hint", tongue), label=say("web.question", tongue)
            ),
            books,
            gr.Button(say("web.export", tongue)),
            gr.Button(say("web.clear", tongue)),
        )

    def _examples(self, book: str, language: Language) -> list[str]:
        """Return questions to begin with; none of a book that cannot be read just now."""
        try:
            return self._shell.shuzheng.examples(language, book=book)
        except RagError:
            return []
