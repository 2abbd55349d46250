"""The rooms of the page: each lays itself out and wires itself with Gradio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.web.rooms import chat, chronology, library, lookup, names
from rag.web.rooms.line import MOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.web.shell import Shell

__all__ = ["MOST", "ROOMS"]

ROOMS: tuple[Callable[[Shell], None], ...] = (
    chat.build,
    lookup.build,
    chronology.build,
    names.build,
    library.build,
)
"""The rooms in the order of their tabs."""
