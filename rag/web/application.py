"""The front end as an ASGI application, with everything unneeded turned off."""

from __future__ import annotations

import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

import fastapi
import gradio as gr
from gradio.routes import App
from starlette.routing import Mount

from rag.types import SettingsError
from rag.web import front
from rag.web.gate import (
    UPLOADS,
    Binding,
    Crowd,
    Door,
    Guard,
    Guesses,
    Health,
    Line,
    Packing,
    Programs,
    Routes,
    Uploads,
    discard_old,
    room_of,
)
from rag.web.programs.served import Beside, serve_completions, serve_metrics
from rag.web.programs.tools import tools
from rag.web.shell import AT_ONCE, STATIC
from rag.web.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.application import Shuzheng
    from rag.library import Readers
    from rag.settings import Settings
    from rag.web.gate import Application

MEGABYTE = 1_000_000


def application(
    shuzheng: Shuzheng, settings: Settings, *, clock: Callable[[], float] = time.monotonic
) -> Application:
    """Return the front end as an ASGI application with everything unneeded turned off.

    It answers to the names that the settings give, and behind their password where there is
    one; by ``clock``, in seconds, wrong guesses are forgotten and sessions end. SettingsError
    where a setting needs a package that is not there.
    """
    if settings.mcp and find_spec("mcp") is None:
        raise SettingsError(
            "RAG_MCP needs a package that is not installed: make EXTRAS=mcp install"
        )
    app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    line = Line(AT_ONCE)
    page = front.build(shuzheng, settings, line)
    _mount(app, page, settings)
    names = {tool.name for tool in tools(shuzheng)}
    named = {number for number, function in page.fns.items() if function.api_name in names}
    binding = Binding(Uploads(app, settings), port=settings.port, functions=page.fns, named=named)
    routes = Routes(Crowd(binding), names, mcp=settings.mcp)
    others = {"/v1": serve_completions(shuzheng, line)}
    if settings.metrics:
        others["/metrics"] = serve_metrics(shuzheng, line)
    inside = Beside(routes, others)
    secrets = {
        name: secret.get_secret_value()
        for name, secret in (("key", settings.api_key), ("password", settings.password))
        if secret
    }

    def readers() -> Readers:
        return shuzheng.readers

    guesses = Guesses(clock)
    inner: Application = Door(
        inside, readers, secrets.get("password"), port=settings.port, guesses=guesses, clock=clock
    )
    inner = Programs(inner, inside, secrets, guesses, readers)
    inner = Health(inner, shuzheng.books)
    # What is around a file in a form takes a little more than the file.
    upload = (settings.upload_mb + 1) * MEGABYTE if room_of(settings) != "off" else 0
    return Packing(Guard(inner, (settings.host, *settings.allowed_hosts), upload=upload))


def _mount(app: fastapi.FastAPI, page: gr.Blocks, settings: Settings) -> None:
    """Serve the page at the root of an application, with everything unneeded turned off."""
    uploads = settings.data / UPLOADS
    discard_old(uploads, 0)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        allowed_paths=[],
        show_error=False,
        max_file_size=settings.upload_mb * MEGABYTE,
        enable_monitoring=False,
        run_history=False,
        footer_links=[],
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        ssr_mode=False,
        pwa=False,
        mcp_server=settings.mcp,
        theme=theme(),
        css_paths=sorted((STATIC / "styles").glob("*.css")),
        head='<meta name="referrer" content="no-referrer">',
    )
    for route in app.routes:
        if isinstance(route, Mount) and isinstance(route.app, App):
            route.app.uploaded_file_dir = str(uploads)
