"""The rooms of the page: each lays itself out and wires itself with Gradio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.web.rooms import chat, chronology, library, lookup, names, reader
from rag.web.rooms.classroom import build_class
from rag.web.rooms.keeping import build_notes
from rag.web.rooms.lists import LISTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.web.shell import Shell

__all__ = ["ROOMS"]

ROOMS: tuple[Callable[[Shell], None], ...] = (
    chat.build,
    reader.build,
    lookup.build,
    chronology.build,
    names.build,
    build_class,
    build_notes,
    library.build,
    *LISTS,
)
"""The rooms in the order of their tabs."""
