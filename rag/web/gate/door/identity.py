"""Whose request it is: set by the door, read by every function behind the page.

It travels in the scope of ASGI, where nothing that a browser sends can put it.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import gradio as gr

    from rag.library import Reader, Role
    from rag.web.gate.guard import Message

_KEY = "shuzheng.reader"


def admitted(scope: Message, reader: Reader | None) -> Message:
    """Return a request of a reader who has an account, or of whoever may come in without one."""
    return {**scope, _KEY: reader}


def reader_in(scope: Mapping[str, Any]) -> Reader | None:
    """Return whose account a request was let in with; None without one."""
    found: Reader | None = scope.get(_KEY)
    return found


def reader_of(request: gr.Request | None = None) -> Reader | None:
    """Return whose account a request came with; None for one without.

    Without a request, of the one that a function of the page is just called by. Nobody is
    there where none is.
    """
    from gradio.context import LocalContext  # noqa: PLC0415 -- the gate stands without Gradio

    asked = request if request is not None else LocalContext.request.get(None)
    inner = asked.request if asked is not None else None
    return None if inner is None else reader_in(inner.scope)


def role_of(request: gr.Request | Message | None = None) -> Role | None:
    """Return the role of a request's account, as ``reader_of``; None for one without.

    ``request`` may be a scope of ASGI as well, for wrappers within the door.
    """
    reader = reader_in(request) if isinstance(request, MutableMapping) else reader_of(request)
    return reader.role if reader else None
