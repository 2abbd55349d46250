"""The front end as an ASGI application, with everything unneeded turned off."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import fastapi
import gradio as gr

from rag.web import front
from rag.web.gate import Binding, Crowd, Door, Guard, Health, Routes
from rag.web.shell import STATIC
from rag.web.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.application import Shuzheng
    from rag.settings import Settings
    from rag.web.gate import Application


def application(
    shuzheng: Shuzheng, settings: Settings, *, clock: Callable[[], float] = time.monotonic
) -> Application:
    """Return the front end as an ASGI application with everything unneeded turned off.

    It answers to the names that the settings give, and behind their password where there is
    one; by ``clock``, in seconds, wrong guesses are forgotten and sessions end.
    """
    app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    page = front.build(shuzheng)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        allowed_paths=[],
        show_error=False,
        max_file_size="1mb",
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
    inner: Application = Routes(Crowd(Binding(app, port=settings.port, functions=page.fns)))
    password = settings.password.get_secret_value() if settings.password else None
    inner = Door(inner, lambda: shuzheng.readers, password, port=settings.port, clock=clock)
    inner = Health(inner, shuzheng.books)
    return Guard(inner, (settings.host, *settings.allowed_hosts))
