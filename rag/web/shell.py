"""What every room is given: the library, the reader's language, and the page that opens."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import say
from rag.types import Language, RagError
from rag.web.gate import Line, reader_of
from rag.web.html import (
    picture_uri,
    read_target,
    render_leaf,
    render_missing,
    translation_at,
    webp_uri,
)
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.application import Shuzheng
    from rag.library.keeping import PlacedNote
    from rag.settings import Settings
    from rag.types import Book, BookRecord

log = logging.getLogger(__name__)

STATIC = Path(__file__).resolve().parent / "static"
CLICKS = (STATIC / "clicks.js").read_text(encoding="utf-8")

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""How every event of ours runs: no overlay over what is being read, no public endpoint."""

BOOKS = "of-books"
"""The class of every choice of books."""

AT_ONCE = 4
"""Questions or lookups answered at one time; the others wait in the queue."""


KEY = re.compile(r"[A-Za-z0-9_-]{32,128}")
"""A browser's own key; what an account's conversations are kept under is no such thing."""


def memory() -> gr.BrowserState:
    """Return the state that a reader's browser keeps, across visits and restarts."""
    # With a secret of its own at each start, as by default, it would be lost at the next.
    return gr.BrowserState(None, storage_key="shuzheng.reader", secret="shuzheng")  # noqa: S106


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame around the rooms.

    ``language`` is the reader's choice (a ``Language`` value as text); ``leaf`` shows a page
    of a book; ``on_language`` runs a room's function when the page is opened and whenever
    the language changes; ``on_open`` when it is opened alone, with what a script gives for
    the inputs. ``rooms`` are the tabs, each by the id of its room; ``chosen`` is the menu of
    what is selected in a book (see ``selecting.js``); ``memory`` is what the reader's browser
    keeps, one for all rooms; ``shown`` is the place whose page was opened last, ``noted`` another
    value whenever a note was made, written or discarded. ``line`` is where questions wait,
    programs' as readers'; ``served`` are the settings that the page is served with, where they
    are not those of the whole.
    """

    shuzheng: Shuzheng
    language: gr.Dropdown
    leaf: gr.HTML
    on_language: Callable[[Callable[..., object], list[Any], list[Any]], None]
    rooms: gr.Tabs
    chosen: gr.HTML
    on_open: Callable[[Callable[..., object], list[Any], list[Any], str], Any]
    line: Line = field(default_factory=lambda: Line(AT_ONCE))
    served: Settings | None = None
    memory: gr.BrowserState = field(default_factory=memory)
    shown: gr.State = field(default_factory=lambda: gr.State(""))
    noted: gr.State = field(default_factory=lambda: gr.State(""))

    @property
    def settings(self) -> Settings:
        """The settings that the page is served with."""
        return self.served or self.shuzheng.settings

    def records(self) -> dict[str, BookRecord]:
        """Return the records of the library's books by id."""
        return self.shuzheng.records()

    def offered_books(self, chosen: str, language: Language) -> tuple[str, gr.Dropdown]:
        """Return the book or set of books that stays chosen, and the choice of them in a language.

        It is the empty text, which stands for all books, where the chosen one is gone.
        """
        records = self.records()
        shelves = [shelf.name for shelf in self.shuzheng.shelves.all()]
        kept = chosen if chosen in records or chosen in shelves else ""
        titles = [(r.title_short or r.title, r.id) for r in records.values()]
        sets = [(say("web.library_set", language, name=name), name) for name in shelves]
        choices = [(say("web.all_books", language), ""), *sets, *titles]
        return kept, gr.Dropdown(choices, value=kept, label=say("web.books", language))

    def picture_of(self, book: Book, index: int) -> str | None:
        """Return the picture of a page as a ``data:`` URI; None where there is none.

        It was kept of a scan, or is drawn from the PDF that the book was read from.
        """
        image = book.pages[index].image
        if image:
            return picture_uri(self.shuzheng.settings.data / "scans", image)
        drawn = self.shuzheng.drawn_page(book, index)
        return None if drawn is None else webp_uri(drawn)

    def opens_pages(self, html: gr.HTML, exchanges: gr.State | None = None) -> None:
        """Let a press on a place in this HTML open the page.

        ``exchanges`` is the conversation, where what is shown is one: a quotation that is
        translated in it is shown with its translation.
        """
        opening: dict[str, Any] = {"concurrency_limit": AT_ONCE, **QUIET}
        if exchanges is None:
            opened = [self.leaf, self.shown]
            html.open(self._open, [self.language, self.memory], opened, **opening)
        else:
            inputs = [self.language, self.memory, exchanges]
            html.open(self._open_cited, inputs, [self.leaf, self.shown], **opening)

    def _open(self, language: str, memory: object, event: gr.EventData) -> tuple[str, str]:
        return self._open_cited(language, memory, [], event)

    def _open_cited(
        self, language: str, memory: object, exchanges: list[Any], event: gr.EventData
    ) -> tuple[str, str]:
        place = str(sent(event, "place") or "")
        return self.page_at(place, language, memory, exchanges), place

    def own_notes(self, book_id: str, memory: object) -> list[PlacedNote]:
        """Return a reader's notes on a book where they stand now; none that cannot be read."""
        try:
            notes = self.shuzheng.notes.of(owner_of(memory), book_id)
            return self.shuzheng.placed_notes(notes)
        except RagError:
            log.exception("The notes on a book could not be read")
            return []

    def page_at(
        self, place: str, language: str, memory: object, exchanges: Sequence[Any] = ()
    ) -> str:
        """Return the page of a place, a ``Target`` as text, with the reader's notes on it."""
        tongue = Language(language)
        try:
            target = read_target(place)
            folder = self.shuzheng.settings.data / "scans"
            return render_leaf(
                self.shuzheng.book(target.book_id),
                target,
                tongue,
                lambda image: picture_uri(folder, image),
                translation_at(exchanges, target),
                own=self.own_notes(target.book_id, memory),
            )
        except RagError as error:
            return render_missing(error_key(error), tongue)
        except Exception as error:
            log.exception("A page could not be shown")
            return render_missing(error_key(error), tongue)


def owner_of(memory: object) -> str:
    """Return what a reader's own is kept under: his account, or else the key of his browser.

    It is empty, which is nobody's, where there is neither. Whose account it is is told by the
    request that a function of the page is called by.
    """
    account = reader_of()
    key = memory.get("owner") if isinstance(memory, dict) else None
    own = key if isinstance(key, str) and KEY.fullmatch(key) else ""
    return account.owner if account else own


def sent(event: gr.EventData, name: str) -> object:
    """Return what a browser sent along with an event under a name; None where it did not."""
    data = event._data  # noqa: SLF001 - its public face fails where nothing was sent
    return data.get(name) if isinstance(data, dict) else None


def choice_of_books() -> gr.Dropdown:
    """Return a choice of books that offers all of them together, until the page is opened."""
    return gr.Dropdown(
        [(say("web.all_books", FIRST), "")],
        value="",
        label=say("web.books", FIRST),
        show_label=False,
        container=False,
        filterable=False,
        elem_classes=["pick", BOOKS],
    )


def pressable(identifier: str, *scripts: str) -> gr.HTML:
    """Return an empty HTML component whose places and examples can be pressed.

    ``scripts`` are files of the static folder that run in it besides.
    """
    parts = [CLICKS, *((STATIC / script).read_text(encoding="utf-8") for script in scripts)]
    return gr.HTML(js_on_load="\n".join(parts), apply_default_css=False, elem_id=identifier)
