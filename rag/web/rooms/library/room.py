"""The library laid out: what is being added, the form that adds, and the view of the books."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.context import Context

from rag.language.catalog import say
from rag.types import Language, RagError
from rag.web.gate import UPLOADS, brought, may_keep, may_name_paths, room_of
from rag.web.html.library import render_adder, render_jobs
from rag.web.rooms.library.desk import Desk, View
from rag.web.shell import AT_ONCE, BOOKS, QUIET, pressable, sent
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.application.keeping import Job
    from rag.web.shell import Shell

TICK = 1.0
"""Seconds between two looks at what is being added."""
LONGEST_PATH = 4000


def build(shell: Shell) -> None:
    """Lay out the room inside the tabs that are open, and wire it; not where it is closed."""
    if room_of(shell.settings) == "off":
        return
    room = _Library(shell)
    with gr.Tab(say("web.library", FIRST), id="library") as tab:
        works = pressable("works", "library.js")
        adder = pressable("adder", "library.js")
        shelf = pressable("shelf", "library.js")
        view = gr.State(View(), time_to_live=6 * 3600)
        opened = gr.State(value=False)
        held = gr.State("")
        timer = gr.Timer(TICK, active=False)

    outputs = [works, adder, shelf, view, timer, opened, held]
    running: dict[str, Any] = {"concurrency_limit": AT_ONCE, "concurrency_id": "library", **QUIET}
    inputs = [view, shell.language]
    tab.select(room.show, inputs, outputs, **running)
    for html in (works, adder, shelf):
        html.keep(room.press, inputs, outputs, **running)
        shell.opens_pages(html)
    timer.tick(room.tick, inputs, outputs, **running)
    shell.on_language(room.speak, [*inputs, opened], [tab, *outputs])
    # What is added, removed or set together here can be chosen in the other rooms at once.
    choices = [
        one
        for one in (Context.root_block.blocks.values() if Context.root_block else ())
        if isinstance(one, gr.Dropdown) and BOOKS in one.elem_classes
    ]
    held.change(room.offer, [shell.language, *choices], choices, queue=False, **QUIET)


class _Library:
    """The functions behind the room."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def show(self, view: View, language: str, request: gr.Request) -> tuple[Any, ...]:
        """Return the whole room as it stands."""
        tongue = Language(language)
        desk = self._desk(tongue, request)
        jobs = self._jobs(request)
        return (
            self._works(jobs, tongue),
            self._adder(tongue, request),
            desk.render(view),
            view,
            gr.Timer(active=_are_busy(jobs)),
            True,
            self._held(),
        )

    def tick(self, view: View, language: str, request: gr.Request) -> tuple[Any, ...]:
        """Return how far the adding is; the books too, when the last has come to its end."""
        tongue = Language(language)
        jobs = self._jobs(request)
        busy = _are_busy(jobs)
        drawn = view.name == "books" and not busy
        return (
            self._works(jobs, tongue),
            gr.skip(),
            self._desk(tongue, request).render(view) if drawn else gr.skip(),
            gr.skip(),
            gr.Timer(active=busy),
            gr.skip(),
            gr.skip() if busy else self._held(),
        )

    def press(
        self, view: View, language: str, request: gr.Request, event: gr.EventData
    ) -> tuple[Any, ...]:
        """Return the room after a press."""
        tongue = Language(language)
        told = sent(event, "said")
        said = told if isinstance(told, dict) else {}
        doing: dict[str, Callable[[dict[str, Any], Language, gr.Request], str]] = {
            "add": self._add,
            "stop": self._stop,
            "answer": self._answer,
        }
        done = doing.get(str(said.get("do")))
        desk = self._desk(tongue, request)
        if done is None:
            view = desk.press(view, said)
        elif may_keep(request.request, self._shell.settings):
            refused = done(said, tongue, request)
            view = View(view.name, view.book, view.first, before=view.before, said=refused)
        else:
            view = View(said=say("web.library_forbidden", tongue))
        jobs = self._jobs(request)
        redrawn = said.get("do") in {"add", "remove"}
        return (
            self._works(jobs, tongue),
            self._adder(tongue, request) if redrawn else gr.skip(),
            desk.render(view),
            view,
            gr.Timer(active=_are_busy(jobs)),
            True,
            self._held(),
        )

    def offer(self, language: str, *chosen: str) -> Any:  # noqa: ANN401 - as many as there are
        """Return the choices of books in the other rooms, as the library now is."""
        offered = [self._shell.offered_books(one, Language(language))[1] for one in chosen]
        return offered if len(offered) != 1 else offered[0]

    def speak(
        self, view: View, language: str, opened: object, request: gr.Request
    ) -> tuple[Any, ...]:
        """Return the room's parts in a language; nothing is drawn before somebody looks."""
        label = gr.Tab(label=say("web.library", Language(language)))
        if not opened:
            return (label, "", "", "", View(), gr.Timer(active=False), False, gr.skip())
        return (label, *self.show(view, language, request))

    def _add(self, said: dict[str, Any], tongue: Language, request: gr.Request) -> str:
        """Put a book into the line; return what is in the way, if anything is."""
        folder = self._shell.settings.data / UPLOADS
        file = brought(folder, _text(said, "file")) if said.get("file") else None
        path, own = file, file.parent if file else None
        named = _text(said, "path").strip()
        if file is None and named and may_name_paths(request.request, self._shell.settings):
            path = Path(named)
        if path is None:
            return say("web.library_not_sent", tongue)
        record = brought(folder, _text(said, "record")) if said.get("record") else None
        if record is not None:
            own = own or record.parent
            record = _beside(record, own)
        try:
            self._shell.shuzheng.jobs.put(
                path, record, name=path.name, replace=_text(said, "replace") or None, own=own
            )
        except RagError:
            if own is not None:
                shutil.rmtree(own, ignore_errors=True)
            return say("web.library_full", tongue)
        return ""

    def _stop(self, said: dict[str, Any], _tongue: Language, _request: gr.Request) -> str:
        self._shell.shuzheng.jobs.stop(_text(said, "job"))
        return ""

    def _answer(self, said: dict[str, Any], _tongue: Language, _request: gr.Request) -> str:
        self._shell.shuzheng.jobs.answer(_text(said, "job"), _text(said, "book") or None)
        return ""

    def _held(self) -> str:
        """Return what tells whether the library holds other books or sets than before."""
        try:
            sets = [(one.name, one.books) for one in self._shell.shuzheng.shelves.all()]
            books = [(key, one.title) for key, one in self._shell.records().items()]
        except RagError:
            return ""
        return repr((books, sets))

    def _desk(self, tongue: Language, request: gr.Request) -> Desk:
        keeps = may_keep(request.request, self._shell.settings)
        return Desk(self._shell.shuzheng, tongue, keeps=keeps)

    def _jobs(self, request: gr.Request) -> list[Job]:
        """Return what is being added, for those alone who may stop it."""
        if not may_keep(request.request, self._shell.settings):
            return []
        return self._shell.shuzheng.jobs.all()

    def _works(self, jobs: list[Job], tongue: Language) -> str:
        try:
            titles = {key: one.title for key, one in self._shell.records().items()}
        except RagError:
            titles = {}
        return render_jobs(jobs, titles, tongue)

    def _adder(self, tongue: Language, request: gr.Request) -> str:
        settings = self._shell.settings
        if not may_keep(request.request, settings):
            return ""
        try:
            books, said = self._shell.shuzheng.books(), ""
        except RagError as error:
            books, said = [], say(error_key(error), tongue)
        paths = may_name_paths(request.request, settings)
        return render_adder(books, tongue, most=settings.upload_mb, paths=paths, said=said)


def _are_busy(jobs: list[Job]) -> bool:
    return any(job.state in {"waiting", "working"} for job in jobs)


def _beside(record: Path, own: Path) -> Path:
    """Return a record that was brought, moved to the folder of its book."""
    if record.parent == own:
        return record
    moved = record.rename(own / "record.toml")
    shutil.rmtree(record.parent, ignore_errors=True)
    return moved


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name, "")
    return value[:LONGEST_PATH] if isinstance(value, str) else ""
