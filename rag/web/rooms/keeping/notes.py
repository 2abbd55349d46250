"""A reader's own notes: made in a page or from an answer, listed, edited, deleted, exported.

Each is touched by its owner's key alone, which his browser keeps.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.citing import STYLES
from rag.exporting import FORMATS, export_notes
from rag.language.catalog import say
from rag.library.keeping import anchor_at
from rag.types import Language, NotInLibraryError, RagError, Span
from rag.web.html import Exchange, read_target, render_calm, render_notes, render_panel
from rag.web.rooms.export import MAKERS, SAVE, Memory, file_value
from rag.web.shell import QUIET, pressable, sent
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.library.keeping import PlacedNote
    from rag.web.shell import Shell

log = logging.getLogger(__name__)

SCOPE = "notes"
"""What the panel of formats is told is to be exported."""

_OPEN = "(note) => { if (note) window.shuzhengOwn?.(note); }"


def build_notes(shell: Shell) -> None:
    """Lay out the room of notes inside the tabs that are open, and wire it."""
    room = _Notes(shell)
    with gr.Tab(say("web.notes", FIRST), id="notes") as tab:
        with gr.Row(elem_id="noting"):
            words = gr.Textbox(
                placeholder=say("web.notes_search", FIRST),
                label=say("web.notes_search", FIRST),
                show_label=False,
                container=False,
                max_lines=1,
                max_length=200,
                elem_id="notes-words",
            )
            whole = gr.Button(
                say("web.notes_export", FIRST), variant="secondary", size="sm", elem_classes="plain"
            )
        listed = pressable("own", "keeping.js")
        panel = pressable("notes-exporter", "keeping.js")
        file = gr.Textbox(visible=False)
    own = [words, shell.language, shell.memory]
    listing: dict[str, Any] = {"inputs": own, "outputs": [listed], **QUIET}
    anew = [tab.select, words.change, shell.noted.change]
    gr.on(anew, room.listed, trigger_mode="always_last", **listing)
    for done in (
        listed.write(room.write, own, [listed], **QUIET),
        listed.discard(room.discard, own, [listed], **QUIET),
    ):
        done.then(changed, None, [shell.noted], **QUIET)
    shell.opens_pages(listed)
    kept = [shell.language, shell.memory]
    whole.click(room.open_panel, kept, [panel], queue=False, **QUIET)
    making: dict[str, Any] = {"concurrency_limit": MAKERS, "concurrency_id": "export", **QUIET}
    panel.format(room.make, own, [file, panel, shell.memory], trigger_mode="once", **making).then(
        None, [file], None, js=SAVE, **QUIET
    )
    panel.style(room.restyle, kept, [shell.memory], **QUIET)
    shell.on_language(room.speak, own, [tab, words, whole, listed, panel])


def build_keeping(shell: Shell, talk: gr.HTML, card: gr.HTML, exchanges: gr.State) -> None:
    """Wire what makes notes outside their room: what is selected, an answer, the open page.

    ``card`` is what the cards in a page send their events through.
    """
    room = _Notes(shell)
    fresh = gr.Textbox(visible=False)
    page = [shell.language, shell.memory, shell.shown]
    made = [shell.leaf, shell.memory]
    cited = [exchanges, shell.language, shell.memory]
    opened = shell.chosen.note(room.note, page, [*made, fresh], **QUIET)
    opened.then(None, [fresh], None, js=_OPEN, **QUIET)
    for done in (
        opened,
        shell.chosen.mark(room.mark, page, made, **QUIET),
        card.write(room.write_here, page, [shell.leaf], **QUIET),
        card.discard(room.discard_here, page, [shell.leaf], **QUIET),
        talk.keep(room.keep, cited, [shell.memory], **QUIET),
    ):
        done.then(changed, None, [shell.noted], **QUIET)


def changed() -> str:
    """Return another value than before, which says that a note has changed.

    It is wired with the queue: without, Gradio tells the page of no state that has changed.
    """
    return secrets.token_hex(4)


class _Notes:
    """The functions behind the room, and behind what makes notes elsewhere."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def listed(self, words: str, language: str, memory: object) -> str:
        """Return the reader's notes that hold the words, with their places of now."""
        tongue = Language(language)
        try:
            notes = self._found(words, memory)
        except RagError as error:
            return render_calm(error_key(error), tongue)
        return render_notes(notes, tongue, searched=bool(words and words.strip()))

    def write(self, words: str, language: str, memory: object, event: gr.EventData) -> str:
        """Return the list with other words of the reader's in one note."""
        self._write(memory, event)
        return self.listed(words, language, memory)

    def discard(self, words: str, language: str, memory: object, event: gr.EventData) -> str:
        """Return the list without one note."""
        self._discard(memory, event)
        return self.listed(words, language, memory)

    def write_here(self, language: str, memory: object, shown: str, event: gr.EventData) -> Any:  # noqa: ANN401 - as Gradio has it
        """Return the open page with other words of the reader's in one note."""
        self._write(memory, event)
        return self._page(language, memory, shown, event)

    def discard_here(self, language: str, memory: object, shown: str, event: gr.EventData) -> Any:  # noqa: ANN401 - as Gradio has it
        """Return the open page without one note."""
        self._discard(memory, event)
        return self._page(language, memory, shown, event)

    def mark(
        self, language: str, memory: object, shown: str, event: gr.EventData
    ) -> tuple[Any, dict[str, Any]]:
        """Keep what is selected; return the open page with it, and what the browser keeps."""
        remembered = Memory.read(memory)
        self._keep_selected(remembered, Language(language), event)
        kept = remembered.kept()
        return self._page(language, kept, shown, event), kept

    def note(
        self, language: str, memory: object, shown: str, event: gr.EventData
    ) -> tuple[Any, dict[str, Any], str]:
        """Keep what is selected as a note to be written; return also the id of it."""
        remembered = Memory.read(memory)
        made = self._keep_selected(remembered, Language(language), event)
        kept = remembered.kept()
        return self._page(language, kept, shown, event), kept, made[0] if made else ""

    def keep(
        self, exchanges: list[Exchange], language: str, memory: object, event: gr.EventData
    ) -> dict[str, Any]:
        """Keep what an answer cites, as its books have it now; return what the browser keeps."""
        remembered = Memory.read(memory)
        number = sent(event, "number")
        if not isinstance(number, int) or not 0 <= number < len(exchanges):
            return remembered.kept()
        answer = exchanges[number].answer
        try:
            for citation in answer.citations if answer else ():
                if citation.start is None or citation.end is None:
                    continue
                book = self._shell.shuzheng.book(citation.record.id)
                if book.text[citation.start : citation.end] == citation.quote:
                    anchor = anchor_at(book, Span(citation.start, citation.end))
                    self._shell.shuzheng.notes.add(remembered.owner, anchor)
        except RagError as error:
            gr.Warning(say(error_key(error), Language(language)))
        return remembered.kept()

    def open_panel(self, language: str, memory: object) -> str:
        """Return the panel of formats for the notes."""
        remembered = Memory.read(memory)
        return render_panel(SCOPE, Language(language), remembered.style, remembered.format)

    def make(
        self, words: str, language: str, memory: object, event: gr.EventData
    ) -> tuple[Any, str, dict[str, Any]]:
        """Return the file of the notes that are listed, the panel, and what the browser keeps."""
        tongue, remembered = Language(language), Memory.read(memory)
        wished = sent(event, "format")
        name = wished if isinstance(wished, str) and wished in FORMATS else remembered.format
        remembered = replace(remembered, format=name)

        def panel(said: str) -> str:
            return render_panel(SCOPE, tongue, remembered.style, remembered.format, said=said)

        try:
            notes = self._found(words, memory)
            if not notes:
                return gr.skip(), panel(say("web.notes_empty", tongue)), remembered.kept()
            day = datetime.now().astimezone().date()
            content = export_notes(notes, name, day=day, style=remembered.style, language=tongue)
        except RagError as error:
            return gr.skip(), panel(say(error_key(error), tongue)), remembered.kept()
        except Exception as error:
            log.exception("Notes could not be exported")
            return gr.skip(), panel(say(error_key(error), tongue)), remembered.kept()
        file, value = file_value(say("web.notes", tongue), name, content)
        return value, panel(say("web.export_done", tongue, name=file)), remembered.kept()

    def restyle(self, _language: str, memory: object, event: gr.EventData) -> dict[str, Any]:
        """Return what the browser keeps, with the style that was chosen."""
        remembered, wished = Memory.read(memory), sent(event, "style")
        style = wished if isinstance(wished, str) and wished in STYLES else remembered.style
        return replace(remembered, style=style).kept()

    def speak(self, words: str, language: str, memory: object) -> tuple[Any, ...]:
        """Return the room's parts in a language."""
        tongue = Language(language)
        search = say("web.notes_search", tongue)
        return (
            gr.Tab(label=say("web.notes", tongue)),
            gr.Textbox(placeholder=search, label=search),
            gr.Button(say("web.notes_export", tongue)),
            self.listed(words, language, memory),
            "",
        )

    def _found(self, words: str, memory: object) -> list[PlacedNote]:
        notes = self._shell.shuzheng.notes.of(Memory.read(memory).owner, words=words or "")
        return self._shell.shuzheng.placed_notes(notes)

    def _keep_selected(
        self, remembered: Memory, language: Language, event: gr.EventData
    ) -> list[str]:
        """Keep each stretch that a browser says is selected, as its book has it; return the ids."""
        try:
            target = read_target(sent(event, "place"))
            book = self._shell.shuzheng.book(target.book_id)
            anchors = [anchor_at(book, span) for span in target.spans]
            notes = self._shell.shuzheng.notes
            return [notes.add(remembered.owner, anchor).id for anchor in anchors]
        except RagError as error:
            gr.Warning(say(error_key(error), language))
            return []

    def _write(self, memory: object, event: gr.EventData) -> None:
        words = sent(event, "words")
        body = words if isinstance(words, str) else ""
        self._touch(
            lambda key, owner: self._shell.shuzheng.notes.edit(key, owner, body), memory, event
        )

    def _discard(self, memory: object, event: gr.EventData) -> None:
        self._touch(self._shell.shuzheng.notes.remove, memory, event)

    def _touch(
        self, change: Callable[[str, str], None], memory: object, event: gr.EventData
    ) -> None:
        try:
            change(str(sent(event, "note") or ""), Memory.read(memory).owner)
        except NotInLibraryError:
            pass  # it is gone, from another page of his
        except RagError:
            log.exception("A note could not be changed")

    def _page(self, language: str, memory: object, shown: str, event: gr.EventData) -> Any:  # noqa: ANN401
        """Return the open page drawn anew; where none is open, nothing."""
        if not shown or sent(event, "leaf") is not True:
            return gr.skip()
        return self._shell.page_at(shown, language, memory)
