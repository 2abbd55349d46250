"""The room where one reads a book: its pages, its contents, what is looked for in it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import say
from rag.language.text import find_exact, whole_text
from rag.types import Language, NotInLibraryError, RagError
from rag.web.html import (
    Target,
    read_link,
    read_target,
    render_calm,
    render_contents,
    render_picture,
    render_sheet,
    render_within,
    safe,
    view_of,
    with_own,
)
from rag.web.rooms.reader.labels import pages_meant
from rag.web.shell import AT_ONCE, QUIET, pressable, sent
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.types import Book, Span
    from rag.web.html import Link, View
    from rag.web.shell import Shell

log = logging.getLogger(__name__)

_LONGEST_WORDS = 200
# A picture takes its time: whoever turns a page waits for none.
_DRAWING = {"concurrency_id": "picture", "concurrency_limit": 2}

_ADDRESS = "(language, _) => [language, location.search]"
# The address says where one reads as long as one does; of other rooms it says nothing.
_LEAVE = """() => setTimeout(() => {
  const sheet = document.querySelector("#sheet .sheet");
  const reads = sheet && sheet.offsetParent;
  history.replaceState(null, "", reads ? sheet.dataset.link : location.pathname);
}, 100)"""


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a reader is: what is shown, what stays marked while he turns, what he looks for."""

    target: Target | None = None
    marks: tuple[Span, ...] = ()
    words: str = ""


def build(shell: Shell) -> None:
    """Lay out the room inside the tabs that are open, and wire it."""
    room = _Reader(shell)
    with gr.Tab(say("web.reader", FIRST), id="reader") as tab:
        with gr.Row(elem_id="reader-tools"):
            book = gr.Dropdown(
                [],
                label=say("web.books", FIRST),
                show_label=False,
                container=False,
                filterable=False,
                elem_classes="pick",
            )
            page, words = (_box(name) for name in ("page", "words"))
        with gr.Row(elem_id="reader"):
            with gr.Column(elem_id="reader-side"):
                within = pressable("within", "reading.js")
                contents = pressable("contents", "reading.js")
            sheet = pressable("sheet", "reading.js")
            plate = gr.HTML(apply_default_css=False, js_on_load=None, elem_id="plate")
        reading = gr.State(Reading(), time_to_live=6 * 3600)
        address = gr.Textbox(visible=False)

    kept = [reading, shell.language]
    drawn = [sheet, contents, within, plate, reading, book, page]
    calling: dict[str, Any] = {
        "trigger_mode": "always_last",
        "concurrency_limit": AT_ONCE,
        "concurrency_id": "read",
        **QUIET,
    }
    shown = [
        tab.select(room.enter, kept, drawn, **calling),
        book.input(room.choose, [*kept, book], drawn, **calling),
        page.submit(room.turn_to, [*kept, page], drawn, **calling),
        words.change(room.look_for, [*kept, words], drawn, **calling),
        words.submit(room.next_hit, [*kept, words], drawn, **calling),
    ]
    shown += [part.read(room.open, kept, drawn, **calling) for part in (sheet, contents, within)]
    shown += [
        shell.leaf.read(room.open_from_leaf, kept, [*drawn, shell.rooms, shell.leaf], **calling),
        shell.on_open(room.arrive, [shell.language, address], [*drawn, shell.rooms], _ADDRESS),
    ]
    own = [*kept, shell.memory]
    for event in shown:
        event.then(room.picture, kept, [plate], **{**calling, **_DRAWING})
        event.then(room.own_notes, own, [sheet], **calling)
    shell.noted.change(room.changed_notes, own, [sheet], **calling)
    shell.rooms.change(None, None, None, js=_LEAVE, **QUIET)
    shell.on_language(room.speak, kept, [tab, page, words, *drawn[:-1]])


def _box(name: str) -> gr.Textbox:
    hint = "web.reader_page_hint" if name == "page" else "web.reader_words"
    return gr.Textbox(
        placeholder=say(hint, FIRST),
        label=say(f"web.reader_{name}", FIRST),
        show_label=False,
        container=False,
        lines=1,
        max_lines=1,
        max_length=_LONGEST_WORDS,
        elem_id=f"reader-{name}",
        elem_classes="reader-box",
    )


class _Reader:
    """The functions behind the room; where one reads is in that reader's own state."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def enter(self, reading: Reading, language: str) -> tuple[Any, ...]:
        """Return the room as it was left, or the first book where nothing was read yet."""
        if reading.target is not None:
            return (gr.skip(),) * 7
        return self._told(lambda: self._first(reading), reading, language)

    def choose(self, reading: Reading, language: str, book_id: str) -> tuple[Any, ...]:
        """Return the beginning of the book that was chosen."""
        chosen = replace(reading, target=Target(book_id, page=0), marks=())
        return self._told(lambda: chosen, reading, language)

    def open(self, reading: Reading, language: str, event: gr.EventData) -> tuple[Any, ...]:
        """Return the place that was pressed; what is marked stays so while pages are turned."""
        return self._told(lambda: self._pressed(reading, event), reading, language)

    def open_from_leaf(
        self, reading: Reading, language: str, event: gr.EventData
    ) -> tuple[Any, ...]:
        """Return the place that was open beside an answer, the room of reading, and no leaf."""
        fresh = replace(reading, marks=(), words="")
        drawn = self._told(lambda: self._pressed(fresh, event), fresh, language)
        return *drawn, gr.Tabs(selected="reader"), ""

    def turn_to(self, reading: Reading, language: str, typed: str) -> tuple[Any, ...]:
        """Return the page whose label was typed, or say calmly that there is none."""

        def found() -> Reading:
            book = self._book(reading)
            meant = pages_meant(book.pages, typed)
            if not meant:
                raise _UnknownLabelError(book, typed)
            here = reading.target.page if reading.target and reading.target.page is not None else -1
            index = next((index for index in meant if index > here), meant[0])
            return replace(reading, target=Target(book.id, page=index))

        return self._told(found, reading, language)

    def look_for(self, reading: Reading, language: str, words: str) -> tuple[Any, ...]:
        """Return the page with the words marked in it, and where else the book has them."""
        wanted = whole_text(words or "").strip()[:_LONGEST_WORDS]
        if wanted == reading.words or reading.target is None:
            return *(gr.skip(),) * 4, replace(reading, words=wanted), gr.skip(), gr.skip()
        return self._told(lambda: replace(reading, words=wanted), reading, language)

    def next_hit(self, reading: Reading, language: str, words: str) -> tuple[Any, ...]:
        """Return the next place in the book that has the words, the first after the last."""
        wanted = whole_text(words or "").strip()[:_LONGEST_WORDS]

        def found() -> Reading:
            book = self._book(reading)
            hits = find_exact(book.text, wanted)
            if not hits or reading.target is None:
                return replace(reading, words=wanted)
            at = _offset(book, reading)
            following = next((span for span in hits if span.start > at), hits[0])
            return Reading(Target(book.id, (following,)), (following,), wanted)

        return self._told(found, reading, language)

    def arrive(self, language: str, address: str) -> tuple[Any, ...]:
        """Return the place that the page's address names; nothing where it names none."""
        link = read_link(address)
        if link is None:
            return (gr.skip(),) * 8
        drawn = self._told(lambda: self._linked(link), Reading(), language)
        return *drawn, gr.Tabs(selected="reader")

    def picture(self, reading: Reading, language: str) -> str:
        """Return the picture of the page that is shown, or a calm word in its place."""
        tongue = Language(language)
        if reading.target is None:
            return ""
        try:
            book = self._shell.shuzheng.book(reading.target.book_id)
            view = view_of(book, reading.target)
            label = book.pages[view.first].label or ""
            uri = self._shell.picture_of(book, view.first)
            return render_picture(uri, label, tongue)
        except RagError:
            return render_picture(None, "", tongue)

    def own_notes(self, reading: Reading, language: str, memory: object) -> Any:  # noqa: ANN401 - as Gradio has it
        """Return the page with the reader's own notes on it; nothing where there are none."""
        sheet, notes = self._noted(reading, language, memory)
        return sheet if notes else gr.skip()

    def changed_notes(self, reading: Reading, language: str, memory: object) -> Any:  # noqa: ANN401 - as Gradio has it
        """Return the page with the reader's own notes as they are now."""
        return self._noted(reading, language, memory)[0]

    def _noted(self, reading: Reading, language: str, memory: object) -> tuple[Any, int]:
        """Return the page that is shown, with how many notes lie on it."""
        if reading.target is None:
            return gr.skip(), 0
        try:
            book = self._shell.shuzheng.book(reading.target.book_id)
            hits = find_exact(book.text, reading.words) if reading.words else []
            view = view_of(book, reading.target)
            view = replace(view, marks=reading.marks, found=_shown(book, view, hits))
            view = with_own(book, view, self._shell.own_notes(book.id, memory))
        except RagError:
            return gr.skip(), 0
        return render_sheet(book, view, Language(language)), len(view.own)

    def speak(self, reading: Reading, language: str) -> tuple[Any, ...]:
        """Return the room's parts in a language."""
        tongue = Language(language)
        boxes = (
            gr.Tab(label=say("web.reader", tongue)),
            gr.Textbox(
                placeholder=say("web.reader_page_hint", tongue),
                label=say("web.reader_page", tongue),
            ),
            gr.Textbox(
                placeholder=say("web.reader_words", tongue), label=say("web.reader_words", tongue)
            ),
        )
        if reading.target is None:
            return *boxes, *(gr.skip(),) * 6
        return *boxes, *self._told(lambda: reading, Reading(), language)[:-1]

    def _told(
        self, wanted: Callable[[], Reading], before: Reading, language: str
    ) -> tuple[Any, ...]:
        """Return all parts of the room for what is wanted; where that fails, one calm sentence.

        What was shown before stays, but for a place that is not there.
        """
        tongue = Language(language)
        try:
            return self._drawn(wanted(), before, tongue)
        except _UnknownLabelError as unknown:
            return (
                *(gr.skip(),) * 2, unknown.render(tongue), *(gr.skip(),) * 4,
            )  # fmt: skip
        except RagError as error:
            calm = render_calm(error_key(error), tongue)
        except Exception as error:
            log.exception("A page could not be shown")
            calm = render_calm(error_key(error), tongue)
        return calm, gr.skip(), "", "", before, gr.skip(), gr.skip()

    def _drawn(self, reading: Reading, before: Reading, language: Language) -> tuple[Any, ...]:
        if reading.target is None:
            calm = render_calm("web.no_books", language)
            return calm, "", "", "", reading, gr.skip(), gr.skip()
        book = self._shell.shuzheng.book(reading.target.book_id)
        hits = find_exact(book.text, reading.words) if reading.words else []
        view = view_of(book, reading.target)
        view = replace(view, marks=reading.marks, found=_shown(book, view, hits))
        within = ""
        if reading.words:
            at = _offset(book, reading)
            within = render_within(book, reading.words, hits, at, language)
        same = before.target is not None and before.target.book_id == book.id
        contents = gr.skip() if same else render_contents(book, language)
        titles = self._shell.records().values()
        choices = [(record.title_short or record.title, record.id) for record in titles]
        label = say("web.books", language)
        books = gr.skip() if same else gr.Dropdown(choices, value=book.id, label=label)
        sheet = render_sheet(book, view, language)
        return sheet, contents, within, gr.skip(), reading, books, ""

    def _first(self, reading: Reading) -> Reading:
        books = self._shell.shuzheng.books()
        if not books:
            return reading
        return replace(reading, target=Target(books[0].record.id, page=0))

    def _book(self, reading: Reading) -> Book:
        if reading.target is None:
            raise NotInLibraryError("Nothing is open to be read")
        return self._shell.shuzheng.book(reading.target.book_id)

    def _pressed(self, reading: Reading, event: gr.EventData) -> Reading:
        target = read_target(sent(event, "place"))
        same = reading.target is not None and reading.target.book_id == target.book_id
        kept = reading.marks if same else ()
        return Reading(target, target.spans or kept, reading.words)

    def _linked(self, link: Link) -> Reading:
        book = self._shell.shuzheng.book(link.book_id)
        if link.at:
            return Reading(Target(book.id, link.at), link.at)
        if link.page:
            meant = pages_meant(book.pages, link.page)
            if not meant:
                raise _UnknownLabelError(book, link.page)
            return Reading(Target(book.id, page=meant[0]))
        return Reading(Target(book.id, page=max(link.sheet - 1, 0)))


class _UnknownLabelError(RagError):
    """No page of a book bears the label that was asked for."""

    def __init__(self, book: Book, label: str) -> None:
        super().__init__("No page bears this label")
        self._book = book
        self._label = label

    def render(self, language: Language) -> str:
        """Return the sentence that says so, and which labels there are."""
        labels = [page.label for page in self._book.pages if page.label]
        said = say("web.reader_unknown", language, label=self._label.strip()[:40])
        if labels:
            said += " " + say("web.reader_range", language, first=labels[0], last=labels[-1])
        return f'<section class="within"><p class="calm" role="status">{safe(said)}</p></section>'


def _shown(book: Book, view: View, hits: list[Span]) -> tuple[Span, ...]:
    """Return those of the hits that stand in what is shown, or at its foot."""
    feet = [note for note in book.footnotes if view.first <= note.page <= view.last]
    return tuple(
        span
        for span in hits
        if (span.start < view.end and view.start < span.end)
        or any(span.start < note.end and note.start < span.end for note in feet)
    )


def _offset(book: Book, reading: Reading) -> int:
    """Return where in the book a reader is: at what was opened, or where the page begins."""
    assert reading.target is not None  # noqa: S101 -- asked by those who read
    spans = reading.target.spans
    return spans[0].start if spans else view_of(book, reading.target).start
