"""The rooms of the page: each lays itself out and wires itself with Gradio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.web.rooms import chat
from rag.web.rooms.line import MOST
from rag.web.rooms.lists import LISTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.web.shell import Shell

__all__ = ["MOST", "ROOMS"]

ROOMS: tuple[Callable[[Shell], None], ...] = (
    chat.build,
    *LISTS,
)
"""The rooms in the order of their tabs."""
