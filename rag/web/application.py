"""The front end as an ASGI application, with everything unneeded turned off."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import fastapi
import gradio as gr
from gradio.routes import App
from starlette.routing import Mount

from rag.web import front
from rag.web.gate import (
    UPLOADS,
    Binding,
    Crowd,
    Door,
    Guard,
    Health,
    Routes,
    Uploads,
    discard_old,
    room_of,
)
from rag.web.shell import STATIC
from rag.web.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.application import Shuzheng
    from rag.settings import Settings
    from rag.web.gate import Application

MEGABYTE = 1_000_000


def application(
    shuzheng: Shuzheng, settings: Settings, *, clock: Callable[[], float] = time.monotonic
) -> Application:
    """Return the front end as an ASGI application with everything unneeded turned off.

    It answers to the names that the settings give, and behind their password where there is
    one; by ``clock``, in seconds, wrong guesses are forgotten and sessions end.
    """
    app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    page = front.build(shuzheng, settings)
    keeps = room_of(settings) in {"keep", "paths"}
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
        max_file_size=settings.upload_mb * MEGABYTE if keeps else MEGABYTE,
        enable_monitoring=False,
        run_history=False,
        footer_links=[],
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        css_paths=sorted(STATIC.glob("*.css")),
        head='<meta name="referrer" content="no-referrer">',
    )
    for route in app.routes:
        if isinstance(route, Mount) and isinstance(route.app, App):
            route.app.uploaded_file_dir = str(uploads)
    bound = Binding(Uploads(app, settings), port=settings.port, functions=page.fns)
    inner: Application = Routes(Crowd(bound))
    if settings.password:
        password = settings.password.get_secret_value()
        inner = Door(inner, password, port=settings.port, clock=clock)
    inner = Health(inner, shuzheng.books)
    # What is around a file in a form takes a little more than the file.
    upload = (settings.upload_mb + 1) * MEGABYTE if keeps else 0
    return Guard(inner, (settings.host, *settings.allowed_hosts), upload=upload)
