"""What every room is given: the library, the reader's language, and the page that opens."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import say
from rag.types import Language, RagError
from rag.web.gate import Line
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
    from collections.abc import Callable

    from rag.application import Shuzheng
    from rag.types import Book, BookRecord

log = logging.getLogger(__name__)

STATIC = Path(__file__).resolve().parent / "static"
CLICKS = (STATIC / "clicks.js").read_text(encoding="utf-8")

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""How every event of ours runs: no overlay over what is being read, no public endpoint."""

AT_ONCE = 4
"""Questions or lookups answered at one time; the others wait in the queue."""


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame around the rooms.

    ``language`` is the reader's choice (a ``Language`` value as text); ``leaf`` shows a page
    of a book; ``on_language`` runs a room's function when the page is opened and whenever
    the language changes; ``on_open`` when it is opened alone, with what a script gives for
    the inputs. ``rooms`` are the tabs, each by the id of its room; ``chosen`` is the
    menu of what is selected in a book (see ``selecting.js``). ``line``
    is where questions wait, programs' as readers'.
    """

    shuzheng: Shuzheng
    language: gr.Dropdown
    leaf: gr.HTML
    on_language: Callable[[Callable[..., object], list[Any], list[Any]], None]
    rooms: gr.Tabs
    chosen: gr.HTML
    on_open: Callable[[Callable[..., object], list[Any], list[Any], str], Any]
    line: Line = field(default_factory=lambda: Line(AT_ONCE))

    def records(self) -> dict[str, BookRecord]:
        """Return the records of the library's books by id."""
        return {summary.record.id: summary.record for summary in self.shuzheng.books()}

    def offered_books(self, chosen: str, language: Language) -> tuple[str, gr.Dropdown]:
        """Return the book that stays chosen, and the choice of books in a language.

        It is the empty text, which stands for all books, where the chosen one is gone.
        """
        records = self.records()
        kept = chosen if chosen in records else ""
        titles = [(r.title_short or r.title, r.id) for r in records.values()]
        choices = [(say("web.all_books", language), ""), *titles]
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
            html.open(self._open, [self.language], [self.leaf], **opening)
        else:
            html.open(self._open_cited, [self.language, exchanges], [self.leaf], **opening)

    def _open(self, language: str, event: gr.EventData) -> str:
        return self._open_cited(language, [], event)

    def _open_cited(self, language: str, exchanges: list[Any], event: gr.EventData) -> str:
        tongue = Language(language)
        try:
            target = read_target(sent(event, "place"))
            folder = self.shuzheng.settings.data / "scans"
            return render_leaf(
                self.shuzheng.book(target.book_id),
                target,
                tongue,
                lambda image: picture_uri(folder, image),
                translation_at(exchanges, target),
            )
        except RagError as error:
            return render_missing(error_key(error), tongue)
        except Exception as error:
            log.exception("A page could not be shown")
            return render_missing(error_key(error), tongue)


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
        elem_classes="pick",
    )


def pressable(identifier: str, *scripts: str) -> gr.HTML:
    """Return an empty HTML component whose places and examples can be pressed.

    ``scripts`` are files of the static folder that run in it besides.
    """
    parts = [CLICKS, *((STATIC / script).read_text(encoding="utf-8") for script in scripts)]
    return gr.HTML(js_on_load="\n".join(parts), apply_default_css=False, elem_id=identifier)
