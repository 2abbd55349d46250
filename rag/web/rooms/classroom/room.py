"""The teacher's room: what the class asked, and who is in it. Nobody else is shown any of it."""

from __future__ import annotations

import base64
import functools
import json
import logging
from datetime import date
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import gradio as gr

from rag.language.catalog import say
from rag.library import Role
from rag.types import AccountError, Language, NotInLibraryError, RagError, ReportKind
from rag.web.gate import reader_of, role_of
from rag.web.html import render_calm
from rag.web.rooms.classroom.overview import (
    STATES,
    rows_of,
    state_words,
    to_csv,
    to_markdown,
    week_words,
    weeks_of,
)
from rag.web.rooms.classroom.rendering import (
    render_links,
    render_overview,
    render_readers,
    render_reports,
)
from rag.web.shell import QUIET, pressable, sent
from rag.web.words import FIRST, error_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.web.rooms.classroom.overview import Row
    from rag.web.shell import Shell

log = logging.getLogger(__name__)

MOST = 5000
"""Questions that are looked at, the newest."""
REPORTS = 100
"""Reports that are listed, the newest."""
ADDED = 500
"""Readers added by one press."""

_SAVE = """(file) => {
  if (!file) return;
  const { name, data } = JSON.parse(file);
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}"""

P = ParamSpec("P")


def for_teachers(
    function: Callable[Concatenate[_Classroom, P], Any], /
) -> Callable[Concatenate[_Classroom, P], Any]:
    """Return a function of the page that does nothing for whoever has no teacher's account."""

    @functools.wraps(function)
    def checked(room: _Classroom, /, *given: P.args, **named: P.kwargs) -> Any:  # noqa: ANN401
        if role_of() is not Role.TEACHER:
            return gr.skip()
        return function(room, *given, **named)

    return checked


def build_class(shell: Shell) -> None:
    """Lay out the room inside the tabs that are open, and wire it; it opens to a teacher alone."""
    room = _Classroom(shell)
    with gr.Tab(say("web.class", FIRST), id="class", visible=False) as tab:
        with gr.Row(elem_id="asked-of"):
            week, state = _choice("asked-week"), _choice("asked-state")
            table, text = _button("take_csv"), _button("take_md")
        overview = pressable("asked")
        reported = pressable("reported", "classroom.js")
        who = pressable("class", "classroom.js")
        with gr.Column(elem_id="class-add"):
            names = gr.Textbox(
                label=say("web.class_add_names", FIRST),
                placeholder=say("web.class_add_hint", FIRST),
                lines=3,
                max_lines=12,
                max_length=20_000,
                elem_id="class-names",
            )
            teacher = gr.Checkbox(label=say("web.class_as_teacher", FIRST), container=False)
            add = _button("add")
        links = pressable("class-links", "classroom.js")
        file = gr.Textbox(visible=False)

    wanted = [week, state, shell.language]
    shown = [overview, week, state]
    gr.on([tab.select, week.input, state.input], room.show, wanted, shown, **QUIET)
    tab.select(room.listed, [shell.language], [reported, who], **QUIET)
    reported.finish(room.finish, [shell.language], [reported], **QUIET)
    shell.opens_pages(reported)
    changed: dict[str, Any] = {"outputs": [who, links], **QUIET}
    add.click(room.add, [names, teacher, shell.language], [who, links, names], **QUIET)
    who.invite(room.invite, [shell.language], **changed)
    who.remove(room.remove, [shell.language], **changed)
    table.click(room.take_table, wanted, [file], **QUIET).then(
        None, [file], None, js=_SAVE, **QUIET
    )
    text.click(room.take_text, wanted, [file], **QUIET).then(None, [file], None, js=_SAVE, **QUIET)
    parts = [tab, *shown, reported, who, names, teacher, add, table, text]
    shell.on_language(room.speak, wanted, [*parts, links])


def _choice(identifier: str) -> gr.Dropdown:
    return gr.Dropdown(
        [("", "")],
        value="",
        show_label=False,
        container=False,
        filterable=False,
        elem_id=identifier,
        elem_classes="pick",
    )


def _button(name: str) -> gr.Button:
    label = say(f"web.class_{name}", FIRST)
    return gr.Button(label, variant="secondary", size="sm", elem_classes="plain")


class _Classroom:
    """The functions behind the room; each looks for itself at who calls it."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def speak(self, week: str, state: str, language: str) -> Any:  # noqa: ANN401 -- Gradio's
        """Return the room's parts in a language to a teacher, and to others that there is none."""
        if role_of() is not Role.TEACHER:
            # What is sent is the same for all of them: nothing, and that the tab is not there.
            return gr.Tab(visible=False), *([gr.skip()] * 10), ""
        tongue = Language(language)

        def button(key: str) -> gr.Button:
            return gr.Button(say(f"web.class_{key}", tongue))

        return (
            gr.Tab(label=say("web.class", tongue), visible=True),
            *self._shown(week, state, tongue),
            self._reported(tongue),
            self._class(tongue),
            gr.Textbox(
                label=say("web.class_add_names", tongue),
                placeholder=say("web.class_add_hint", tongue),
            ),
            gr.Checkbox(label=say("web.class_as_teacher", tongue)),
            button("add"),
            button("take_csv"),
            button("take_md"),
            "",
        )

    @for_teachers
    def show(self, week: str, state: str, language: str) -> Any:  # noqa: ANN401 -- Gradio's
        """Return what was asked in a week and came to a state, and the choice of both."""
        return self._shown(week, state, Language(language))

    @for_teachers
    def listed(self, language: str) -> Any:  # noqa: ANN401 -- Gradio's
        """Return what was reported, and who is in the class."""
        tongue = Language(language)
        return self._reported(tongue), self._class(tongue)

    @for_teachers
    def finish(self, language: str, event: gr.EventData) -> Any:  # noqa: ANN401 -- Gradio's
        """Return what is reported but for what was pressed, which is dealt with."""
        tongue = Language(language)
        try:
            self._shell.shuzheng.reports.finish(str(sent(event, "report") or ""))
        except NotInLibraryError:
            pass  # another teacher was faster
        except RagError as error:
            return render_calm(error_key(error), tongue)
        return self._reported(tongue)

    def _reported(self, language: Language) -> str:
        try:
            reports = self._shell.shuzheng.reports.of(undone=True)
        except RagError as error:
            return render_calm(error_key(error), language)
        wanting = [one for one in reports if one.kind is not ReportKind.HELPFUL]
        return render_reports(wanting[-REPORTS:], language)

    def _shown(self, week: str, state: str, language: Language) -> tuple[Any, Any, Any]:
        try:
            rows = self._rows(language)
            chosen = _chosen(rows, week, state)
        except RagError as error:
            return render_calm(error_key(error), language), gr.skip(), gr.skip()
        weeks = [(week_words(one), one.isoformat()) for one in weeks_of(rows)]
        states = [(state_words(one, language), one) for one in STATES]
        every = say("web.class_all_weeks", language)
        return (
            render_overview(chosen, language),
            gr.Dropdown([(every, ""), *weeks], value=week if week in dict(weeks).values() else ""),
            gr.Dropdown(
                [(say("web.class_all_states", language), ""), *states],
                value=state if state in STATES else "",
            ),
        )

    def _rows(self, language: Language) -> list[Row]:
        readers = self._shell.shuzheng.readers.all()
        owners = [reader.owner for reader in readers]
        asked = self._shell.shuzheng.conversations.asked(owners, MOST)
        return rows_of(asked, readers, language)

    def _class(self, language: Language) -> str:
        own = reader_of()
        try:
            readers = self._shell.shuzheng.readers.all()
        except RagError as error:
            return render_calm(error_key(error), language)
        return render_readers(readers, own.name if own else "", language)

    @for_teachers
    def add(self, names: str, teacher: bool, language: str) -> Any:  # noqa: ANN401, FBT001 -- Gradio's
        """Return the class with those who are added, their links, and an empty box."""
        tongue = Language(language)
        wanted = [name for name in (names or "").splitlines() if name.strip()][:ADDED]
        readers = self._shell.shuzheng.readers
        try:
            added = readers.add(wanted, Role.TEACHER if teacher else Role.READER)
            codes = [(one.name, readers.invite(one.name)) for one in added]
        except AccountError:
            return self._class(tongue), render_calm("web.class_unfit", tongue), gr.skip()
        except RagError as error:
            return self._class(tongue), render_calm(error_key(error), tongue), gr.skip()
        links = render_links(codes, tongue) if codes else render_calm("web.class_there", tongue)
        return self._class(tongue), links, ""

    @for_teachers
    def invite(self, language: str, event: gr.EventData) -> Any:  # noqa: ANN401 -- Gradio's
        """Return the class, and a new link for the one who was pressed."""
        tongue, name = Language(language), str(sent(event, "name") or "")
        try:
            links = render_links([(name, self._shell.shuzheng.readers.invite(name))], tongue)
        except NotInLibraryError:
            links = ""  # he was removed meanwhile
        except RagError as error:
            links = render_calm(error_key(error), tongue)
        return self._class(tongue), links

    @for_teachers
    def remove(self, language: str, event: gr.EventData) -> Any:  # noqa: ANN401 -- Gradio's
        """Return the class without the one who was pressed; a teacher does not remove himself."""
        tongue, name, own = Language(language), str(sent(event, "name") or ""), reader_of()
        said = ""
        try:
            readers = self._shell.shuzheng.readers
            found = readers.find(name)
            if found is not None and own is not None and found.owner != own.owner:
                readers.remove(name)
        except NotInLibraryError:
            pass  # another teacher was faster
        except RagError as error:
            said = render_calm(error_key(error), tongue)
        return self._class(tongue), said

    @for_teachers
    def take_table(self, week: str, state: str, language: str) -> Any:  # noqa: ANN401 -- Gradio's
        """Return what is shown as a table for spreadsheets."""
        return self._file("csv", to_csv, week, state, Language(language))

    @for_teachers
    def take_text(self, week: str, state: str, language: str) -> Any:  # noqa: ANN401 -- Gradio's
        """Return what is shown as a text in Markdown."""
        return self._file("md", to_markdown, week, state, Language(language))

    def _file(
        self,
        ending: str,
        make: Callable[[list[Row], Language], bytes],
        week: str,
        state: str,
        language: Language,
    ) -> Any:  # noqa: ANN401 -- Gradio's
        try:
            content = make(_chosen(self._rows(language), week, state), language)
        except RagError:
            log.exception("An overview could not be made")
            return gr.skip()
        name = f"{say('web.class_overview', language)}-{date.today():%Y%m%d}.{ending}"  # noqa: DTZ011 - the day where the server stands
        return json.dumps({"name": name, "data": base64.b64encode(content).decode("ascii")})


def _chosen(rows: list[Row], week: str, state: str) -> list[Row]:
    """Return the rows of a week, as the date of its Monday, and of a state; of all where empty."""
    return [
        row
        for row in rows
        if (not week or row.week.isoformat() == week) and (not state or row.state == state)
    ]
