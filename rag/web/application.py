"""The front end as an ASGI application, with everything unneeded turned off."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import fastapi
import gradio as gr

from rag.web import front
from rag.web.guard import Guard
from rag.web.shell import HERE
from rag.web.theme import theme
from rag.web.words import NAMES, word

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.assemble import Shuzheng
    from rag.settings import Settings


def application(shuzheng: Shuzheng, settings: Settings) -> fastapi.FastAPI:
    """Return the front end as an ASGI application with everything unneeded turned off."""
    app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gr.mount_gradio_app(
        app,
        front.build(shuzheng),
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        auth=_door(settings.password) if settings.password else None,
        auth_message=" · ".join(word("password", language) for language in NAMES),
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
        css_paths=[HERE / "style.css"],
        head='<meta name="referrer" content="no-referrer">',
    )
    app.add_middleware(Guard)
    return app


def _door(password: str) -> Callable[[str, str], bool]:
    """Return the check of a password; the user's name may be anything."""

    def opens(_user: str, given: str) -> bool:
        return hmac.compare_digest(given.encode(), password.encode())

    return opens
