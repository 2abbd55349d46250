"""The page: its head, the choice of a language, the rooms, and the page of the book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.language.catalog import languages, say
from rag.types import Language
from rag.web.gate import MOST
from rag.web.html import render_keys, safe
from rag.web.programs.served import name_endpoints
from rag.web.rooms import ROOMS
from rag.web.rooms.classroom import build_corner, wire_corner
from rag.web.shell import QUIET, STATIC, Shell, pressable
from rag.web.words import FIRST, choose

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.application import Shuzheng
    from rag.settings import Settings
    from rag.web.gate import Line

SPARE = 100
"""Events that are worked on beside the questions that wait in line."""

# The reader's choice is kept in the browser; the page shows itself when its words are there.
_REMEMBERED = """() => localStorage.getItem("shuzheng.language") || "" """
_REMEMBER = """(language) => { localStorage.setItem("shuzheng.language", language);
  document.documentElement.lang = language; return language; }"""
_SHOW = """(language) => { document.documentElement.lang = language;
  document.documentElement.dataset.ready = "yes"; return language; }"""


def build(shuzheng: Shuzheng, settings: Settings, line: Line) -> gr.Blocks:
    """Return the whole front end over a library; it opens nothing before someone looks.

    ``settings`` are those that the page is served with. Questions wait in ``line``.
    """
    page = gr.Blocks(
        title="书证 Shuzheng",
        analytics_enabled=False,
        delete_cache=(3600, 3600),
        fill_width=True,
    )
    with page:
        name_endpoints(shuzheng, line, mcp=settings.mcp)
        with gr.Row(elem_id="head"):
            brand = gr.HTML(_brand(FIRST), apply_default_css=False, js_on_load=None)
            account = build_corner()
            language, keys = _choices()
        # Before all that speaks: who reloads at the first changed word has his choice kept.
        language.input(None, [language], None, js=_REMEMBER, **QUIET)
        leaf = pressable("leaf")
        chosen = pressable("chosen", "selecting.js")
        opened = page.load(
            _first_language,
            [language],
            [language],
            js=_REMEMBERED,
            preprocess=False,  # what was remembered may be nothing, which is no choice
            queue=False,
            **QUIET,
        )

        def on_language(
            speak: Callable[..., object], inputs: list[Any], outputs: list[Any]
        ) -> None:
            opened.then(speak, inputs, outputs, queue=False, **QUIET)
            language.input(speak, inputs, outputs, queue=False, **QUIET)

        def on_open(
            arrive: Callable[..., object], inputs: list[Any], outputs: list[Any], script: str
        ) -> object:
            return opened.then(arrive, inputs, outputs, js=script, queue=False, **QUIET)

        rooms = gr.Tabs(elem_id="rooms")
        shell = Shell(shuzheng, language, leaf, on_language, rooms, chosen, on_open, line, settings)
        shell.opens_pages(leaf)
        wire_corner(shell, account)
        with rooms:
            for build_room in ROOMS:
                build_room(shell)
        _made_at_once(rooms)
        on_language(_head, [language], [brand, keys, leaf])
        opened.then(None, [language], None, js=_SHOW, **QUIET)
    # Who waits in a room's own line is at work for Gradio, which takes each for a thread.
    threads, page.max_threads = page.max_threads, MOST + SPARE
    page.queue(max_size=2 * page.max_threads, api_open=False, default_concurrency_limit=4)
    page.max_threads = threads
    return page


def _choices() -> tuple[gr.Dropdown, gr.HTML]:
    """Lay out the choice of a language, and of light or dark with the card of the keys."""
    language = gr.Dropdown(
        [(say("language.name", tongue), tongue.value) for tongue in languages()],
        value=FIRST.value,
        label=say("web.language", FIRST),
        show_label=False,
        container=False,
        filterable=False,
        elem_id="language",
        elem_classes="pick",
    )
    keys = gr.HTML(
        render_keys(FIRST),
        js_on_load=(STATIC / "keys.js").read_text(encoding="utf-8"),
        apply_default_css=False,
        elem_id="keys",
    )
    return language, keys


def _made_at_once(rooms: gr.Tabs) -> None:
    """Let every room be there before its tab is opened; ``rooms.js`` says why."""
    tabs = " ".join(str(tab._id) for tab in rooms.children)  # noqa: SLF001 -- how Gradio tells them apart
    script = (STATIC / "rooms.js").read_text(encoding="utf-8")
    gr.HTML(
        f'<span data-rooms="{tabs}"></span>',
        js_on_load=script,
        apply_default_css=False,
        elem_classes="unseen",
    )


def _brand(language: Language) -> str:
    name, tagline = safe(say("web.title", language)), safe(say("web.tagline", language))
    return f'<div class="brand"><h1>{name}</h1><p>{tagline}</p></div>'


def _head(language: str) -> tuple[str, str, str]:
    """Return the page's head in a language, and the page of the book put away."""
    tongue = Language(language)
    return _brand(tongue), render_keys(tongue), ""


def _first_language(remembered: str, request: gr.Request) -> str:
    """Return the language to begin in: the one chosen before, else the browser's."""
    if remembered in {language.value for language in languages()}:
        return remembered
    return choose(request.headers.get("accept-language")).value
