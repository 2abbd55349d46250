"""The room where one asks: a question in, quoted sentences with their pages out."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anyio.to_thread
import gradio as gr

from rag.language.catalog import say
from rag.types import Language, NotInLibraryError, RagError, Turn
from rag.web.gate import FullError, Hourly, Place, Ticket, network_of, reader_of
from rag.web.html import Exchange, Notice, render_conversation, render_next, render_welcome
from rag.web.rooms import export, history
from rag.web.rooms.keeping import build_cards, build_keeping, build_reporting
from rag.web.rooms.reader import build_chosen
from rag.web.rooms.stopping import Stops, Work
from rag.web.shell import AT_ONCE, QUIET, choice_of_books, pressable, sent
from rag.web.words import FIRST

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from rag.types import BookRecord
    from rag.web.shell import Shell

log = logging.getLogger(__name__)

KEPT = 40
"""Exchanges that a conversation keeps and shows; the oldest go first."""

EARLIER = 6
"""Answered exchanges that go along with a question."""

Drawn = AsyncGenerator[tuple[Any, Any, Any, Any, Any], None]
"""The question box, the conversation and its state, again and again as an answer grows.

Behind them the id under which the conversation is kept, and what the browser keeps.
"""

_PAUSE = 0.12  # seconds between two redraws of a growing answer


def build(shell: Shell) -> None:
    """Lay out the room inside the tab that is open, and wire it."""
    room = _Chat(shell)
    with gr.Tab(say("web.chat", FIRST), id="chat") as tab:
        talk = pressable("talk", "keeping.js")
        next_ones = pressable("next")
        exchanges = gr.State([], time_to_live=6 * 3600)
        conversation = gr.State("", time_to_live=6 * 3600)
        memory = shell.memory
        question, book, whole, clear = _composer()
        export.build(shell, talk, whole, exchanges, memory)
        build_chosen(shell, question, book, memory)
        past = history.build(shell, talk, exchanges, conversation, memory)
        build_reporting(shell, talk, exchanges)
        build_keeping(shell, talk, build_cards(shell, talk), exchanges)

    asking: dict[str, Any] = {
        "outputs": [question, talk, exchanges, conversation, memory],
        # Questions wait in a line of our own, where each is told its place.
        "concurrency_limit": None,
        "concurrency_id": "ask",
        # A question that is put while translations come in is asked after them.
        "trigger_mode": "always_last",
        **QUIET,
    }
    own = [book, shell.language, exchanges, conversation, memory]
    asked = [
        question.submit(room.ask, [question, *own], **asking),
        talk.ask(room.ask_example, own, **asking),
        next_ones.ask(room.ask_example, own, **asking),
        talk.again(room.ask_again, own, **asking),
    ]
    question.stop(room.stop, None, None, queue=False, **QUIET)
    for starts in (question.submit, talk.ask, next_ones.ask, talk.again):
        starts(lambda: "", None, [next_ones], queue=False, **QUIET)
    offering: dict[str, Any] = {"concurrency_limit": AT_ONCE, **QUIET}
    offer = room.offer, [book, shell.language, exchanges], [next_ones]
    offered = [done.success(*offer, **offering) for done in asked]
    past.kept.resume(lambda: "", None, [next_ones], queue=False, **QUIET)
    shell.opens_pages(talk, exchanges)
    clear.click(
        room.clear,
        [book, shell.language, memory],
        [talk, next_ones, exchanges, conversation, memory, question],
        cancels=[*asked, *offered],
        queue=False,
        **QUIET,
    )
    book.input(room.redraw, [book, shell.language, exchanges], [talk], **QUIET)
    shell.on_language(
        room.speak,
        [book, shell.language, exchanges, memory],
        [tab, talk, question, book, whole, clear, exchanges, conversation],
    )
    shell.on_language(room.speak_past, [shell.language, memory], [past.words, past.traceless])


def _composer() -> tuple[gr.Textbox, gr.Dropdown, gr.Button, gr.Button]:
    """Lay out the question box and what stands below it: the books, to export, to clear."""
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
                say("web.export_all", FIRST),
                variant="secondary",
                size="sm",
                elem_classes="plain whole",
            )
            clear = gr.Button(
                say("web.clear", FIRST), variant="secondary", size="sm", elem_classes="plain"
            )
    return question, book, whole, clear


class _Chat:
    """The functions behind the room; what one reader says stays in that reader's state."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._line = shell.line
        self._hourly = Hourly(shell.shuzheng.settings.questions_per_hour)
        self._stops = Stops()

    async def ask(  # noqa: PLR0917 - Gradio gives its inputs by position
        self,
        question: str,
        book: str,
        language: str,
        exchanges: list[Exchange],
        conversation: str,
        memory: object,
        request: gr.Request,
    ) -> Drawn:
        """Yield the question box, the conversation and its state as the answer grows.

        Where others are before it, the reader is told his place first; where the line is full,
        when to come back, and the question stays in the box.
        """
        own = book, language, exchanges, conversation, memory, request
        async with aclosing(self._answering(question, *own, ())) as drawing:
            async for drawn in drawing:
                yield drawn

    async def _answering(  # noqa: PLR0917 - as Gradio gives them
        self,
        question: str,
        book: str,
        language: str,
        exchanges: list[Exchange],
        conversation: str,
        memory: object,
        request: gr.Request,
        before: Sequence[Exchange],
    ) -> Drawn:
        """Yield what ``ask`` yields.

        ``before`` are the exchanges that a new conversation begins with, where it branches off
        from another.
        """
        tongue = Language(language)
        still = gr.skip()
        if not question or not question.strip():
            yield still, still, still, still, still
            return
        records = await anyio.to_thread.run_sync(self._records)
        earlier = exchanges[-(KEPT - 1) :]
        remembered = export.Memory.read(memory)

        def drawn(latest: Exchange) -> str:
            return render_conversation([*earlier, latest], records, tongue)

        latest = Exchange(question)
        ticket = self._join(question, remembered.owner, request)
        if isinstance(ticket, Exchange):
            yield question, drawn(ticket), still, still, remembered.kept()
            return
        work = Work(self._growing(question, book, tongue, earlier, remembered.style))
        reader = request.session_hash or ""
        wish = self._stops.begin(reader)
        try:
            yield _stoppable(), drawn(latest), still, still, remembered.kept()
            async with aclosing(self._line.wait(ticket)) as places:
                async for place in places:
                    if wish.is_set():
                        break
                    yield still, drawn(replace(latest, notice=_waits(place))), still, still, still
            shown = 0.0
            while grown := await work.next(wish):
                latest = grown
                if time.monotonic() - shown >= _PAUSE or latest.complete:
                    state = [*earlier, latest] if latest.complete else still
                    yield still, drawn(latest), state, still, still
                    shown = time.monotonic()
        finally:
            self._stops.end(reader, wish, work.close(lambda: self._line.leave(ticket)))
        if wish.is_set():
            latest = self._stopped(latest, tongue, remembered.style)
        latest, kept = await anyio.to_thread.run_sync(
            self._keep, latest, remembered, conversation, before
        )
        remembered = replace(remembered, conversation=kept)
        yield _askable(), drawn(latest), [*earlier, latest], kept, remembered.kept()

    def _join(self, question: str, owner: str, request: gr.Request) -> Ticket | Exchange:
        """Return a reader's place in the line; or the question turned away, with when to come."""
        minutes = self._hourly.wait(owner)
        if minutes:
            return _enough(question, self._hourly.most, minutes)
        try:
            ticket = self._line.join(*_who(request))
        except FullError as full:
            return _turned_away(question, full)
        self._hourly.count(owner)
        return ticket

    def _stopped(self, latest: Exchange, language: Language, style: str) -> Exchange:
        """Return what there was of an answer when its reader stopped it, and says so."""
        if latest.complete or latest.error is not None:
            return latest
        answer = latest.answer
        if answer is None:
            return replace(latest, notice=Notice("web.ask_stopped"), refused=True)
        said = say("answers.stopped", answer.language)
        notice, text = f"{said} {answer.notice}".strip(), f"{said}\n\n{answer.text}"
        cut = replace(answer, growing=False, notice=notice, text=text)
        return export.completed(replace(latest, answer=cut), self._shell, language, style)

    def stop(self, request: gr.Request) -> None:
        """Stop the answer that is being given to the reader who asks for it."""
        self._stops.stop(request.session_hash or "")

    def _growing(
        self, question: str, book: str, tongue: Language, earlier: Sequence[Exchange], style: str
    ) -> Generator[Exchange]:
        """Yield what comes of a question as it grows; the last is the answer, or why there is none.

        Whatever happens, it is told to the reader of this question, and nobody else.
        """
        turns = [Turn(e.question, e.answer) for e in earlier if e.answer is not None]
        try:
            for answer in self._shell.shuzheng.stream(
                question, book=book or None, turns=turns[-EARLIER:]
            ):
                latest = Exchange(question, answer)
                if not answer.growing:  # translations alone may follow; all else can be used
                    latest = export.completed(latest, self._shell, tongue, style)
                yield latest
        except RagError as error:
            yield Exchange(question[:4000], error=error)
        except Exception as error:
            log.exception("A question could not be answered")
            yield Exchange(question[:4000], error=error)

    def _records(self) -> Mapping[str, BookRecord]:
        """Return the records of the library's books; of one that cannot be read just now, none."""
        try:
            return self._shell.records()
        except RagError:
            return {}

    def _keep(
        self,
        latest: Exchange,
        remembered: export.Memory,
        conversation: str,
        before: Sequence[Exchange] = (),
    ) -> tuple[Exchange, str]:
        """Keep an exchange in the library; return it and the id of the conversation it is in.

        Where it cannot be kept it is on the page all the same, and says so. A new conversation
        begins with those of the exchanges ``before`` it that were kept.
        """
        if latest.answer is None or remembered.traceless:
            return latest, conversation
        owner = remembered.owner
        turn = Turn(latest.question, latest.answer)
        kept = replace(latest, kept=True)
        try:
            conversations = self._shell.shuzheng.conversations
            for one in before:
                if one.kept and one.answer is not None:
                    earlier = Turn(one.question, one.answer)
                    conversation = conversations.add(earlier, owner, conversation or None)
            try:
                return kept, conversations.add(turn, owner, conversation or None)
            except NotInLibraryError:
                # It was deleted meanwhile, or another library is in the place of its own.
                return kept, conversations.add(turn, owner)
        except RagError:
            log.exception("An answer could not be kept")
            return replace(latest, notice=Notice("web.unkept")), conversation

    async def ask_example(  # noqa: PLR0917 - Gradio gives its inputs by position
        self,
        book: str,
        language: str,
        exchanges: list[Exchange],
        conversation: str,
        memory: object,
        request: gr.Request,
        event: gr.EventData,
    ) -> Drawn:
        """Ask the question that was pressed."""
        question = sent(event, "question")
        asked = question if isinstance(question, str) else ""
        own = book, language, exchanges, conversation, memory
        async with aclosing(self.ask(asked, *own, request)) as drawing:
            async for drawn in drawing:
                yield drawn

    async def ask_again(  # noqa: PLR0917 - Gradio gives its inputs by position
        self,
        book: str,
        language: str,
        exchanges: list[Exchange],
        conversation: str,
        memory: object,
        request: gr.Request,
        event: gr.EventData,
    ) -> Drawn:
        """Ask from one of the exchanges on anew, in other words where some were written.

        What was kept from there on stays in its conversation, and this one becomes another.
        """
        number, question = sent(event, "number"), sent(event, "question")
        if not isinstance(number, int) or not 0 <= number < len(exchanges):
            return
        earlier, gone = exchanges[:number], exchanges[number:]
        words = question if isinstance(question, str) and question.strip() else gone[0].question
        branches = any(one.kept for one in gone)
        own = book, language, earlier, "" if branches else conversation, memory, request
        begun = earlier if branches else ()
        async with aclosing(self._answering(words, *own, begun)) as drawing:
            async for drawn in drawing:
                yield drawn

    def offer(self, book: str, language: str, exchanges: list[Exchange]) -> str:
        """Return questions to go on with after the last answer; none where none can be made."""
        answer = exchanges[-1].answer if exchanges else None
        if answer is None:
            return ""
        tongue = Language(language)
        try:
            questions = self._shell.shuzheng.next_questions(answer, tongue, book=book or None)
        except RagError:
            return ""
        earlier = {exchange.question for exchange in exchanges}
        return render_next([one for one in questions if one not in earlier], tongue)

    def clear(self, book: str, language: str, memory: object) -> tuple[Any, ...]:
        """Return the room as it was before the first question, and no conversation."""
        remembered = replace(export.Memory.read(memory), conversation="")
        return self.redraw(book, language, []), "", [], "", remembered.kept(), _askable()

    def redraw(self, book: str, language: str, exchanges: list[Exchange]) -> str:
        """Return the conversation, or the welcome where there is none yet."""
        tongue = Language(language)
        records = self._shell.records()
        if exchanges:
            return render_conversation(exchanges, records, tongue)
        questions = self._examples(book if book in records else None, tongue) if records else []
        composed = self._shell.shuzheng.settings.llm is not None
        return render_welcome(questions, records, tongue, composed=composed)

    def speak(
        self, book: str, language: str, exchanges: list[Exchange], memory: object
    ) -> tuple[Any, ...]:
        """Return the room's parts in a language, with the conversation that the reader is in.

        When the page is opened, that is the one in which he was when he left it.
        """
        tongue = Language(language)
        remembered = export.Memory.read(memory)
        identifier = "" if remembered.traceless else remembered.conversation
        if not exchanges and identifier:
            try:
                exchanges = history.resumed(self._shell, remembered, tongue, identifier)[-KEPT:]
            except RagError:
                identifier = ""  # deleted meanwhile, or not to be read just now
        chosen, books = self._shell.offered_books(book, tongue)
        return (
            gr.Tab(label=say("web.chat", tongue)),
            self.redraw(chosen, language, exchanges),
            gr.Textbox(
                placeholder=say("web.question_hint", tongue), label=say("web.question", tongue)
            ),
            books,
            gr.Button(say("web.export_all", tongue)),
            gr.Button(say("web.clear", tongue)),
            exchanges,
            identifier,
        )

    def speak_past(self, language: str, memory: object) -> tuple[Any, ...]:
        """Return the words of the list of conversations in a language."""
        tongue = Language(language)
        search = say("web.history_search", tongue)
        return (
            gr.Textbox(placeholder=search, label=search),
            gr.Checkbox(
                export.Memory.read(memory).traceless, label=say("web.history_traceless", tongue)
            ),
        )

    def _examples(self, book: str | None, language: Language) -> list[str]:
        """Return questions to begin with; none of a book that cannot be read just now."""
        try:
            return self._shell.shuzheng.examples(language, book=book)
        except RagError:
            return []


def _who(request: gr.Request) -> tuple[str, str]:
    """Return whose question it is, and the address it came from.

    It is the reader's whose account it is, and else his open page's.
    """
    asked, reader = request.request, reader_of(request)
    whose = reader.owner if reader else request.session_hash or ""
    return whose, network_of(asked.scope) if asked else ""


def _stoppable() -> gr.Textbox:
    """Return the question box, empty, while an answer grows that can be stopped."""
    return gr.Textbox("", submit_btn=False, stop_btn=True)


def _askable() -> gr.Textbox:
    """Return the question box where nothing is being answered; what is written in it stays."""
    return gr.Textbox(submit_btn=True, stop_btn=False)


def _waits(place: Place) -> Notice:
    return Notice("web.line", {"before": str(place.before), "seconds": str(place.seconds)})


def _turned_away(question: str, full: FullError) -> Exchange:
    key = "web.line_own" if full.own else "web.line_full"
    return Exchange(question, notice=Notice(key, {"seconds": str(full.seconds)}), refused=True)


def _enough(question: str, most: int, minutes: int) -> Exchange:
    notice = Notice("web.class_hourly", {"count": str(most), "minutes": str(minutes)})
    return Exchange(question, notice=notice, refused=True)
